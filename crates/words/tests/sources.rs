//! The files of words and the sources agree: every message is said somewhere, with the values that its places
//! need, and nothing is said that no file has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::read_to_string;
use std::path::{Path, PathBuf};

use outcry_words::{Value, english};

fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the repository")
}

/// The files below a folder that end like this.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let found = entries.flat_map(|entry| {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => files(&path, end),
            false => vec![path],
        }
    });
    let ends = |path: &PathBuf| path.to_str().is_some_and(|path| path.ends_with(end));
    found.filter(ends).collect()
}

/// Each message of the English files with the names of its places.
fn messages() -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files(&root().join("crates/words/en"), ".ftl") {
        let mut key = String::new();
        for line in read_to_string(file).expect("a text").lines() {
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                let named = line.split_once(" = ").expect("a message");
                key = named.0.to_owned();
                let new = messages.insert(key.clone(), BTreeSet::new());
                assert_eq!(new, None, "{key} is there twice");
            }
            if !line.starts_with('#') {
                let places = line.split('$').skip(1).map(name);
                let known = places.map(str::to_owned);
                messages.entry(key.clone()).or_default().extend(known);
            }
        }
    }
    messages.remove("");
    messages
}

/// The letters, digits and dashes at the beginning.
fn name(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    &text[..end.unwrap_or(text.len())]
}

/// The program's sources, without the tests at the ends of files.
fn sources() -> Vec<(PathBuf, String)> {
    let crates = std::fs::read_dir(root().join("crates")).expect("a folder");
    let rooms = crates.map(|entry| entry.expect("an entry").path().join("src"));
    let rooms = rooms.filter(|room| room.is_dir() && !room.ends_with("words/src"));
    let rooms = rooms.chain([root().join("src")]);
    let files = rooms.flat_map(|room| files(&room, ".rs"));
    let read = files.map(|file| {
        let text = read_to_string(&file).expect("a source");
        let code = text.split("#[cfg(test)]\nmod tests {").next();
        (file, code.unwrap_or_default().to_owned())
    });
    read.collect()
}

/// What stands in quotation marks and looks like a key of a family that the files know.
fn keys<'a>(code: &'a str, families: &'a BTreeSet<&str>) -> impl Iterator<Item = &'a str> {
    let quoted = code.split('"').skip(1);
    quoted.filter(|text| {
        let family = text.split_once('-').map(|(family, _)| family);
        name(text) == *text && family.is_some_and(|family| families.contains(family))
    })
}

/// Every `say("key", [("place", …), …])`: the key with the names of the places.
fn said(code: &str) -> Vec<(&str, BTreeSet<String>)> {
    let mut found = Vec::new();
    for (at, begin) in code.match_indices("say(") {
        let rest = code[at + begin.len()..].trim_start();
        let Some(rest) = rest
            .strip_prefix('"')
            .filter(|rest| name(rest).contains('-'))
        else {
            continue;
        };
        let list = &rest[name(rest).len() + 1..];
        // `say("key", with)`: the list stands above.
        let above = code[..at]
            .rfind("let with = ")
            .filter(|_| list.starts_with(", with)"));
        let list = above.map_or(list, |above| &code[above..at]);
        found.push((name(rest), places(list)));
    }
    found
}

/// The names in `, [("a", …), ("b", …)])`: texts that begin a pair of the list itself.
fn places(rest: &str) -> BTreeSet<String> {
    let mut places = BTreeSet::new();
    let mut depth = 0;
    let mut characters = rest.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => while characters.next_if(|(_, c)| *c != '"').is_some() {},
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => continue,
        }
        if character == '"' {
            characters.next();
        }
        if character == '(' && depth == 2 {
            let pair = rest[at + 1..].trim_start().strip_prefix('"');
            places.extend(pair.map(|pair| name(pair).to_owned()));
        }
        if depth == 0 && character == ']' || depth < 0 {
            break;
        }
    }
    places
}

#[test]
fn every_message_is_said_and_nothing_else_is() {
    let messages = messages();
    let families: BTreeSet<&str> = messages
        .keys()
        .filter_map(|key| key.split_once('-'))
        .map(|(family, _)| family)
        .collect();
    let mut used = BTreeSet::new();
    for (file, code) in sources() {
        for key in keys(&code, &families) {
            let known = messages.contains_key(key);
            assert!(known, "{}: no file has {key}", file.display());
            used.insert(key.to_owned());
        }
        let phrases = code.split("phrase(\"").skip(1).map(name);
        for key in phrases.chain(said(&code).into_iter().map(|(key, _)| key)) {
            let known = messages.contains_key(key);
            assert!(known, "{}: no file has {key}", file.display());
        }
    }
    let unused: Vec<&String> = messages.keys().filter(|key| !used.contains(*key)).collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

#[test]
fn every_message_is_given_the_values_that_it_needs() {
    let messages = messages();
    let mut with_places = BTreeSet::new();
    for (file, code) in sources() {
        for (key, places) in said(&code) {
            assert_eq!(
                messages.get(key),
                Some(&places),
                "{}: {key}",
                file.display()
            );
            with_places.insert(key.to_owned());
        }
    }
    let needs = messages.iter().filter(|(_, places)| !places.is_empty());
    for (key, _) in needs {
        assert!(
            with_places.contains(key),
            "{key} has places, and nobody fills them"
        );
    }
}

#[test]
fn every_message_can_be_said() {
    for (key, places) in messages() {
        for value in [Value::from(1), Value::from(2), Value::from("Ann")] {
            assert!(places.len() <= PLACES_MAX, "{key}");
            let mut with: [(&str, Value<'_>); PLACES_MAX] =
                std::array::from_fn(|_| ("", Value::None));
            for (slot, place) in with.iter_mut().zip(&places) {
                *slot = (place.as_str(), value.clone());
            }
            // A place that stays empty is a panic here, and so is a reference that leads nowhere.
            let words = english().say(&key, with);
            assert!(!words.trim().is_empty(), "{key}");
            assert!(!words.contains(['{', '}']), "{key}: {words}");
        }
    }
}

/// The most places of a message.
const PLACES_MAX: usize = 6;

#[test]
fn the_scan_reads_what_it_is_for() {
    let code = r#"words.say("a-b", [("who", name(&[("x", 1)]).into()), ("n", 2.into())]); say("c-d", []) say(key, x)"#;
    let found = said(code);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, [("a-b", names(&["who", "n"])), ("c-d", names(&[]))]);
}
