//! `GET /queues`.

use axum::Json;
use axum::extract::State;
use outcry_domain::Action;

use super::Queue;
use crate::ask::{Listed, Query, page};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// Queues and their service levels, by id.
#[utoipa::path(
    get,
    path = "/queues",
    tag = "queues",
    params(
        ("limit" = Option<u16>, Query, description = "Items per page, 1 to 200"),
        ("after" = Option<String>, Query, description = "The `next` of the page before")
    ),
    responses((status = 200, description = "A page of queues", body = Listed<Queue>))
)]
pub(crate) async fn list(
    State(counter): State<Shared>,
    visitor: Visitor,
    query: Query,
) -> Result<Json<Listed<Queue>>, Problem> {
    visitor.needs(Action::Read)?;
    let organisation = counter.house.ledger.organisation();
    let queues = organisation
        .queues
        .iter()
        .map(|(id, held)| (id.to_string(), Queue::of(held)));
    page(&query, queues).map(Json)
}
