//! `GET /incidents/{id}/timeline`.

use axum::Json;
use axum::extract::State;
use outcry_domain::IncidentId;

use super::opened;
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
    let (_, before, limit) = opened(&counter, &visitor, id, &query).await?;
    let page = told::timeline(&counter.house.ledger, &visitor.scope(), id, (before, limit)).await?;
    Ok(Json(page))
}
