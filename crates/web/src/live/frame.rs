//! One fact as it goes over the wire (HTML Living Standard, server-sent events): written once for
//! all clients.

use std::sync::Arc;

use axum::body::Bytes;
use outcry_domain::organisation::Event as Setting;
use outcry_domain::{ActorId, Category, Event, Organisation, RegionId, SiteId, Time, incident};
use outcry_ledger::Entry;
use serde::Serialize;

use super::token::{self, Places};
use crate::ask::Rfc3339;
use crate::incident::read::told::Actor;
use crate::incident::{Summary, summary_of};

/// A fact as clients get it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LiveEvent {
    region: String,
    /// The place in the region's log.
    sequence: u64,
    /// The same as the `event:` line.
    #[schema(example = "incident.acknowledged")]
    kind: &'static str,
    at: Rfc3339,
    actor: Actor,
    /// The incident as it then stood; null for `organisation.changed`.
    incident: Option<Summary>,
    /// The sentence that a person reads.
    words: String,
}

/// A written fact and who may hear it.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) region: RegionId,
    pub(super) sequence: u64,
    /// What it is about; `None` is for everybody.
    pub(super) about: Option<About>,
    /// `id:`, `event:` and `data:` lines with the empty line after them.
    pub(super) text: Bytes,
}

/// What decides who may hear of an incident.
#[derive(Debug)]
pub(super) struct About {
    pub(super) site: SiteId,
    pub(super) category: Category,
    pub(super) reporter: ActorId,
}

/// The frame of an entry; `None` for what nobody needs to hear. `places`: after this fact.
pub(super) fn of(
    entry: &Entry,
    organisation: &Organisation,
    places: &Places,
) -> Option<Arc<Frame>> {
    let fact = &entry.fact;
    let words = match &fact.event {
        Event::Incident(event) => incident::words::of(event, organisation),
        // Signing in and out is no change that a screen would show.
        Event::Organisation(
            Setting::CredentialIssued { .. } | Setting::CredentialRevoked { .. },
        ) => return None,
        Event::Organisation(_) => "Settings changed".to_owned(),
    };
    let event = LiveEvent {
        region: fact.region.to_string(),
        sequence: fact.sequence,
        kind: fact.event.kind(),
        at: fact.at.into(),
        actor: Actor::of(&fact.doer(), organisation),
        incident: entry
            .summary
            .as_ref()
            .map(|row| summary_of(row, organisation)),
        words,
    };
    let data = serde_json::to_string(&event).ok()?;
    let about = match (&entry.summary, &fact.event) {
        (Some(row), _) => Some(About {
            site: row.site.clone(),
            category: row.category,
            reporter: row.reporter.clone(),
        }),
        (None, Event::Organisation(_)) => None,
        // Without its row nobody knows whose it is: it is not told.
        (None, Event::Incident(_)) => return None,
    };
    Some(Arc::new(Frame {
        region: fact.region.clone(),
        sequence: fact.sequence,
        about,
        text: written(fact.event.kind(), &data, places),
    }))
}

fn written(kind: &str, data: &str, places: &Places) -> Bytes {
    format!(
        "id: {}\nevent: {kind}\ndata: {data}\n\n",
        token::write(places)
    )
    .into()
}

/// The first thing that a client hears.
pub(super) fn hello(now: Time, resumed: bool, places: &Places) -> Bytes {
    let data = format!(
        r#"{{"server_time":"{}","resumed":{resumed}}}"#,
        now.rfc3339()
    );
    written("hello", &data, places)
}

/// A sign of life.
pub(super) fn tick(now: Time, places: &Places) -> Bytes {
    let data = format!(r#"{{"server_time":"{}"}}"#, now.rfc3339());
    written("tick", &data, places)
}

/// The break was too long: load everything anew.
pub(super) fn resync() -> Bytes {
    Bytes::from_static(b"event: resync\ndata: {}\n\n")
}

/// Why the stream ends, for whoever looks at the wire.
pub(super) fn ended(why: &str) -> Bytes {
    format!(": {why}\n\n").into()
}
