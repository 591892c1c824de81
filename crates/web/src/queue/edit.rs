//! `PUT /queues/{id}`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::category::Priority;
use outcry_domain::organisation::{self, Event};
use outcry_domain::{PolicyId, QueueId};
use serde::Deserialize;

use super::Queue;
use crate::ask::{Ask, At, Expected};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;
use crate::setting::{put, same_id};

/// A queue as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueueEdit {
    /// May be left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<QueueId>,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    #[schema(value_type = u8, minimum = 1, maximum = 4)]
    priority: Priority,
    /// As it is, if left out.
    #[serde(default)]
    checkpoint: Option<bool>,
    #[schema(minimum = 5)]
    acknowledge_within_s: u32,
    resolve_within_s: u32,
    /// A policy that exists.
    #[schema(value_type = String)]
    policy: PolicyId,
    /// As it was read; If-Match is what counts.
    #[serde(default, rename = "version")]
    _version: Option<u64>,
}

/// Change a queue, or make a new one.
#[utoipa::path(
    put,
    path = "/queues/{id}",
    tag = "queues",
    params(
        ("id" = String, Path, description = "The queue"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` makes a new one")
    ),
    request_body = QueueEdit,
    responses(
        (status = 200, description = "Changed", body = Queue),
        (status = 201, description = "Made", body = Queue)
    )
)]
pub(crate) async fn edit(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<QueueId>,
    expected: Expected,
    ask: Ask<QueueEdit>,
) -> Result<Response, Problem> {
    let edit = ask.body;
    same_id(&id, edit.id.as_ref())?;
    let organisation = counter.house.ledger.organisation();
    let known = organisation.queues.get(&id);
    let queue = organisation::Queue {
        id: id.clone(),
        name: edit.name,
        priority: edit.priority,
        checkpoint: edit
            .checkpoint
            .unwrap_or_else(|| known.is_some_and(|held| held.value.checkpoint)),
        acknowledge_within_s: edit.acknowledge_within_s,
        resolve_within_s: edit.resolve_within_s,
        policy: edit.policy,
    };
    put(
        &counter,
        &visitor,
        expected,
        Event::Queue(queue),
        |organisation| {
            let held = organisation.queues.get(&id)?;
            Some((Queue::of(held), held.version))
        },
    )
    .await
}
