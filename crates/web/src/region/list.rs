//! `GET /regions`.

use axum::Json;
use axum::extract::State;
use outcry_domain::Action;

use super::Region;
use crate::ask::{Listed, Query, page};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// Regions, by id.
#[utoipa::path(
    get,
    path = "/regions",
    tag = "sites",
    params(
        ("limit" = Option<u16>, Query, description = "Items per page, 1 to 200"),
        ("after" = Option<String>, Query, description = "The `next` of the page before")
    ),
    responses((status = 200, description = "A page of regions", body = Listed<Region>))
)]
pub(crate) async fn list(
    State(counter): State<Shared>,
    visitor: Visitor,
    query: Query,
) -> Result<Json<Listed<Region>>, Problem> {
    visitor.needs(Action::Read)?;
    let organisation = counter.house.ledger.organisation();
    let regions = organisation
        .regions
        .iter()
        .map(|(id, held)| (id.to_string(), Region::of(held)));
    page(&query, regions).map(Json)
}
