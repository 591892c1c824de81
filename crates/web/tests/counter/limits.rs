//! Senders that send too much, or too slowly.

use std::time::{Duration, Instant};

use outcry_web::limits::WRITE_WAIT;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::shop::{Shop, answer, theft};

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_kept() {
    let shop = Shop::open().await;
    let ten = "x".repeat(10 * 1024 * 1024);
    let doors = [("ada", "/reports"), ("ada", "/people/ann/sign-in-link")];
    for (who, path) in doors {
        let answer = shop.as_(who).post_text(path, ten.clone()).await;
        answer.problem(413, "too-large");
    }
    let request = shop.as_("tills").ask(Method::POST, "/events");
    let request = request.header("content-type", "application/cloudevents-batch+json");
    answer(request.body(ten)).await.problem(413, "too-large");
    let most =
        json!({"site": "leeds-012", "category": "theft", "narrative": "x".repeat(256 * 1024)});
    shop.as_("ann").report(most).await.problem(413, "too-large");
    // Chunks that announce no length are counted as they come.
    let head = format!(
        "POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        shop.token("ann")
    );
    let mut socket = TcpStream::connect(shop.address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
    for _ in 0..9 {
        if socket.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
    }
    let mut read = vec![0; 4_096];
    let n = socket.read(&mut read).await.unwrap();
    let text = String::from_utf8_lossy(&read[..n]);
    assert!(text.starts_with("HTTP/1.1 413"), "{text}");
    assert_eq!(shop.facts(), 0);
}

/// Sends a request as a whole, whatever comes back meanwhile; the head of the answer.
async fn told(socket: &mut TcpStream, head: &str, body: &[u8]) -> String {
    let (mut read, mut write) = socket.split();
    let send = async {
        write.write_all(head.as_bytes()).await.unwrap();
        write.write_all(body).await.expect("is read to its end");
    };
    let answer = async {
        let mut bytes = vec![0; 8_192];
        let n = read.read(&mut bytes).await.unwrap();
        String::from_utf8_lossy(&bytes[..n]).into_owned()
    };
    tokio::join!(send, answer).1
}

#[tokio::test]
async fn whoever_is_refused_in_the_middle_of_a_sentence_reads_why() {
    let shop = Shop::open().await;
    let mut socket = TcpStream::connect(shop.address).await.unwrap();
    let large = vec![b'x'; 1 << 20];
    let length = format!("Content-Length: {}\r\n\r\n", large.len());
    let chunk = [b"100000\r\n", &large[..], b"\r\n0\r\n\r\n"].concat();
    let chunked = "Transfer-Encoding: chunked\r\n\r\n";
    let ann = format!(
        "POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\n",
        shop.token("ann")
    );
    let nobody = "POST /api/v1/reports HTTP/1.1\r\nHost: x\r\n";
    let nowhere = "POST /nowhere HTTP/1.1\r\nHost: x\r\n";
    for (head, rest, body, status) in [
        (nobody, length.as_str(), &large, "401"),
        (nobody, chunked, &chunk, "401"),
        (nowhere, &length, &large, "404"),
        (&ann, &length, &large, "413"),
        (&ann, chunked, &chunk, "413"),
        (nobody, "Content-Length: 2\r\n\r\n", &b"{}".to_vec(), "401"),
    ] {
        // All over one connection, which goes on.
        let answer = told(&mut socket, &format!("{head}{rest}"), body).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(!answer.contains("connection: close"), "{answer}");
    }
    assert_eq!(shop.facts(), 0);
}

/// Reads one answer to its end, and no further: its head, and the JSON that came with it.
async fn one_answer(socket: &mut TcpStream) -> (String, Value) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(socket.read_u8().await.expect("an answer").into());
    }
    let (_, length) = head.split_once("content-length: ").expect("a length");
    let length = length.lines().next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    socket.read_exact(&mut body).await.expect("all of it");
    (head, serde_json::from_slice(&body).unwrap_or_default())
}

