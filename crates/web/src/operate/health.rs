//! `/healthz`: the process answers. `/readyz`: the record answers too, and the loops run here.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use outcry_ledger::Ledger;
use serde::Serialize;
use tokio::sync::Mutex;

use crate::house::{Loop, Shared};
use crate::limits::FOLLOWER_BEHIND_MAX;

/// How long the record's last answer stands: whoever asks more often costs it nothing.
const FRESH: Duration = Duration::from_secs(1);
/// How long the record may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// How long a loop may take to come round, in seconds: one that fails each time never does.
const ROUND_S_MAX: u64 = 60;

/// A loop does not keep up.
const FOLLOWERS: &str = "followers";

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
    /// Why not: `ledger`, the record does not answer; `standby`, another process on the same database has the
    /// loops, and with them the screens and the events. Or what needs somebody though calls for help are taken:
    /// `followers`, one of the loops does not keep up.
    reason: Option<&'static str>,
    /// Whether the record answers.
    ledger: bool,
    /// Whether till events are taken.
    stream: bool,
    /// What each loop does.
    followers: BTreeMap<&'static str, Loop>,
}

/// `GET /healthz`.
pub(crate) async fn health() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: 200 when everything that a report needs answers here, and the loops that tell people of it run
/// here; else 503. Balancers decide by the status; the body says why, and whether the loops keep up: one that does
/// not is no reason to send a call for help away. What it says of the record is
/// at most a second old.
pub(crate) async fn ready(State(counter): State<Shared>) -> Response {
    let house = &counter.house;
    let ledger = counter.asked.answers(&house.ledger).await;
    let followers = counter.loops();
    let reason = trouble(ledger, &followers);
    let ready = Ready {
        // Calls for help are taken without the stream, and by loops that are late.
        ready: matches!(reason, None | Some(FOLLOWERS)),
        reason,
        ledger,
        stream: house.bus.is_open(),
        followers,
    };
    let status = if ready.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(ready)).into_response()
}

/// What is wrong, if anything is.
fn trouble(ledger: bool, loops: &BTreeMap<&'static str, Loop>) -> Option<&'static str> {
    let well =
        |one: &Loop| one.held && one.behind <= FOLLOWER_BEHIND_MAX && one.round_s <= ROUND_S_MAX;
    if !ledger {
        Some("ledger")
    } else if loops.values().all(well) {
        None
    } else if loops.values().any(|one| one.held) {
        Some(FOLLOWERS)
    } else {
        Some("standby")
    }
}
