//! An incident in hand: what was decided on it, until that is durable or not.

use std::sync::Arc;

use outcry_domain::category::Priority;
use outcry_domain::incident::Summary;
use outcry_domain::{Event, Fact, Incident, IncidentId, Stream};

use crate::entry::FactRow;
use crate::erase::erases;
use crate::facts::corrupt;
use crate::incidents::row;
use crate::once::Once;
use crate::record::Recorded;
use crate::slot::InHand;
use crate::vault::Held;
use crate::writer::{Append, Draft, Failure};
use crate::{Entry, Error};

/// One incident while commands on it are decided.
pub(crate) struct Work {
    pub(crate) id: IncidentId,
    pub(crate) slot: InHand,
    /// Taken out of the slot: whatever becomes of this caller, nobody finds there what is no
    /// longer true.
    pub(crate) incident: Option<Incident>,
    pub(crate) held: Held,
    pub(crate) stream: String,
    /// As it was.
    pub(crate) before: Option<Summary>,
    pub(crate) drafts: Vec<Draft>,
    /// Which command gave how many drafts.
    pub(crate) parts: Vec<(usize, usize)>,
    /// Why nothing can be decided on it: what is stored of it cannot be read.
    pub(crate) damaged: Option<Error>,
}
/// What became of a command in one attempt.
pub(crate) enum Attempt {
    Done(Box<Result<Recorded, Error>>),
    Again,
}

impl Attempt {
    pub(crate) fn done(entries: Vec<Arc<Entry>>) -> Self {
        Self::Done(Box::new(Recorded::new(entries)))
    }

    pub(crate) fn failed(error: Error) -> Self {
        Self::Done(Box::new(Err(error)))
    }
}

impl From<Failure> for Attempt {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Conflict => Self::Again,
            Failure::Unavailable => Self::failed(Error::Unavailable(
                "the connection to the database was lost; nothing was changed".into(),
            )),
        }
    }
}

impl Work {
    pub(crate) fn new(id: IncidentId, slot: InHand, incident: Option<Incident>) -> Self {
        Self {
            id,
            slot,
            incident,
            held: Held::Forgotten,
            stream: Stream::Incident(id).to_string(),
            before: None,
            drafts: Vec::new(),
            parts: Vec::new(),
            damaged: None,
        }
    }

    /// Folds the next row of its story in. What cannot be read is this incident's damage alone.
    pub(crate) fn fold(&mut self, row: &FactRow) {
        if self.damaged.is_some() {
            return;
        }
        let folded = row
            .fact()
            .and_then(|fact| fold(&mut self.incident, self.id, &fact));
        if let Err(damaged) = folded {
            self.incident = None;
            self.damaged = Some(damaged);
        }
    }

    /// What was decided, for the writer; `None`, and the incident back in its place, when that is
    /// nothing.
    pub(crate) fn append(&mut self, once: Option<&Once>) -> Option<Append> {
        let Some((first, before)) = self.drafts.first().zip(self.before.as_ref()) else {
            *self.slot = self.incident.take().map(Arc::new);
            return None;
        };
        let once = once.map(|once| once.row(first.at));
        let drafts = std::mem::take(&mut self.drafts);
        let after = drafts.last().and_then(|draft| draft.summary.as_ref());
        Some(Append {
            region: before.region.clone(),
            stream: Stream::Incident(self.id),
            version: before.version + 1,
            reclassified: after.is_none_or(|after| row::class(before) != row::class(after)),
            // Its personal texts go with what was decided.
            forget: drafts.iter().any(|draft| erases(&draft.event)),
            drafts,
            key: None,
            once,
        })
    }

    /// Whether what was decided is the first to say that somebody needs help at once.
    pub(crate) fn is_raised(&self) -> bool {
        let before = self.before.as_ref().and_then(|summary| summary.priority);
        let after = self.incident.as_ref().and_then(Incident::priority);
        before != after && after == Some(Priority::P1)
    }

    /// Keeps the incident as it now is, and gives each command its own facts.
    pub(crate) fn end(
        mut self,
        result: Result<Vec<Arc<Entry>>, Failure>,
        done: &mut Vec<(usize, Attempt)>,
    ) {
        match result {
            Ok(entries) => {
                *self.slot = settle(self.incident, &entries);
                let mut entries = entries.into_iter();
                for (place, count) in self.parts {
                    let own = entries.by_ref().take(count).collect();
                    done.push((place, Attempt::done(own)));
                }
            }
            Err(failure) => {
                let parts = self.parts.into_iter();
                done.extend(parts.map(|(place, _)| (place, failure.into())));
            }
        }
    }
}

/// The incident with the sequence that its last fact got.
pub(crate) fn settle(state: Option<Incident>, entries: &[Arc<Entry>]) -> Option<Arc<Incident>> {
    let sequence = entries.last()?.fact.sequence;
    state.map(|mut incident| {
        incident.sequence = sequence;
        Arc::new(incident)
    })
}

/// Folds a fact of the log in; one that does not follow is damage.
pub(crate) fn fold(state: &mut Option<Incident>, id: IncidentId, fact: &Fact) -> Result<(), Error> {
    let Event::Incident(event) = &fact.event else {
        return Err(corrupt(fact, "settings in the story of an incident"));
    };
    let expected = state.as_ref().map_or(1, |incident| incident.version + 1);
    if fact.version != expected {
        return Err(corrupt(
            fact,
            "a version is missing in the story of the incident",
        ));
    }
    Incident::follow(state, id, event, &fact.actor, fact.at, fact.sequence);
    if state.is_none() {
        return Err(corrupt(
            fact,
            "the story of the incident does not begin with a report",
        ));
    }
    Ok(())
}
