//! Reads JSON into a shape; what does not fit is named by its JSON pointer, with what it must be.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::words::{self, Fault};
use crate::problem::{Problem, kind};

/// How alike two names must be to be taken for a slip of the pen, 0 to 1.
const ALIKE: f64 = 0.7;

/// The value in `bytes`; an empty body counts as `{}`.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    // The reader below would take a list for an object, field by field.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        let text = "must be an object such as {}, not a list";
        return Err(Problem::field("", text));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        refused::<T>(bytes, pointer, &error.into_inner())
    })?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// A name where a list stands is told as a fault of the text; whether it is one shows a second reading.
fn refused<T: DeserializeOwned>(bytes: &[u8], at: String, error: &serde_json::Error) -> Problem {
    let whole = match serde_json::from_slice::<Value>(bytes) {
        Ok(whole) => whole,
        Err(broken) => return malformed(&broken),
    };
    match words::fault(&said(error)) {
        Fault::Here(detail) => Problem::field(at, detail),
        Fault::Below(name, detail) => {
            let parent = parent(&at, &name);
            Problem::field(format!("{parent}/{}", escape(&name)), detail)
        }
        Fault::Unclear => {
            let detail = choices::<T>(whole, &at);
            let detail = detail.unwrap_or_else(|| "does not fit; /api/docs shows its form".into());
            Problem::field(at, detail)
        }
    }
}

/// What is known at a place where only certain words fit: a word that nobody knows is answered with
/// all that somebody does.
fn choices<T: DeserializeOwned>(mut whole: Value, at: &str) -> Option<String> {
    *whole.pointer_mut(at)? = Value::String("?".to_owned());
    let error = serde_path_to_error::deserialize::<_, T>(&whole).err()?;
    match words::fault(&said(error.inner())) {
        Fault::Here(detail) if pointer(error.path()) == at => Some(detail),
        _ => None,
    }
}

/// The error without its place in the text.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

fn malformed(error: &serde_json::Error) -> Problem {
    let detail = format!(
        "line {}, column {}: {}",
        error.line(),
        error.column(),
        words::syntax(&said(error))
    );
    Problem::new(kind::MALFORMED_JSON, detail)
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

/// The words for an unknown name.
pub(super) fn nearest(name: &str, known: &[&str]) -> String {
    match alike(name, known) {
        Some(meant) => format!("is not known here; did you mean `{meant}`?"),
        None if known.is_empty() => "is not known here; nothing is expected".to_owned(),
        None => format!("is not known here; known are: {}", known.join(", ")),
    }
}

/// The name that was meant, if one is near enough.
pub(super) fn alike<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = |other: &&str| strsim::jaro_winkler(name, other);
    let best = known
        .iter()
        .copied()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&best) >= ALIKE).then_some(best)
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
        #[serde(default)]
        kind: Option<Size>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Size {
        Large,
        Small,
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
            ("{", "malformed-json", "", "ends too early"),
            ("{}", "invalid-field", "/site", "is missing"),
            ("{}x", "malformed-json", "", "follows the end"),
            (r#"{"site":"a"} x"#, "malformed-json", "", "follows the end"),
            (
                r#"{"site":5}"#,
                "invalid-field",
                "/site",
                "must be text in double quotes, not a number",
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
                "/site",
                "more than once",
            ),
            (
                r#"{"site":"a","items":[{"quantity":1},{"quantity":-1}]}"#,
                "invalid-field",
                "/items/1/quantity",
                "must be a whole number, 0 or more",
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
            ("\"\\ud800\"", "malformed-json", "", "after a backslash"),
            (
                r#"{"site":"a","items":[{"quantity":1,"kind":5}]}"#,
                "invalid-field",
                "/items/0/kind",
                "must be one of large, small",
            ),
            (
                r#"{"site":"a","items":[{"quantity":1,"kind":{"large":1}}]}"#,
                "invalid-field",
                "/items/0/kind",
                "must be one of large, small",
            ),
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
