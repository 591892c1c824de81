//! `PUT /queues/{id}`.

use axum::response::Response;
use outcry_domain::category::Priority;
use outcry_domain::organisation::{self, Event};
use outcry_domain::{Action, Organisation, PolicyId, QueueId};
use serde::Deserialize;

use super::Queue;
use crate::problem::Problem;
use crate::setting::{Conditions, Edit, Put, Reader};

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
    #[serde(deserialize_with = "crate::ask::seconds")]
    acknowledge_within_s: u32,
    #[serde(deserialize_with = "crate::ask::seconds")]
    resolve_within_s: u32,
    /// A policy that exists.
    #[schema(value_type = String)]
    policy: PolicyId,
    /// As it was read; If-Match is what counts.
    #[serde(default, rename = "version")]
    _version: Option<u64>,
}

impl Edit for QueueEdit {
    const ACTION: Action = Action::EditPolicies;

    type Id = QueueId;
    type Shown = Queue;

    fn named(&self) -> Option<&QueueId> {
        self.id.as_ref()
    }

    fn event(self, id: &QueueId, organisation: &Organisation) -> Result<Event, Problem> {
        let known = organisation.queues.get(id);
        let as_it_is = || known.is_some_and(|held| held.value.checkpoint);
        Ok(Event::Queue(organisation::Queue {
            id: id.clone(),
            name: self.name,
            priority: self.priority,
            checkpoint: self.checkpoint.unwrap_or_else(as_it_is),
            acknowledge_within_s: self.acknowledge_within_s,
            resolve_within_s: self.resolve_within_s,
            policy: self.policy,
        }))
    }

    fn shown(id: &QueueId, reader: &Reader<'_>) -> Option<(Queue, u64)> {
        let held = reader.organisation.queues.get(id)?;
        Some((Queue::of(held), held.version))
    }
}

/// Change a queue, or make a new one.
#[utoipa::path(
    put,
    path = "/queues/{id}",
    tag = "queues",
    params(
        ("id" = String, Path, description = "The queue"),
        Conditions
    ),
    request_body = QueueEdit,
    responses(
        (status = 200, description = "Changed", body = Queue),
        (status = 201, description = "Made", body = Queue)
    )
)]
pub(crate) async fn edit(put: Put<QueueEdit>) -> Result<Response, Problem> {
    put.record().await
}
