//! On-call schedules: people take turns, and somebody may stand in.

mod edit;
mod list;

use outcry_domain::PersonId;
use outcry_domain::organisation::{self, Versioned};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ask::Rfc3339;
use crate::house::Shared;
use crate::incident::shape::Named;
use crate::setting::Reader;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(edit::edit))
}

/// People who take turns of equal length.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Schedule {
    id: String,
    name: String,
    /// In this order; empty for whoever may not see people.
    people: Vec<String>,
    /// When the first turn of the first person began.
    starts_at: Rfc3339,
    /// How long a turn is, in seconds.
    turn_s: u32,
    /// Empty for whoever may not see people.
    overrides: Vec<Turn>,
    /// Null when the schedule has no people or has not begun.
    on_call: Option<OnCall>,
    /// Goes up with every change; the ETag.
    version: u64,
}

/// Somebody stands in for a while.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Turn {
    #[schema(value_type = String)]
    person: PersonId,
    from: Rfc3339,
    until: Rfc3339,
}

/// Who is on call now, until when, and who is next.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct OnCall {
    /// Null for whoever may not see people: somebody is on call.
    now: Option<Named>,
    /// Null for whoever may not see people.
    next: Option<Named>,
    until: Rfc3339,
}

impl Schedule {
    fn of(held: &Versioned<organisation::Schedule>, reader: &Reader<'_>) -> Self {
        let schedule = &held.value;
        let told = schedule.told_to(reader.actor, reader.now);
        let turn = |turn: organisation::Turn| Turn {
            person: turn.person,
            from: turn.from.into(),
            until: turn.until.into(),
        };
        let named = |id: &PersonId| Named::person(id, reader.organisation);
        let on_call = |call: organisation::Covered| OnCall {
            now: call.who.as_ref().map(|(now, _)| named(now)),
            next: call.who.as_ref().map(|(_, next)| named(next)),
            until: call.until.into(),
        };
        Self {
            id: schedule.id.to_string(),
            name: schedule.name.clone(),
            people: told.people.iter().map(ToString::to_string).collect(),
            starts_at: schedule.starts_at.into(),
            turn_s: schedule.turn_s,
            overrides: told.overrides.into_iter().map(turn).collect(),
            on_call: told.on_call.map(on_call),
            version: held.version,
        }
    }
}
