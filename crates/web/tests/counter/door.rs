//! What every request meets: ids, headers, problems, limits, and the stop.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use outcry_web::Loop;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::shop::{Shop, answer, theft};

#[tokio::test]
async fn what_is_not_there_is_a_problem_too() {
    let shop = Shop::open().await;
    let nobody = shop.as_nobody();
    nobody.get("/nowhere").await.problem(404, "not-found");
    nobody
        .get("/api/v1/nowhere")
        .await
        .problem(404, "not-found");
    nobody
        .get("/assets/nowhere.js")
        .await
        .problem(404, "not-found");
    nobody
        .get("/assets/%2e%2e/Cargo.toml")
        .await
        .problem(404, "not-found");
    nobody
        .get("/problems/nowhere")
        .await
        .problem(404, "not-found");
    let refused = answer(nobody.ask(Method::DELETE, "/api/v1/reports")).await;
    let refused = refused.problem(405, "method-not-allowed");
    assert_eq!(refused.header("allow"), "POST");
    let way_out = "The `Allow` header lists the methods it knows.";
    assert_eq!(refused.body["detail"], way_out);
    answer(nobody.ask(Method::POST, "/healthz"))
        .await
        .problem(405, "method-not-allowed");

    // People who look at a page read a page.
    let page = answer(
        nobody
            .ask(Method::GET, "/nowhere")
            .header("accept", "text/html"),
    )
    .await
    .is(404);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text.contains("There is no such thing"));
    for word in ["GET ", "`", "/api/"] {
        assert!(!page.text.contains(word), "said to a person: {word}");
    }
    let all = nobody.get("/problems").await.is(200);
    assert!(!all.text.contains('`'), "marks of programs");
    for slug in ["invalid-field", "idempotency-key-reused", "overloaded"] {
        assert!(all.text.contains(&format!("/problems/{slug}")), "{slug}");
        assert!(
            nobody
                .get(&format!("/problems/{slug}"))
                .await
                .is(200)
                .text
                .contains("<h1>")
        );
    }
}

#[tokio::test]
async fn every_answer_has_an_id_and_keeps_browsers_strict() {
    let shop = Shop::open().await;
    let nobody = shop.as_nobody();
    let own = nobody
        .ask(Method::GET, "/api/v1/me")
        .header("x-request-id", "till-7:42");
    let refused = answer(own).await.problem(401, "not-signed-in");
    assert_eq!(refused.body["request_id"], "till-7:42");
    let bad = nobody
        .ask(Method::GET, "/healthz")
        .header("x-request-id", "a b\"c");
    assert_eq!(answer(bad).await.header("x-request-id").len(), 32);
    for path in [
        "/healthz",
        "/",
        "/sign-in",
        "/api/v1/me",
        "/assets/app.js",
        "/api/docs",
    ] {
        let answer = nobody.get(path).await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self';",
            "require-trusted-types-for 'script'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert!(!answer.header("permissions-policy").is_empty());
        let kept = answer.header("cache-control");
        assert_eq!(
            kept,
            if path.starts_with("/assets") {
                "no-cache"
            } else {
                "no-store"
            },
            "{path}"
        );
    }
    for page in ["/sign-in", "/api/docs", "/problems"] {
        let text = nobody.get(page).await.is(200).text;
        assert!(
            !text.contains("style=") && !text.contains("<style"),
            "{page}"
        );
        assert!(
            !text.contains("<script>") && !text.contains("onclick"),
            "{page}"
        );
    }
}

/// A loop that runs here and keeps up.
const WELL: Loop = Loop {
    held: true,
    behind: 3,
    round_s: 0,
};
type Loops = Arc<Mutex<BTreeMap<&'static str, Loop>>>;

/// A shop with two loops.
async fn with_loops() -> (Shop, Loops) {
    let loops = BTreeMap::from([("courier", WELL), ("escalate", WELL)]);
    let loops = Arc::new(Mutex::new(loops));
    let shop = Shop::with(|settings| {
        let loops = Arc::clone(&loops);
        settings.loops = Some(Arc::new(move || loops.lock().expect("whole").clone()));
    })
    .await;
    (shop, loops)
}

