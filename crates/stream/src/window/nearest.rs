//! The few best of many, without putting the many in order.

/// Keeps the items with the smallest keys: as many as are wanted, and all that tie with the last of them.
pub(super) struct Nearest<K, T> {
    kept: Vec<(K, T)>,
    wanted: usize,
    room: usize,
    /// Above this key nothing is among the wanted any more.
    bound: Option<K>,
}

/// So many times what is wanted gathers before it is thinned out; more would cost memory, less time.
const ROOM: usize = 8;

impl<K: Ord + Copy, T> Nearest<K, T> {
    /// `wanted` is at least one.
    pub(super) fn new(wanted: usize) -> Nearest<K, T> {
        Nearest {
            kept: Vec::new(),
            wanted,
            room: ROOM * wanted,
            bound: None,
        }
    }

    #[inline]
    pub(super) fn push(&mut self, key: K, item: T) {
        if self.bound.is_some_and(|bound| key > bound) {
            return;
        }
        self.kept.push((key, item));
        if self.kept.len() >= self.room {
            self.thin_out();
        }
    }

    /// The wanted items and their ties, in no order.
    pub(super) fn into_kept(mut self) -> impl Iterator<Item = T> {
        self.thin_out();
        self.kept.into_iter().map(|(_, item)| item)
    }

    fn thin_out(&mut self) {
        if self.kept.len() > self.wanted {
            let last = self.wanted - 1;
            let order = |left: &(K, T), right: &(K, T)| left.0.cmp(&right.0);
            let (_, (bound, _), _) = self.kept.select_nth_unstable_by(last, order);
            let bound = *bound;
            self.kept.retain(|(key, _)| *key <= bound);
            self.bound = Some(bound);
        }
        // Ties may be many: the next thinning out waits until it can be worth it.
        self.room = (ROOM * self.wanted).max(2 * self.kept.len());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Nearest;

    proptest! {
        #[test]
        fn keeps_what_an_order_of_all_would(
            keys in prop::collection::vec(0..50_u32, 0..400),
            wanted in 1..20_usize,
        ) {
            let mut nearest = Nearest::new(wanted);
            keys.iter().for_each(|key| nearest.push(*key, *key));
            let mut kept: Vec<u32> = nearest.into_kept().collect();
            kept.sort_unstable();
            let mut expected = keys.clone();
            expected.sort_unstable();
            if let Some(last) = expected.get(wanted - 1).copied() {
                expected.retain(|key| *key <= last);
            }
            prop_assert_eq!(kept, expected);
        }
    }
}
