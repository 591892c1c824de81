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

/// A source file.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// What stands in the blocks at the left margin that begin with this word and have that type's name.
    fn blocks_of<'a>(&'a self, word: &str, name: &str) -> impl Iterator<Item = &'a str> {
        let mut inside = false;
        self.text.lines().filter(move |line| {
            let before = inside;
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let head = line.strip_prefix("pub ").unwrap_or(line);
                let mut words = head.split(|c: char| c != '_' && !c.is_alphanumeric());
                inside = words.next() == Some(word)
                    && line.ends_with('{')
                    && words.any(|word| word == name);
                return false;
            }
            inside &= *line != "}";
            before && inside
        })
    }

    /// Whether the file is that module, or lies in the folder of it.
    fn is_of_module(&self, name: &str) -> bool {
        let folder = self.path.parent().and_then(Path::file_name);
        self.path.file_stem().is_some_and(|stem| stem == name)
            || folder.is_some_and(|folder| folder == name)
    }
}

/// Whether the line begins the definition of a function, a type or a limit of that name.
fn defines(line: &str, name: &str) -> bool {
    let mut rest = line.trim_start();
    for before in ["pub ", "pub(crate) ", "pub(super) ", "async "] {
        rest = rest.strip_prefix(before).unwrap_or(rest);
    }
    let rest = [
        "fn ",
        "struct ",
        "enum ",
        "trait ",
        "type ",
        "const fn ",
        "const ",
    ]
    .iter()
    .find_map(|keyword| rest.strip_prefix(keyword));
    is_whole(rest.and_then(|rest| rest.strip_prefix(name)))
}

/// Whether the line begins one case of a choice.
fn is_case(line: &str, name: &str) -> bool {
    let rest = line
        .strip_prefix("    ")
        .and_then(|line| line.strip_prefix(name));
    rest.is_some_and(|rest| [" {", "(", ","].iter().any(|next| rest.starts_with(next)))
}

/// Whether what is left of a line after a name is no more of the name.
fn is_whole(rest: Option<&str>) -> bool {
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c == '_' || c.is_alphanumeric()))
}

/// Whether there is `Type::name` with that type, `module::name` in that module, or `NAME` anywhere.
fn is_defined(name: &str, sources: &[Source]) -> bool {
    let Some((of, name)) = name.rsplit_once("::") else {
        let mut lines = sources.iter().flat_map(|source| source.text.lines());
        return lines.any(|line| defines(line, name));
    };
    let of = of.rsplit("::").next().expect("has a part");
    if of.starts_with(char::is_uppercase) {
        return sources.iter().any(|source| {
            source.blocks_of("impl", of).any(|line| defines(line, name))
                || source.blocks_of("enum", of).any(|line| is_case(line, name))
        });
    }
    let mut modules = sources.iter().filter(|source| source.is_of_module(of));
    modules.any(|source| {
        let mut free = source.text.lines().filter(|line| !line.starts_with(' '));
        free.any(|line| defines(line, name))
    })
}

fn sources() -> Vec<Source> {
    let paths = files(&["src", "crates"], ".rs", true).into_iter();
    paths
        .map(|path| Source {
            text: text(&path),
            path,
        })
        .collect()
}

#[test]
fn every_name_in_the_architecture_is_one_in_the_sources() {
    let sources = sources();
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
        assert!(is_defined(name, &sources), "ARCHITECTURE.md names {name}");
    }
}

#[test]
fn a_name_that_is_gone_or_moved_is_found_out() {
    let sources = sources();
    for (there, elsewhere) in [
        ("Ledger::report", "Ledger::elapse"),
        ("escalate::elapse", "escalate::report"),
        // A variable, a call and a field are no definitions.
        ("Incident::decide", "Incident::moment"),
        ("ledger::Ledger", "ledger::Arc"),
        ("Refusal::Nothing", "Refusal::nothing"),
        ("ROUNDS_MAX", "ROUNDS_MA"),
        ("Courier::handle", "handle::Courier"),
    ] {
        assert!(is_defined(there, &sources), "{there}");
        assert!(!is_defined(elsewhere, &sources), "{elsewhere}");
    }
}

#[test]
fn the_papers_are_short() {
    for (paper, lines_max) in [("README.md", 100), ("ARCHITECTURE.md", 250)] {
        assert!(text(Path::new(paper)).lines().count() <= lines_max);
    }
}

/// Writes what goes with the program into a folder; with another `cargo`, what that one tells of.
fn notices(folder: &Path, cargo: Option<&Path>) -> std::process::Output {
    let mut script = std::process::Command::new(root().join("packaging/notices"));
    if let Some(home) = cargo {
        let path = std::env::var("PATH").expect("a path");
        script.env("PATH", format!("{}:{path}", home.display()));
        script.env("CARGO_HOME", home);
    }
    script.arg(folder).output().expect("runs")
}

#[test]
fn what_goes_with_the_program_names_all_that_is_inside() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = notices(folder.path(), None);
    assert!(told.status.success(), "{told:?}");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("a text");
    assert_eq!(read("LICENSE"), text(Path::new("LICENSE")));
    assert!(read("rust-standard-library.html").contains("hashbrown"));
    let notices = read("NOTICES");
    let whose = |begin: &str| notices.lines().any(|line| line.starts_with(begin));
    for inside in [
        "axum 0.",
        "libmimalloc-sys 0.", // its licence stands beside its C sources
        "maud 0.",            // it brings none, and offers Apache-2.0
        "the browser app: crates/web/ui/vendor/LICENCE-preact.txt",
        "the browser app: crates/web/ui/fonts/LICENCE-atkinson-next.txt",
        "data: data/online-retail/SOURCE.md",
    ] {
        assert!(whose(inside), "{inside}");
    }
    for outside in ["serde_derive ", "proptest ", "outcry"] {
        assert!(!whose(outside), "{outside}");
    }
}

#[test]
fn what_brings_no_licence_is_handed_on_by_nobody() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path();
    std::fs::create_dir_all(home.join("registry/src/index/ghost-1.0.0")).expect("made");
    let cargo = home.join("cargo");
    std::fs::write(&cargo, "#!/bin/sh\necho 'ghost v1.0.0|GPL-3.0-only'\n").expect("written");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&cargo, mode).expect("set");
    let told = notices(&home.join("notices"), Some(home));
    let err = String::from_utf8_lossy(&told.stderr);
    assert!(!told.status.success(), "{err}");
    let words = "ghost 1.0.0 (GPL-3.0-only) brings no text of its licence";
    assert!(err.contains(words), "{err}");
    assert!(!home.join("notices").exists());
}
