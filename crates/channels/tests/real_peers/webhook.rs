//! Signed calls to receivers that behave and to receivers that do not.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use outcry_channels::{
    BODY_BYTES_MAX, Call, Lane, Message, Outbound, Outcome, Settings, SigningKey, WebhookSettings,
    verify,
};

use crate::mail::key;
use crate::receiver::{Answer, Receiver, status};

pub(crate) const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
pub(crate) const BODY: &str = r#"{"specversion":"1.0","id":"1","source":"/outcry","type":"incident.reported","data":{"place":"Café €"}}"#;
/// Sun, 06 Nov 1994 08:49:37 GMT
const NOW_US: i64 = 784_111_777_000_000;

pub(crate) fn settings() -> WebhookSettings {
    WebhookSettings {
        secrets: vec![SECRET.into()],
        allow_private: true,
        timeout_s: 2,
        ..WebhookSettings::default()
    }
}

pub(crate) fn open(webhook: WebhookSettings) -> Outbound {
    Outbound::open(&Settings {
        webhook,
        ..Settings::default()
    })
    .unwrap()
}

pub(crate) async fn call(outbound: &Outbound, lane: Lane, url: &str) -> Outcome {
    let call = Message::Webhook(Call {
        url: url.into(),
        body: BODY.into(),
    });
    outbound
        .send(lane, &key("019a/2/partner/webhook"), &call, NOW_US)
        .await
}

#[tokio::test]
async fn a_call_arrives_signed_and_byte_for_byte() {
    let receiver = Receiver::start(|_| status("204 No Content", "", "")).await;
    let outbound = open(settings());
    for _ in 0..5 {
        let outcome = call(&outbound, Lane::Panic, &receiver.url("/hook?shop=7")).await;
        assert_eq!(
            outcome,
            Outcome::Accepted {
                provider_text: "204 No Content".into()
            }
        );
    }
    let requests = receiver.requests();
    assert_eq!(
        (requests.len(), receiver.connections.load(Ordering::SeqCst)),
        (5, 1)
    );
    let request = &requests[0];
    assert_eq!(request.line, "POST /hook?shop=7 HTTP/1.1");
    assert_eq!(request.body, BODY.as_bytes());
    assert_eq!(
        request.header("content-type"),
        "application/cloudevents+json; charset=utf-8"
    );
    assert_eq!(request.header("webhook-id"), "019a/2/partner/webhook");
    assert_eq!(request.header("webhook-timestamp"), "784111777");
    let keys: [SigningKey; 1] = [SECRET.parse().unwrap()];
    let [id, at, signature] =
        ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| request.header(name));
    assert_eq!(
        verify(&keys, id, at, signature, &request.body, 784_111_777),
        Ok(())
    );
}

