//! Queues and their service levels.

mod edit;
mod list;

use outcry_domain::category::Priority;
use outcry_domain::organisation::{self, Versioned};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::house::Shared;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(edit::edit))
}

/// Where incidents wait for somebody.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Queue {
    #[schema(example = "urgent")]
    id: String,
    name: String,
    /// Incidents of this priority come here.
    #[schema(value_type = u8, minimum = 1, maximum = 4)]
    priority: Priority,
    /// Where a person must look before the score counts.
    checkpoint: bool,
    /// Somebody must have acknowledged within, in seconds.
    acknowledge_within_s: u32,
    /// It must be resolved within, in seconds.
    resolve_within_s: u32,
    /// The escalation policy.
    policy: String,
    /// Goes up with every change; the ETag.
    version: u64,
}

impl Queue {
    fn of(held: &Versioned<organisation::Queue>) -> Self {
        let queue = &held.value;
        Self {
            id: queue.id.to_string(),
            name: queue.name.clone(),
            priority: queue.priority,
            checkpoint: queue.checkpoint,
            acknowledge_within_s: queue.acknowledge_within_s,
            resolve_within_s: queue.resolve_within_s,
            policy: queue.policy.to_string(),
            version: held.version,
        }
    }
}
