//! Shifts: who is at work in a store, as the rota says and as they said themselves.

mod end;
mod list;
mod staff;
mod start;

use axum::http::StatusCode;
use axum::response::Response;
use outcry_domain::incident::context::{self, ShiftSource};
use outcry_domain::organisation::{Command, Event, Refusal};
use outcry_domain::{ActorId, Organisation, PersonId, Reach, SiteId, Time};
use outcry_ledger::Error;
use outcry_stream::Query;
use outcry_words::{phrase, say};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ask::{Answer, Ask, Rfc3339};
use crate::house::Shared;
use crate::incident::read::{PersonRef, somebody};
use crate::problem::{Problem, said_at};
use crate::session::Visitor;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list::list, start::start))
        .routes(routes!(end::end))
        .routes(routes!(staff::staff))
}

/// Somebody at work.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OnShift {
    id: String,
    name: String,
    role: Option<String>,
    since: Rfc3339,
    /// Who says so: `rota`, an event of the stream; `outcry`, a shift that was started here.
    #[schema(value_type = Vec<String>, example = json!(["rota", "outcry"]))]
    sources: Vec<ShiftSource>,
}

impl OnShift {
    pub(crate) fn of(named: &context::OnShift, organisation: &Organisation) -> Self {
        Self {
            id: named.id.to_string(),
            name: organisation.name_of(&ActorId::Person(named.id.clone())),
            role: named.role.clone(),
            since: named.since.into(),
            sources: named.sources.clone(),
        }
    }
}

/// A shift that was started, and perhaps ended, in Outcry.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Shift {
    person: PersonRef,
    #[schema(example = "leeds-012")]
    site: String,
    since: Rfc3339,
    /// Null while it goes on.
    ended_at: Option<Rfc3339>,
}

impl Shift {
    fn of(event: &Event, organisation: &Organisation) -> Option<Self> {
        let (person, site, since, ended_at) = match event {
            Event::ShiftStarted {
                person,
                site,
                since,
            } => (person, site, since, None),
            Event::ShiftEnded {
                person,
                site,
                since,
                at,
            } => (person, site, since, Some(*at)),
            _ => return None,
        };
        Some(Self {
            person: somebody(&ActorId::Person(person.clone()), organisation),
            site: site.to_string(),
            since: (*since).into(),
            ended_at: ended_at.map(Into::into),
        })
    }
}

/// Who is at work in a store now, in the order of their ids. Of those whom the rota names, the store's own
/// people. Without the stream nobody is known but by the shifts that were started here.
pub(crate) async fn on_shift(
    counter: &Shared,
    site: &SiteId,
    organisation: &Organisation,
) -> Vec<OnShift> {
    let now = counter.now();
    let around = Query {
        before_us: 0,
        after_us: 0,
        ..Query::new(site.as_str(), now.0)
    };
    let found = counter.house.bus.context(around, now.0).await;
    let rota = found.unwrap_or_default().on_shift.into_iter();
    let mut all: Vec<context::OnShift> = rota
        .filter_map(|named| {
            let id: PersonId = named.person.parse().ok()?;
            let known = organisation.person(&id)?;
            let role = Some(known.role.as_str().to_owned());
            let here = known.reach == Reach::Site(site.clone());
            here.then(|| context::OnShift::by_the_rota(id, role, Time(named.since_us)))
        })
        .collect();
    context::OnShift::join(&mut all, organisation, site, now);
    all.sort_by(|left, right| left.id.cmp(&right.id));
    all.iter()
        .map(|named| OnShift::of(named, organisation))
        .collect()
}

/// Refuses a store that lies beyond the visitor's reach as one that is not there.
fn known(id: &SiteId, visitor: &Visitor, organisation: &Organisation) -> Result<(), Problem> {
    let site = organisation.site(id);
    if site.is_some_and(|site| visitor.actor.reach.covers(&site.region, id)) {
        return Ok(());
    }
    Err(Problem::not_found(phrase("answer-beyond")))
}

/// Starts or ends a shift, once per `Idempotency-Key`, and answers with it; the domain decides.
async fn record<T>(
    (counter, visitor): (&Shared, &Visitor),
    command: Command,
    status: StatusCode,
    ask: &Ask<T>,
) -> Result<Response, Problem> {
    let work = async {
        let ledger = &counter.house.ledger;
        let moment = counter.moment(&visitor.actor);
        let done = ledger.configure(command, &moment).await;
        let organisation = ledger.organisation();
        let events = done.map_err(|error| refused(error, &organisation))?;
        let shift = events
            .iter()
            .find_map(|event| Shift::of(event, &organisation));
        Ok(Answer::json(status, &shift))
    };
    let once = (&visitor.actor, ask.key(), ask.hash());
    counter.answers.once(once, work).await
}

/// A refusal names people and stores as people do.
fn refused(error: Error, organisation: &Organisation) -> Problem {
    let name = |id: &PersonId| organisation.name_of(&ActorId::Person(id.clone()));
    let store = |id: &SiteId| {
        let site = organisation.site(id);
        site.map_or_else(|| id.to_string(), |site| site.name.clone())
    };
    let detail = match &error {
        Error::RefusedSetting(Refusal::OnShift {
            person,
            site,
            since,
        }) => say(
            "refusal-on-shift",
            [
                ("person", name(person).into()),
                ("site", store(site).into()),
                ("since", said_at(*since, site, organisation).into()),
            ],
        ),
        Error::RefusedSetting(Refusal::NotOnShift { person, site }) => say(
            "refusal-not-on-shift",
            [
                ("person", name(person).into()),
                ("site", store(site).into()),
            ],
        ),
        _ => return error.into(),
    };
    Problem {
        detail,
        ..error.into()
    }
}
