//! Correlation alone, without disk or network: batches of CloudEvents in, the events around each
//! incident out. It takes the same reader and the same windows as the bus.

use crate::batch::Batch;
use crate::cloudevent::{self, Form, Rules};
use crate::error::Error;
use crate::event::Kind;
use crate::record;
use crate::seen::{Keys, Seen};
use crate::window::Windows;

/// Where and when to look.
#[derive(Clone, Debug)]
pub struct Incident {
    /// The site's id.
    pub site: String,
    /// When it happened, in microseconds since 1970 UTC.
    pub at_us: i64,
    /// How far to look either side, both ends included.
    pub reach_us: i64,
}

/// An event around an incident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match {
    /// Place of the incident in the list that was asked.
    pub incident: usize,
    /// The event's time, in microseconds since 1970 UTC.
    pub time_us: i64,
    /// The event's source.
    pub source: String,
    /// The event's id.
    pub id: String,
    /// The event's kind.
    pub kind: Kind,
}

/// Takes batches in, one after the other; holds every event of theirs in memory.
#[derive(Debug)]
pub struct Correlator {
    batch: Batch,
    windows: Windows,
    seen: Seen,
    rejected: usize,
}

impl Default for Correlator {
    fn default() -> Correlator {
        Correlator {
            batch: Batch::new(Keys::default(), 0),
            windows: Windows::unbounded(),
            seen: Seen::new(usize::MAX),
            rejected: 0,
        }
    }
}

impl Correlator {
    /// Reads a JSON array of CloudEvents; of repetitions the first counts.
    ///
    /// # Errors
    /// The batch as a whole is no batch; see [`Error`].
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let rules = Rules {
            oldest_us: i64::MIN,
            newest_us: i64::MAX,
            known_site: &|_| true,
        };
        self.batch.clear();
        cloudevent::read(bytes, Form::Batch, rules, &mut self.batch)?;
        self.rejected += self.batch.rejected.len();
        for (key, record) in self.batch.iter() {
            if self.seen.insert(key, 0) {
                record::read(record).for_each(|record| self.windows.insert(&record));
            }
        }
        Ok(())
    }

    /// Events that were refused so far.
    pub fn rejected(&self) -> usize {
        self.rejected
    }

    /// The events around each incident, by incident and time.
    pub fn matches(&self, incidents: &[Incident]) -> Vec<Match> {
        let mut matches = Vec::new();
        for (index, incident) in incidents.iter().enumerate() {
            let from_us = incident.at_us.saturating_sub(incident.reach_us);
            let until_us = incident.at_us.saturating_add(incident.reach_us);
            for record in self.windows.records(&incident.site, from_us, until_us) {
                let Some(event) = record.event() else {
                    continue;
                };
                matches.push(Match {
                    incident: index,
                    time_us: event.time_us,
                    source: event.source.to_owned(),
                    id: event.id.to_owned(),
                    kind: event.kind(),
                });
            }
        }
        matches.sort_unstable();
        matches
    }
}

/// All batches, then all incidents.
///
/// # Errors
/// The first batch that is no batch; see [`Error`].
pub fn correlate<'b>(
    batches: impl IntoIterator<Item = &'b [u8]>,
    incidents: &[Incident],
) -> Result<Vec<Match>, Error> {
    let mut correlator = Correlator::default();
    batches
        .into_iter()
        .try_for_each(|batch| correlator.add(batch))?;
    Ok(correlator.matches(incidents))
}
