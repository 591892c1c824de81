//! `GET /incidents/{id}/deliveries`.

use axum::Json;
use axum::extract::State;
use outcry_domain::IncidentId;

use super::opened;
use super::read::escalation::{self, Delivery};
use crate::ask::{At, Listed, Query};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// The messages about an incident, the latest planned first.
#[utoipa::path(
    get,
    path = "/incidents/{id}/deliveries",
    tag = "incidents",
    params(
        ("id" = String, Path, description = "The incident", format = "uuid"),
        ("limit" = Option<u16>, Query, description = "Items per page", minimum = 1, maximum = 200),
        ("after" = Option<String>, Query, description = "The `next` of the page before, or the `deliveries_next` of the incident")
    ),
    responses((status = 200, description = "A page of deliveries", body = Listed<Delivery>))
)]
pub(crate) async fn deliveries(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    query: Query,
) -> Result<Json<Listed<Delivery>>, Problem> {
    let (incident, before, limit) = opened(&counter, &visitor, id, &query).await?;
    let organisation = counter.house.ledger.organisation();
    let page = escalation::deliveries(&incident, &organisation, before, limit);
    Ok(Json(page))
}
