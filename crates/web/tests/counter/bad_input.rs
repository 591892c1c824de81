//! Bad input at every door: a problem that names the field, and nothing recorded.

use reqwest::Method;
use serde_json::{Value, json};

use crate::shop::{Answer, Shop, answer, theft};

fn with(pointer: &str, value: Value) -> Value {
    let mut report = theft();
    report[pointer] = value;
    report
}

/// A jacket with another field.
fn thing(field: &str, value: Value) -> Value {
    let mut thing = json!({"name": "Jacket", "quantity": 1});
    thing[field] = value;
    thing
}

/// The report is refused for the field at the pointer.
async fn refused(shop: &Shop, report: Value, pointer: &str) -> Answer {
    let told = report.to_string();
    let answer = shop.as_("ann").report(report).await;
    assert_eq!(answer.status, 422, "{told}: {}", answer.text);
    answer.problem(422, "invalid-field").at(pointer)
}

#[tokio::test]
async fn a_field_of_a_report_that_does_not_fit_is_named() {
    let shop = Shop::open().await;
    for (field, value) in [
        ("site", json!("nowhere-1")),
        ("site", json!("Leeds 012")),
        ("site", json!("")),
        ("site", json!("a".repeat(41))),
        ("site", json!(12)),
        ("site", json!(null)),
        ("category", json!("thefts")),
        ("category", json!("panic")),
        ("category", json!(["theft"])),
        ("occurred_at", json!("2026-11-22T14:05:01Z")),
        ("occurred_at", json!("2099-01-01T00:00:00Z")),
        ("occurred_at", json!("2020-01-01T00:00:00Z")),
        ("occurred_at", json!("2026-11-22 14:00")),
        ("occurred_at", json!("2026-02-30T00:00:00Z")),
        ("occurred_at", json!("9999-99-99T99:99:99Z")),
        ("occurred_at", json!(1795356000)),
        ("narrative", json!({"text": "x"})),
        ("narrative", json!("x".repeat(20_001))),
        ("area", json!("roof")),
        ("device", json!("till-99")),
        ("channel", json!("pigeon")),
        ("channel", json!("button")),
        ("reporter", json!("nobody")),
        ("fields", json!([])),
        ("items", json!({})),
        ("items", json!(vec![thing("name", json!("x")); 101])),
        ("silent", json!(true)),
    ] {
        refused(&shop, with(field, value), &format!("/{field}")).await;
    }
    refused(&shop, json!({}), "/site").await;
    refused(&shop, json!({"site": "leeds-012"}), "/category").await;
    assert_eq!(shop.facts(), 0, "nothing refused is half recorded");
}

#[tokio::test]
async fn an_item_or_an_answer_that_does_not_fit_is_named_in_its_place() {
    let shop = Shop::open().await;
    for (field, value) in [
        ("name", json!("")),
        ("name", json!(5)),
        ("quantity", json!(0)),
        ("quantity", json!(-1)),
        ("quantity", json!(1.5)),
        ("quantity", json!(u64::MAX)),
        ("quantity", json!("2")),
        ("value_minor", json!(-1)),
        ("value_minor", json!(i64::MAX)),
        ("sku", json!("")),
        ("price", json!(1)),
    ] {
        let items = json!([thing("name", json!("Hat")), thing(field, value)]);
        refused(&shop, with("items", items), &format!("/items/1/{field}")).await;
    }
    for (question, answer, pointer) in [
        ("no_such_question", json!(true), "/fields/no_such_question"),
        ("a", json!({"b": 1}), "/fields/a"),
        ("a", json!(1.5), "/fields/a"),
        ("a", json!([1]), "/fields/a/0"),
    ] {
        refused(&shop, with("fields", json!({question: answer})), pointer).await;
    }
    assert_eq!(shop.facts(), 0, "nothing refused is half recorded");
}

#[tokio::test]
async fn a_field_that_is_not_known_is_answered_with_the_one_that_was_meant() {
    let shop = Shop::open().await;
    refused(&shop, with("a/b~c", json!("x")), "/a~1b~0c").await;
    let hint = refused(&shop, with("naratve", json!("x")), "/naratve").await;
    let words = hint.body["detail"].as_str().unwrap();
    assert!(words.contains("did you mean `narrative`?"), "{words}");
}

