//! `GET /templates`.

use axum::Json;
use axum::extract::State;

use super::Template;
use crate::ask::{Listed, Query, page};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// What each category asks; for everybody who is signed in, since every report needs it.
#[utoipa::path(
    get,
    path = "/templates",
    tag = "templates",
    params(
        ("limit" = Option<u16>, Query, description = "Items per page, 1 to 200"),
        ("after" = Option<String>, Query, description = "The `next` of the page before")
    ),
    responses((status = 200, description = "A page of templates", body = Listed<Template>))
)]
pub(crate) async fn list(
    State(counter): State<Shared>,
    _: Visitor,
    query: Query,
) -> Result<Json<Listed<Template>>, Problem> {
    let organisation = counter.house.ledger.organisation();
    let mut all: Vec<_> = organisation.templates.iter().collect();
    all.sort_by_key(|(category, _)| category.as_str());
    let templates = all
        .into_iter()
        .map(|(category, held)| (category.as_str(), Template::of(held)));
    page(&query, templates).map(Json)
}
