//! What a reader of JSON says of a fault, in words for the person who wrote the body. Nothing that serde
//! says of itself gets past here: what is not known below becomes `Fault::Unclear`.

use super::json::nearest;

/// What serde calls a length that it asks for, and numbers that it has room for.
const WHOLE: [(&str, &str, &str); 10] = [
    ("u8", "0", "255"),
    ("u16", "0", "65535"),
    ("u32", "0", "4294967295"),
    ("u64", "0", "18446744073709551615"),
    ("usize", "0", "18446744073709551615"),
    ("i8", "-128", "127"),
    ("i16", "-32768", "32767"),
    ("i32", "-2147483648", "2147483647"),
    ("i64", "-9223372036854775808", "9223372036854775807"),
    ("isize", "-9223372036854775808", "9223372036854775807"),
];

/// How the messages of our own types begin; they are passed on as they are.
const OURS: [&str; 4] = ["must ", "may ", "has ", "is "];

/// What is wrong with a field.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// With the field at the place of the error.
    Here(String),
    /// With the field of that name below it.
    Below(String, String),
    /// The text does not say what would have fitted.
    Unclear,
}

/// The fault that serde's text of a misfit tells of, without the line and the column.
pub(super) fn fault(text: &str) -> Fault {
    if let Some(rest) = text.strip_prefix("unknown field `") {
        let (name, known) = choice(rest);
        return Fault::Below(name.to_owned(), nearest(name, &known));
    }
    if let Some(rest) = text.strip_prefix("unknown variant `") {
        let (word, known) = choice(rest);
        return Fault::Here(one_of(word, &known));
    }
    let named = |prefix: &str| text.strip_prefix(prefix)?.strip_suffix('`');
    if let Some(name) = named("missing field `") {
        return Fault::Below(name.to_owned(), "is missing".to_owned());
    }
    if let Some(name) = named("duplicate field `") {
        let words = "is there more than once; send it once";
        return Fault::Below(name.to_owned(), words.to_owned());
    }
    if text.starts_with("UUID parsing failed") {
        return Fault::Here(AN_ID.to_owned());
    }
    if OURS.iter().any(|begins| text.starts_with(begins)) {
        return Fault::Here(text.to_owned());
    }
    misfit(text).map_or(Fault::Unclear, Fault::Here)
}

const AN_ID: &str = "must be the id of an incident, such as 01a2056a-b718-7563-a9e8-16b06c2c1489";

/// `invalid type: integer `5`, expected a string` and its like.
fn misfit(text: &str) -> Option<String> {
    let (found, wanted) = text.strip_prefix("invalid ")?.rsplit_once(", expected ")?;
    let (_, found) = found.split_once(": ").unwrap_or_default();
    let whole = WHOLE.iter().find(|(kind, ..)| *kind == wanted);
    let must_be = match wanted {
        "a string" | "a borrowed string" | "str" | "a character" => "text in double quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list such as []",
        "a map" => "an object such as {}",
        "f32" | "f64" => "a number",
        "a formatted UUID string" => return Some(AN_ID.to_owned()),
        _ if wanted.starts_with("must be ") => return Some(wanted.to_owned()),
        _ if wanted.starts_with("struct ") || wanted.contains("tagged enum ") => {
            "an object such as {}"
        }
        _ => return whole.map(|kind| number(found, *kind)),
    };
    Some(format!("must be {must_be}{}", not(found)))
}

fn number(found: &str, (_, least, most): (&str, &str, &str)) -> String {
    let from = if least == "0" { ", 0 or more" } else { "" };
    let integer = found
        .strip_prefix("integer `")
        .and_then(|rest| rest.strip_suffix('`'));
    match integer {
        Some(negative) if negative.starts_with('-') && least == "0" => {
            format!("must be a whole number{from}")
        }
        Some(negative) if negative.starts_with('-') => format!("must be at least {least}"),
        // The width of a number is no rule that anybody should read.
        Some(_) if most.len() > 10 => "is larger than any number that is taken here".to_owned(),
        Some(_) => format!("must be at most {most}"),
        None => format!("must be a whole number{from}{}", not(found)),
    }
}

/// What stands there instead.
fn not(found: &str) -> &'static str {
    let kinds = [
        ("null", ", not null"),
        ("boolean", ", not true or false"),
        ("integer", ", not a number"),
        ("floating point", ", not a number with a fraction"),
        ("string", ", not text"),
        ("map", ", not an object"),
        ("sequence", ", not a list"),
    ];
    let known = kinds.iter().find(|(kind, _)| found.starts_with(kind));
    known.map_or("", |(_, words)| words)
}