#[tokio::test]
async fn only_a_2xx_is_yes() {
    let receiver = Receiver::start(|path| {
        status(
            &path[1..].replace('_', " "),
            "",
            "{\"error\":\r\n\t\"x\u{1b}[2J\"}",
        )
    })
    .await;
    let outbound = open(settings());
    for (line, expected) in [
        ("200_OK", "accepted"),
        ("201_Created", "accepted"),
        ("202_Accepted", "accepted"),
        ("301_Moved", "failed"),
        ("400_Bad", "failed"),
        ("401_Who", "failed"),
        ("404_Not_Found", "failed"),
        ("408_Slow", "retry"),
        ("409_Conflict", "failed"),
        ("410_Gone", "failed"),
        ("425_Early", "retry"),
        ("429_Many", "retry"),
        ("500_Oops", "retry"),
        ("503_Busy", "retry"),
    ] {
        let outcome = call(&outbound, Lane::Normal, &receiver.url(&format!("/{line}"))).await;
        let found = match &outcome {
            Outcome::Accepted { .. } => "accepted",
            Outcome::Retry { .. } => "retry",
            Outcome::Failed { .. } => "failed",
        };
        assert_eq!(found, expected, "{line}");
        assert!(
            outcome.provider_text().starts_with(&line[..3]),
            "{outcome:?}"
        );
        assert!(
            outcome.provider_text().ends_with("{\"error\": \"x [2J\"}"),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn retry_after_is_handed_on_in_full() {
    let receiver = Receiver::start(|path| match path {
        "/seconds" => status("429 Many", "Retry-After: 86400\r\n", ""),
        "/date" => status(
            "503 Busy",
            "Retry-After: Sun, 06 Nov 1994 09:49:37 GMT\r\n",
            "",
        ),
        _ => status("503 Busy", "Retry-After: soon\r\n", ""),
    })
    .await;
    let outbound = open(settings());
    for (path, wanted) in [
        ("/seconds", Some(86_400)),
        ("/date", Some(3_600)),
        ("/soon", None),
    ] {
        let outcome = call(&outbound, Lane::Normal, &receiver.url(path)).await;
        assert!(
            matches!(outcome, Outcome::Retry { after_s, .. } if after_s == wanted),
            "{path}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Receiver::start(|_| status("200 OK", "", "")).await;
    let location = format!("Location: {}\r\n", elsewhere.url("/"));
    let receiver = Receiver::start(move |_| status("307 Temporary Redirect", &location, "")).await;
    let outcome = call(&open(settings()), Lane::Normal, &receiver.url("/")).await;
    assert!(
        matches!(&outcome, Outcome::Failed { provider_text } if provider_text.contains("redirects are not followed"))
    );
    assert_eq!(elsewhere.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let receiver = Receiver::start(|_| Answer::Endless).await;
    let started = Instant::now();
    let outcome = call(&open(settings()), Lane::Normal, &receiver.url("/")).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    assert_eq!(outcome.provider_text().chars().count(), 500);
    assert!(!outcome.provider_text().contains(char::is_control));
    assert!(
        started.elapsed() < Duration::from_millis(1_500),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn late_and_broken_answers_are_tried_again_but_a_yes_stays_a_yes() {
    let receiver = Receiver::start(|path| match path {
        "/silent" => Answer::Stall(Vec::new()),
        "/half" => Answer::Stall(b"HTTP/1.1 200 O".to_vec()),
        "/gone" => Answer::Close(Vec::new()),
        "/nonsense" => Answer::Close(b"hello there\r\n\r\n".to_vec()),
        "/yes-then-silence" => {
            Answer::Stall(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc".to_vec())
        }
        _ => Answer::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc".to_vec()),
    })
    .await;
    let outbound = open(settings());
    for path in ["/silent", "/half", "/gone", "/nonsense"] {
        let outcome = call(&outbound, Lane::Normal, &receiver.url(path)).await;
        assert!(
            matches!(outcome, Outcome::Retry { .. }),
            "{path}: {outcome:?}"
        );
        assert!(
            !outcome.provider_text().contains(path),
            "the address is not repeated: {outcome:?}"
        );
    }
    let started = Instant::now();
    for path in ["/yes-then-silence", "/yes-then-gone"] {
        let outcome = call(&outbound, Lane::Normal, &receiver.url(path)).await;
        assert_eq!(
            outcome,
            Outcome::Accepted {
                provider_text: "200 OK abc".into()
            },
            "{path}"
        );
    }
    assert!(
        started.elapsed() < Duration::from_millis(1_800),
        "a yes is not kept waiting: {:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn what_cannot_be_reached_or_sent_is_told_apart() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let outbound = open(settings());
    let outcome = call(
        &outbound,
        Lane::Normal,
        &format!("http://127.0.0.1:{unused}/"),
    )
    .await;
    assert!(
        matches!(&outcome, Outcome::Retry { provider_text, .. } if provider_text.contains("could not be reached"))
    );
    let outcome = call(&outbound, Lane::Normal, "https://no-such-host.invalid/").await;
    assert!(matches!(outcome, Outcome::Retry { .. }), "{outcome:?}");
    let big = Message::Webhook(Call {
        url: "https://a.example/".into(),
        body: vec![b' '; BODY_BYTES_MAX + 1],
    });
    let outcome = outbound.send(Lane::Normal, &key("a"), &big, 0).await;
    assert_eq!(
        outcome,
        Outcome::Failed {
            provider_text: "The message is larger than 256 KiB.".into()
        }
    );
    let unsigned = open(WebhookSettings {
        secrets: Vec::new(),
        ..settings()
    });
    let outcome = call(&unsigned, Lane::Normal, "https://a.example/").await;
    assert!(
        matches!(&outcome, Outcome::Failed { provider_text } if provider_text.contains("signing secret"))
    );
}

#[tokio::test]
async fn nobody_makes_the_house_knock_at_its_own_back_door() {
    let receiver = Receiver::start(|_| status("200 OK", "", "")).await;
    let closed = open(WebhookSettings {
        allow_private: false,
        ..settings()
    });
    let (port, open) = (receiver.port, open(settings()));
    for url in [
        format!("https://localhost:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
    ] {
        let outcome = call(&closed, Lane::Normal, &url).await;
        assert!(
            matches!(&outcome, Outcome::Failed { provider_text } if provider_text.contains("calls must not go")),
            "{url}: {outcome:?}"
        );
    }
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]/",
        "http://user:secret@127.0.0.1/",
    ] {
        let outcome = call(&open, Lane::Normal, url).await;
        assert!(
            matches!(outcome, Outcome::Failed { .. }),
            "{url}: {outcome:?}"
        );
        assert!(!outcome.provider_text().contains("secret@"));
    }
    assert_eq!(receiver.connections.load(Ordering::SeqCst), 0);
}
