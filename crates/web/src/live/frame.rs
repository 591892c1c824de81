//! One fact as it goes over the wire (HTML Living Standard, server-sent events): written once for
//! all clients.

use std::sync::Arc;

use axum::body::Bytes;
use outcry_domain::organisation::Event as Setting;
use outcry_domain::{
    ActorId, Category, Event, IncidentId, Organisation, PersonId, RegionId, Scope, SiteId, Stream,
    Time, incident,
};
use outcry_ledger::{Entry, Ledger};
use outcry_words::say;
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
    /// The incident as it then stood; null for `organisation.changed` and `organisation.shift`.
    incident: Option<Summary>,
    /// The sentence that a person reads.
    words: String,
}

/// A written fact and who may hear it.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) region: RegionId,
    pub(super) sequence: u64,
    /// What it is about; `None` is for everybody, or for the whole of a store.
    pub(super) about: Option<About>,
    /// The store whose people alone need to hear it.
    store: Option<(RegionId, SiteId)>,
    /// Whose role or reach it may have changed.
    whose: Option<PersonId>,
    /// `id:`, `event:` and `data:` lines with the empty line after them.
    pub(super) text: Bytes,
}

/// What decides who may hear of an incident.
#[derive(Debug)]
pub(super) struct About {
    pub(super) id: IncidentId,
    pub(super) site: SiteId,
    pub(super) category: Category,
    pub(super) reporter: ActorId,
    /// Whether it was there for more people before this fact.
    pub(super) narrows: bool,
}

impl Frame {
    /// Whether somebody with that scope may hear it.
    pub(super) fn is_for(&self, scope: &Scope) -> bool {
        match &self.about {
            Some(about) => {
                scope.holds((&self.region, &about.site), about.category, &about.reporter)
            }
            None => match &self.store {
                Some((region, site)) => scope.covers(region, site),
                None => scope.reach().is_some(),
            },
        }
    }

    /// Whether it may have changed what this one may see.
    pub(super) fn changes(&self, actor: &ActorId) -> bool {
        matches!(actor, ActorId::Person(id) if self.whose.as_ref() == Some(id))
    }

    /// Whether it takes something away from somebody with that scope: what they hold is out of date.
    pub(super) fn hides_from(&self, scope: &Scope) -> bool {
        let narrows = |about: &About| about.narrows && scope.covers(&self.region, &about.site);
        !self.is_for(scope) && self.about.as_ref().is_some_and(narrows)
    }
}

/// The frames of these entries, without those that nobody needs to hear. `places` are then after them.
pub(super) async fn all(
    entries: &[Arc<Entry>],
    ledger: &Ledger,
    places: &mut Places,
) -> Vec<Arc<Frame>> {
    let organisation = ledger.organisation();
    let mut frames = Vec::with_capacity(entries.len());
    for entry in entries {
        places.insert(entry.fact.region.clone(), entry.fact.sequence);
        let narrows = narrows(entry, ledger).await;
        frames.extend(of(entry, &organisation, places, narrows));
    }
    frames
}

/// Whether a fact makes an incident confidential that was not, as far as that can be told from it. What
/// cannot be read counts as such: to load anew without need harms nobody.
async fn narrows(entry: &Entry, ledger: &Ledger) -> bool {
    let (Stream::Incident(id), Event::Incident(event)) = (&entry.fact.stream, &entry.fact.event)
    else {
        return false;
    };
    if !entry
        .summary
        .as_ref()
        .is_some_and(|row| row.category.confidential())
    {
        return false;
    }
    match event {
        incident::Event::Overridden(word) => word.said.category.is_some(),
        // What was filed in confidence was never there for more people.
        incident::Event::Assessed(_) => {
            let state = ledger.state(*id).await.ok().flatten();
            state.is_none_or(|incident| !incident.report.category.confidential())
        }
        _ => false,
    }
}

fn of(
    entry: &Entry,
    organisation: &Organisation,
    places: &Places,
    narrows: bool,
) -> Option<Arc<Frame>> {
    let fact = &entry.fact;
    let words = match &fact.event {
        Event::Incident(event) => incident::words::of(event, organisation),
        // Signing in and out is no change that a screen would show.
        Event::Organisation(
            Setting::CredentialIssued { .. } | Setting::CredentialRevoked { .. },
        ) => return None,
        Event::Organisation(setting) => words_of(setting, organisation),
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
            id: row.id,
            site: row.site.clone(),
            category: row.category,
            reporter: row.reporter.clone(),
            narrows,
        }),
        (None, Event::Organisation(_)) => None,
        // Without its row nobody knows whose it is: it is not told.
        (None, Event::Incident(_)) => return None,
    };
    let whose = match &fact.event {
        Event::Organisation(Setting::Person(person)) => Some(person.id.clone()),
        _ => None,
    };
    let store = match &fact.event {
        Event::Organisation(setting) => store_of(setting, organisation),
        Event::Incident(_) => None,
    };
    Some(Arc::new(Frame {
        region: fact.region.clone(),
        sequence: fact.sequence,
        about,
        store,
        whose,
        text: written(fact.event.kind(), &data, places),
    }))
}

/// The store that something happened in, if the others need not hear of it.
fn store_of(event: &Setting, organisation: &Organisation) -> Option<(RegionId, SiteId)> {
    let (Setting::ShiftStarted { site, .. } | Setting::ShiftEnded { site, .. }) = event else {
        return None;
    };
    let held = organisation.site(site)?;
    Some((held.region.clone(), site.clone()))
}

/// The sentence for what happened to the organisation.
fn words_of(event: &Setting, organisation: &Organisation) -> String {
    let name = |id: &PersonId| organisation.name_of(&ActorId::Person(id.clone()));
    match event {
        Setting::ShiftStarted { person, .. } => {
            say("timeline-shift-started", [("person", name(person).into())])
        }
        Setting::ShiftEnded { person, .. } => {
            say("timeline-shift-ended", [("person", name(person).into())])
        }
        _ => say("timeline-settings", []),
    }
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

/// The break was too long, or what may be seen has changed: load everything anew.
pub(super) fn resync() -> Bytes {
    Bytes::from_static(b"event: resync\ndata: {}\n\n")
}

/// Why the stream ends, for whoever looks at the wire.
pub(super) fn ended(why: &str) -> Bytes {
    format!(": {why}\n\n").into()
}
