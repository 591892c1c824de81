//! `POST /incidents/{id}/withdraw`.

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
pub(crate) struct Withdraw {
    /// Why, up to 4000 characters.
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: Option<String>,
}

/// Take a report back. Whoever reported it may, and the manager of the store; a call for help is never withdrawn.
#[utoipa::path(
    post,
    path = "/incidents/{id}/withdraw",
    tag = "incidents",
    params(("id" = String, Path, description = "The incident", format = "uuid")),
    request_body = Withdraw,
    responses((status = 200, description = "Recorded", body = Done))
)]
pub(crate) async fn withdraw(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    ask: Ask<Withdraw>,
) -> Result<Response, Problem> {
    let command = Command::Withdraw {
        note: personal(ask.body.note.clone()),
    };
    act(&counter, &visitor, id, command, ask.once(&visitor.actor)).await
}
