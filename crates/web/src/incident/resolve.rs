//! `POST /incidents/{id}/resolve`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::IncidentId;
use outcry_domain::incident::{Command, Resolution};
use serde::Deserialize;

use super::{Done, act, personal};
use crate::ask::{Ask, At};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// What to say.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolve {
    /// How it ended.
    #[schema(value_type = String, example = "offender_left",
        pattern = "^(offender_detained|offender_left|goods_recovered|police_attended|no_action|other)$")]
    resolution: Resolution,
    /// More about it, up to 4000 characters.
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: Option<String>,
}

/// Say how it ended; acknowledges as well.
#[utoipa::path(
    post,
    path = "/incidents/{id}/resolve",
    tag = "incidents",
    params(("id" = String, Path, description = "The incident", format = "uuid")),
    request_body = Resolve,
    responses((status = 200, description = "Recorded", body = Done))
)]
pub(crate) async fn resolve(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    ask: Ask<Resolve>,
) -> Result<Response, Problem> {
    let command = Command::Resolve {
        resolution: ask.body.resolution,
        note: personal(ask.body.note.clone()),
    };
    act(&counter, &visitor, id, command, ask.once(&visitor.actor)).await
}
