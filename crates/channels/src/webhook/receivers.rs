//! What is kept per receiver: its keys and its slots, so that a stalled one holds up nobody else.
//! Never knows what receivers are told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::signature::SigningKey;
use crate::lane::{Limits, Slots};

/// Receivers whose slots are remembered before those that nobody uses are dropped.
const KEPT_MAX: usize = 1_024;

/// The slots of every receiver that is or was lately called.
#[derive(Debug)]
pub(super) struct Receivers {
    limits: Limits,
    slots: Mutex<HashMap<String, Arc<Slots>>>,
}

impl Receivers {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            slots: Mutex::default(),
        }
    }

    pub(super) fn slots(&self, origin: &str) -> Arc<Slots> {
        let mut kept = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slots) = kept.get(origin) {
            return Arc::clone(slots);
        }
        if kept.len() >= KEPT_MAX {
            kept.retain(|_, slots| Arc::strong_count(slots) > 1);
        }
        Arc::clone(
            kept.entry(origin.to_owned())
                .or_insert_with(|| Arc::new(Slots::new(self.limits))),
        )
    }
}

/// The signing keys of every receiver.
#[derive(Debug)]
pub(super) struct Keys {
    shared: Vec<SigningKey>,
    own: HashMap<String, Vec<SigningKey>>,
}

impl Keys {
    pub(super) fn new(shared: Vec<SigningKey>) -> Self {
        Self {
            shared,
            own: HashMap::new(),
        }
    }

    /// Gives a receiver keys of its own; whether it had some already.
    pub(super) fn add(&mut self, origin: String, keys: Vec<SigningKey>) -> bool {
        self.own.insert(origin, keys).is_some()
    }

    /// The keys to sign a call to this receiver with, none if there are none.
    pub(super) fn of(&self, origin: &str) -> &[SigningKey] {
        self.own.get(origin).unwrap_or(&self.shared)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shared.is_empty() && self.own.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Lane;
    use std::time::Duration;

    #[tokio::test]
    async fn slots_in_use_outlive_the_limit() {
        let receivers = Receivers::new(Limits {
            panic: 1,
            normal: 1,
        });
        let busy = receivers.slots("https://busy.example");
        let _slot = busy.take(Lane::Normal, Duration::ZERO).await.unwrap();
        for n in 0..2 * KEPT_MAX {
            drop(receivers.slots(&format!("https://{n}.example")));
        }
        assert!(receivers.slots.lock().unwrap().len() <= KEPT_MAX);
        let again = receivers.slots("https://busy.example");
        assert!(
            again
                .take(Lane::Normal, Duration::from_millis(5))
                .await
                .is_none()
        );
        assert!(again.take(Lane::Panic, Duration::ZERO).await.is_some());
    }
}
