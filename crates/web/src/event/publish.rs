//! `POST /events`: CloudEvents 1.0 in JSON, one or a batch.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use outcry_domain::{Action, Organisation, SiteId};
use outcry_stream::{Form, Receipt, Rejected};
use serde::Serialize;

use crate::ask::{Answer, Raw, syntax};
use crate::door::RequestId;
use crate::house::Shared;
use crate::limits::EVENTS_BYTES_MAX;
use crate::problem::{Body, FieldError, Problem, kind};
use crate::session::Visitor;

const ONE: &str = "application/cloudevents+json";
const BATCH: &str = "application/cloudevents-batch+json";

/// What became of the events. Accepted ones are durable; the same source and id again is a duplicate
/// and does no harm.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EventsTaken)]
pub(crate) struct Taken<'a> {
    accepted: usize,
    duplicate: usize,
    rejected: Vec<Refused<'a>>,
}

/// One event that was not taken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EventRejected)]
pub(crate) struct Refused<'a> {
    /// Its place in the batch, from 0.
    index: usize,
    problem: Body<'a>,
}

/// One CloudEvent 1.0. Which data belongs to which type is told in docs/pos-integration.md.
#[derive(utoipa::ToSchema)]
#[allow(dead_code)]
pub(crate) struct CloudEvent {
    #[schema(example = "1.0")]
    specversion: String,
    /// Unique for its source.
    #[schema(example = "0001-581475")]
    id: String,
    /// Who says so.
    #[schema(example = "/sites/leeds-012/tills/3")]
    source: String,
    #[schema(example = "outcry.till.sale")]
    r#type: String,
    /// When it happened by the source's clock, RFC 3339.
    #[schema(format = "date-time")]
    time: String,
    /// The site's id.
    #[schema(example = "leeds-012")]
    subject: Option<String>,
    #[schema(value_type = Object)]
    data: String,
}

/// Send till, camera, shift, stock or footfall events: one (application/cloudevents+json) or up to
/// 1000 (application/cloudevents-batch+json), at most 1 MiB. What is not on the allow-list is dropped.
#[utoipa::path(
    post,
    path = "/events",
    tag = "events",
    request_body(content(
        (CloudEvent = "application/cloudevents+json"),
        (Vec<CloudEvent> = "application/cloudevents-batch+json")
    )),
    responses((status = 202, description = "Taken, but for what is listed as rejected", body = Taken<'static>))
)]
pub(crate) async fn publish(
    State(counter): State<Shared>,
    visitor: Visitor,
    Extension(request): Extension<RequestId>,
    raw: Raw<EVENTS_BYTES_MAX>,
) -> Result<Response, Problem> {
    visitor.needs(Action::PublishEvents)?;
    let form = match raw.form.as_deref() {
        Some(ONE) => Form::One,
        Some(BATCH) => Form::Batch,
        _ => {
            let text = format!("send {ONE} or {BATCH}");
            return Err(Problem::new(kind::UNSUPPORTED_MEDIA_TYPE, text));
        }
    };
    let organisation = counter.house.ledger.organisation();
    let known = |site: &str| within(&organisation, &visitor, site);
    let who = (&visitor.actor, raw.key.as_ref(), raw.hash);
    let work = async {
        let now = counter.now();
        let taken = counter
            .house
            .bus
            .publish(&raw.bytes, form, &known, now.0)
            .await?;
        Ok(answer(&taken, request.as_str()))
    };
    counter.answers.once(who, work).await
}

/// Whether there is such a site and the sender speaks for it.
fn within(organisation: &Organisation, visitor: &Visitor, site: &str) -> bool {
    site.parse::<SiteId>()
        .ok()
        .and_then(|id| organisation.site(&id))
        .is_some_and(|site| {
            visitor
                .actor
                .may_at(Action::PublishEvents, &site.region, &site.id)
        })
}

fn answer(taken: &Receipt, request_id: &str) -> Answer {
    let problems: Vec<Problem> = taken.rejected.iter().map(problem).collect();
    let refused = taken.rejected.iter().zip(&problems);
    let body = Taken {
        accepted: taken.accepted,
        duplicate: taken.duplicate,
        rejected: refused
            .map(|(event, problem)| Refused {
                index: event.index,
                problem: problem.body(request_id),
            })
            .collect(),
    };
    Answer::json(StatusCode::ACCEPTED, &body)
}

/// The stream passes on what its reader says of a text that is not JSON.
fn plain(detail: &str) -> String {
    match detail.split_once(": ") {
        Some((place, said)) if place.starts_with("is not valid JSON") => {
            format!("{place}: {}", syntax(said))
        }
        _ => detail.to_owned(),
    }
}

fn problem(rejected: &Rejected) -> Problem {
    let errors: Vec<FieldError> = rejected
        .problems
        .iter()
        .map(|wrong| FieldError {
            pointer: Some(wrong.pointer.clone()),
            parameter: None,
            detail: plain(&wrong.detail),
        })
        .collect();
    let first = errors.first().map_or_else(String::new, |error| {
        match error.pointer.as_deref().unwrap_or_default() {
            "" => error.detail.clone(),
            pointer => format!("{pointer}: {}", error.detail),
        }
    });
    Problem {
        errors,
        ..Problem::new(kind::INVALID_FIELD, first)
    }
}
