//! Problems are told in plain English: whatever is sent in place of whatever is expected, the answer names
//! the field and what it must be, and never speaks of the program's own types.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::shop::{Answer, Shop, answer, theft};

/// What only those say who write Rust.
const JARGON: &[&str] = &[
    "u8",
    "u16",
    "u32",
    "u64",
    "i64",
    "usize",
    "f64",
    "enum",
    "struct",
    "variant",
    "sequence",
    " map",
    "serde",
    "expected ",
    "unit",
    "uuid",
    "invalid",
    "boolean",
    "identifier",
    "deserial",
    "eof",
    "duplicate field",
    "trailing",
    "of that kind",
    "parsing",
    "token",
];

/// What may come instead of a value.
fn strange() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(5),
        json!(300),
        json!(1.5),
        json!(1e30),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(""),
        json!("x, expected u8"),
        json!("INC-7F3K-92QX"),
        json!([]),
        json!([1, "two"]),
        json!([[]]),
        json!({}),
        json!({"theft": null}),
        json!({"a": {"b": 1}}),
    ]
}

/// Every place in a value, from the outside in.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, member)| places(member, &format!("{at}/{name}"), found)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(n, item)| places(item, &format!("{at}/{n}"), found)),
        _ => {}
    }
}

/// A full body of every kind that is taken, and where it goes.
fn bodies(incident: &str) -> Vec<(Method, String, Value)> {
    let act =
        |verb: &str, body: Value| (Method::POST, format!("/incidents/{incident}/{verb}"), body);
    let put = |path: &str, body: Value| (Method::PUT, path.to_owned(), body);
    let mut report = theft();
    report["occurred_at"] = json!("2026-11-22T13:00:00Z");
    report["area"] = json!("menswear");
    report["device"] = json!("till-1");
    report["channel"] = json!("phone");
    report["reporter"] = json!("ann");
    report["fields"] = json!({"still_here": true, "what": ["clothes"], "how_many": 2});
    report["items"] = json!([{"sku": "1", "name": "Jacket", "quantity": 1, "value_minor": 100}]);
    let panic = json!({"site": "leeds-012", "area": "menswear", "device": "till-1", "silent": true, "pressed_at": "2026-11-22T13:59:00Z"});
    let change = json!({"category": "theft", "risk": 50, "queue": "urgent", "reason": "x"});
    let site = json!({"id": "leeds-012", "name": "Leeds", "region": "north", "timezone": "Europe/London", "address": "x",
        "areas": [{"id": "menswear", "name": "Menswear"}],
        "devices": [{"id": "till-1", "name": "Till 1", "kind": "till", "area": "menswear", "covers": ["menswear"]}],
        "panic": {"hold_ms": 800, "silent": false}, "version": 1});
    let person = json!({"id": "bob", "name": "Bob", "role": "clerk", "reach": {"kind": "site", "id": "hull-282"},
        "contacts": [{"channel": "mail", "address": "bob@shop.example"}], "active": true, "version": 1});
    let queue = json!({"id": "urgent", "name": "Urgent", "priority": 2, "checkpoint": false,
        "acknowledge_within_s": 120, "resolve_within_s": 7200, "policy": "urgent", "version": 1});
    let policy = json!({"id": "urgent", "name": "Urgent", "repeat_after_s": 300, "version": 1, "steps": [{"after_s": 0,
        "channels": ["desk", "mail"], "targets": [{"kind": "role", "role": "desk", "reach": "all"},
        {"kind": "on_call", "schedule": "nights"}, {"kind": "person", "id": "dan"}]}]});
    let schedule = json!({"id": "nights", "name": "Nights", "people": ["dan"], "starts_at": "2026-11-22T08:00:00Z",
        "turn_s": 43200, "overrides": [{"person": "mia", "from": "2026-11-22T08:00:00Z", "until": "2026-11-22T09:00:00Z"}],
        "on_call": {}, "version": 1});
    let template = json!({"category": "theft", "name": "Theft", "icon": "x", "tile": 1, "safety": "x", "version": 1,
        "questions": [{"id": "what", "label": "What?", "kind": "many", "required": false, "flag": "weapon",
            "options": [{"id": "clothes", "label": "Clothes"}]}]});
    vec![
        (Method::POST, "/reports".into(), report),
        (Method::POST, "/panic".into(), panic),
        act("acknowledge", json!({})),
        act("comment", json!({"text": "x"})),
        act("reassign", json!({"to": "dan"})),
        act("escalate", json!({"reason": "x"})),
        act("respond", json!({"note": "x"})),
        act("resolve", json!({"resolution": "other", "note": "x"})),
        act(
            "merge",
            json!({"into": "0193a0b0-0000-7000-8000-000000000000"}),
        ),
        act("override", change),
        put("/sites/leeds-012", site),
        put("/people/bob", person),
        put("/queues/urgent", queue),
        put("/policies/urgent", policy),
        put("/schedules/nights", schedule),
        put("/templates/theft", template),
        put(
            "/regions/north",
            json!({"id": "north", "name": "North", "version": 1}),
        ),
        (Method::POST, "/people/bob/sign-in-link".into(), json!({})),
    ]
}

