//! One site's events in stretches of time, and its small state.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashMap;

use super::bucket::{BUCKET_BYTES, Bucket};
use super::context::{Query, SourceSeen};
use super::item::{Items, KnownItem};
use super::shift::{Change, SHIFT_REACH_US, Shifts};
use super::{BUCKET_US, ITEM_KINDS, SHIFT_KINDS, bucket_of};
use crate::limits::SOURCES_PER_SITE_MAX;
use crate::record::{Outline, Record};

#[derive(Debug)]
pub(super) struct Site {
    buckets: BTreeMap<i64, Arc<Bucket>>,
    events: usize,
    floor_us: i64,
    shifts: Shifts,
    items: Items,
    sources: HashMap<Box<str>, i64>,
}

/// What a question needs, taken in one go so that nobody waits while it is answered.
pub(crate) struct Snapshot {
    pub(crate) buckets: Vec<Arc<Bucket>>,
    /// Events before this are on disk only.
    pub(crate) floor_us: i64,
    pub(crate) changes: Vec<Change>,
    /// Shift changes before this are on disk only.
    pub(crate) shift_floor_us: i64,
    pub(crate) items: Vec<Arc<KnownItem>>,
    pub(crate) sources: Vec<SourceSeen>,
}

impl Snapshot {
    pub(super) fn empty(floor_us: i64, shift_floor_us: i64) -> Snapshot {
        Snapshot {
            buckets: Vec::new(),
            floor_us,
            changes: Vec::new(),
            shift_floor_us,
            items: Vec::new(),
            sources: Vec::new(),
        }
    }

    /// How many events and articles there are to look at.
    pub(crate) fn entries(&self) -> usize {
        let events = self.buckets.iter().map(|bucket| bucket.entries().len());
        events.sum::<usize>() + self.items.len()
    }

    /// Whether nothing has to be read back from disk.
    pub(crate) fn is_whole(&self, query: &Query) -> bool {
        self.has_events(query) && self.has_changes(query)
    }

    /// Whether every event of the window is here.
    pub(crate) fn has_events(&self, query: &Query) -> bool {
        query.from_us() >= self.floor_us || query.from_us() > query.until_us()
    }

    /// Whether every shift change that matters is here.
    pub(crate) fn has_changes(&self, query: &Query) -> bool {
        query.around_us.saturating_sub(SHIFT_REACH_US) >= self.shift_floor_us
    }
}

impl Site {
    pub(super) fn new(floor_us: i64) -> Site {
        Site {
            buckets: BTreeMap::new(),
            events: 0,
            floor_us,
            shifts: Shifts::default(),
            items: Items::default(),
            sources: HashMap::new(),
        }
    }

    /// Holds the event if it is not older than the floor; the bytes that this costs.
    pub(super) fn hold(&mut self, record: &Record<'_>, outline: Option<&Outline<'_>>) -> usize {
        let start = bucket_of(record.time_us);
        if record.time_us < self.floor_us {
            return 0;
        }
        let mut cost = 0;
        let bucket = match self.buckets.get_mut(&start) {
            Some(bucket) => bucket,
            None => {
                cost += BUCKET_BYTES;
                let bucket = Bucket::new(record.time_us, self.settle_newest(start));
                self.buckets
                    .entry(start)
                    .or_insert_with(|| Arc::new(bucket))
            }
        };
        let bucket = Arc::make_mut(bucket);
        cost += bucket.push(record, outline, self.sources.hasher());
        self.events += 1;
        cost
    }

    /// When a newer stretch begins, gives back the room that the newest one kept for growing; the
    /// one from `start` on will likely need as much as that one came to.
    fn settle_newest(&mut self, start: i64) -> Option<&Bucket> {
        let newest = self.buckets.last_entry()?;
        if *newest.key() > start {
            return None;
        }
        let newest = newest.into_mut();
        if let Some(bucket) = Arc::get_mut(newest) {
            bucket.settle();
        }
        Some(newest)
    }

    /// Keeps what outlives the window.
    pub(super) fn note(&mut self, record: &Record<'_>, source: &str, shift_floor_us: i64) {
        self.note_source(source, record.time_us);
        if record.kind.bit() & SHIFT_KINDS != 0 && record.time_us >= shift_floor_us {
            Change::of(record)
                .into_iter()
                .for_each(|change| self.shifts.add(change));
        }
        if record.kind.bit() & ITEM_KINDS != 0 {
            self.items.learn(record);
        }
    }

    fn note_source(&mut self, source: &str, time_us: i64) {
        if let Some(last_us) = self.sources.get_mut(source) {
            *last_us = time_us.max(*last_us);
            return;
        }
        if self.sources.len() >= SOURCES_PER_SITE_MAX {
            let oldest = self
                .sources
                .iter()
                .min_by_key(|(_, last_us)| **last_us)
                .map(|(name, _)| name.clone());
            oldest.and_then(|name| self.sources.remove(&name));
        }
        self.sources.insert(source.into(), time_us);
    }

    pub(super) fn events(&self) -> usize {
        self.events
    }

    pub(super) fn oldest(&self) -> Option<i64> {
        self.buckets.first_key_value().map(|(start, _)| *start)
    }

    /// Lets the oldest stretch go; the bytes that this frees.
    pub(super) fn drop_oldest(&mut self) -> usize {
        let Some((start, bucket)) = self.buckets.pop_first() else {
            return 0;
        };
        self.floor_us = self.floor_us.max(start.saturating_add(BUCKET_US));
        self.events -= bucket.entries().len();
        bucket.held_bytes()
    }

    /// Lets go of everything before `floor_us`; the bytes that this frees.
    pub(super) fn raise(&mut self, floor_us: i64) -> usize {
        self.floor_us = self.floor_us.max(floor_us);
        let mut freed = 0;
        while self.oldest().is_some_and(|start| start < floor_us) {
            freed += self.drop_oldest();
        }
        freed
    }

    pub(super) fn forget_shifts(&mut self, before_us: i64) {
        self.shifts.forget(before_us);
    }

    pub(super) fn snapshot(&self, query: &Query, shift_floor_us: i64) -> Snapshot {
        let from = bucket_of(query.from_us());
        let until = query.until_us();
        let sources = self.sources.iter().map(|(source, last_us)| SourceSeen {
            source: source.to_string(),
            events: 0,
            last_at_us: *last_us,
            late: 0,
        });
        Snapshot {
            buckets: self
                .buckets
                .range(from..=until)
                .map(|(_, bucket)| Arc::clone(bucket))
                .collect(),
            floor_us: self.floor_us,
            changes: self.shifts.before(query.around_us),
            shift_floor_us,
            items: self.items.wanted(&query.items),
            sources: sources.collect(),
        }
    }

    pub(super) fn into_buckets(self) -> Vec<Arc<Bucket>> {
        self.buckets.into_values().collect()
    }

    /// Everything held between two times, both included, in no particular order.
    pub(super) fn records(&self, from_us: i64, until_us: i64) -> impl Iterator<Item = Record<'_>> {
        self.buckets
            .range(bucket_of(from_us)..=until_us)
            .flat_map(|(_, bucket)| bucket.records())
            .filter(move |record| (from_us..=until_us).contains(&record.time_us))
    }
}
