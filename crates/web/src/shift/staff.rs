//! `GET /sites/{id}/staff`.

use axum::Json;
use axum::extract::State;
use outcry_domain::{Action, ActorId, Reach, Role, SiteId};

use super::known;
use crate::ask::{At, Listed, Query, page};
use crate::house::Shared;
use crate::incident::read::{PersonRef, somebody};
use crate::problem::Problem;
use crate::session::Visitor;

/// A store's own people, by id: whose shift a terminal there may start and end.
#[utoipa::path(
    get,
    path = "/sites/{id}/staff",
    tag = "sites",
    params(
        ("id" = String, Path, description = "The store"),
        ("limit" = Option<u16>, Query, description = "Items per page, 1 to 200"),
        ("after" = Option<String>, Query, description = "The `next` of the page before")
    ),
    responses((status = 200, description = "A page of people", body = Listed<PersonRef>))
)]
pub(crate) async fn staff(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<SiteId>,
    query: Query,
) -> Result<Json<Listed<PersonRef>>, Problem> {
    visitor.needs(Action::ShiftOthers)?;
    let organisation = counter.house.ledger.organisation();
    known(&id, &visitor, &organisation)?;
    let here = Reach::Site(id);
    let machine = |role| matches!(role, Role::Terminal | Role::Integration | Role::System);
    let all = organisation.people.values().map(|held| &held.value);
    let own = all.filter(|person| person.active && person.reach == here && !machine(person.role));
    let people = own.map(|person| {
        let named = somebody(&ActorId::Person(person.id.clone()), &organisation);
        (person.id.to_string(), named)
    });
    page(&query, people).map(Json)
}