#[tokio::test]
async fn an_operator_sees_how_it_is() {
    let (shop, _) = with_loops().await;
    let nobody = shop.as_nobody();
    assert_eq!(nobody.get("/healthz").await.is(200).text, "ok\n");
    let ready = nobody.get("/readyz").await.ok();
    assert_eq!(
        ready,
        json!({"ready": true, "reason": null, "ledger": true, "stream": true, "followers": {
            "courier": {"held": true, "behind": 3, "round_s": 0},
            "escalate": {"held": true, "behind": 3, "round_s": 0},
        }})
    );
    shop.as_("ann")
        .panic(json!({"site": "leeds-012"}))
        .await
        .created();
    shop.as_("dan").get("/incidents?q=secret").await.ok();
    let text = nobody.get("/metrics").await.is(200).text;
    for line in [
        "outcry_http_requests_total{route=\"/api/v1/panic\",method=\"POST\",status=\"201\"}",
        "outcry_http_request_seconds_bucket{route=\"/api/v1/incidents\"",
        "outcry_panic_seconds_count",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("secret"));
    shop.bus.stop().await;
    let ready = nobody.get("/readyz").await.is(200).body;
    assert_eq!(ready["ready"], true, "calls for help need no till events");
    assert_eq!(ready["stream"], false);
}

#[tokio::test]
async fn a_house_whose_loops_run_elsewhere_is_not_ready_and_says_if_they_do_not_keep_up() {
    let (shop, loops) = with_loops().await;
    let nobody = shop.as_nobody();
    let behind = |behind| Loop { behind, ..WELL };
    let round = |round_s| Loop { round_s, ..WELL };
    let away = Loop {
        held: false,
        ..behind(0)
    };
    for (courier, escalate, reason) in [
        (behind(20_000), round(60), None),
        (behind(20_001), WELL, Some("followers")),
        (WELL, round(61), Some("followers")),
        (WELL, away, Some("followers")),
        (away, away, Some("standby")),
    ] {
        *loops.lock().expect("whole") = [("courier", courier), ("escalate", escalate)].into();
        let ready = nobody.get("/readyz").await;
        let ready = ready
            .is(if reason == Some("standby") { 503 } else { 200 })
            .body;
        assert_eq!(ready["reason"], json!(reason));
        assert_eq!(ready["followers"]["courier"], json!(courier));
        let held = format!(
            "outcry_loop_held{{loop=\"courier\"}} {}",
            u8::from(courier.held)
        );
        let text = nobody.get("/metrics").await.is(200).text;
        assert!(text.contains(&held), "{held} in {text}");
    }
}

#[tokio::test]
async fn who_asks_again_and_again_whether_the_house_is_ready_costs_it_nothing() {
    let shop = Shop::open().await;
    let nobody = shop.as_nobody();
    nobody.get("/readyz").await.is(200);
    shop.ledger.stop().await;
    // Not asked again within the second.
    assert_eq!(nobody.get("/readyz").await.is(200).body["ledger"], true);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(nobody.get("/readyz").await.is(503).body["ledger"], false);
}

#[tokio::test]
async fn whoever_is_turned_away_is_told_at_once_and_help_is_not() {
    let shop = Shop::with(|settings| settings.writes_max = 0).await;
    let mut waits = Vec::new();
    for _ in 0..50 {
        let started = Instant::now();
        let refused = shop
            .as_("ann")
            .report(theft())
            .await
            .problem(503, "overloaded");
        waits.push(started.elapsed());
        assert_eq!(refused.header("retry-after"), "1");
    }
    waits.sort();
    // Most, not all: others may want the processor as well.
    assert!(waits[15] < Duration::from_millis(10), "{waits:?}");
    shop.as_("ann")
        .panic(json!({"site": "leeds-012"}))
        .await
        .created();
    shop.as_("dan").get("/incidents").await.ok();
}

