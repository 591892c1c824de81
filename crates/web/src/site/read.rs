//! `GET /sites/{id}`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::SiteId;

use super::Site;
use crate::ask::At;
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;
use crate::setting::show;

/// One store.
#[utoipa::path(
    get,
    path = "/sites/{id}",
    tag = "sites",
    params(("id" = String, Path, description = "The store")),
    responses((status = 200, description = "The store", body = Site,
        headers(("ETag" = String, description = "Its version, for If-Match"))))
)]
pub(crate) async fn read(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<SiteId>,
) -> Result<Response, Problem> {
    let organisation = counter.house.ledger.organisation();
    let held = organisation
        .sites
        .get(&id)
        .filter(|held| visitor.actor.reach.covers(&held.value.region, &id));
    show(held.map(|held| (Site::of(held), held.version)))
}
