//! On-call schedules: people take turns, and somebody may stand in.

mod edit;
mod list;

use outcry_domain::organisation::{self, Versioned};
use outcry_domain::{Organisation, PersonId, Time};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ask::Rfc3339;
use crate::house::Shared;
use crate::incident::shape::Named;

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
    /// In this order.
    people: Vec<String>,
    /// When the first turn of the first person began.
    starts_at: Rfc3339,
    /// How long a turn is, in seconds.
    turn_s: u32,
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
    now: Named,
    next: Named,
    until: Rfc3339,
}

impl Schedule {
    fn of(
        held: &Versioned<organisation::Schedule>,
        organisation: &Organisation,
        now: Time,
    ) -> Self {
        let schedule = &held.value;
        let turn = |turn: &organisation::Turn| Turn {
            person: turn.person.clone(),
            from: turn.from.into(),
            until: turn.until.into(),
        };
        let on_call = |call: organisation::OnCall| OnCall {
            now: Named::person(&call.now, organisation),
            next: Named::person(&call.next, organisation),
            until: call.until.into(),
        };
        Self {
            id: schedule.id.to_string(),
            name: schedule.name.clone(),
            people: schedule.people.iter().map(ToString::to_string).collect(),
            starts_at: schedule.starts_at.into(),
            turn_s: schedule.turn_s,
            overrides: schedule.overrides.iter().map(turn).collect(),
            on_call: schedule.on_call(now).map(on_call),
            version: held.version,
        }
    }
}