/// What was sent and what is known instead, from "x`, expected one of `y`, `z`".
fn choice(rest: &str) -> (&str, Vec<&str>) {
    let (name, rest) = rest
        .rsplit_once("`, expected ")
        .or_else(|| rest.rsplit_once("`, there are no "))
        .unwrap_or((rest, ""));
    (name, rest.split('`').skip(1).step_by(2).collect())
}

/// The words for a value that is not among those that are known.
pub(super) fn one_of(word: &str, known: &[&str]) -> String {
    match known {
        [] => "cannot be sent".to_owned(),
        [only] => format!("must be {only}"),
        known => match super::json::alike(word, known) {
            Some(meant) => format!("must be one of {}; did you mean {meant}?", known.join(", ")),
            None => format!("must be one of {}", known.join(", ")),
        },
    }
}

/// Why a text is not JSON, from the reader's own words for it.
pub(crate) fn syntax(said: &str) -> &'static str {
    match said {
        text if text.starts_with("EOF ") => {
            "it ends too early; a quotation mark or a closing bracket is missing"
        }
        text if text.starts_with("control character") => {
            "a line break or another control character stands in a text; write it as \\n or \\u0000"
        }
        text if text.contains("escape") => {
            "the characters after a backslash are none of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u1234"
        }
        "invalid unicode code point" | "the text is not UTF-8" => "the text is not UTF-8",
        "expected `:`" => "a colon is missing after a name",
        "expected `,` or `]`" => "a comma or the end of the list is missing",
        "expected `,` or `}`" => "a comma or the end of the object is missing",
        "key must be a string" | "expected `\"`" => "a name must stand in double quotes",
        "trailing comma" => "nothing follows the last comma",
        "trailing characters" => "something follows the end of the value",
        "invalid number" => "a number is not written as JSON asks",
        "number out of range" => "a number is too large",
        "recursion limit exceeded" => "it is nested too deep",
        _ => {
            "a value was expected: text in double quotes, a number, true, false, null, a list or an object"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(text: &str) -> String {
        match fault(text) {
            Fault::Here(words) => words,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn whatever_serde_says_becomes_words() {
        for (said, words) in [
            (
                "invalid type: integer `5`, expected a string",
                "must be text in double quotes, not a number",
            ),
            (
                "invalid type: null, expected a boolean",
                "must be true or false, not null",
            ),
            (
                "invalid type: map, expected a sequence",
                "must be a list such as [], not an object",
            ),
            (
                "invalid type: sequence, expected struct Report",
                "must be an object such as {}, not a list",
            ),
            (
                "invalid type: string \"x\", expected internally tagged enum Whom",
                "must be an object such as {}, not text",
            ),
            (
                "invalid type: floating point `1.5`, expected u32",
                "must be a whole number, 0 or more, not a number with a fraction",
            ),
            (
                "invalid value: integer `-1`, expected u32",
                "must be a whole number, 0 or more",
            ),
            (
                "invalid value: integer `300`, expected u8",
                "must be at most 255",
            ),
            (
                "invalid value: integer `9223372036854775808`, expected i64",
                "is larger than any number that is taken here",
            ),
            (
                "invalid type: boolean `true`, expected i64",
                "must be a whole number, not true or false",
            ),
            (
                "invalid type: integer `5`, expected must be a time",
                "must be a time",
            ),
            (
                "UUID parsing failed: invalid character: found `I` at 1",
                AN_ID,
            ),
            (
                "unknown variant `x`, expected `a` or `b`",
                "must be one of a, b",
            ),
            (
                "unknown variant `thef`, expected one of `theft`, `fraud`, `other`",
                "must be one of theft, fraud, other; did you mean theft?",
            ),
            ("must be 1 to 4", "must be 1 to 4"),
        ] {
            assert_eq!(here(said), words, "{said}");
        }
    }

    #[test]
    fn what_a_sender_wrote_cannot_pass_for_what_is_expected() {
        let said = "invalid type: string \"a, expected u8\", expected a boolean";
        assert_eq!(here(said), "must be true or false, not text");
        let said = "unknown field `x`, expected `y`, expected one of `site`, `area`";
        let Fault::Below(name, words) = fault(said) else {
            panic!("{said}");
        };
        assert_eq!(name, "x`, expected `y");
        assert!(words.contains("site, area"), "{words}");
    }

    #[test]
    fn what_is_not_known_is_not_passed_on() {
        for said in [
            "data did not match any variant of untagged enum X",
            "invalid type: integer `5`, expected unit",
            "invalid length 3, expected tuple struct Y with 2 elements",
            "expected value",
        ] {
            assert_eq!(fault(said), Fault::Unclear, "{said}");
        }
    }
}