#[tokio::test]
async fn a_verb_that_does_not_fit_names_its_field() {
    let shop = Shop::open().await;
    let id = shop.theft().await;
    let dan = shop.as_("dan");
    let facts = shop.facts();
    let long = "x".repeat(4_001);
    for (verb, body, pointer) in [
        ("acknowledge", json!({"by": "me"}), "/by"),
        ("comment", json!({}), "/text"),
        ("comment", json!({"text": ""}), "/text"),
        ("comment", json!({"text": " \n\t"}), "/text"),
        ("comment", json!({"text": long}), "/text"),
        ("comment", json!({"text": ["x"]}), "/text"),
        ("reassign", json!({}), "/to"),
        ("reassign", json!({"to": "nobody"}), "/to"),
        ("reassign", json!({"to": "bob"}), "/to"),
        ("reassign", json!({"to": "Ann Example"}), "/to"),
        ("escalate", json!({"reason": 5}), "/reason"),
        ("respond", json!({"note": long}), "/note"),
        ("resolve", json!({}), "/resolution"),
        ("resolve", json!({"resolution": "won"}), "/resolution"),
        (
            "resolve",
            json!({"resolution": "other", "note": long}),
            "/note",
        ),
        ("false-alarm", json!({"note": long}), "/note"),
        ("merge", json!({}), "/into"),
        ("merge", json!({"into": "INC-7F3K-92QX"}), "/into"),
        ("override", json!({"risk": 5}), "/reason"),
        ("override", json!({"risk": -5, "reason": "x"}), "/risk"),
        ("override", json!({"risk": 300, "reason": "x"}), "/risk"),
        (
            "override",
            json!({"queue": "nowhere", "reason": "x"}),
            "/queue",
        ),
        (
            "override",
            json!({"category": "x", "reason": "x"}),
            "/category",
        ),
        ("seen", json!({"at": "now"}), "/at"),
    ] {
        let answer = dan.act(&id, verb, body.clone()).await;
        assert_eq!(answer.status, 422, "{verb} {body}: {}", answer.text);
        answer.problem(422, "invalid-field").at(pointer);
    }
    assert_eq!(shop.facts(), facts);
}

#[tokio::test]
async fn what_is_no_json_says_where() {
    let shop = Shop::open().await;
    let ann = shop.as_("ann");
    let deep = format!(
        "{{\"site\":\"leeds-012\",\"fields\":{}1{}}}",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    for text in [
        b"{".to_vec(),
        b"{\"site\":}".to_vec(),
        b"nonsense".to_vec(),
        b"{\"site\":\"leeds-012\",\"category\":\"theft\"} trailing".to_vec(),
        b"\xff\xfe{\x00}\x00".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        b"{\"site\":\"\x01\"}".to_vec(),
        b"{\"site\":\"leeds-012\",\"category\":\"theft\",\"narrative\":\"\xc3\x28\"}".to_vec(),
        b"{\"site\":\"leeds-012\",\"category\":\"theft\",\"narrative\":\"\\ud800\"}".to_vec(),
        b"{'site':'leeds-012'}".to_vec(),
        b"NaN".to_vec(),
    ] {
        let told = String::from_utf8_lossy(&text).into_owned();
        let answer = ann.post_text("/reports", text).await;
        assert_eq!(answer.status, 400, "{told}: {}", answer.text);
        answer.problem(400, "malformed-json");
    }
    let answer = ann.post_text("/reports", deep).await;
    assert!(matches!(answer.status, 400 | 422), "{}", answer.text);
    for text in ["[]", "null", "5", "\"x\"", "true"] {
        ann.post_text("/reports", text)
            .await
            .problem(422, "invalid-field");
    }
    let twice = r#"{"site":"leeds-012","site":"hull-282","category":"theft"}"#;
    let answer = ann
        .post_text("/reports", twice)
        .await
        .problem(422, "invalid-field");
    assert!(
        answer.text.contains("/site: is there more than once"),
        "{}",
        answer.text
    );
    let twice = r#"{"site":"leeds-012","category":"theft","fields":{"a":true,"a":false}}"#;
    ann.post_text("/reports", twice)
        .await
        .problem(422, "invalid-field")
        .at("/fields");
    assert_eq!(shop.facts(), 0);
}

#[tokio::test]
async fn the_form_of_a_body_is_asked_for() {
    let shop = Shop::open().await;
    let post = |form: &str| {
        let request = shop.as_("ann").ask(Method::POST, "/reports");
        let request = if form.is_empty() {
            request
        } else {
            request.header("content-type", form)
        };
        answer(request.body(theft().to_string()))
    };
    for form in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "\u{1}x",
    ] {
        if form.contains('\u{1}') {
            continue;
        }
        post(form).await.problem(415, "unsupported-media-type");
    }
    for form in [
        "application/json; charset=latin1",
        "application/json;charset=\"utf-16\"",
        "application/json; profile=x; Charset = ISO-8859-1",
        "application/json; charset=",
    ] {
        let refused = post(form).await.problem(415, "unsupported-media-type");
        assert!(refused.text.contains("charset=utf-8"), "{}", refused.text);
    }
    let till = shop.as_("tills").ask(Method::POST, "/events");
    let till = till.header(
        "content-type",
        "application/cloudevents+json; charset=latin1",
    );
    answer(till.body("{}"))
        .await
        .problem(415, "unsupported-media-type");
    assert_eq!(shop.facts(), 0);
    for form in [
        "application/json",
        "APPLICATION/JSON; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "application/vnd.shop+json",
    ] {
        post(form).await.created();
    }
    // Verbs without anything to say need no body.
    let id = shop.theft().await;
    let path = format!("/incidents/{id}/acknowledge");
    answer(shop.as_("dan").ask(Method::POST, &path)).await.ok();
}

