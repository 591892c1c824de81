//! Erase: what goes with the fact that says so, in the same commit: the key of the incident's personal
//! texts, and what the search knows of them. The chain stays whole.

use std::sync::Arc;
use std::time::Duration;

use outcry_domain::{Event, incident};

use crate::ledger::Ledger;
use crate::search::FOLLOWER;
use crate::work::Work;
use crate::{Entry, Error};

/// How often the search is asked whether it has read the incident.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How many times, before whoever erases must try again.
const LOOKS_MAX: u32 = 250;

/// Whether these facts erase their incident.
pub(crate) fn erased(entries: &[Arc<Entry>]) -> bool {
    entries.iter().any(|entry| erases(&entry.fact.event))
}

pub(crate) fn erases(event: &Event) -> bool {
    matches!(event, Event::Incident(incident::Event::Erased { .. }))
}

impl Ledger {
    /// Every term that the search has of the incident in hand. The search must have read it first:
    /// what it wrote later would stay.
    pub(crate) async fn terms_to_forget(&self, work: &Work) -> Result<Vec<i64>, Error> {
        let Some(before) = &work.before else {
            return Ok(Vec::new());
        };
        for _ in 0..LOOKS_MAX {
            if self.cursor(FOLLOWER, &before.region).await? >= before.sequence {
                return self.terms_of(&work.stream).await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Err(Error::Busy { retry_after_s: 1 })
    }
}
