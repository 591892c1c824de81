//! A webhook receiver as a partner would run one: it checks the signature, and now and then it stumbles.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use outcry_channels::{BODY_BYTES_MAX, SigningKey, verify};
use tokio::net::TcpListener;

use super::{Call, Inbox, page};
use crate::clock::Clock;
use crate::demo::chance::hash;

/// One call in so many is answered 500 at first, so that a retry can be seen.
const STUMBLES: u64 = 25;
/// Characters of a body that are kept.
const BODY_CHARS_MAX: usize = 1_000;

#[derive(Debug)]
pub(super) struct Receiver {
    key: SigningKey,
    inbox: Arc<Inbox>,
    clock: Clock,
}

impl Receiver {
    pub(super) fn new(secret: &str, inbox: Arc<Inbox>, clock: Clock) -> Self {
        let key = secret
            .parse()
            .expect("a secret of 32 random bytes is a signing key");
        Self { key, inbox, clock }
    }

    fn judge(&self, to: String, headers: &HeaderMap, body: &[u8]) -> (StatusCode, &'static str) {
        let header = |name: &str| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        let id = header("webhook-id");
        let now = self.clock.now();
        let proof = verify(
            std::slice::from_ref(&self.key),
            id,
            header("webhook-timestamp"),
            header("webhook-signature"),
            body,
            now.0.div_euclid(1_000_000),
        );
        let mut kept = self.inbox.kept();
        let first = !kept.calls.last.iter().any(|call| call.id == id);
        let (status, answered) = match proof {
            Err(_) => (StatusCode::UNAUTHORIZED, "401: no signature fits"),
            Ok(()) if first && hash(id.as_bytes()).is_multiple_of(STUMBLES) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "500: the simulated receiver stumbled, send again",
            ),
            Ok(()) => (StatusCode::OK, "200: taken by the simulated receiver"),
        };
        let body = String::from_utf8_lossy(body)
            .chars()
            .take(BODY_CHARS_MAX)
            .collect();
        kept.calls.put(Call {
            at: now,
            to,
            id: id.chars().take(200).collect(),
            answered,
            body,
        });
        (status, answered)
    }
}

pub(super) async fn listen(listener: TcpListener, receiver: Receiver) {
    let receiver = Arc::new(receiver);
    let routes = Router::new()
        .route("/", get(show))
        .route("/hooks", post(take_any))
        .route("/hooks/{*to}", post(take))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(receiver);
    if let Err(error) = axum::serve(listener, routes).await {
        tracing::warn!(%error, "the simulated webhook receiver ended");
    }
}

async fn take_any(
    state: State<Arc<Receiver>>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    take(state, Path(String::new()), headers, body).await
}

async fn take(
    State(receiver): State<Arc<Receiver>>,
    Path(to): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    receiver.judge(to.chars().take(200).collect(), &headers, &body)
}

async fn show(State(receiver): State<Arc<Receiver>>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        page::words(&receiver.inbox.kept()),
    )
}
