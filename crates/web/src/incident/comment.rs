//! `POST /incidents/{id}/comment`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::IncidentId;
use outcry_domain::Personal;
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
pub(crate) struct Comment {
    /// 1 to 4000 characters.
    #[schema(min_length = 1, max_length = 4000, example = "Police called, log 118")]
    text: String,
}

/// Add words to an incident, at any time.
#[utoipa::path(
    post,
    path = "/incidents/{id}/comment",
    tag = "incidents",
    params(("id" = String, Path, description = "The incident", format = "uuid")),
    request_body = Comment,
    responses((status = 200, description = "Recorded", body = Done))
)]
pub(crate) async fn comment(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    ask: Ask<Comment>,
) -> Result<Response, Problem> {
    let command = Command::Comment {
        text: Personal::new(ask.body.text.clone()),
    };
    act(&counter, &visitor, id, command, ask.once(&visitor.actor)).await
}
