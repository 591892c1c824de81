//! Answers questions about the surroundings of an incident, from memory and, for older times, from disk.

use std::sync::Arc;

use super::{Bus, Shared, lock};
use crate::error::Error;
use crate::limits::CONTEXT_READ_BYTES_MAX;
use crate::record;
use crate::segment::Range;
use crate::window::{
    Bucket, Change, Context, Query, SHIFT_KINDS, SHIFT_REACH_US, Snapshot, Surroundings,
};

impl Bus {
    /// What was going on around an incident, as far as it is known at `now_us`. Events that come later
    /// are told by [`Bus::watch`]; ask again then.
    ///
    /// # Errors
    /// [`Error::Storage`] if older events cannot be read back.
    pub async fn context(&self, query: Query, now_us: i64) -> Result<Context, Error> {
        let shared = Arc::clone(self.shared());
        let found = tokio::task::spawn_blocking(move || shared.context(&query, now_us));
        found.await.unwrap_or(Err(Error::Stopped))
    }
}

impl Shared {
    fn context(&self, query: &Query, now_us: i64) -> Result<Context, Error> {
        let snapshot = lock(&self.windows).snapshot(query);
        let Snapshot {
            buckets,
            floor_us,
            mut changes,
            shift_floor_us,
            items,
            sources,
        } = snapshot;
        let older = self.older(query, floor_us)?;
        if query.around_us.saturating_sub(SHIFT_REACH_US) < shift_floor_us {
            changes = self.older_changes(query)?;
        }
        let held = buckets
            .iter()
            .flat_map(|bucket: &Arc<Bucket>| bucket.records());
        let around = Surroundings {
            changes,
            items,
            sources,
        };
        Ok(around.context(query, record::read(&older).chain(held), now_us))
    }

    /// The events of the window that memory no longer holds.
    fn older(&self, query: &Query, floor_us: i64) -> Result<Vec<u8>, Error> {
        let until_us = query.until_us().min(floor_us.saturating_sub(1));
        if query.from_us() > until_us {
            return Ok(Vec::new());
        }
        self.read(Range {
            site: &query.site,
            from_us: query.from_us(),
            until_us,
            kinds: u16::MAX,
        })
    }

    fn older_changes(&self, query: &Query) -> Result<Vec<Change>, Error> {
        let from_us = query.around_us.saturating_sub(SHIFT_REACH_US);
        let range = Range {
            site: &query.site,
            from_us,
            until_us: query.around_us,
            kinds: SHIFT_KINDS,
        };
        let found = self.read(range)?;
        Ok(record::read(&found)
            .filter_map(|record| Change::of(&record))
            .collect())
    }

    fn read(&self, range: Range<'_>) -> Result<Vec<u8>, Error> {
        let found = self.segments.read(range, CONTEXT_READ_BYTES_MAX);
        found.map_err(Error::storage(std::path::Path::new("event segments")))
    }
}
