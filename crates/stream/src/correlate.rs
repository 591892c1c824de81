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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Match<'c> {
    /// Place of the incident in the list that was asked.
    pub incident: usize,
    /// The event's time, in microseconds since 1970 UTC.
    pub time_us: i64,
    /// The event's source.
    pub source: &'c str,
    /// The event's id.
    pub id: &'c str,
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
            windows: Windows::without_index(),
            seen: Seen::new(usize::MAX),
            rejected: 0,
        }
    }
}

impl Correlator {
    /// Takes all batches in.
    ///
    /// # Errors
    /// The first batch that is no batch; see [`Error`].
    pub fn of<'b>(batches: impl IntoIterator<Item = &'b [u8]>) -> Result<Correlator, Error> {
        let mut correlator = Correlator::default();
        batches
            .into_iter()
            .try_for_each(|batch| correlator.add(batch))?;
        Ok(correlator)
    }

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
    pub fn matches(&self, incidents: &[Incident]) -> Vec<Match<'_>> {
        let mut matches = Vec::new();
        for (index, incident) in incidents.iter().enumerate() {
            let first = matches.len();
            let from_us = incident.at_us.saturating_sub(incident.reach_us);
            let until_us = incident.at_us.saturating_add(incident.reach_us);
            let found = self.windows.records(&incident.site, from_us, until_us);
            matches.extend(found.filter_map(|record| {
                let (source, id) = record.names()?;
                Some(Match {
                    incident: index,
                    time_us: record.time_us,
                    source,
                    id,
                    kind: record.kind,
                })
            }));
            matches[first..].sort_unstable();
        }
        matches
    }
}
