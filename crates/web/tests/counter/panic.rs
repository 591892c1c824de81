//! Calls for help: whatever comes with one, help comes.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::shop::{Answer, Shop, answer};

#[tokio::test]
async fn a_call_for_help_is_critical_at_once() {
    let shop = Shop::open().await;
    let filed = shop
        .as_("ann")
        .panic(json!({"site": "leeds-012", "area": "menswear"}))
        .await
        .created();
    let id = filed["incident"]["id"].as_str().unwrap();
    let told = shop.as_("dan").get(&format!("/incidents/{id}")).await.ok();
    assert_eq!(told["category"], "panic");
    assert_eq!(told["priority"], 1);
    assert_eq!(told["queue"], "critical");
    assert_eq!(told["state"], "open");
    assert!(told["escalation"]["steps"].as_array().unwrap().len() > 1);
    assert_eq!(told["acknowledge_by"], "2026-11-22T14:00:30.000Z");
}

impl Shop {
    /// A press as somebody sends it, byte by byte.
    fn press(&self, name: &str, body: impl Into<Vec<u8>>) -> RequestBuilder {
        self.as_(name).ask(Method::POST, "/panic").body(body.into())
    }

    /// What is on record of a press, and how its first entry tells it.
    async fn told(&self, pressed: Answer) -> (Value, String) {
        let id = pressed.created()["incident"]["id"].clone();
        let path = format!("/incidents/{}", id.as_str().unwrap());
        let told = self.as_("dan").get(&path).await.ok();
        let words = told["timeline"][0]["words"].as_str().unwrap().to_owned();
        (told, words)
    }
}

const PLAIN: &str = "Panic reported from the terminal";

fn without(left_out: &str) -> String {
    format!("{PLAIN} (did not fit, and was put right or left out: {left_out})")
}

#[tokio::test]
async fn no_field_refuses_a_call_for_help() {
    let shop = Shop::open().await;
    for (field, value) in [
        ("area", json!("roof")),
        ("area", json!("Men's wear")),
        ("area", json!(5)),
        ("area", json!("a".repeat(41))),
        ("area", json!({"id": "menswear"})),
        ("device", json!("bell")),
        ("device", json!(["till-1"])),
        ("silent", json!("yes")),
        ("silent", json!(1)),
        ("pressed_at", json!("2026-11-22T15:00:00Z")),
        ("pressed_at", json!("just now")),
        ("pressed_at", json!(1_795_356_000)),
        ("pressed_at", json!("2026-02-30T00:00:00Z")),
        ("site", json!("nowhere-1")),
        ("site", json!("Leeds 012")),
        ("site", json!(12)),
    ] {
        let mut body = json!({"site": "leeds-012"});
        body[field] = value;
        let pressed = shop.as_("ann").panic(body.clone()).await;
        let (told, words) = shop.told(pressed).await;
        assert_eq!(words, without(field), "{body}");
        assert_eq!(told["site"], "leeds-012", "{body}");
        assert_eq!(told["area"], Value::Null, "{body}");
        assert_eq!(told["occurred_at"], "2026-11-22T14:00:00.000Z", "{body}");
        assert_eq!(told["queue"], "critical", "{body}");
    }
}

