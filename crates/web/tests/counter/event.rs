//! Till and sensor events.

use reqwest::Method;
use serde_json::{Value, json};

use crate::shop::{Answer, Shop, answer, theft};

const ONE: &str = "application/cloudevents+json";
const BATCH: &str = "application/cloudevents-batch+json";

fn sale(id: &str) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "/sites/leeds-012/tills/1",
        "type": "outcry.till.sale", "time": "2026-11-22T13:59:00Z", "subject": "leeds-012",
        "data": {"till": "till-1", "transaction": id, "currency": "GBP", "total_minor": 4999,
            "lines": [{"sku": "22423", "name": "Jacket", "quantity": 1, "unit_minor": 4999}]}
    })
}

async fn send(shop: &Shop, name: &str, form: &str, body: &Value) -> Answer {
    let request = shop
        .as_(name)
        .ask(Method::POST, "/events")
        .header("content-type", form);
    answer(request.body(body.to_string())).await
}

#[tokio::test]
async fn events_are_taken_once_by_source_and_id() {
    let shop = Shop::open().await;
    let one = send(&shop, "tills", ONE, &sale("a")).await.is(202).body;
    assert_eq!(one, json!({"accepted": 1, "duplicate": 0, "rejected": []}));
    let batch = json!([sale("a"), sale("b"), sale("c")]);
    let many = send(&shop, "tills", BATCH, &batch).await.is(202).body;
    assert_eq!(many, json!({"accepted": 2, "duplicate": 1, "rejected": []}));
}

#[tokio::test]
async fn a_key_gives_the_first_answer_again() {
    let shop = Shop::open().await;
    let post = |body: Value| {
        let request = shop.as_("tills").ask(Method::POST, "/events");
        let request = request
            .header("content-type", ONE)
            .header("idempotency-key", "k");
        answer(request.body(body.to_string()))
    };
    let first = post(sale("a")).await.is(202);
    let again = post(sale("a")).await.is(202);
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("idempotency-replayed"), "true");
    post(sale("b")).await.problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn an_event_that_does_not_fit_is_named_and_the_others_are_taken() {
    let shop = Shop::open().await;
    let wrong = |pointer: &str, value: Value| {
        let mut event = sale("w");
        *event.pointer_mut(pointer).unwrap() = value;
        event
    };
    for (event, pointer) in [
        (wrong("/specversion", json!("0.3")), "/specversion"),
        (wrong("/id", json!("")), "/id"),
        (wrong("/id", json!(5)), "/id"),
        (wrong("/source", json!(null)), "/source"),
        (wrong("/type", json!("outcry.till.sail")), "/type"),
        (wrong("/time", json!("noon")), "/time"),
        (wrong("/time", json!("2026-11-22T15:00:00Z")), "/time"),
        (wrong("/time", json!("1999-01-01T00:00:00Z")), "/time"),
        (wrong("/subject", json!("nowhere-1")), "/subject"),
        (
            wrong("/data/total_minor", json!("49.99")),
            "/data/total_minor",
        ),
        (wrong("/data/lines", json!("two")), "/data/lines"),
        (
            wrong("/data/lines/0/quantity", json!("one")),
            "/data/lines/0/quantity",
        ),
        (wrong("/data", json!([])), "/data"),
    ] {
        let batch = json!([sale("good"), event, 5]);
        let told = send(&shop, "tills", BATCH, &batch).await.is(202).body;
        assert_eq!(
            told["accepted"].as_u64().unwrap() + told["duplicate"].as_u64().unwrap(),
            1,
            "{told}"
        );
        let refused = &told["rejected"][0];
        assert_eq!(refused["index"], 1);
        assert_eq!(refused["problem"]["type"], "/problems/invalid-field");
        assert_eq!(
            refused["problem"]["errors"][0]["pointer"], pointer,
            "{told}"
        );
        assert_eq!(told["rejected"][1]["index"], 2, "{told}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_batch_is_refused_as_a_whole() {
    let shop = Shop::open().await;
    let send_text = async |form: &str, text: &[u8]| {
        let request = shop
            .as_("tills")
            .ask(Method::POST, "/events")
            .header("content-type", form);
        answer(request.body(text.to_vec())).await
    };
    send_text("application/json", b"{}")
        .await
        .problem(415, "unsupported-media-type");
    send_text(ONE, b"{").await.problem(400, "malformed-json");
    send_text(BATCH, b"[{}")
        .await
        .problem(400, "malformed-json");
    send_text(BATCH, b"\xff")
        .await
        .problem(400, "malformed-json");
    send_text(BATCH, b"{}").await.problem(422, "invalid-field");
    send_text(BATCH, b"").await.problem(400, "malformed-json");
    let many = json!(vec![sale("x"); 1_001]).to_string();
    assert!(many.len() < 1024 * 1024, "the count is what is too much");
    send_text(BATCH, many.as_bytes())
        .await
        .problem(413, "too-large");
}

#[tokio::test]
async fn a_stream_that_is_behind_says_when_to_come_back() {
    let full = outcry_stream::Settings {
        waiting_bytes_max: 0,
        ..Default::default()
    };
    let shop = Shop::beside(full, |_| {}).await;
    let refused = send(&shop, "tills", ONE, &sale("a")).await;
    let refused = refused.problem(429, "stream-behind");
    assert_eq!(refused.header("retry-after"), "1");
}

#[tokio::test]
async fn a_stream_that_has_ended_takes_nothing_and_reports_go_on() {
    let shop = Shop::open().await;
    shop.bus.stop().await;
    let refused = send(&shop, "tills", ONE, &sale("a")).await;
    let refused = refused.problem(503, "unavailable");
    assert_eq!(refused.header("retry-after"), "5");
    shop.as_("ann").post("/reports", theft()).await.is(201);
}
