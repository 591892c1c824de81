//! `POST /incidents/{id}/escalate`.

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
pub(crate) struct Escalate {
    /// Why, up to 4000 characters.
    #[serde(default)]
    #[schema(max_length = 4000)]
    reason: Option<String>,
}

/// Move the escalation on by hand: the next step fires now.
#[utoipa::path(
    post,
    path = "/incidents/{id}/escalate",
    tag = "incidents",
    params(("id" = String, Path, description = "The incident", format = "uuid")),
    request_body = Escalate,
    responses((status = 200, description = "Recorded", body = Done))
)]
pub(crate) async fn escalate(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    ask: Ask<Escalate>,
) -> Result<Response, Problem> {
    let command = Command::Escalate {
        reason: personal(ask.body.reason.clone()),
    };
    act(&counter, &visitor, id, command, ask.once(&visitor.actor)).await
}
