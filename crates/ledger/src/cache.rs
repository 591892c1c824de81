//! A bounded memory of what was used recently: two generations, so that keeping order costs nothing.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::mem;

/// At most `entries_max` entries; the ones that were not used for longest go first, half at a time.
pub(crate) struct Recent<K, V> {
    half: usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Hash + Eq + Clone, V> Recent<K, V> {
    pub(crate) fn new(entries_max: usize) -> Self {
        Self {
            half: (entries_max / 2).max(1),
            young: HashMap::new(),
            old: HashMap::new(),
        }
    }

    /// The value, which counts as used.
    pub(crate) fn find<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        if !self.young.contains_key(key) {
            let (key, value) = self.old.remove_entry(key)?;
            self.insert(key, value);
        }
        self.young.get(key)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        if self.young.len() >= self.half {
            self.old = mem::take(&mut self.young);
        }
        self.old.remove(&key);
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let mut recent = Recent::new(4);
        recent.insert(0, "kept");
        for key in 1..100 {
            assert_eq!(recent.find(&0), Some(&"kept"));
            recent.insert(key, "other");
            assert!(recent.young.len() + recent.old.len() <= 4);
        }
        assert_eq!(recent.find(&1), None);
    }
}
