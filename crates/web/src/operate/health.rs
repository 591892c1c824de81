//! `/healthz`: the process answers. `/readyz`: the record answers too.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use outcry_domain::Actor;
use outcry_domain::Scope;
use outcry_domain::actor::SystemId;
use serde::Serialize;

use crate::house::Shared;
use crate::limits::FOLLOWER_BEHIND_MAX;

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
/// 503. Orchestrators decide by the status; the body says why.
pub(crate) async fn ready(State(counter): State<Shared>) -> Response {
    let house = &counter.house;
    let scope = Scope::of(&Actor::system(SystemId::Setup));
    let ledger = house.ledger.desk(&scope, counter.now()).await.is_ok();
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
