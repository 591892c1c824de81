//! A small chain of stores with a counter on a free port, and words to talk to it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use outcry_domain::Time;
use outcry_ledger::{Database, Ledger, Synchronous};
use outcry_stream::Bus;
use outcry_web::{House, LiveHub, Settings};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::chain;

/// 2026-11-22T14:00:00Z
pub(crate) const NOON: Time = Time(1_795_356_000_000_000);

pub(crate) struct Shop {
    pub(crate) address: SocketAddr,
    pub(crate) client: Client,
    pub(crate) ledger: Ledger,
    pub(crate) bus: Bus,
    pub(crate) hub: LiveHub,
    pub(crate) clock: Arc<AtomicI64>,
    pub(crate) stop: CancellationToken,
    pub(crate) served: Mutex<Option<JoinHandle<()>>>,
    tokens: BTreeMap<&'static str, String>,
    links: BTreeMap<&'static str, String>,
    _data: TempDir,
}

/// The name of somebody in each role.
pub(crate) const ROLES: [&str; 7] = ["ann", "wall", "mia", "dan", "lea", "ada", "tills"];

pub(crate) fn random() -> u128 {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    u128::from_be_bytes(bytes)
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings than usual.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::beside(outcry_stream::Settings::default(), change).await
    }

    /// Beside an event stream with these settings.
    pub(crate) async fn beside(
        stream: outcry_stream::Settings,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let data = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(NOON.0));
        let settings = outcry_ledger::Settings {
            data: data.path().join("ledger"),
            database: Database::Sqlite,
            synchronous: Synchronous::Full,
            owner: "test".into(),
        };
        let fill = |bytes: &mut [u8]| aws_lc_rs::rand::fill(bytes).unwrap();
        let ledger = Ledger::open(&settings, fill).await.unwrap();
        let events = data.path().join("events");
        std::fs::create_dir_all(&events).unwrap();
        let bus = Bus::open(&events, stream, NOON.0).unwrap();
        let (tokens, links) = chain::people(&ledger).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let hub = LiveHub::default();
        let stop = CancellationToken::new();
        let mut settings = Settings {
            public_url: format!("http://{address}"),
            ..Settings::default()
        };
        change(&mut settings);
        let ours = Arc::clone(&clock);
        let house = House {
            ledger: ledger.clone(),
            bus: bus.clone(),
            clock: Arc::new(move || Time(ours.load(Ordering::Relaxed))),
            entropy: Arc::new(random),
            settings,
            live: hub.clone(),
        };
        let served = tokio::spawn(outcry_web::run(listener, house, stop.clone()));
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        Self {
            address,
            client,
            ledger,
            bus,
            hub,
            clock,
            stop,
            served: Mutex::new(Some(served)),
            tokens,
            links,
            _data: data,
        }
    }

    /// Speaks as somebody.
    pub(crate) fn as_<'a>(&'a self, name: &str) -> Caller<'a> {
        Caller {
            shop: self,
            token: Some(self.tokens[name].clone()),
        }
    }

    /// Speaks as nobody.
    pub(crate) fn as_nobody(&self) -> Caller<'_> {
        Caller {
            shop: self,
            token: None,
        }
    }

    pub(crate) fn token(&self, name: &str) -> &str {
        &self.tokens[name]
    }

    /// The secret of somebody's sign-in link.
    pub(crate) fn link(&self, name: &str) -> &str {
        &self.links[name]
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn later(&self, s: i64) {
        self.clock.fetch_add(s * 1_000_000, Ordering::Relaxed);
    }

    /// A theft at Leeds by Ann; its id.
    pub(crate) async fn theft(&self) -> String {
        let filed = self.as_("ann").report(theft()).await.created();
        filed["incident"]["id"].as_str().unwrap().to_owned()
    }

    /// How many facts the log of the north holds.
    pub(crate) fn facts(&self) -> u64 {
        self.ledger.head(&"north".parse().unwrap())
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A plain theft at Leeds.
pub(crate) fn theft() -> Value {
    json!({"site": "leeds-012", "category": "theft", "narrative": "A man took two jackets and left by the side door."})
}

pub(crate) struct Caller<'a> {
    pub(crate) shop: &'a Shop,
    token: Option<String>,
}

impl Caller<'_> {
    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let path = if path.starts_with('/') && !path.starts_with("/api") && self.token.is_some() {
            format!("/api/v1{path}")
        } else {
            path.to_owned()
        };
        let request = self.shop.client.request(method, self.shop.url(&path));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        answer(self.ask(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        answer(self.ask(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        let request = self.ask(Method::POST, path).header("idempotency-key", key);
        answer(request.json(&body)).await
    }

    /// Sends text as JSON, whatever it is.
    pub(crate) async fn post_text(&self, path: &str, text: impl Into<Vec<u8>>) -> Answer {
        let request = self
            .ask(Method::POST, path)
            .header("content-type", "application/json");
        answer(request.body(text.into())).await
    }

    pub(crate) async fn put(&self, path: &str, tag: &str, body: Value) -> Answer {
        let request = self.ask(Method::PUT, path);
        let request = match tag {
            "new" => request.header("if-none-match", "*"),
            "" => request,
            tag => request.header("if-match", tag),
        };
        answer(request.json(&body)).await
    }

    pub(crate) async fn report(&self, body: Value) -> Answer {
        self.post("/reports", body).await
    }

    pub(crate) async fn panic(&self, body: Value) -> Answer {
        self.post("/panic", body).await
    }

    pub(crate) async fn act(&self, id: &str, verb: &str, body: Value) -> Answer {
        self.post(&format!("/incidents/{id}/{verb}"), body).await
    }
}

pub(crate) async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = response.text().await.expect("a body");
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer {
        status,
        headers,
        body,
        text,
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        self.is(200).body
    }

    #[track_caller]
    pub(crate) fn created(self) -> Value {
        self.is(201).body
    }

    /// A well-made problem of that kind.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, slug: &str) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        assert_eq!(
            self.body["type"],
            format!("/problems/{slug}"),
            "{}",
            self.text
        );
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["request_id"], self.header("x-request-id"));
        for member in ["title", "detail"] {
            assert!(
                self.body[member].as_str().is_some_and(|t| !t.is_empty()),
                "{}",
                self.text
            );
        }
        self
    }

    /// The problem names that field.
    #[track_caller]
    pub(crate) fn at(self, pointer: &str) -> Self {
        assert_eq!(self.body["errors"][0]["pointer"], pointer, "{}", self.text);
        assert!(
            !self.body["errors"][0]["detail"]
                .as_str()
                .unwrap()
                .is_empty()
        );
        self
    }

    /// The fields that the problem names, in their order.
    pub(crate) fn fields(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().unwrap();
        let pointers = errors.iter().map(|error| error["pointer"].as_str());
        pointers.map(Option::unwrap).collect()
    }

    /// The problem names that parameter or header.
    #[track_caller]
    pub(crate) fn names(self, parameter: &str) -> Self {
        assert_eq!(
            self.body["errors"][0]["parameter"], parameter,
            "{}",
            self.text
        );
        self
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or(""))
    }
}
