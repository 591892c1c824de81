//! Which events were taken already, so that sending one again does no harm. It never knows files.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use hashbrown::HashTable;

/// Makes the 64-bit key of an event with the process's own random key: SipHash, so that no sender can
/// make another's event look like a repetition. That two of 14 million remembered events meet a new
/// one by chance happens once in a million million events.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(RandomState);

impl Keys {
    /// The key of an event's identity, which is its source and id in their stored form.
    pub(crate) fn key(&self, identity: &[u8]) -> u64 {
        let mut hasher = self.0.build_hasher();
        hasher.write(identity);
        hasher.finish()
    }
}

/// Two generations of keys: when the younger is full or old it becomes the elder and the elder is
/// forgotten. So at least the latest `remembered_max` events are known, and memory has a limit.
#[derive(Debug)]
pub(crate) struct Seen {
    young: Generation,
    old: Generation,
    remembered_max: usize,
}

#[derive(Debug, Default)]
struct Generation {
    keys: HashTable<u64>,
    newest_us: i64,
}

impl Seen {
    pub(crate) fn new(remembered_max: usize) -> Seen {
        Seen {
            young: Generation::default(),
            old: Generation::default(),
            remembered_max,
        }
    }

    /// Whether the key is new; it is known from now on.
    pub(crate) fn insert(&mut self, key: u64, arrived_us: i64) -> bool {
        if self.young.holds(key) || self.old.holds(key) {
            return false;
        }
        if self.young.keys.len() >= self.remembered_max {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.newest_us = self.young.newest_us.max(arrived_us);
        self.young.keys.insert_unique(key, key, |key| *key);
        true
    }

    /// Forgets generations whose every event arrived before `before_us`.
    pub(crate) fn forget(&mut self, before_us: i64) {
        if self.old.newest_us < before_us {
            self.old = Generation::default();
        }
        if self.young.newest_us < before_us {
            self.young = Generation::default();
        }
    }
}

impl Generation {
    fn holds(&self, key: u64) -> bool {
        self.keys.find(key, |other| *other == key).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remembers_the_latest_and_forgets_in_generations() {
        let mut seen = Seen::new(100);
        for key in 0..1_000 {
            assert!(seen.insert(key, 0));
            assert!(!seen.insert(key, 0));
        }
        for key in 900..1_000 {
            assert!(!seen.insert(key, 0), "{key} is among the latest hundred");
        }
        assert!(seen.young.keys.len() + seen.old.keys.len() <= 200);
        assert!(seen.insert(0, 0), "the first is long forgotten");
    }

    #[test]
    fn seven_million_take_up_to_150_mb() {
        // A part of them, and of the memory: both halve alike.
        const PART: usize = 128;
        let mut seen = Seen::new(7_000_000 / PART);
        for key in 0..3 * 7_000_000 / PART as u64 {
            seen.insert(key.wrapping_mul(0x9e37_79b9_7f4a_7c15), 0);
        }
        let bytes = |seen: &Seen| [&seen.young, &seen.old].map(|g| g.keys.allocation_size());
        let all: usize = bytes(&seen).iter().sum();
        assert!(all <= 151_500_000 / PART, "{all} bytes");
        assert_eq!(bytes(&Seen::new(7_000_000)), [0, 0], "nothing in advance");
    }

    #[test]
    fn forgets_by_age() {
        let mut seen = Seen::new(100);
        seen.insert(1, 10);
        seen.forget(10);
        assert!(!seen.insert(1, 10));
        seen.forget(11);
        assert!(seen.insert(1, 12));
    }
}
