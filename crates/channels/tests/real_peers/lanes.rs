//! A panic has connections of its own, and a stalled provider holds nobody else's.

use std::sync::Arc;
use std::time::{Duration, Instant};

use outcry_channels::{Lane, Outcome, WebhookSettings};
use serde_json::json;

use crate::mail::{open, send, settings};
use crate::peers::Peer;
use crate::receiver::{Answer, Receiver, status};
use crate::webhook;

#[tokio::test]
async fn a_stalled_server_holds_its_own_slots_and_no_panic() {
    let mut peer = Peer::start("smtp.py", &json!({})).await;
    let mut mail = settings(&peer);
    (mail.connections, mail.panic_connections, mail.timeout_s) = (2, 2, 3);
    let outbound = Arc::new(open(mail));
    let stalled: Vec<_> = (0..2)
        .map(|_| {
            let outbound = Arc::clone(&outbound);
            tokio::spawn(async move { send(&outbound, Lane::Normal, "stalled@a.example").await })
        })
        .collect();
    for _ in &stalled {
        peer.next("stalled").await;
    }
    let started = Instant::now();
    assert!(matches!(
        send(&outbound, Lane::Panic, "anna@a.example").await,
        Outcome::Accepted { .. }
    ));
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );
    for outcome in stalled {
        assert!(matches!(outcome.await.unwrap(), Outcome::Retry { .. }));
    }
    assert!(matches!(
        send(&outbound, Lane::Normal, "anna@a.example").await,
        Outcome::Accepted { .. }
    ));
}

#[tokio::test]
async fn when_no_slot_comes_free_the_letter_comes_back() {
    let mut peer = Peer::start("smtp.py", &json!({})).await;
    let mut mail = settings(&peer);
    (mail.connections, mail.timeout_s) = (1, 1);
    let outbound = Arc::new(open(mail));
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let outbound = Arc::clone(&outbound);
        waiting.spawn(async move { send(&outbound, Lane::Normal, "stalled@a.example").await });
    }
    peer.next("stalled").await;
    let started = Instant::now();
    let outcomes = waiting.join_all().await;
    assert!(
        started.elapsed() < Duration::from_millis(2_900),
        "{:?}",
        started.elapsed()
    );
    assert!(outcomes.contains(&Outcome::Retry {
        provider_text: "All connections to the mail server are busy.".into(),
        after_s: None
    }));
}

#[tokio::test]
async fn a_panic_does_not_queue_behind_bulk() {
    let mut peer = Peer::start("smtp.py", &json!({})).await;
    let mut mail = settings(&peer);
    mail.timeout_s = 60;
    let outbound = Arc::new(open(mail));
    let mut bulk = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let outbound = Arc::clone(&outbound);
        bulk.spawn(async move { send(&outbound, Lane::Normal, "slow@a.example").await });
    }
    peer.next("letter").await;
    assert!(matches!(
        send(&outbound, Lane::Panic, "anna@a.example").await,
        Outcome::Accepted { .. }
    ));
    let mut before = 0;
    while bulk.try_join_next().is_some() {
        before += 1;
    }
    assert!(before < 50, "{before} bulk letters went before the panic");
    assert!(
        bulk.join_all()
            .await
            .iter()
            .all(|outcome| matches!(outcome, Outcome::Accepted { .. }))
    );
}

#[tokio::test]
async fn a_stalled_receiver_holds_up_neither_a_panic_nor_anybody_else() {
    let stalling = Receiver::start(|path| {
        if path == "/stall" {
            Answer::Stall(Vec::new())
        } else {
            status("200 OK", "", "")
        }
    })
    .await;
    let other = Receiver::start(|_| status("200 OK", "", "")).await;
    let outbound = Arc::new(webhook::open(WebhookSettings {
        connections: 2,
        timeout_s: 3,
        ..webhook::settings()
    }));
    let mut stalled = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (outbound, url) = (Arc::clone(&outbound), stalling.url("/stall"));
        stalled.spawn(async move { webhook::call(&outbound, Lane::Normal, &url).await });
    }
    while stalling.requests().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let started = Instant::now();
    assert!(matches!(
        webhook::call(&outbound, Lane::Panic, &stalling.url("/")).await,
        Outcome::Accepted { .. }
    ));
    assert!(matches!(
        webhook::call(&outbound, Lane::Normal, &other.url("/")).await,
        Outcome::Accepted { .. }
    ));
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );
    let outcomes = stalled.join_all().await;
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Outcome::Retry { .. }))
    );
    assert!(
        started.elapsed() < Duration::from_secs(7),
        "{:?}",
        started.elapsed()
    );
    assert!(
        stalling.requests().len() <= 6,
        "no more than two at once were on the wire: {}",
        stalling.requests().len()
    );
}
