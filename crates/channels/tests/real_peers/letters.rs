//! Letters made of arbitrary text, read back by another mail library (Python's) behind a real mail server.

use outcry_channels::{Lane, Letter, Message, Outcome};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;

use crate::mail::{key, open, settings};
use crate::peers::Peer;

/// Letters of random text.
const RANDOM_LETTERS: usize = 300;

/// What has broken other programs' mail.
const NASTY: [&str; 24] = [
    "",
    " ",
    "\0",
    "a\r\nBcc: thief@evil.example",
    "a\nBcc: thief@evil.example\n\nHello",
    "a\r\n.\r\nMAIL FROM:<thief@evil.example>",
    ".",
    "..",
    ".\r\n",
    "\n.\n",
    "From the till",
    "=?utf-8?B?SGVsbG8=?=",
    "=?utf-8?Q?=0D=0ABcc:_x?=",
    "=0D=0A",
    "Ω≈ç√∫˜µ≤≥÷ 田中さんにあげて下さい 😍👨‍👩‍👧 مُنَاقَشَةُ",
    "\u{202E}drow\u{202C} \u{FEFF}\u{2066}x\u{2069}",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "<script>alert(1)</script> ${jndi:ldap://x} '; DROP TABLE x;--",
    "Content-Type: text/html; boundary=\"x\"\r\n\r\n--x",
    "\u{7f}\u{80}\u{85}\u{9f}\u{2028}\u{2029}",
    "tab\there\u{b}and\u{c}there",
    "\"quoted\" <a@b.example>, c@d.example;",
    "----------------------------------------------------------------------------------------------------------",
    "  leading and trailing  ",
];

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = NASTY.iter().map(ToString::to_string).collect();
    texts.push("x".repeat(5_000));
    texts.push("å".repeat(5_000));
    texts.push("long lines ".repeat(300));
    texts.push("\u{10FFFF}\u{FFFD}é".repeat(200));
    // More of them, as a JSON array of strings: OUTCRY_TEST_TEXTS=file.
    if let Some(path) = std::env::var_os("OUTCRY_TEST_TEXTS") {
        let more: Vec<String> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        texts.extend(more);
    }
    texts
}

fn letters() -> Vec<Letter> {
    let letter = |what: String, place: String, reference: String, text: String| Letter {
        to: "anna@shop.example".into(),
        priority: 2,
        what,
        place,
        reference,
        text,
    };
    let mut letters: Vec<Letter> = texts()
        .into_iter()
        .map(|text| letter(text.clone(), text.clone(), text.clone(), text))
        .collect();
    let mut runner = TestRunner::deterministic();
    let part = prop_oneof![
        any::<String>(),
        "[ -~]{0,200}",
        "(\r|\n|\r\n|[ .=?a-z]){0,60}",
        "(\\PC| ){0,120}"
    ];
    let parts = (part.clone(), part.clone(), part.clone(), part);
    for _ in 0..RANDOM_LETTERS {
        let (what, place, reference, text) = parts.new_tree(&mut runner).unwrap().current();
        letters.push(letter(what, place, reference, text));
    }
    letters
}

/// The characters of a text that must survive its journey: all that show something.
fn visible(text: &str) -> String {
    let steering = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}');
    text.chars()
        .filter(|c| !(c.is_whitespace() || c.is_control() || steering(*c)))
        .collect()
}

const HEADERS: [&str; 11] = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "X-Outcry-Incident",
    "X-Outcry-Delivery",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

#[tokio::test]
async fn any_text_arrives_whole_and_stays_in_its_place() {
    let mut peer = Peer::start("smtp.py", &json!({})).await;
    let outbound = open(settings(&peer));
    for (n, letter) in letters().into_iter().enumerate() {
        let outcome = outbound
            .send(
                Lane::Normal,
                &key(&format!("{n}")),
                &Message::Mail(letter.clone()),
                0,
            )
            .await;
        assert!(
            matches!(outcome, Outcome::Accepted { .. }),
            "{letter:?}: {outcome:?}"
        );
        let arrived = peer.next("letter").await;
        let headers = arrived["headers"].as_array().unwrap();
        let names: Vec<&str> = headers
            .iter()
            .map(|pair| pair[0].as_str().unwrap())
            .collect();
        assert_eq!(names, HEADERS, "{letter:?}");
        assert_eq!(arrived["defects"], json!([]), "{letter:?}");
        assert_eq!(
            arrived["recipients"],
            json!(["anna@shop.example"]),
            "{letter:?}"
        );
        assert_eq!(
            visible(headers[3][1].as_str().unwrap()),
            visible(&letter.subject()),
            "{letter:?}"
        );
        assert!(letter.subject().chars().count() <= 200, "{letter:?}");
        let body = visible(arrived["body"].as_str().unwrap());
        let expected = visible(&letter.text);
        if letter.text.chars().count() <= 8_000 {
            assert_eq!(body, expected, "{letter:?}");
        } else {
            assert!(
                body.ends_with('…') && expected.starts_with(body.trim_end_matches('…')),
                "{letter:?}"
            );
        }
    }
}
