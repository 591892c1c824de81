//! Incidents: lists, one in full, and the verbs.

mod acknowledge;
mod close;
mod comment;
mod escalate;
mod false_alarm;
mod list;
mod merge;
mod overrule;
pub(crate) mod read;
mod reassign;
mod resolve;
mod respond;
mod seen;
pub(crate) mod shape;
mod unmerge;
mod withdraw;

use axum::Json;
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use outcry_domain::incident::{Command, Refusal};
use outcry_domain::{IncidentId, Personal};
use outcry_ledger::{Error, Once, Recorded};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::house::Shared;
use crate::problem::{self, Problem};
use crate::session::Visitor;
pub(crate) use shape::{Summary, category_schema, summary_of};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(read::read))
        .routes(routes!(acknowledge::acknowledge))
        .routes(routes!(comment::comment))
        .routes(routes!(reassign::reassign))
        .routes(routes!(escalate::escalate))
        .routes(routes!(respond::respond))
        .routes(routes!(resolve::resolve))
        .routes(routes!(close::close))
        .routes(routes!(false_alarm::false_alarm))
        .routes(routes!(withdraw::withdraw))
        .routes(routes!(merge::merge))
        .routes(routes!(unmerge::unmerge))
        .routes(routes!(overrule::overrule))
        .routes(routes!(seen::seen))
}

/// Where in the log something was recorded: proof for whoever sent it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Receipt {
    /// Whose log.
    #[schema(example = "north")]
    pub(crate) region: String,
    /// The place in it.
    pub(crate) sequence: u64,
    /// The chain's hash at that place, in hexadecimal.
    pub(crate) hash: String,
}

impl Receipt {
    pub(crate) fn of(receipt: &outcry_ledger::Receipt) -> Self {
        Self {
            region: receipt.region.to_string(),
            sequence: receipt.sequence,
            hash: receipt.hash_hex(),
        }
    }
}

/// What became of a verb.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Done {
    /// The incident as it now stands.
    pub(crate) incident: Summary,
    /// Where that is recorded.
    pub(crate) receipt: Receipt,
}

/// Gives a command on behalf of a visitor; the ledger decides.
pub(crate) async fn act(
    counter: &Shared,
    visitor: &Visitor,
    id: IncidentId,
    command: Command,
    once: Option<Once>,
) -> Result<Response, Problem> {
    let moment = counter.moment(&visitor.actor);
    match counter
        .house
        .ledger
        .record(id, command, &moment, once)
        .await
    {
        Ok(recorded) => Ok(answer(counter, &recorded)),
        Err(error) => Err(refused(counter, visitor, error)),
    }
}

fn answer(counter: &Shared, recorded: &Recorded) -> Response {
    let organisation = counter.house.ledger.organisation();
    let done = Done {
        incident: summary_of(&recorded.summary, &organisation),
        receipt: Receipt::of(&recorded.receipt),
    };
    replayable(Json(done), recorded.replayed)
}

/// Marks an answer that was given before.
pub(crate) fn replayable(answer: impl IntoResponse, replayed: bool) -> Response {
    let mut response = answer.into_response();
    if replayed {
        let yes = HeaderValue::from_static("true");
        response.headers_mut().insert("idempotency-replayed", yes);
    }
    response
}

/// A refusal names who was faster; to whoever may not see the incident, it does not exist.
fn refused(counter: &Shared, visitor: &Visitor, error: Error) -> Problem {
    let Error::Refused(refusal) = error else {
        return error.into();
    };
    if let Refusal::Forbidden(action) = &refusal
        && visitor.actor.may(*action)
        && *action != outcry_domain::Action::Withdraw
    {
        return Refusal::NotFound.into();
    }
    let organisation = counter.house.ledger.organisation();
    problem::named(refusal.clone().into(), &refusal, &organisation)
}

/// A text that may name somebody.
pub(crate) fn personal(text: Option<String>) -> Option<Personal> {
    text.map(Personal::new)
}
