//! Whoever has shown no token yet, and how many of them one address may hold.

use std::net::IpAddr;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::shop::Shop;

#[tokio::test]
async fn half_open_requests_of_one_address_leave_known_connections_and_other_addresses_alone() {
    let shop = Shop::with(|settings| settings.strangers_per_address_max = 20).await;
    let ann = shop.as_("ann");
    ann.get("/me").await.ok();
    let mut held = Vec::new();
    for _ in 0..60 {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        let _ = socket.write_all(b"POST /api/v1/panic HTTP/1.1\r\n").await;
        held.push(socket);
    }
    let last = held.last_mut().unwrap();
    let closed = tokio::time::timeout(Duration::from_secs(5), last.read(&mut [0; 1])).await;
    assert!(matches!(closed.expect("at once"), Ok(0) | Err(_)));
    ann.panic(json!({"site": "leeds-012"})).await.created();
    let press = |from: [u8; 4]| {
        let fresh = reqwest::Client::builder().local_address(IpAddr::from(from));
        let press = fresh.build().unwrap().post(shop.url("/api/v1/panic"));
        let press = press.bearer_auth(shop.token("ann"));
        press.json(&json!({"site": "leeds-012"})).send()
    };
    assert!(press([127, 0, 0, 1]).await.is_err(), "has no place left");
    assert_eq!(press([127, 0, 0, 2]).await.unwrap().status(), 201);
}

#[tokio::test]
async fn behind_a_proxy_nobody_is_told_from_another_by_the_address() {
    let shop = Shop::with(|settings| {
        settings.strangers_per_address_max = 20;
        settings.public_url = "https://outcry.example.com".into();
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..60 {
        let mut socket = TcpStream::connect(shop.address).await.unwrap();
        let _ = socket.write_all(b"POST /api/v1/panic HTTP/1.1\r\n").await;
        held.push(socket);
    }
    shop.as_("ann")
        .panic(json!({"site": "leeds-012"}))
        .await
        .created();
}
