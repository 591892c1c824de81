//! `PUT /schedules/{id}`.

use axum::response::Response;
use outcry_domain::organisation::{self, Event};
use outcry_domain::{Action, Organisation, PersonId, ScheduleId};
use serde::Deserialize;

use super::{Schedule, Turn};
use crate::ask::Rfc3339;
use crate::problem::Problem;
use crate::setting::{Conditions, Edit, Put, Reader};

/// A schedule as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScheduleEdit {
    /// May be left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<ScheduleId>,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// Ids of people, in the order of their turns.
    #[schema(value_type = Vec<String>)]
    people: Vec<PersonId>,
    starts_at: Rfc3339,
    #[schema(minimum = 3600)]
    #[serde(deserialize_with = "crate::ask::seconds")]
    turn_s: u32,
    #[serde(default)]
    overrides: Vec<Turn>,
    /// As it was read; it follows from the rest.
    #[serde(default, rename = "on_call")]
    #[schema(value_type = Option<Object>)]
    _on_call: Option<serde::de::IgnoredAny>,
    /// As it was read; If-Match is what counts.
    #[serde(default, rename = "version")]
    _version: Option<u64>,
}

impl Edit for ScheduleEdit {
    const ACTION: Action = Action::EditPolicies;

    type Id = ScheduleId;
    type Shown = Schedule;

    fn named(&self) -> Option<&ScheduleId> {
        self.id.as_ref()
    }

    fn event(self, id: &ScheduleId, _: &Organisation) -> Result<Event, Problem> {
        let turn = |turn: Turn| organisation::Turn {
            person: turn.person,
            from: turn.from.0,
            until: turn.until.0,
        };
        Ok(Event::Schedule(organisation::Schedule {
            id: id.clone(),
            name: self.name,
            people: self.people,
            starts_at: self.starts_at.0,
            turn_s: self.turn_s,
            overrides: self.overrides.into_iter().map(turn).collect(),
        }))
    }

    fn shown(id: &ScheduleId, reader: &Reader<'_>) -> Option<(Schedule, u64)> {
        let held = reader.organisation.schedules.get(id)?;
        Some((Schedule::of(held, reader), held.version))
    }
}

/// Change an on-call schedule, or make a new one.
#[utoipa::path(
    put,
    path = "/schedules/{id}",
    tag = "policies",
    params(
        ("id" = String, Path, description = "The schedule"),
        Conditions
    ),
    request_body = ScheduleEdit,
    responses(
        (status = 200, description = "Changed", body = Schedule),
        (status = 201, description = "Made", body = Schedule)
    )
)]
pub(crate) async fn edit(put: Put<ScheduleEdit>) -> Result<Response, Problem> {
    put.record().await
}
