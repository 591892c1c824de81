//! `POST /incidents/{id}/reassign`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::IncidentId;
use outcry_domain::PersonId;
use outcry_domain::incident::Command;
use serde::Deserialize;

use super::{Done, act};
use crate::ask::{Ask, At};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// What to say.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reassign {
    /// The person's id.
    #[schema(value_type = String, example = "desk-1")]
    to: PersonId,
}

/// Hand an incident to somebody else.
#[utoipa::path(
    post,
    path = "/incidents/{id}/reassign",
    tag = "incidents",
    params(("id" = String, Path, description = "The incident", format = "uuid")),
    request_body = Reassign,
    responses((status = 200, description = "Recorded", body = Done))
)]
pub(crate) async fn reassign(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    ask: Ask<Reassign>,
) -> Result<Response, Problem> {
    let command = Command::Reassign {
        to: ask.body.to.clone(),
    };
    act(&counter, &visitor, id, command, ask.once(&visitor.actor)).await
}
