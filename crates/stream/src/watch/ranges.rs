//! Watches in order of their beginning, so that an event looks only at those that it may concern.

use uuid::Uuid;

use super::Watch;

/// Watches by beginning, and for each the latest end among it and those before it.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    watches: Vec<Watch>,
    latest_until_us: Vec<i64>,
}

impl Ranges {
    pub(super) fn len(&self) -> usize {
        self.watches.len()
    }

    pub(super) fn add(&mut self, watch: Watch) {
        let place = self
            .watches
            .partition_point(|other| other.from_us <= watch.from_us);
        self.watches.insert(place, watch);
        self.renew(place);
    }

    pub(super) fn remove(&mut self, token: Uuid) -> Option<Watch> {
        let place = self.watches.iter().position(|watch| watch.token == token)?;
        let watch = self.watches.remove(place);
        self.renew(place);
        Some(watch)
    }

    pub(super) fn keep(&mut self, wanted: impl Fn(&Watch) -> bool) {
        self.watches.retain(wanted);
        self.renew(0);
    }

    /// Takes out those whose range a time falls into, if they are wanted.
    pub(super) fn take(
        &mut self,
        time_us: i64,
        mut wanted: impl FnMut(&Watch) -> bool,
    ) -> Vec<Watch> {
        let begun = self
            .watches
            .partition_point(|watch| watch.from_us <= time_us);
        // Before the first of these every range has ended.
        let first = self.latest_until_us[..begun].partition_point(|until_us| *until_us < time_us);
        let taken: Vec<Watch> = self
            .watches
            .extract_if(first..begun, |watch| {
                watch.until_us >= time_us && wanted(watch)
            })
            .collect();
        if !taken.is_empty() {
            self.renew(first);
        }
        taken
    }

    /// Works the ends out anew from a place on.
    fn renew(&mut self, place: usize) {
        self.latest_until_us.truncate(place);
        let mut latest_us = self.latest_until_us.last().copied().unwrap_or(i64::MIN);
        for watch in &self.watches[place..] {
            latest_us = latest_us.max(watch.until_us);
            self.latest_until_us.push(latest_us);
        }
    }
}
