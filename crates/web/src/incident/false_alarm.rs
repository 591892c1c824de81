//! `POST /incidents/{id}/false-alarm`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::IncidentId;
use outcry_domain::incident::Command;
use serde::Deserialize;

use super::{Done, act, personal};
use crate::ask::{Ask, At};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// What to say.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FalseAlarm {
    /// What it was, up to 4000 characters.
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: Option<String>,
}

/// Mark an incident as a false alarm. Nothing is deleted.
#[utoipa::path(
    post,
    path = "/incidents/{id}/false-alarm",
    tag = "incidents",
    params(("id" = String, Path, description = "The incident", format = "uuid")),
    request_body = FalseAlarm,
    responses((status = 200, description = "Recorded", body = Done))
)]
pub(crate) async fn false_alarm(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    ask: Ask<FalseAlarm>,
) -> Result<Response, Problem> {
    let command = Command::FalseAlarm {
        note: personal(ask.body.note.clone()),
    };
    act(&counter, &visitor, id, command, ask.once(&visitor.actor)).await
}
