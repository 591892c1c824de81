//! `GET /people`.

use axum::Json;
use axum::extract::State;
use outcry_domain::Action;

use super::{Person, shown, within};
use crate::ask::{Listed, Query, page};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// People who work where you may look, by id.
#[utoipa::path(
    get,
    path = "/people",
    tag = "people",
    params(
        ("limit" = Option<u16>, Query, description = "Items per page, 1 to 200"),
        ("after" = Option<String>, Query, description = "The `next` of the page before")
    ),
    responses((status = 200, description = "A page of people", body = Listed<Person>))
)]
pub(crate) async fn list(
    State(counter): State<Shared>,
    visitor: Visitor,
    query: Query,
) -> Result<Json<Listed<Person>>, Problem> {
    visitor.needs(Action::ReadPeople)?;
    let organisation = counter.house.ledger.organisation();
    let scope = visitor.scope();
    let people = organisation
        .people
        .iter()
        .filter(|(_, held)| within(&scope, &held.value.reach, &organisation))
        .map(|(id, held)| (id.to_string(), shown(held, &visitor.actor)));
    page(&query, people).map(Json)
}
