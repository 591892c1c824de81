//! `/healthz`: the process answers. `/readyz`: the record answers too.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use outcry_ledger::Ledger;
use serde::Serialize;
use tokio::sync::Mutex;

use crate::house::Shared;
use crate::limits::FOLLOWER_BEHIND_MAX;

/// How long the record's last answer stands: whoever asks more often costs it nothing.
const FRESH: Duration = Duration::from_secs(1);
/// How long the record may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// When the record was last asked, and whether it answered.
#[derive(Debug, Default)]
pub(crate) struct Asked(Mutex<Option<(Instant, bool)>>);

impl Asked {
    /// Whether the record answers. However many ask, it is asked once at a time.
    async fn answers(&self, ledger: &Ledger) -> bool {
        let mut last = self.0.lock().await;
        if let Some((at, answered)) = *last
            && at.elapsed() < FRESH
        {
            return answered;
        }
        let answer = tokio::time::timeout(ANSWER_WITHIN, ledger.answers()).await;
        let answered = matches!(answer, Ok(Ok(())));
        *last = Some((Instant::now(), answered));
        answered
    }
}

/// Whether the house does its work.
#[derive(Debug, Serialize)]
struct Ready {
    ready: bool,
    /// Whether the record answers.
    ledger: bool,
    /// Whether till events are taken.
    stream: bool,
    /// How many facts each follower is behind.
    followers: BTreeMap<String, u64>,
}

/// `GET /healthz`.
pub(crate) async fn health() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: 200 when everything that a report needs answers and no follower is far behind, else
/// 503. Orchestrators decide by the status; the body says why. What it says of the record is at most a
/// second old.
pub(crate) async fn ready(State(counter): State<Shared>) -> Response {
    let house = &counter.house;
    let ledger = counter.asked.answers(&house.ledger).await;
    let stream = house.bus.is_open();
    let followers = house
        .settings
        .lag
        .as_ref()
        .map(|lag| lag())
        .unwrap_or_default();
    let keeps_up = followers
        .values()
        .all(|behind| *behind <= FOLLOWER_BEHIND_MAX);
    let ready = Ready {
        // Calls for help are taken without the stream.
        ready: ledger && keeps_up,
        ledger,
        stream,
        followers,
    };
    let status = if ready.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(ready)).into_response()
}