/// The problem is told in plain words, and names its place.
#[track_caller]
fn plain(answer: &Answer, sent: &str) {
    let texts = std::iter::once(&answer.body["detail"]).chain(
        answer.body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|e| &e["detail"]),
    );
    for text in texts {
        let said = text.as_str().unwrap_or_default();
        // What a sender wrote is quoted; it is not what we say.
        let own = said.split(", was ").next().unwrap_or_default();
        let own = own
            .split(": is not known")
            .next()
            .unwrap_or_default()
            .to_lowercase();
        let found: Vec<&&str> = JARGON.iter().filter(|word| own.contains(**word)).collect();
        assert!(found.is_empty(), "{found:?} in {said:?} for {sent}");
    }
    if answer.status == 422 {
        let pointer = answer.body["errors"][0]["pointer"].as_str();
        let detail = answer.body["detail"].as_str().unwrap_or_default();
        assert!(
            detail.starts_with(pointer.expect("a pointer")),
            "{} for {sent}",
            answer.text
        );
    }
}

#[tokio::test]
async fn whatever_is_sent_instead_is_answered_in_plain_words() {
    let shop = Shop::open().await;
    let id = shop.theft().await;
    let mut told = BTreeSet::new();
    for (method, path, body) in bodies(&id) {
        let name = if method == Method::PUT || path.ends_with("link") {
            "ada"
        } else {
            "dan"
        };
        let send = async |body: &Value| {
            // Nobody has read that version: what fits is refused for that, and nothing changes.
            let request = shop
                .as_(name)
                .ask(method.clone(), &path)
                .header("if-match", "\"999\"");
            answer(request.json(body)).await
        };
        let mut all = Vec::new();
        places(&body, "", &mut all);
        for at in all {
            for value in strange() {
                let mut changed = body.clone();
                *changed.pointer_mut(&at).unwrap() = value;
                let answer = send(&changed).await;
                assert!(answer.status < 500, "{path} {changed}: {}", answer.text);
                if answer.status >= 400 {
                    plain(&answer, &format!("{path} {changed}"));
                    told.insert(answer.body["errors"][0]["detail"].to_string());
                }
            }
            let Some((parent, name)) = at.rsplit_once('/') else {
                continue;
            };
            let mut changed = body.clone();
            if let Some(Value::Object(members)) = changed.pointer_mut(parent) {
                let value = members.remove(name).unwrap();
                members.insert(format!("{name}z"), value);
                let answer = send(&changed).await;
                if answer.status >= 400 {
                    plain(&answer, &format!("{path} {changed}"));
                }
            }
        }
    }
    assert!(told.len() > 25, "many kinds of faults were met: {told:#?}");
    assert!(
        !told.iter().any(|words| words.contains("does not fit")),
        "{told:#?}"
    );
}

