//! What happened lately, per site, in memory, and what is known of each site: shifts, articles, sources.
//! Bounded by time, by events per site and by bytes in all. It never knows files or JSON.

mod around;
mod bucket;
mod clock;
mod context;
mod item;
mod nearest;
mod search;
mod shift;
mod similar;
mod site;
mod sold;

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

pub use context::{
    Camera, CameraView, Context, ItemMatch, ItemWanted, OnShift, Query, SourceSeen, StockFound,
    TillContext, Transaction, TransactionLine,
};

pub(crate) use around::Surroundings;
pub(crate) use bucket::Bucket;
pub(crate) use search::Wanted;
pub(crate) use shift::{Change, SHIFT_REACH_US};
pub(crate) use similar::Words;
pub(crate) use site::Snapshot;

use crate::event::Kind;
use crate::record::Record;
use crate::settings::Settings;
use site::Site;

/// Events are held in stretches of this length; memory is given back a stretch at a time.
const BUCKET_US: i64 = 10 * 1_000_000;

/// Kinds that are remembered as a state of the site and so are read from all that is kept at the start.
pub(crate) const SHIFT_KINDS: u16 = 1 << Kind::ShiftStart as u8 | 1 << Kind::ShiftEnd as u8;
pub(crate) const ITEM_KINDS: u16 = 1 << Kind::StockLevel as u8 | 1 << Kind::ItemLocation as u8;

/// All sites' windows.
#[derive(Debug)]
pub(crate) struct Windows {
    sites: HashMap<Box<str>, Site>,
    window_us: i64,
    events_per_site_max: usize,
    bytes_max: usize,
    bytes: usize,
    /// Whether contexts may be asked for; without, only the records are held.
    is_indexed: bool,
    /// Every event from here on is in memory, unless the site's own floor is higher.
    floor_us: i64,
    /// Every shift start and end from here on is in memory.
    shift_floor_us: i64,
}

impl Windows {
    pub(crate) fn new(settings: &Settings, now_us: i64) -> Windows {
        let mut windows = Windows {
            sites: HashMap::new(),
            window_us: settings.window_us,
            events_per_site_max: settings.window_events_per_site_max,
            bytes_max: settings.window_bytes_max,
            bytes: 0,
            is_indexed: true,
            floor_us: i64::MIN,
            shift_floor_us: i64::MIN,
        };
        windows.advance(now_us);
        windows
    }

    /// Windows that forget nothing, for a set of events that is given at once.
    fn unbounded() -> Windows {
        let settings = Settings {
            window_us: i64::MAX,
            window_events_per_site_max: usize::MAX,
            window_bytes_max: usize::MAX,
            ..Settings::default()
        };
        Windows::new(&settings, 0)
    }

    /// As [`Windows::unbounded`], for a set that is asked for records alone, never for a context.
    pub(crate) fn without_index() -> Windows {
        Windows {
            is_indexed: false,
            ..Windows::unbounded()
        }
    }

    /// Takes an event in: late and out of order is as good as in time.
    pub(crate) fn insert(&mut self, record: &Record<'_>) {
        let outline = match self.is_indexed.then(|| record.outline()) {
            None => None,
            Some(Some(outline)) => Some(outline),
            // Not what was written; nothing could find it.
            Some(None) => return,
        };
        let floor_us = self.floor_us;
        let shift_floor_us = self.shift_floor_us;
        let site = match self.sites.get_mut(record.site) {
            Some(site) => site,
            None => self
                .sites
                .entry(record.site.into())
                .or_insert_with(|| Site::new(floor_us)),
        };
        if let Some(outline) = &outline {
            site.note(record, outline.source, shift_floor_us);
        }
        self.bytes += site.hold(record, outline.as_ref());
        while site.events() > self.events_per_site_max {
            self.bytes -= site.drop_oldest();
        }
        while self.bytes > self.bytes_max {
            self.drop_oldest();
        }
    }

    /// Lets go of what is older than the window at `now_us`.
    pub(crate) fn advance(&mut self, now_us: i64) {
        let floor_us = bucket_of(now_us.saturating_sub(self.window_us));
        if floor_us <= self.floor_us {
            return;
        }
        self.shift_floor_us = floor_us.saturating_sub(SHIFT_REACH_US);
        self.raise(floor_us);
        for site in self.sites.values_mut() {
            site.forget_shifts(self.shift_floor_us);
        }
    }

    /// What is held of a site between two times, both included.
    pub(crate) fn snapshot(&self, query: &Query) -> Snapshot {
        match self.sites.get(query.site.as_str()) {
            Some(site) => site.snapshot(query, self.shift_floor_us),
            None => Snapshot::empty(self.floor_us, self.shift_floor_us),
        }
    }

    /// The stored events of a site between two times, both included.
    pub(crate) fn records(
        &self,
        site: &str,
        from_us: i64,
        until_us: i64,
    ) -> impl Iterator<Item = Record<'_>> {
        self.sites
            .get(site)
            .into_iter()
            .flat_map(move |site| site.records(from_us, until_us))
    }

    /// Every event from here on is in memory, unless a site's limit says otherwise.
    pub(crate) fn floor_us(&self) -> i64 {
        self.floor_us
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The stretch that is oldest over all sites.
    fn drop_oldest(&mut self) {
        let oldest = self.sites.values().filter_map(Site::oldest).min();
        match oldest {
            Some(oldest) => self.raise(oldest.saturating_add(BUCKET_US)),
            None => self.bytes = 0,
        }
    }

    fn raise(&mut self, floor_us: i64) {
        self.floor_us = self.floor_us.max(floor_us);
        for site in self.sites.values_mut() {
            self.bytes -= site.raise(floor_us);
        }
    }
}

/// Events that were read back from disk, each once, in stretches as memory holds them.
pub(crate) fn stretches<'a>(records: impl Iterator<Item = Record<'a>>) -> Vec<Arc<Bucket>> {
    let mut met = HashSet::new();
    let mut site = Site::new(i64::MIN);
    for record in records {
        if let (Some(identity), Some(outline)) = (record.identity(), record.outline())
            && met.insert(identity)
        {
            site.hold(&record, Some(&outline));
        }
    }
    site.into_buckets()
}

/// The start of the stretch that a time falls into.
fn bucket_of(time_us: i64) -> i64 {
    time_us.div_euclid(BUCKET_US).saturating_mul(BUCKET_US)
}

#[cfg(test)]
mod straight;
#[cfg(test)]
mod tests;
