//! Slot: an incident's place in memory. Never knows what is decided on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use outcry_domain::{Incident, IncidentId, Stream};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::ledger::Ledger;

/// An incident in hand; empty when it has to be read first.
pub(crate) type InHand = OwnedMutexGuard<Option<Arc<Incident>>>;

/// Where an incident is kept; whoever decides on it holds the lock until the outcome is durable.
#[derive(Clone, Default)]
pub(crate) struct Slot {
    incident: Arc<Mutex<Option<Arc<Incident>>>>,
    /// The newest version that is known to be in the log.
    heard: Arc<AtomicU64>,
}

impl Slot {
    /// Takes the incident in hand. What was outdated before the call is not found there, whoever
    /// put it back meanwhile.
    pub(crate) async fn lock_owned(self) -> InHand {
        let mut held = self.incident.lock_owned().await;
        let heard = self.heard.load(Ordering::Acquire);
        if held.as_ref().is_some_and(|state| state.version < heard) {
            *held = None;
        }
        held
    }

    /// Says that the log goes as far as this version. Waits for nobody.
    fn outdate(&self, version: u64) {
        self.heard.fetch_max(version, Ordering::AcqRel);
    }

    /// Whether anybody has it in hand, or waits for it.
    pub(crate) fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.incident) > 1
    }
}

impl Ledger {
    /// The incident's place in memory: one and the same for all who use it at a time.
    pub(crate) fn slot(&self, id: IncidentId) -> Slot {
        let mut incidents = self.0.incidents.lock().expect("no holder panics");
        if let Some(slot) = incidents.find(&id) {
            return slot.clone();
        }
        let slot = Slot::default();
        incidents.insert(id, slot.clone(), 0);
        slot
    }

    /// Notes how much memory the incident now takes in its place.
    pub(crate) fn weigh(&self, id: IncidentId, bytes: usize) {
        let mut incidents = self.0.incidents.lock().expect("no holder panics");
        incidents.weigh(&id, bytes);
    }

    /// From now on nobody takes up anything older of that story.
    pub(crate) fn outdate(&self, stream: &Stream, version: u64) {
        let Stream::Incident(id) = stream else { return };
        let mut incidents = self.0.incidents.lock().expect("no holder panics");
        if let Some(slot) = incidents.find(id) {
            slot.outdate(version);
        }
    }
}