#[tokio::test]
async fn reports_whose_bodies_are_long_on_their_way_hold_up_nobody() {
    let shop = Shop::with(|settings| settings.writes_max = 2).await;
    let whole = theft().to_string();
    let (begin, end) = whole.split_at(10);
    let mut slow = Vec::new();
    for _ in 0..100 {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        let head = format!(
            "POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{begin}",
            shop.token("ann"),
            whole.len()
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        slow.push(socket);
        shop.as_("ann").report(theft()).await.created();
    }
    let mut last = slow.pop().expect("a hundred");
    last.write_all(end.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    last.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 201", "what came late is taken as well");
}

#[tokio::test]
async fn both_versions_of_http_are_spoken() {
    let shop = Shop::open().await;
    let client = reqwest::Client::builder()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let post = || {
        let request = client.post(shop.url("/api/v1/reports"));
        request.bearer_auth(shop.token("ann"))
    };
    let response = post().json(&theft()).send().await.unwrap();
    assert_eq!(response.version(), reqwest::Version::HTTP_2);
    assert_eq!(response.status(), 201);
    for bytes in [1 << 20, 10 << 20] {
        let large = post().header("content-type", "application/json");
        let refused = large.body("x".repeat(bytes)).send().await.unwrap();
        assert_eq!(refused.status(), 413);
        let told: Value = refused.json().await.expect("all of it");
        assert_eq!(told["type"], "/problems/too-large");
        let after = post().json(&theft()).send().await.unwrap();
        assert_eq!(after.status(), 201);
    }
}

#[tokio::test]
async fn heads_without_end_are_refused() {
    let shop = Shop::open().await;
    for head in [
        format!(
            "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: {}\r\n\r\n",
            "x".repeat(100_000)
        ),
        format!(
            "GET /healthz HTTP/1.1\r\nHost: x\r\n{}\r\n",
            "X-Many: 1\r\n".repeat(200)
        ),
        format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "x".repeat(100_000)),
        "GARBAGE\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
    ] {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        let _ = socket.write_all(head.as_bytes()).await;
        let mut read = Vec::new();
        let ended =
            tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut read)).await;
        assert!(ended.is_ok(), "the connection stays open");
        let text = String::from_utf8_lossy(&read);
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 4"), "{text}");
    }
    shop.as_nobody().get("/healthz").await.is(200);
}

#[tokio::test]
async fn what_is_in_flight_is_finished_when_the_house_closes() {
    let shop = Shop::open().await;
    let body = theft().to_string();
    let mut socket = TcpStream::connect(shop.address).await.unwrap();
    let head = format!(
        "POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        shop.token("ann"),
        body.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let served = shop.served.lock().unwrap().take().unwrap();
    shop.stop.cancel();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(
        TcpStream::connect(shop.address).await.is_err(),
        "nobody new is let in"
    );
    assert!(!served.is_finished());
    socket.write_all(body.as_bytes()).await.unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 201"), "{text}");
    tokio::time::timeout(Duration::from_secs(5), served)
        .await
        .expect("ends")
        .unwrap();
    assert!(shop.facts() > 0);
}

#[tokio::test]
async fn beyond_the_limit_of_connections_only_calls_for_help_are_served() {
    let shop = Shop::with(|settings| settings.connections_max = 1).await;
    let held = TcpStream::connect(shop.address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let refused = shop
        .as_("dan")
        .get("/incidents")
        .await
        .problem(503, "overloaded");
    assert_eq!(refused.header("connection"), "close");
    assert_eq!(refused.header("retry-after"), "1");
    shop.as_("ann")
        .panic(json!({"site": "leeds-012"}))
        .await
        .created();
    shop.as_nobody().get("/healthz").await.is(200);
    drop(held);
    for _ in 0..100 {
        // The connection that was kept open after the call for help is now the only one.
        if shop.as_("dan").get("/incidents").await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody is let in any more");
}

#[tokio::test]
async fn the_host_is_named_once() {
    let shop = Shop::open().await;
    for (hosts, status) in [
        ("", 400),
        ("Host: x\r\nHost: y\r\n", 400),
        ("Host: x\r\n", 200),
    ] {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        let head = format!("GET /healthz HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut told = String::new();
        socket.read_to_string(&mut told).await.unwrap();
        assert!(
            told.starts_with(&format!("HTTP/1.1 {status} ")),
            "{hosts:?}: {told}"
        );
    }
}

#[tokio::test]
async fn a_body_in_another_transfer_coding_is_not_taken() {
    let shop = Shop::open().await;
    let body = r#"{"site":"leeds-012","category":"theft"}"#;
    for (path, codings, status) in [
        ("reports", "Transfer-Encoding: chunked\r\n", 201),
        ("reports", "Transfer-Encoding: gzip, chunked\r\n", 501),
        (
            "reports",
            "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
            501,
        ),
        (
            "reports",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            501,
        ),
        ("panic", "Transfer-Encoding: gzip, chunked\r\n", 201),
    ] {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        let text = format!(
            "POST /api/v1/{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\n{codings}Connection: close\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
            shop.token("ann"),
            body.len()
        );
        socket.write_all(text.as_bytes()).await.unwrap();
        let mut told = String::new();
        socket.read_to_string(&mut told).await.unwrap();
        assert!(
            told.starts_with(&format!("HTTP/1.1 {status} ")),
            "{path}, {codings:?}: {told}"
        );
        assert_eq!(
            told.contains("/problems/transfer-coding"),
            status == 501,
            "{told}"
        );
    }
}
