//! Incidents: lists, one in full, and the verbs.

mod acknowledge;
mod close;
mod comment;
mod deliveries;
mod erase;
mod escalate;
mod false_alarm;
pub(crate) mod hidden;
mod list;
mod merge;
mod overrule;
pub(crate) mod read;
mod reassign;
mod resolve;
mod respond;
mod seen;
pub(crate) mod shape;
mod timeline;
mod unmerge;
mod withdraw;

use std::sync::Arc;

use axum::Json;
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use outcry_domain::incident::{self, Command, Refusal};
use outcry_domain::{Action, Incident, IncidentId, Personal};
use outcry_ledger::{Error, Once};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ask::Query;
use crate::house::Shared;
use crate::problem::{self, Problem};
use crate::session::Visitor;
pub(crate) use shape::{Summary, category_schema, summary_of};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(read::read))
        .routes(routes!(timeline::timeline))
        .routes(routes!(deliveries::deliveries))
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
        .routes(routes!(erase::erase))
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
    /// Where that is recorded; null when it was so already.
    pub(crate) receipt: Option<Receipt>,
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
        Ok(recorded) => {
            let receipt = Some(Receipt::of(&recorded.receipt));
            let done = done(counter, visitor, recorded.summary, receipt).await?;
            Ok(replayable(Json(done), recorded.replayed))
        }
        Err(Error::Refused(refusal)) => Err(refused(counter, visitor, id, refusal).await),
        Err(error) => Err(error.into()),
    }
}

async fn done(
    counter: &Shared,
    visitor: &Visitor,
    mut row: incident::Summary,
    receipt: Option<Receipt>,
) -> Result<Done, Problem> {
    let ledger = &counter.house.ledger;
    let hidden = hidden::hidden(ledger, &visitor.scope(), row.merged_into).await?;
    row.merged_into = row.merged_into.filter(|id| !hidden.contains(id));
    Ok(Done {
        incident: summary_of(&row, &ledger.organisation()),
        receipt,
    })
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
async fn refused(counter: &Shared, visitor: &Visitor, id: IncidentId, refusal: Refusal) -> Problem {
    if let Refusal::Forbidden(action) = &refusal
        && visitor.actor.may(*action)
    {
        match within_sight(counter, visitor, id).await {
            Ok(Some(_)) => {}
            Ok(None) => return Refusal::NotFound.into(),
            Err(error) => return error.into(),
        }
    }
    let organisation = counter.house.ledger.organisation();
    problem::named(refusal.clone().into(), &refusal, &organisation)
}

/// The incident, if it is within the visitor's sight.
async fn within_sight(
    counter: &Shared,
    visitor: &Visitor,
    id: IncidentId,
) -> Result<Option<Arc<Incident>>, Error> {
    let state = counter.house.ledger.state(id).await?;
    Ok(state.filter(|incident| incident.within(&visitor.scope())))
}

/// An incident within sight of which a list is read from its end: before which place, and how many items.
async fn opened(
    counter: &Shared,
    visitor: &Visitor,
    id: IncidentId,
    query: &Query,
) -> Result<(Arc<Incident>, Option<u64>, usize), Problem> {
    visitor.needs(Action::Read)?;
    let (limit, before) = query.backwards()?;
    let incident = within_sight(counter, visitor, id).await?;
    Ok((incident.ok_or(Refusal::NotFound)?, before, limit))
}

/// A text that may name somebody.
pub(crate) fn personal(text: Option<String>) -> Option<Personal> {
    text.map(Personal::new)
}
