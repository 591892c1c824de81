//! A bounded memory of what was used recently: two generations, so that keeping order costs nothing.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::mem;

/// At most `entries_max` entries that weigh at most `bytes_max` together, roughly; the ones that were
/// not used for longest go first, half at a time, but for those in use. An entry heavier than half of
/// that stays alone with what came just before it.
pub(crate) struct Recent<K, V> {
    in_use: fn(&V) -> bool,
    half: usize,
    bytes_half: usize,
    young: HashMap<K, (V, usize)>,
    young_bytes: usize,
    old: HashMap<K, (V, usize)>,
}

impl<K: Hash + Eq + Clone, V> Recent<K, V> {
    /// What is `in_use` is never given up.
    pub(crate) fn new(entries_max: usize, bytes_max: usize, in_use: fn(&V) -> bool) -> Self {
        Self {
            in_use,
            half: (entries_max / 2).max(1),
            bytes_half: bytes_max / 2,
            young: HashMap::new(),
            young_bytes: 0,
            old: HashMap::new(),
        }
    }

    /// The value, which counts as used.
    pub(crate) fn find<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        if !self.young.contains_key(key) {
            let (key, (value, bytes)) = self.old.remove_entry(key)?;
            self.insert(key, value, bytes);
        }
        self.young.get(key).map(|(value, _)| value)
    }

    /// Keeps a value that weighs so much.
    pub(crate) fn insert(&mut self, key: K, value: V, bytes: usize) {
        let full = self.young_bytes.saturating_add(bytes) > self.bytes_half;
        if self.young.len() >= self.half || (full && !self.young.is_empty()) {
            self.turn();
        }
        self.old.remove(&key);
        self.young_bytes = self.young_bytes.saturating_add(bytes);
        if let Some((_, before)) = self.young.insert(key, (value, bytes)) {
            self.young_bytes = self.young_bytes.saturating_sub(before);
        }
    }

    /// Begins a new generation with what is still in use of the oldest.
    fn turn(&mut self) {
        let mut last = mem::replace(&mut self.old, mem::take(&mut self.young));
        last.retain(|_, (value, _)| (self.in_use)(value));
        self.young_bytes = last.values().map(|(_, bytes)| bytes).sum();
        self.young = last;
    }

    /// Says how much the value now weighs, if it is still here; it counts as used.
    pub(crate) fn weigh(&mut self, key: &K, bytes: usize) {
        let kept = self.young.remove(key);
        self.young_bytes -= kept.as_ref().map_or(0, |(_, before)| *before);
        if let Some((value, _)) = kept.or_else(|| self.old.remove(key)) {
            self.insert(key.clone(), value, bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let mut recent = Recent::new(4, usize::MAX, |_| false);
        recent.insert(0, "kept", 0);
        for key in 1..100 {
            assert_eq!(recent.find(&0), Some(&"kept"));
            recent.insert(key, "other", 0);
            assert!(recent.young.len() + recent.old.len() <= 4);
        }
        assert_eq!(recent.find(&1), None);
    }

    #[test]
    fn what_is_in_use_stays_until_it_is_not() {
        let mut recent = Recent::new(4, 100, |held| Arc::strong_count(held) > 1);
        let held = Arc::new(());
        recent.insert(0, held.clone(), 60);
        for key in 1..100 {
            recent.insert(key, Arc::new(()), 60);
            assert!(recent.young.len() + recent.old.len() <= 4);
            let weighed: usize = recent.young.values().map(|(_, bytes)| bytes).sum();
            assert_eq!(recent.young_bytes, weighed);
        }
        assert_eq!(recent.find(&0), Some(&held));
        drop(held);
        for key in 1..100 {
            recent.insert(key, Arc::new(()), 60);
        }
        assert_eq!(recent.find(&0), None);
    }

    #[test]
    fn what_weighs_much_makes_room_for_itself() {
        let mut recent = Recent::new(1_000, 100, |()| false);
        let weight = |recent: &Recent<u32, ()>| -> usize {
            let all = recent.young.values().chain(recent.old.values());
            all.map(|(_, bytes)| bytes).sum()
        };
        for key in 0..50 {
            recent.insert(key, (), 10);
            assert!(weight(&recent) <= 100, "{}", weight(&recent));
        }
        // What grows while it is kept counts as it now is.
        for key in 48..50 {
            recent.weigh(&key, 45);
            assert!(weight(&recent) <= 100, "{}", weight(&recent));
            assert_eq!(recent.find(&key), Some(&()));
        }
        assert_eq!(recent.find(&40), None);
        recent.weigh(&40, 1);
        assert_eq!(recent.find(&40), None, "what is gone is not weighed");
        recent.insert(90, (), 1_000);
        assert_eq!(recent.find(&90), Some(&()), "the newest is always here");
        recent.insert(91, (), 10);
        recent.insert(92, (), 10);
        recent.insert(93, (), 45);
        assert_eq!(recent.find(&90), None);
    }
}
