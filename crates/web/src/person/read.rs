//! `GET /people/{id}`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::{Action, PersonId};

use super::{Person, shown, within};
use crate::ask::At;
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;
use crate::setting::show;

/// One person.
#[utoipa::path(
    get,
    path = "/people/{id}",
    tag = "people",
    params(("id" = String, Path, description = "The person")),
    responses((status = 200, description = "The person", body = Person,
        headers(("ETag" = String, description = "Its version, for If-Match"))))
)]
pub(crate) async fn read(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<PersonId>,
) -> Result<Response, Problem> {
    visitor.needs(Action::ReadPeople)?;
    let organisation = counter.house.ledger.organisation();
    let held = organisation
        .people
        .get(&id)
        .filter(|held| within(&visitor.scope(), &held.value.reach, &organisation));
    show(held.map(|held| (shown(held, &visitor.actor), held.version)))
}