#[tokio::test]
async fn a_text_that_is_no_json_is_answered_in_plain_words() {
    let shop = Shop::open().await;
    for text in [
        "{",
        "{\"site\"",
        "{\"site\":}",
        "{\"site\":\"a\"",
        "{\"site\":\"a\",}",
        "{\"site\":\"a\" \"b\"}",
        "{site:1}",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "nonsense",
        "NaN",
        "{} x",
        "{\"a\":\"\u{1}\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":01}",
        "{\"a\":1e999}",
        "{\"a\":-}",
        "{\"site\":\"leeds",
        "\"",
    ] {
        let told = shop.as_("ann").post_text("/reports", text).await;
        plain(&told.problem(400, "malformed-json"), text);
        let request = shop.as_("tills").ask(Method::POST, "/events");
        for form in [
            "application/cloudevents+json",
            "application/cloudevents-batch+json",
        ] {
            let request = request.try_clone().unwrap().header("content-type", form);
            let told = answer(request.body(text.to_owned())).await;
            plain(&told, text);
            for refused in told.body["rejected"].as_array().into_iter().flatten() {
                let said = refused["problem"]["detail"]
                    .as_str()
                    .unwrap()
                    .to_lowercase();
                assert!(
                    !said.contains("eof") && !said.contains("expected "),
                    "{said}"
                );
            }
        }
    }
    let deep = "[".repeat(300);
    let answer = shop
        .as_("ann")
        .post_text("/reports", format!("{{\"a\":{deep}"))
        .await;
    assert!(answer.text.contains("nested too deep"), "{}", answer.text);
}

#[tokio::test]
async fn the_way_out_is_in_the_words_for_a_report() {
    let shop = Shop::open().await;
    let with = |at: &str, value: Value| {
        let mut report = theft();
        report[at] = value;
        report
    };
    for (body, words) in [
        (
            with("site", json!(5)),
            "/site: must be text in double quotes, not a number",
        ),
        (
            with("channel", json!("fax")),
            "/channel: must be one of terminal, phone, api, mail, portal",
        ),
        (
            with("channel", json!(7)),
            "/channel: must be one of terminal, phone, api, mail, portal",
        ),
        (with("category", json!("thefts")), "did you mean theft?"),
        (
            with("items", json!({})),
            "/items: must be a list such as [], not an object",
        ),
        (
            with("items", json!([{"name": "x", "quantity": -1}])),
            "/items/0/quantity: must be a whole number, 0 or more",
        ),
        (
            with("fields", json!({"a": 1.5})),
            "/fields/a: must be true, false, a whole number, text, or a list of chips",
        ),
        (
            with("occurred_at", json!("noon")),
            "/occurred_at: must be a time such as 2026-11-22T14:02:07Z",
        ),
    ] {
        let answer = shop
            .as_("ann")
            .report(body)
            .await
            .problem(422, "invalid-field");
        assert!(
            answer.body["detail"].as_str().unwrap().contains(words),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn the_way_out_is_in_the_words_for_addresses_settings_and_verbs() {
    let shop = Shop::open().await;
    let answer = shop
        .as_("dan")
        .get("/incidents/INC-7F3K-92QX")
        .await
        .problem(400, "invalid-path");
    assert!(
        answer.text.contains("must be the id of an incident"),
        "{}",
        answer.text
    );
    let id = shop.theft().await;
    let target = json!({"kind": "role", "role": 5, "reach": "all"});
    let policy = json!({"name": "x", "repeat_after_s": 300, "steps": [{"after_s": 0, "channels": ["desk"], "targets": [target]}]});
    let answer = shop
        .as_("ada")
        .put("/policies/x", "new", policy)
        .await
        .problem(422, "invalid-field");
    answer.at("/steps/0/targets/0/role");
    let answer = shop
        .as_("dan")
        .act(&id, "override", json!({"risk": 300, "reason": "x"}))
        .await;
    let answer = answer.problem(422, "invalid-field").at("/risk");
    assert!(answer.text.contains("from 0 to 100"), "{}", answer.text);
}
