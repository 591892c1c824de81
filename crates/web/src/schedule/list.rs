//! `GET /schedules`.

use axum::Json;
use axum::extract::State;
use outcry_domain::Action;

use super::Schedule;
use crate::ask::{Listed, Query, page};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;
use crate::setting::Reader;

/// On-call schedules, by id, with who is on call now. Who that is, and whose turn it will be, is for those
/// who may see people; others learn whether somebody is.
#[utoipa::path(
    get,
    path = "/schedules",
    tag = "policies",
    params(
        ("limit" = Option<u16>, Query, description = "Items per page, 1 to 200"),
        ("after" = Option<String>, Query, description = "The `next` of the page before")
    ),
    responses((status = 200, description = "A page of schedules", body = Listed<Schedule>))
)]
pub(crate) async fn list(
    State(counter): State<Shared>,
    visitor: Visitor,
    query: Query,
) -> Result<Json<Listed<Schedule>>, Problem> {
    visitor.needs(Action::Read)?;
    let organisation = counter.house.ledger.organisation();
    let reader = Reader {
        organisation: &organisation,
        actor: &visitor.actor,
        now: counter.now(),
    };
    let schedules = organisation
        .schedules
        .iter()
        .map(|(id, held)| (id.to_string(), Schedule::of(held, &reader)));
    page(&query, schedules).map(Json)
}
