//! `GET /sites/{id}/shifts`.

use axum::Json;
use axum::extract::State;
use outcry_domain::{Action, SiteId};

use super::{OnShift, on_shift};
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
    let site = organisation.site(&id);
    if !site.is_some_and(|site| visitor.actor.reach.covers(&site.region, &id)) {
        return Err(Problem::not_found(outcry_words::phrase("answer-beyond")));
    }
    let people = on_shift(&counter, &id, &organisation).await;
    let people = people.into_iter().map(|person| (person.id.clone(), person));
    page(&query, people).map(Json)
}