#[tokio::test]
async fn what_fits_is_kept_beside_what_does_not() {
    let shop = Shop::open().await;
    let body = json!({"site": "leeds-012", "area": "menswear", "silent": "no", "device": 1, "pressed_at": "2026-11-22T13:59:59Z",
        "category": "theft", "Ann Example was here": true});
    let pressed = shop.as_("wall").panic(body).await;
    let (told, words) = shop.told(pressed).await;
    // The names of fields may be anything: what is not known is not written down.
    assert_eq!(words, without("device, silent, unknown fields"));
    assert_eq!(told["area"], "menswear");
    assert_eq!(told["occurred_at"], "2026-11-22T13:59:59.000Z");
    assert_eq!(told["category"], "panic");
    let full = json!({"site": "leeds-012", "area": null, "device": "till-1", "silent": true});
    let pressed = shop.as_("wall").panic(full).await;
    let (told, words) = shop.told(pressed).await;
    assert_eq!((words.as_str(), &told["silent"]), (PLAIN, &json!(true)));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_a_press_all_the_same() {
    let shop = Shop::open().await;
    for (body, area) in [
        (&b"nonsense"[..], None),
        (b"{", None),
        (b"null", None),
        (b"[\"leeds-012\"]", None),
        (b"\xff\xfe{\x00}\x00", None),
        (b"site=leeds-012&area=menswear", None),
        (b"{\"area\":\"mens", None),
        (b"{\"area\":\"menswear\",}", Some("menswear")),
        (b"{\"area\":\"menswear\",\"devi", Some("menswear")),
        (b"{\"area\":\"menswear\"} and more", Some("menswear")),
    ] {
        let (told, words) = shop.told(answer(shop.press("ann", body)).await).await;
        let sent = String::from_utf8_lossy(body);
        assert_eq!(words, without("body"), "{sent}");
        assert_eq!(told["site"], "leeds-012", "{sent}");
        assert_eq!(told["area"].as_str(), area, "{sent}");
    }
    let deep = format!("{{\"area\":{}", "[".repeat(5_000));
    let (_, words) = shop.told(answer(shop.press("ann", deep)).await).await;
    assert_eq!(words, without("body"));
}

#[tokio::test]
async fn a_press_needs_no_body_and_no_form_of_it() {
    let shop = Shop::open().await;
    for form in [
        None,
        Some("text/plain"),
        Some("application/json; charset=latin1"),
        Some("sch\u{f6}n"),
    ] {
        for (body, area) in [("", None), (r#"{"area":"menswear"}"#, Some("menswear"))] {
            let mut request = shop.press("wall", body);
            if let Some(form) = form {
                request = request.header("content-type", form.as_bytes());
            }
            let (told, words) = shop.told(answer(request).await).await;
            assert_eq!(words, PLAIN, "{form:?} {body}");
            assert_eq!(told["area"].as_str(), area, "{form:?} {body}");
        }
    }
}

#[tokio::test]
async fn only_a_store_that_cannot_be_known_refuses_a_call_for_help() {
    let shop = Shop::open().await;
    for name in ["ned", "dan", "tills"] {
        for body in [
            "",
            "nonsense",
            "{}",
            r#"{"site":null}"#,
            r#"{"site":"Leeds 012"}"#,
        ] {
            let refused = answer(shop.press(name, body)).await;
            let refused = refused.problem(422, "invalid-field").at("/site");
            assert!(refused.text.contains("/api/v1/sites"), "{}", refused.text);
        }
        let refused = answer(shop.press(name, r#"{"site":"nowhere-1"}"#)).await;
        let refused = refused.problem(422, "invalid-field").at("/site");
        assert!(
            refused.text.contains("no site nowhere-1"),
            "{}",
            refused.text
        );
        // As far as the text goes it is read, and that is far enough.
        answer(shop.press(name, r#"{"site":"hull-282",}"#))
            .await
            .created();
    }
    let elsewhere = answer(shop.press("bob", r#"{"site":"leeds-012"}"#)).await;
    elsewhere.problem(422, "invalid-field").at("/site");
    answer(shop.press("lea", "nonsense"))
        .await
        .problem(403, "forbidden");
    let nobody = shop.as_nobody().ask(Method::POST, "/api/v1/panic");
    answer(nobody.body("nonsense"))
        .await
        .problem(401, "not-signed-in");
}

#[tokio::test]
async fn a_press_that_comes_twice_is_one_whatever_it_says() {
    let shop = Shop::open().await;
    let press = |body: &str| answer(shop.press("ann", body).header("idempotency-key", "p-1"));
    let first = press("nonsense").await.is(201);
    let again = press("nonsense").await.is(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, first.body);
    let other = press(r#"{"site":"leeds-012"}"#).await;
    other.problem(422, "idempotency-key-reused");
    // A key that does not fit counts as none.
    let long = "k".repeat(201);
    for key in ["a b", "", long.as_str()] {
        let unnamed = shop.press("ann", "").header("idempotency-key", key);
        shop.told(answer(unnamed).await).await;
    }
}

impl Shop {
    /// Sends a press as it stands, and reads the answer to its end; `ends` says that no more will come.
    async fn press_raw(&self, head: &str, body: &[u8], ends: bool) -> String {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        let head = format!(
            "POST /api/v1/panic HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n{head}\r\n\r\n",
            self.token("ann")
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(body).await.unwrap();
        if ends {
            socket.shutdown().await.unwrap();
        }
        let mut told = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(8), socket.read_to_end(&mut told));
        read.await.expect("the connection is closed").unwrap();
        String::from_utf8(told).unwrap()
    }

    /// The words and the area of what is on record, the newest first.
    async fn pressed(&self) -> Vec<(String, Value)> {
        let listed = self.as_("dan").get("/incidents").await.ok();
        let mut all = Vec::new();
        for item in listed["items"].as_array().unwrap() {
            let path = format!("/incidents/{}", item["id"].as_str().unwrap());
            let told = self.as_("dan").get(&path).await.ok();
            let words = told["timeline"][0]["words"].as_str().unwrap().to_owned();
            all.push((words, told["area"].clone()));
        }
        all
    }
}

#[tokio::test]
async fn a_body_that_never_ends_does_not_keep_help_waiting() {
    let shop = Shop::open().await;
    let part = br#"{"area":"menswear","device":"ti"#;
    let too_short = "Content-Length: 100\r\nIdempotency-Key: p-1";
    let told = shop.press_raw(too_short, part, false).await;
    assert!(told.starts_with("HTTP/1.1 201 "), "{told}");
    assert!(told.contains("connection: close\r\n"), "{told}");
    assert_eq!(shop.pressed().await, [(without("body"), json!("menswear"))]);
    // The whole of it counts, though it has the same key.
    let whole = json!({"area": "menswear", "device": "till-1"}).to_string();
    let again = shop.press("ann", whole).header("idempotency-key", "p-1");
    let (told, words) = shop.told(answer(again).await).await;
    assert_eq!((words.as_str(), &told["area"]), (PLAIN, &json!("menswear")));
}

#[tokio::test]
async fn a_body_that_arrives_broken_is_read_as_far_as_it_goes() {
    let shop = Shop::open().await;
    let chunked = "Transfer-Encoding: chunked";
    let field = r#"{"area":"menswear","#;
    let chunk = format!("{:x}\r\n{field}\r\nno size\r\n", field.len());
    for (head, body, ends) in [
        (chunked, chunk.as_bytes(), false),
        ("Content-Length: 100", field.as_bytes(), true),
    ] {
        let told = shop.press_raw(head, body, ends).await;
        assert!(told.starts_with("HTTP/1.1 201 "), "{head}: {told}");
    }
    let expected = (without("body"), json!("menswear"));
    assert_eq!(shop.pressed().await, [expected.clone(), expected]);
}

#[tokio::test]
async fn of_a_body_that_is_too_large_nothing_is_kept() {
    let shop = Shop::open().await;
    let large = |bytes: usize| format!("{{\"area\":\"menswear\",\"x\":\"{}\"}}", "x".repeat(bytes));
    let most = 256 * 1024;
    for bytes in [most, 10 * 1024 * 1024] {
        let pressed = answer(shop.press("ann", large(bytes))).await;
        assert_eq!(pressed.header("connection"), "close");
        let (told, words) = shop.told(pressed).await;
        assert_eq!(words, without("body"), "{bytes}");
        assert_eq!(told["area"], Value::Null, "{bytes}");
    }
    let waits = format!("Expect: 100-continue\r\nContent-Length: {}", 2 * most);
    let told = shop.press_raw(&waits, b"", false).await;
    assert!(told.starts_with("HTTP/1.1 201 "), "{told}");
}

#[tokio::test]
async fn what_the_program_decides_is_not_signed_by_whoever_pressed() {
    let shop = Shop::open().await;
    let pressed = answer(shop.press("ann", json!({"site": "leeds-012"}).to_string())).await;
    let (told, _) = shop.told(pressed).await;
    let first = told["timeline"].as_array().unwrap().iter().take(4);
    let signed: Vec<String> = first
        .map(|entry| format!("{} · {}", entry["words"], entry["actor"]["name"]).replace('"', ""))
        .collect();
    assert_eq!(
        signed,
        [
            "Panic reported from the terminal · Ann Example",
            "Risk 95 (Panic) · Outcry",
            "Sent to the Critical queue · Outcry",
            "Step 1: 4 messages planned · Outcry",
        ]
    );
}

#[tokio::test]
async fn calls_that_never_arrive_take_nobody_elses_place() {
    let shop = Shop::open().await;
    let head = format!(
        "POST /api/v1/panic HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: 100\r\n\r\n{{",
        shop.token("ann")
    );
    let mut held = Vec::new();
    for _ in 0..250 {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        socket.write_all(head.as_bytes()).await.unwrap();
        held.push(socket);
    }
    // Whoever is beyond what one person may have under way is told so; by then all are known.
    let mut told = Vec::new();
    let last = held.last_mut().unwrap();
    let _ = last.read_buf(&mut told).await.unwrap();
    let told = String::from_utf8_lossy(&told);
    assert!(told.starts_with("HTTP/1.1 503 "), "{told}");
    shop.as_("wall").panic(json!({})).await.created();
}
