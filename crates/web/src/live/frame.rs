//! One fact as it goes over the wire (HTML Living Standard, server-sent events): written once for
//! all clients.

use std::sync::Arc;

use axum::body::Bytes;
use outcry_domain::organisation::Event as Setting;
use outcry_domain::{
    ActorId, Category, Event, IncidentId, Organisation, PersonId, RegionId, Scope, SiteId, Time,
    incident,
};
use outcry_ledger::{Entry, Ledger};
use outcry_words::say;
use serde::Serialize;

use super::token::{self, Places};
use crate::ask::Rfc3339;
use crate::incident::hidden::{hides, other};
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
    text: Bytes,
    /// The other incident that it names, and the same lines without it.
    other: Option<(IncidentId, Bytes)>,
}

/// What decides who may hear of an incident.
#[derive(Debug)]
pub(super) struct About {
    pub(super) id: IncidentId,
    pub(super) site: SiteId,
    pub(super) category: Category,
    pub(super) reporter: ActorId,
    /// Whether it was there for more people before this fact.
    narrows: Narrows,
}

/// Whether a fact makes an incident confidential that was not, as far as that can be told from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Narrows {
    No,
    Yes,
    /// What was filed in confidence was never there for more people.
    UnlessFiledSo,
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

    /// Whether it may take something away from somebody with that scope.
    pub(super) fn may_hide_from(&self, scope: &Scope) -> bool {
        let narrows =
            |about: &About| about.narrows != Narrows::No && scope.covers(&self.region, &about.site);
        !self.is_for(scope) && self.about.as_ref().is_some_and(narrows)
    }

    /// Whether it takes something away from somebody with that scope: what they hold is out of date. What
    /// cannot be read counts as such: to load anew without need harms nobody.
    pub(super) async fn hides_from(&self, scope: &Scope, ledger: &Ledger) -> bool {
        let Some(about) = self.about.as_ref().filter(|_| self.may_hide_from(scope)) else {
            return false;
        };
        if about.narrows == Narrows::Yes {
            return true;
        }
        let state = ledger.state(about.id).await.ok().flatten();
        state.is_none_or(|incident| !incident.report.category.confidential())
    }

    /// The lines for somebody with that scope, for whom it is. What cannot be read is not named.
    pub(super) async fn text(&self, scope: &Scope, ledger: &Ledger) -> Bytes {
        match &self.other {
            Some((id, without)) if hides(ledger, scope, *id).await.unwrap_or(true) => {
                without.clone()
            }
            _ => self.text.clone(),
        }
    }
}

/// The frames of these entries, without those that nobody needs to hear. `places` are then after them.
/// It waits for nothing, so that whoever hands them out to all waits for no incident.
pub(super) fn all(
    entries: &[Arc<Entry>],
    organisation: &Organisation,
    places: &mut Places,
) -> Vec<Arc<Frame>> {
    let mut frames = Vec::with_capacity(entries.len());
    for entry in entries {
        places.insert(entry.fact.region.clone(), entry.fact.sequence);
        frames.extend(of(entry, organisation, places));
    }
    frames
}

fn narrows(row: &incident::Summary, event: &Event) -> Narrows {
    if !row.category.confidential() {
        return Narrows::No;
    }
    match event {
        Event::Incident(incident::Event::Overridden(word)) if word.said.category.is_some() => {
            Narrows::Yes
        }
        Event::Incident(incident::Event::Assessed(_)) => Narrows::UnlessFiledSo,
        _ => Narrows::No,
    }
}

/// The other incident that a fact names, in its words or in the row.
fn names(entry: &Entry) -> Option<IncidentId> {
    let said = match &entry.fact.event {
        Event::Incident(event) => other(event),
        Event::Organisation(_) => None,
    };
    said.or_else(|| entry.summary.as_ref()?.merged_into)
}

fn of(entry: &Entry, organisation: &Organisation, places: &Places) -> Option<Arc<Frame>> {
    let fact = &entry.fact;
    let words = match &fact.event {
        Event::Incident(event) => incident::words::of(event, organisation),
        // Signing in and out is no change that a screen would show.
        Event::Organisation(
            Setting::CredentialIssued { .. } | Setting::CredentialRevoked { .. },
        ) => return None,
        Event::Organisation(setting) => words_of(setting, organisation),
    };
    let mut event = LiveEvent {
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
    let kind = fact.event.kind();
    let text = written(kind, &serde_json::to_string(&event).ok()?, places);
    let other = match (names(entry), &fact.event) {
        (Some(id), Event::Incident(said)) => {
            event.words = incident::words::without_other(said, organisation);
            if let Some(shown) = &mut event.incident {
                shown.row.merged_into = None;
            }
            let data = serde_json::to_string(&event).ok()?;
            Some((id, written(kind, &data, places)))
        }
        _ => None,
    };
    let about = match (&entry.summary, &fact.event) {
        (Some(row), _) => Some(About {
            id: row.id,
            site: row.site.clone(),
            category: row.category,
            reporter: row.reporter.clone(),
            narrows: narrows(row, &fact.event),
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
        text,
        other,
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
