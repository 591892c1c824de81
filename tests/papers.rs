//! The papers tell the truth: every path, link and name in them exists, and they are as short as promised.

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(file: &Path) -> String {
    std::fs::read_to_string(root().join(file)).expect("a text")
}

/// The files of these folders that end like this, below them as well if asked for.
fn files(folders: &[&str], end: &str, below: bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(PathBuf::from).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            let name = name.to_str().expect("a name in UTF-8");
            let path = folder.join(name);
            if below && root().join(&path).is_dir() && name != "node_modules" {
                folders.push(path);
            } else if name.ends_with(end) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "nothing ends with {end}");
    found
}

fn papers() -> Vec<PathBuf> {
    let mut papers = files(&["", "bench", "data"], ".md", false);
    papers.extend(files(&["docs"], ".md", true));
    papers
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// What is quoted and looks like a path of this repository.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    quoted(text).filter(|quoted| {
        [
            "crates/",
            "src/",
            "docs/",
            "packaging/",
            "bench/",
            "tests/",
            "data/",
        ]
        .iter()
        .any(|root| quoted.starts_with(root))
            && !quoted.contains([' ', '*', '{'])
    })
}

#[test]
fn every_path_in_the_papers_exists() {
    for paper in papers() {
        let text = text(&paper);
        for path in paths(&text) {
            let found = root().join(path);
            assert!(found.exists(), "{} names {path}", paper.display());
        }
    }
}

#[test]
fn every_link_in_the_papers_leads_somewhere() {
    for paper in papers() {
        let folder = root().join(paper.parent().expect("a file has a folder"));
        let text = text(&paper);
        let links = text.split("](").skip(1);
        for link in links.filter_map(|rest| rest.split([')', '#']).next()) {
            if !link.starts_with("http") && !link.is_empty() {
                let found = folder.join(link);
                assert!(found.exists(), "{} links to {link}", paper.display());
            }
        }
    }
}

/// Whether a function, a type, a limit or one case of a choice has that name.
fn is_defined(name: &str, sources: &[String]) -> bool {
    let begins = |line: &str, before: &str| {
        let rest = line.split_once(before).map(|(_, rest)| rest);
        let rest = rest.and_then(|rest| rest.strip_prefix(name));
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c == '_' || c.is_alphanumeric()))
    };
    let lines = || sources.iter().flat_map(|source| source.lines());
    let keywords = ["fn ", "struct ", "enum ", "const "];
    lines().any(|line| keywords.iter().any(|keyword| begins(line, keyword)))
        || lines().any(|line| {
            let rest = line.trim_start().strip_prefix(name);
            rest.is_some_and(|rest| [" {", "(", ","].iter().any(|next| rest.starts_with(next)))
        })
}

#[test]
fn every_name_in_the_architecture_is_one_in_the_sources() {
    let sources = files(&["src", "crates"], ".rs", true);
    let sources: Vec<String> = sources.iter().map(|file| text(file)).collect();
    let architecture = text(Path::new("ARCHITECTURE.md"));
    let is_name = |quoted: &&str| {
        let part = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
        };
        let is_limit = quoted.contains("_MAX");
        quoted.split("::").all(part) && (is_limit || quoted.contains("::"))
    };
    let names: Vec<&str> = quoted(&architecture).filter(is_name).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        let last = name.rsplit("::").next().expect("has a part");
        assert!(is_defined(last, &sources), "ARCHITECTURE.md names {name}");
    }
    assert!(
        !is_defined("plan_all_steps", &sources),
        "this test can fail"
    );
}

#[test]
fn the_papers_are_short() {
    for (paper, lines_max) in [("README.md", 100), ("ARCHITECTURE.md", 250)] {
        assert!(text(Path::new(paper)).lines().count() <= lines_max);
    }
}