#[tokio::test]
async fn keys_and_ids_that_do_not_fit_are_named() {
    let shop = Shop::open().await;
    let ann = shop.as_("ann");
    let long = "k".repeat(201);
    for key in ["", " ", "a b", "sch\u{f6}n", &long] {
        let request = ann
            .ask(Method::POST, "/reports")
            .header("idempotency-key", key.as_bytes());
        answer(request.json(&theft()))
            .await
            .problem(400, "invalid-header")
            .names("Idempotency-Key");
    }
    let request = ann.ask(Method::POST, "/reports");
    let request = request
        .header("idempotency-key", "a")
        .header("idempotency-key", "b");
    answer(request.json(&theft()))
        .await
        .problem(400, "invalid-header");
    ann.post_once("/reports", &"k".repeat(200), theft())
        .await
        .created();

    for id in [
        "x",
        "123",
        "INC-7F3K-92QX",
        "%00",
        "%ff",
        "..%2f..%2fetc%2fpasswd",
        "0193a0b0-0000-7000-8000-00000000000g",
    ] {
        ann.get(&format!("/incidents/{id}"))
            .await
            .problem(400, "invalid-path")
            .names("id");
        ann.act(id, "comment", json!({"text": "x"}))
            .await
            .problem(400, "invalid-path");
    }
    for id in ["A", "a_b", "%E2%82%AC", &"a".repeat(41)] {
        ann.get(&format!("/sites/{id}"))
            .await
            .problem(400, "invalid-path");
    }
    let nowhere = "0193a0b0-0000-7000-8000-000000000000";
    ann.get(&format!("/incidents/{nowhere}"))
        .await
        .problem(404, "not-found");
    ann.act(nowhere, "comment", json!({"text": "x"}))
        .await
        .problem(404, "not-found");
}

#[tokio::test]
async fn what_lies_beyond_a_limit_is_told_the_limit() {
    let shop = Shop::open().await;
    let items = json!([thing("value_minor", json!(1_000_000_000_000_i64))]);
    let told = refused(&shop, with("items", items), "/items/0/value_minor").await;
    assert!(
        told.text.contains("must be 0 to 10000000000"),
        "{}",
        told.text
    );
    let late = with("occurred_at", json!("9999-12-31T23:59:59Z"));
    let told = refused(&shop, late, "/occurred_at").await;
    assert!(
        told.text.contains("before the end of the year 9999"),
        "{}",
        told.text
    );
    for (field, pointer) in [
        ("repeat_after_s", "/repeat_after_s"),
        ("after_s", "/steps/0/after_s"),
    ] {
        let mut policy = json!({"name": "Slow", "repeat_after_s": 60, "steps": [
            {"after_s": 0, "targets": [{"kind": "role", "role": "desk", "reach": "all"}], "channels": ["desk"]},
        ]});
        match field {
            "after_s" => policy["steps"][0][field] = json!(1_000_000_000_000_i64),
            _ => policy[field] = json!(1_000_000_000_000_i64),
        }
        let put = shop.as_("ada").ask(Method::PUT, "/policies/slow");
        let put = put.header("if-none-match", "*").json(&policy);
        let told = answer(put).await.problem(422, "invalid-field").at(pointer);
        assert!(told.text.contains("86400"), "{}", told.text);
    }
}

#[tokio::test]
async fn a_packed_body_is_told_that_it_must_not_be() {
    let shop = Shop::open().await;
    let packed = shop.as_("ann").ask(Method::POST, "/reports");
    let packed = packed.header("content-encoding", "gzip").json(&theft());
    let told = answer(packed).await.problem(415, "unsupported-media-type");
    assert!(told.text.contains("Content-Encoding"), "{}", told.text);
    let event = shop.as_("tills").ask(Method::POST, "/events");
    let event = event.header("content-type", "application/cloudevents+json");
    let event = event.header("content-encoding", "gzip").body("{}");
    answer(event).await.problem(415, "unsupported-media-type");
    // A call for help is one whatever it is packed in.
    let press = shop.as_("ann").ask(Method::POST, "/panic");
    answer(press.header("content-encoding", "gzip").body("?"))
        .await
        .created();
}
