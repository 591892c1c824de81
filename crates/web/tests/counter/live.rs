//! The live stream: everything within reach, once, whatever breaks.

mod confidential;
mod sight;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;

use crate::shop::{Shop, theft};

/// One browser's stream.
struct Stream {
    response: reqwest::Response,
    rest: String,
}

#[derive(Debug, Clone)]
struct Heard {
    id: String,
    kind: String,
    data: Value,
}

impl Stream {
    async fn open(shop: &Shop, name: &str, after: Option<&str>) -> Self {
        let mut request = shop.as_(name).ask(reqwest::Method::GET, "/live");
        if let Some(token) = after {
            request = request.header("last-event-id", token);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            response,
            rest: String::new(),
        }
    }

    /// The next message; nothing when the stream ends.
    async fn next(&mut self) -> Option<Heard> {
        loop {
            if let Some((message, rest)) = self.rest.split_once("\n\n") {
                let line = |name: &str| {
                    let mut lines = message.lines();
                    lines
                        .find_map(|line| line.strip_prefix(name))
                        .unwrap_or_default()
                        .to_owned()
                };
                let heard = Heard {
                    id: line("id: "),
                    kind: line("event: "),
                    data: serde_json::from_str(&line("data: ")).unwrap_or(Value::Null),
                };
                let comment = message.starts_with(':');
                self.rest = rest.to_owned();
                if comment {
                    continue;
                }
                return Some(heard);
            }
            let wait = tokio::time::timeout(Duration::from_secs(15), self.response.chunk());
            let chunk = wait.await.expect("something within 15 s").ok()??;
            self.rest.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next message of that kind.
    async fn hear(&mut self, kind: &str) -> Heard {
        loop {
            let heard = self.next().await.expect("the stream goes on");
            if heard.kind == kind {
                return heard;
            }
        }
    }
}

#[tokio::test]
async fn every_fact_is_heard_as_it_happens() {
    let shop = Shop::open().await;
    let mut stream = Stream::open(&shop, "dan", None).await;
    let hello = stream.next().await.unwrap();
    assert_eq!(hello.kind, "hello");
    assert_eq!(
        hello.data,
        json!({"server_time": "2026-11-22T14:00:00.000Z", "resumed": false})
    );
    let id = shop.theft().await;
    let heard = stream.hear("incident.reported").await;
    assert_eq!(heard.data["incident"]["id"], id);
    assert_eq!(heard.data["incident"]["site_name"], "Leeds Briggate");
    assert_eq!(heard.data["region"], "north");
    assert_eq!(heard.data["words"], "Theft reported by a connected system");
    assert_eq!(
        heard.data["actor"],
        json!({"kind": "person", "id": "ann", "name": "Ann Example"})
    );
    shop.as_("dan")
        .act(&id, "acknowledge", json!({}))
        .await
        .ok();
    let heard = stream.hear("incident.acknowledged").await;
    assert_eq!(heard.data["incident"]["state"], "acknowledged");
    let mut site = shop.as_("ada").get("/sites/leeds-012").await.ok();
    site["name"] = json!("Leeds Trinity");
    shop.as_("ada")
        .put("/sites/leeds-012", "\"1\"", site)
        .await
        .ok();
    let heard = stream.hear("organisation.changed").await;
    assert_eq!(heard.data["incident"], json!(null));
    stream.hear("tick").await;
}

#[tokio::test]
async fn after_a_break_every_fact_comes_exactly_once() {
    let shop = Shop::open().await;
    let mut token = None::<String>;
    let mut heard: Vec<(String, u64)> = Vec::new();
    let mut filed = 0;
    for round in 0..8 {
        let mut stream = Stream::open(&shop, "dan", token.as_deref()).await;
        let hello = stream.next().await.unwrap();
        assert_eq!(hello.data["resumed"], round > 0);
        token.get_or_insert(hello.id);
        for _ in 0..5 {
            let site = if filed % 2 == 0 {
                "leeds-012"
            } else {
                "camden-001"
            };
            shop.as_("dan")
                .report(json!({"site": site, "category": "theft"}))
                .await
                .created();
            filed += 1;
        }
        // Reads some, breaks off in the middle, and misses what comes while it is away.
        for _ in 0..3 {
            let next = stream.next().await.unwrap();
            if next.kind.starts_with("incident.") {
                heard.push((
                    next.data["region"].to_string(),
                    next.data["sequence"].as_u64().unwrap(),
                ));
            }
            token = Some(next.id);
        }
        drop(stream);
        shop.as_("dan")
            .panic(json!({"site": "leeds-012"}))
            .await
            .created();
    }
    let (north, south) = (shop.facts(), shop.ledger.head(&"south".parse().unwrap()));
    let total = usize::try_from(north + south).unwrap();
    let mut stream = Stream::open(&shop, "dan", token.as_deref()).await;
    while heard.len() < total {
        let next = stream.next().await.unwrap();
        if next.kind.starts_with("incident.") {
            heard.push((
                next.data["region"].to_string(),
                next.data["sequence"].as_u64().unwrap(),
            ));
        }
    }
    for (region, head) in [("\"north\"", north), ("\"south\"", south)] {
        let places: Vec<u64> = heard
            .iter()
            .filter(|(r, _)| r == region)
            .map(|(_, n)| *n)
            .collect();
        assert_eq!(
            places,
            (1..=head).collect::<Vec<_>>(),
            "in order, without a gap, none twice"
        );
    }
}

#[tokio::test]
async fn nobody_hears_another_store() {
    let shop = Shop::open().await;
    let mut bobs = Stream::open(&shop, "bob", None).await;
    let start = bobs.next().await.unwrap().id;
    shop.theft().await;
    shop.as_("bob")
        .report(json!({"site": "hull-282", "category": "damage"}))
        .await
        .created();
    let heard = bobs.hear("incident.reported").await;
    assert_eq!(heard.data["incident"]["site"], "hull-282");
    drop(bobs);
    let mut bobs = Stream::open(&shop, "bob", Some(&start)).await;
    let heard = bobs.hear("incident.reported").await;
    assert_eq!(
        heard.data["incident"]["site"], "hull-282",
        "nor after a break"
    );
    shop.as_("tills")
        .get("/live")
        .await
        .problem(403, "forbidden");
    shop.as_("dan")
        .get("/live?since=1")
        .await
        .problem(400, "invalid-query")
        .names("since");
}

#[tokio::test]
async fn a_token_that_cannot_be_resumed_means_load_anew() {
    let shop = Shop::open().await;
    shop.theft().await;
    // "north=99999": from a log that is longer than ours.
    for token in ["nonsense", "bm9ydGg9OTk5OTk", "", "\u{1}"] {
        if token.contains('\u{1}') || token.is_empty() {
            continue;
        }
        let mut stream = Stream::open(&shop, "dan", Some(token)).await;
        assert_eq!(stream.next().await.unwrap().data["resumed"], false);
        assert_eq!(stream.next().await.unwrap().kind, "resync");
        shop.theft().await;
        stream.hear("incident.reported").await;
    }
}

#[tokio::test]
async fn the_courier_learns_whose_screen_is_open() {
    let shop = Shop::open().await;
    let (dan, mia) = ("dan".parse().unwrap(), "mia".parse().unwrap());
    assert!(!shop.hub.reached(&dan));
    let mut stream = Stream::open(&shop, "dan", None).await;
    stream.next().await.unwrap();
    assert!(shop.hub.reached(&dan) && !shop.hub.reached(&mia));
    assert_eq!(shop.hub.connected().values().sum::<usize>(), 1);
    drop(stream);
    for _ in 0..200 {
        if !shop.hub.reached(&dan) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("a closed screen still counts as open");
}

#[tokio::test]
async fn there_is_an_end_to_how_many_listen() {
    let shop = Shop::with(|settings| settings.live_streams_max = 2).await;
    let _one = Stream::open(&shop, "dan", None).await;
    let _two = Stream::open(&shop, "lea", None).await;
    let refused = shop
        .as_("mia")
        .get("/live")
        .await
        .problem(429, "too-many-streams");
    assert_eq!(refused.header("retry-after"), "10");
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("all 2 live streams"), "{detail}");
    assert!(detail.contains("try again in 10 seconds"), "{detail}");
}

#[tokio::test]
async fn whoever_does_not_keep_up_is_dropped_and_resumes() {
    let shop = Shop::open().await;
    // A client with little room that asks and does not read.
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut slow = socket.connect(shop.address).await.unwrap();
    let head = format!(
        "GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
        shop.token("dan")
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    let dan = "dan".parse().unwrap();
    while !shop.hub.reached(&dan) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut said = 0;
    while shop.hub.reached(&dan) {
        // An incident takes only so many comments.
        let id = shop.theft().await;
        let lea = shop.as_("lea");
        let many = (0..100).map(|_| lea.act(&id, "comment", json!({"text": "More"})));
        said += futures_util::future::join_all(many).await.len();
        assert!(said < 20_000, "a slow listener is kept for ever");
    }
    // What was on its way arrives, with the reason at the end.
    let mut wire = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), slow.read_to_end(&mut wire));
    let _ = read.await;
    let wire = String::from_utf8_lossy(&wire);
    assert!(wire.contains(": closed: this connection does not keep up"));
    let line = |name: &'static str| wire.lines().filter_map(move |line| line.strip_prefix(name));
    let mut places: Vec<u64> = line("data: ")
        .filter_map(|data| serde_json::from_str::<Value>(data).ok()?["sequence"].as_u64())
        .collect();
    let token = line("id: ").next_back().unwrap();
    let mut stream = Stream::open(&shop, "dan", Some(token)).await;
    while places.len() < usize::try_from(shop.facts()).unwrap() {
        let heard = stream.next().await.unwrap();
        assert_ne!(heard.kind, "resync");
        if heard.kind.starts_with("incident.") {
            places.push(heard.data["sequence"].as_u64().unwrap());
        }
    }
    assert_eq!(places, (1..=shop.facts()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_with_the_house() {
    let shop = Shop::open().await;
    let mut anns = Stream::open(&shop, "ann", None).await;
    let mut dans = Stream::open(&shop, "dan", None).await;
    anns.next().await.unwrap();
    let mut ann = shop.as_("ada").get("/people/ann").await.ok();
    ann["active"] = json!(false);
    shop.as_("ada").put("/people/ann", "\"1\"", ann).await.ok();
    while anns.next().await.is_some() {}
    shop.as_("dan").report(theft()).await.created();
    dans.hear("incident.reported").await;
    shop.stop.cancel();
    while dans.next().await.is_some() {}
}

#[tokio::test]
async fn a_region_that_is_made_meanwhile_is_heard() {
    let shop = Shop::open().await;
    let ada = shop.as_("ada");
    let mut stream = Stream::open(&shop, "dan", None).await;
    let token = stream.next().await.unwrap().id;
    ada.put("/regions/west", "new", json!({"name": "West"}))
        .await
        .created();
    let site = json!({"name": "Bath", "region": "west", "timezone": "Europe/London"});
    ada.put("/sites/bath-001", "new", site).await.created();
    shop.as_("dan")
        .report(json!({"site": "bath-001", "category": "theft"}))
        .await
        .created();
    assert_eq!(
        stream.hear("incident.reported").await.data["region"],
        "west"
    );
    drop(stream);
    let mut stream = Stream::open(&shop, "dan", Some(&token)).await;
    assert_eq!(
        stream.hear("incident.reported").await.data["region"],
        "west"
    );
}

#[tokio::test]
async fn one_person_opens_no_streams_without_end() {
    let shop = Shop::open().await;
    let mut open = Vec::new();
    for _ in 0..outcry_web::limits::LIVE_STREAMS_PER_PERSON_MAX {
        open.push(Stream::open(&shop, "dan", None).await);
    }
    let refused = shop
        .as_("dan")
        .get("/live")
        .await
        .problem(429, "too-many-streams");
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("20 is the most for one person"), "{detail}");
    assert!(detail.contains("close one"), "{detail}");
    drop(Stream::open(&shop, "lea", None).await);
}
