//! `POST /incidents/{id}/erase`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::IncidentId;
use outcry_domain::incident::{Command, Ground};
use serde::Deserialize;
use utoipa::openapi::schema::Object;

use super::shape::one_of;
use super::{Done, act};
use crate::ask::{Ask, At};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// Why.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Erase {
    /// `requested`: a person concerned asked for it; `retention_over`: the time to keep it is over;
    /// `not_needed`: it should not have been written down; `ordered`: an authority ordered it.
    #[schema(schema_with = ground_schema)]
    ground: Ground,
}

fn ground_schema() -> Object {
    one_of(["requested", "retention_over", "not_needed", "ordered"])
}

/// Erase the personal texts of an incident that is over, for ever: what was written about it, comments,
/// notes and reasons. What happened when, the answers without words, goods and figures stay, with who
/// erased it and why. Nothing can be added to the incident afterwards.
#[utoipa::path(
    post,
    path = "/incidents/{id}/erase",
    tag = "incidents",
    params(("id" = String, Path, description = "The incident", format = "uuid")),
    request_body = Erase,
    responses((status = 200, description = "Recorded", body = Done))
)]
pub(crate) async fn erase(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    ask: Ask<Erase>,
) -> Result<Response, Problem> {
    let command = Command::Erase {
        ground: ask.body.ground,
    };
    act(&counter, &visitor, id, command, ask.once(&visitor.actor)).await
}
