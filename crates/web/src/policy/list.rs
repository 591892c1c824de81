//! `GET /policies`.

use axum::Json;
use axum::extract::State;
use outcry_domain::Action;

use super::Policy;
use crate::ask::{Listed, Query, page};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// Escalation policies, by id.
#[utoipa::path(
    get,
    path = "/policies",
    tag = "policies",
    params(
        ("limit" = Option<u16>, Query, description = "Items per page, 1 to 200"),
        ("after" = Option<String>, Query, description = "The `next` of the page before")
    ),
    responses((status = 200, description = "A page of policies", body = Listed<Policy>))
)]
pub(crate) async fn list(
    State(counter): State<Shared>,
    visitor: Visitor,
    query: Query,
) -> Result<Json<Listed<Policy>>, Problem> {
    visitor.needs(Action::Read)?;
    let organisation = counter.house.ledger.organisation();
    let policies = organisation
        .policies
        .iter()
        .map(|(id, held)| (id.to_string(), Policy::of(held)));
    page(&query, policies).map(Json)
}
