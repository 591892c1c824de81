//! `GET /incidents/{id}/timeline`.

use axum::Json;
use axum::extract::State;
use outcry_domain::incident::Refusal;
use outcry_domain::{Action, IncidentId};

use super::read::told::{self, Told};
use crate::ask::{At, Listed, Query};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// What happened to an incident, newest first.
#[utoipa::path(
    get,
    path = "/incidents/{id}/timeline",
    tag = "incidents",
    params(
        ("id" = String, Path, description = "The incident", format = "uuid"),
        ("limit" = Option<u16>, Query, description = "Items per page", minimum = 1, maximum = 200),
        ("after" = Option<String>, Query, description = "The `next` of the page before, or the `timeline_next` of the incident")
    ),
    responses((status = 200, description = "A page of the timeline", body = Listed<Told>))
)]
pub(crate) async fn timeline(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    query: Query,
) -> Result<Json<Listed<Told>>, Problem> {
    visitor.needs(Action::Read)?;
    let (limit, before) = query.backwards()?;
    let ledger = &counter.house.ledger;
    if ledger.summary(&visitor.scope(), id).await?.is_none() {
        return Err(Refusal::NotFound.into());
    }
    Ok(Json(told::timeline(ledger, id, before, limit).await?))
}
