//! `PUT /schedules/{id}`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::organisation::{self, Event};
use outcry_domain::{PersonId, ScheduleId};
use serde::Deserialize;

use super::{Schedule, Turn};
use crate::ask::{Ask, At, Expected, Rfc3339};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;
use crate::setting::{put, same_id};

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

/// Change an on-call schedule, or make a new one.
#[utoipa::path(
    put,
    path = "/schedules/{id}",
    tag = "policies",
    params(
        ("id" = String, Path, description = "The schedule"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` makes a new one")
    ),
    request_body = ScheduleEdit,
    responses(
        (status = 200, description = "Changed", body = Schedule),
        (status = 201, description = "Made", body = Schedule)
    )
)]
pub(crate) async fn edit(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<ScheduleId>,
    expected: Expected,
    ask: Ask<ScheduleEdit>,
) -> Result<Response, Problem> {
    let edit = ask.body;
    same_id(&id, edit.id.as_ref())?;
    let turn = |turn: Turn| organisation::Turn {
        person: turn.person,
        from: turn.from.0,
        until: turn.until.0,
    };
    let schedule = organisation::Schedule {
        id: id.clone(),
        name: edit.name,
        people: edit.people,
        starts_at: edit.starts_at.0,
        turn_s: edit.turn_s,
        overrides: edit.overrides.into_iter().map(turn).collect(),
    };
    let now = counter.now();
    put(
        &counter,
        &visitor,
        expected,
        Event::Schedule(schedule),
        |organisation| {
            let held = organisation.schedules.get(&id)?;
            Some((Schedule::of(held, organisation, now), held.version))
        },
    )
    .await
}
