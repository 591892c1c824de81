//! The words that people read: a catalogue for each language, in Project Fluent (projectfluent.org).
//! Knows no other room, nobody who reads, and nothing of the machine: no language comes from the environment.

mod catalogue;

use std::borrow::Cow;
use std::sync::LazyLock;

pub use catalogue::{Catalogue, Unreadable};
/// What stands at a place of a message: a text, or a number that may choose a plural.
pub use fluent_bundle::FluentValue as Value;

/// The files of a language: names of things, then a file for each place where sentences stand.
const ENGLISH: [&str; 10] = [
    include_str!("../en/answers.ftl"),
    include_str!("../en/checks.ftl"),
    include_str!("../en/letters.ftl"),
    include_str!("../en/names.ftl"),
    include_str!("../en/outcomes.ftl"),
    include_str!("../en/pages.ftl"),
    include_str!("../en/problems.ftl"),
    include_str!("../en/reasons.ftl"),
    include_str!("../en/refusals.ftl"),
    include_str!("../en/timeline.ftl"),
];

static IN_ENGLISH: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::read("en", &ENGLISH).expect("a test reads the same files"));

/// The catalogue of whoever has asked for no other language.
pub fn english() -> &'static Catalogue {
    &IN_ENGLISH
}

/// A message in English, with these values in its places.
pub fn say<const PLACES: usize>(key: &'static str, with: [(&str, Value<'_>); PLACES]) -> String {
    english().say(key, with).into_owned()
}

/// A message in English that has no places.
pub fn phrase(key: &'static str) -> &'static str {
    match english().say(key, []) {
        Cow::Borrowed(words) => words,
        Cow::Owned(words) => {
            debug_assert!(false, "{key} has places: {words}");
            key
        }
    }
}
