//! `POST /incidents/{id}/merge`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::incident::{Command, Refusal};
use outcry_domain::{Action, IncidentId};
use serde::Deserialize;
use uuid::Uuid;

use super::{Done, act};
use crate::ask::{Ask, At};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// The incident that stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Merge {
    /// Its id.
    into: Uuid,
}

/// Two reports of one incident become one; both stay on record and `unmerge` takes it back.
#[utoipa::path(
    post,
    path = "/incidents/{id}/merge",
    tag = "incidents",
    params(("id" = String, Path, description = "The incident that goes into the other", format = "uuid")),
    request_body = Merge,
    responses((status = 200, description = "Recorded", body = Done))
)]
pub(crate) async fn merge(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    ask: Ask<Merge>,
) -> Result<Response, Problem> {
    visitor.needs(Action::Merge)?;
    let into = counter
        .house
        .ledger
        .state(IncidentId(ask.body.into))
        .await?;
    let into = into.ok_or_else(|| Problem::field("/into", Refusal::NotFound.to_string()))?;
    let command = Command::Merge { into };
    act(&counter, &visitor, id, command, ask.once(&visitor.actor)).await
}
