//! `POST /incidents/{id}/acknowledge`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::IncidentId;
use outcry_domain::incident::Command;

use super::{Done, act};
use crate::ask::{Ask, At, Nothing};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// Take an incident: escalation stops and everybody sees who has it.
#[utoipa::path(
    post,
    path = "/incidents/{id}/acknowledge",
    tag = "incidents",
    params(("id" = String, Path, description = "The incident", format = "uuid")),
    request_body = Nothing,
    responses((status = 200, description = "Recorded", body = Done))
)]
pub(crate) async fn acknowledge(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    ask: Ask<Nothing>,
) -> Result<Response, Problem> {
    let command = Command::Acknowledge;
    act(&counter, &visitor, id, command, ask.once(&visitor.actor)).await
}
