//! `POST /sites/{id}/shifts`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use outcry_domain::organisation::Command;
use outcry_domain::{PersonId, SiteId};
use serde::Deserialize;

use super::{Shift, record};
use crate::ask::{Ask, At};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// Who begins work.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Start {
    /// The person's id.
    #[schema(value_type = String, example = "clerk-1")]
    person: PersonId,
}

/// Start a shift: your own (`shift`), or that of somebody within your reach (`shift_others`). It ends when
/// somebody ends it, when the person leaves the store, or after 16 hours.
#[utoipa::path(
    post,
    path = "/sites/{id}/shifts",
    tag = "sites",
    params(("id" = String, Path, description = "The store")),
    request_body = Start,
    responses((status = 201, description = "Started", body = Shift))
)]
pub(crate) async fn start(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(site): At<SiteId>,
    ask: Ask<Start>,
) -> Result<Response, Problem> {
    let person = ask.body.person.clone();
    let command = Command::StartShift { person, site };
    record((&counter, &visitor), command, StatusCode::CREATED, &ask).await
}
