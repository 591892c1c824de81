//! `GET /sites/{id}/shifts`.

use axum::Json;
use axum::extract::State;
use outcry_domain::{Action, SiteId};

use super::{OnShift, known, on_shift};
use crate::ask::{At, Listed, Query, page};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// Who is at work in a store now, with who says so, by id.
#[utoipa::path(
    get,
    path = "/sites/{id}/shifts",
    tag = "sites",
    params(
        ("id" = String, Path, description = "The store"),
        ("limit" = Option<u16>, Query, description = "Items per page, 1 to 200"),
        ("after" = Option<String>, Query, description = "The `next` of the page before")
    ),
    responses((status = 200, description = "A page of people", body = Listed<OnShift>))
)]
pub(crate) async fn list(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<SiteId>,
    query: Query,
) -> Result<Json<Listed<OnShift>>, Problem> {
    visitor.needs(Action::Read)?;
    let organisation = counter.house.ledger.organisation();
    known(&id, &visitor, &organisation)?;
    let people = on_shift(&counter, &id, &organisation).await;
    let people = people.into_iter().map(|person| (person.id.clone(), person));
    page(&query, people).map(Json)
}
