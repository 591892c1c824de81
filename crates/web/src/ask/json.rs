//! Reads JSON into a shape; what does not fit is named by its JSON pointer, with what it must be.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use crate::problem::{Problem, kind};

/// How alike two names must be to be taken for a slip of the pen, 0 to 1.
const ALIKE: f64 = 0.7;

/// The value in `bytes`; an empty body counts as `{}`.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    // The reader below would take a list for an object, field by field.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Problem::field(
            "",
            "must be an object such as {}, not a list",
        ));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let error = error.into_inner();
        // A name where a list stands is told as a fault of the text; it is one of the field.
        if error.classify() == Category::Syntax && serde_json::from_slice::<Value>(bytes).is_ok() {
            return Problem::field(pointer, "cannot be a value of that kind");
        }
        refused(&error, &pointer)
    })?;
    json.end().map_err(|error| refused(&error, ""))?;
    Ok(value)
}

fn refused(error: &serde_json::Error, pointer: &str) -> Problem {
    if error.classify() != Category::Data {
        return Problem::new(kind::MALFORMED_JSON, error.to_string());
    }
    let text = error.to_string();
    let detail = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(detail, _)| detail);
    match unknown(detail) {
        Some((name, known)) => {
            let at = parent(pointer, &name);
            Problem::field(format!("{at}/{}", escape(&name)), nearest(&name, &known))
        }
        None => match absent(detail) {
            Some(name) => Problem::field(format!("{pointer}/{}", escape(name)), "is missing"),
            None => Problem::field(pointer.to_owned(), detail),
        },
    }
}

/// `/items/0/name`, by RFC 6901.
fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |mut text, segment| {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("/{index}")),
            Segment::Map { key } => text.push_str(&format!("/{}", escape(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
        text
    })
}

fn escape(name: &str) -> String {
    let short: String = name.chars().take(60).collect();
    short.replace('~', "~0").replace('/', "~1")
}

/// The unknown name may or may not be part of the path already.
fn parent<'a>(pointer: &'a str, name: &str) -> &'a str {
    match pointer.rsplit_once('/') {
        Some((parent, last)) if last == escape(name) => parent,
        _ => pointer,
    }
}

/// The name and what is known instead, from serde's "unknown field `x`, expected one of `y`, `z`".
fn unknown(detail: &str) -> Option<(String, Vec<&str>)> {
    let rest = detail.strip_prefix("unknown field `")?;
    let (name, rest) = rest
        .rsplit_once("`, expected ")
        .or_else(|| rest.rsplit_once("`, there are no fields"))?;
    let known = rest.split('`').skip(1).step_by(2).collect();
    Some((name.to_owned(), known))
}

fn absent(detail: &str) -> Option<&str> {
    detail.strip_prefix("missing field `")?.strip_suffix('`')
}

/// The words for an unknown name.
pub(super) fn nearest(name: &str, known: &[&str]) -> String {
    let likeness = |other: &&&str| strsim::jaro_winkler(name, other);
    let best = known
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match best {
        Some(best) if likeness(&best) >= ALIKE => {
            format!("is not known here; did you mean `{best}`?")
        }
        Some(_) => format!("is not known here; known are: {}", known.join(", ")),
        None => "is not known here; nothing is expected".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Outer {
        site: String,
        #[serde(default)]
        items: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Inner {
        quantity: u32,
    }

    fn wrong(text: &str) -> (String, String, String) {
        let problem = read::<Outer>(text.as_bytes()).expect_err("does not fit");
        let error = problem.errors.first().cloned();
        let pointer = error.as_ref().and_then(|e| e.pointer.clone());
        (
            problem.kind.slug.to_owned(),
            pointer.unwrap_or_default(),
            error.map_or(problem.detail, |e| e.detail),
        )
    }

    #[test]
    fn what_does_not_fit_is_pointed_at() {
        for (text, slug, pointer, words) in [
            ("{", "malformed-json", "", "EOF while parsing"),
            ("{}x", "invalid-field", "/site", "is missing"),
            (r#"{"site":"a"} x"#, "malformed-json", "", "trailing"),
            (
                r#"{"site":5}"#,
                "invalid-field",
                "/site",
                "expected a string",
            ),
            (
                r#"{"sit":"a"}"#,
                "invalid-field",
                "/sit",
                "did you mean `site`?",
            ),
            (
                r#"{"zzz":"a"}"#,
                "invalid-field",
                "/zzz",
                "known are: site, items",
            ),
            (
                r#"{"site":"a","site":"b"}"#,
                "invalid-field",
                "",
                "duplicate field `site`",
            ),
            (
                r#"{"site":"a","items":[{"quantity":1},{"quantity":-1}]}"#,
                "invalid-field",
                "/items/1/quantity",
                "expected u32",
            ),
            (
                r#"{"site":"a","items":[{"quantiti":1}]}"#,
                "invalid-field",
                "/items/0/quantiti",
                "did you mean `quantity`?",
            ),
            (
                r#"{"site":"a","items":[{}]}"#,
                "invalid-field",
                "/items/0/quantity",
                "is missing",
            ),
            ("[]", "invalid-field", "", "must be an object"),
            (r#"["a", []]"#, "invalid-field", "", "must be an object"),
            ("\"\\ud800\"", "malformed-json", "", "hex escape"),
        ] {
            let (found_slug, found_pointer, found_words) = wrong(text);
            assert_eq!(found_slug, slug, "{text}: {found_words}");
            assert_eq!(found_pointer, pointer, "{text}: {found_words}");
            assert!(found_words.contains(words), "{text}: {found_words}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_and_depth_without_end_are_refused() {
        let broken = read::<Outer>(b"{\"site\":\"\xff\xfe\"}").expect_err("no UTF-8");
        assert_eq!(broken.kind.status.as_u16() / 100, 4);
        let deep = format!("{{\"site\":{}", "[".repeat(100_000));
        assert!(read::<Outer>(deep.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            let _ = read::<Outer>(&bytes);
        }

        #[test]
        fn an_unknown_name_is_named(name in "[a-zA-Z~/`' ]{1,12}") {
            prop_assume!(name != "site" && name != "items");
            let body = serde_json::json!({"site": "a", name.clone(): 1}).to_string();
            let (slug, pointer, _) = wrong(&body);
            prop_assert_eq!(slug, "invalid-field");
            prop_assert_eq!(pointer, format!("/{}", escape(&name)));
        }
    }
}