/// Heads of requests that are refused whatever their bodies are, and how.
fn refused(shop: &Shop) -> [(String, &'static str); 4] {
    let nobody = "POST /api/v1/reports HTTP/1.1\r\nHost: x\r\n".to_owned();
    let ann = |asks: &str, form: &str| {
        let token = shop.token("ann");
        format!(
            "{asks} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: {form}\r\n"
        )
    };
    [
        (nobody, "401"),
        (ann("POST /api/v1/reports", "application/json"), "413"),
        (ann("POST /api/v1/reports", "text/plain"), "415"),
        (ann("GET /api/v1/live", "application/json"), "429"),
    ]
}

#[tokio::test]
async fn an_answer_waits_for_no_body_and_no_body_costs_its_sender_the_answer() {
    let shop = Shop::with(|settings| settings.live_streams_max = 0).await;
    let ten = vec![b'x'; 10 << 20];
    for (head, status) in refused(&shop) {
        // Whoever sends no more until they know, and whoever first sends everything.
        for first in [1_000, ten.len()] {
            let mut socket = TcpStream::connect(shop.address).await.unwrap();
            let head = format!("{head}Content-Length: {}\r\n\r\n", ten.len());
            socket.write_all(head.as_bytes()).await.unwrap();
            let (begin, rest) = ten.split_at(first);
            socket.write_all(begin).await.expect("is read");
            let (told, problem) = one_answer(&mut socket).await;
            assert!(told.starts_with(&format!("HTTP/1.1 {status} ")), "{told}");
            assert_eq!(problem["status"].to_string(), status);
            // The connection goes on once the rest has come.
            assert!(!told.contains("connection: close"), "{first}: {told}");
            socket.write_all(rest).await.expect("is read");
            let more = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
            socket.write_all(more).await.unwrap();
            let (told, _) = one_answer(&mut socket).await;
            assert!(told.starts_with("HTTP/1.1 200 "), "{told}");
        }
    }
}

#[tokio::test]
async fn whoever_announces_too_much_reads_why_and_is_not_cut_off_at_once() {
    let shop = Shop::with(|settings| settings.live_streams_max = 0).await;
    for (head, status) in refused(&shop) {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        let head = format!("{head}Content-Length: 1000000000\r\n\r\n");
        socket.write_all(head.as_bytes()).await.unwrap();
        let part = vec![b'x'; 10 << 20];
        socket.write_all(&part).await.expect("is read");
        let (told, problem) = one_answer(&mut socket).await;
        assert!(told.starts_with(&format!("HTTP/1.1 {status} ")), "{told}");
        assert_eq!(problem["status"].to_string(), status);
        assert!(told.contains("connection: close\r\n"), "{told}");
    }
}

#[tokio::test]
async fn whoever_asks_before_sending_is_told_that_the_connection_ends() {
    let shop = Shop::with(|settings| settings.live_streams_max = 0).await;
    for (head, status) in refused(&shop) {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        let head = format!("{head}Expect: 100-continue\r\nContent-Length: 10000000\r\n\r\n");
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut told = String::new();
        socket.read_to_string(&mut told).await.expect("is closed");
        assert!(told.starts_with(&format!("HTTP/1.1 {status} ")), "{told}");
        assert!(told.contains("connection: close\r\n"), "{told}");
    }
}

#[tokio::test]
async fn a_client_that_sends_too_slowly_is_told_and_let_go() {
    let shop = Shop::open().await;
    let started = Instant::now();
    let body = async {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        let head = format!(
            "POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
            shop.token("ann")
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut text = String::new();
        let read = tokio::time::timeout(Duration::from_secs(20), socket.read_to_string(&mut text));
        read.await.expect("it is told in time").unwrap();
        text
    };
    let steady = async {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        let head = format!(
            "POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n",
            shop.token("ann")
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..120 {
            socket.write_all(b" ").await.expect("nobody cuts it off");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        one_answer(&mut socket).await.0
    };
    let head = async {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        socket
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            .await
            .unwrap();
        let mut bytes = Vec::new();
        tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut bytes))
            .await
            .expect("let go")
            .unwrap_or(0)
    };
    let silence = async {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        // Could become either protocol: neither may wait for ever.
        socket.write_all(b"PRI * HT").await.unwrap();
        let mut bytes = Vec::new();
        tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut bytes))
            .await
            .expect("let go")
            .unwrap_or(0)
    };
    let (text, told, ..) = tokio::join!(body, steady, head, silence);
    assert!(told.starts_with("HTTP/1.1 408"), "{told}");
    assert!(told.contains("connection: close"), "{told}");
    assert!(text.starts_with("HTTP/1.1 408"), "{text}");
    assert!(text.contains("/problems/request-timeout"), "{text}");
    assert!(started.elapsed() >= Duration::from_secs(9));
    shop.as_("ann").report(theft()).await.created();
}

#[tokio::test]
async fn whoever_asks_over_http_2_and_reads_nothing_is_let_go() {
    let shop = Shop::open().await;
    let client = |window: u32| {
        let builder = reqwest::Client::builder().http2_prior_knowledge();
        builder
            .http2_initial_stream_window_size(window)
            .build()
            .unwrap()
    };
    let past = WRITE_WAIT + Duration::from_secs(5);
    let idle = async {
        let answer = client(1).get(shop.url("/api/v1/openapi.json"));
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        tokio::time::sleep(past).await;
        answer.bytes().await.expect_err("its connection was closed")
    };
    let attentive = async {
        let live = client(65_535).get(shop.url("/api/v1/live"));
        let mut live = live.bearer_auth(shop.token("ann")).send().await.unwrap();
        let begun = Instant::now();
        while begun.elapsed() < past {
            live.chunk().await.unwrap().expect("goes on");
        }
    };
    tokio::join!(idle, attentive);
}
