//! The papers tell the truth: every path they name exists, and they are as short as promised.

use std::path::Path;

fn text(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect(file)
}

/// What stands between backticks and looks like a path of this repository.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|quoted| {
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
    for paper in ["ARCHITECTURE.md", "README.md"] {
        let text = text(paper);
        for path in paths(&text) {
            let found = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
            assert!(found.exists(), "{paper} names {path}");
        }
    }
}

#[test]
fn every_link_in_the_papers_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for paper in ["README.md", "docs/operate.md"] {
        let text = text(paper);
        let folder = root
            .join(paper)
            .parent()
            .expect("a file has a folder")
            .to_owned();
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            if !link.starts_with("http") && !link.starts_with('#') {
                assert!(folder.join(link).exists(), "{paper} links to {link}");
            }
        }
    }
}

#[test]
fn the_papers_are_short() {
    assert!(text("README.md").lines().count() <= 100);
    assert!(text("ARCHITECTURE.md").lines().count() <= 250);
}
