//! `GET /sites`.

use axum::Json;
use axum::extract::State;

use super::Site;
use crate::ask::{Listed, Query, page};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// Stores within reach, by id.
#[utoipa::path(
    get,
    path = "/sites",
    tag = "sites",
    params(
        ("limit" = Option<u16>, Query, description = "Items per page, 1 to 200"),
        ("after" = Option<String>, Query, description = "The `next` of the page before")
    ),
    responses((status = 200, description = "A page of stores", body = Listed<Site>))
)]
pub(crate) async fn list(
    State(counter): State<Shared>,
    visitor: Visitor,
    query: Query,
) -> Result<Json<Listed<Site>>, Problem> {
    let organisation = counter.house.ledger.organisation();
    let reach = &visitor.actor.reach;
    let sites = organisation
        .sites
        .iter()
        .filter(|(id, held)| reach.covers(&held.value.region, id))
        .map(|(id, held)| (id.to_string(), Site::of(held)));
    page(&query, sites).map(Json)
}
