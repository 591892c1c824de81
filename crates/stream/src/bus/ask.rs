//! Answers questions about the surroundings of an incident, from memory and, for older times, from disk.

use std::sync::Arc;

use super::{Bus, Shared, lock};
use crate::error::Error;
use crate::limits::{CONTEXT_INLINE_ENTRIES_MAX, CONTEXT_READ_BYTES_MAX};
use crate::record;
use crate::segment::Range;
use crate::window::{
    Bucket, Change, Context, Query, SHIFT_KINDS, SHIFT_REACH_US, Snapshot, Surroundings, stretches,
};

impl Bus {
    /// What was going on around an incident, as far as it is known at `now_us`. Events that come later
    /// are told by [`Bus::watch`]; ask again then.
    ///
    /// # Errors
    /// [`Error::Storage`] if older events cannot be read back.
    pub async fn context(&self, query: Query, now_us: i64) -> Result<Context, Error> {
        let shared = Arc::clone(self.shared());
        // So that many small ones, one after the other, let other tasks run in between.
        tokio::task::coop::consume_budget().await;
        let snapshot = lock(&shared.windows).snapshot(&query);
        if snapshot.is_whole(&query) && snapshot.entries() <= CONTEXT_INLINE_ENTRIES_MAX {
            return shared.context(&query, snapshot, now_us);
        }
        // Nobody closes the semaphore.
        let turn = Arc::clone(&shared.asking).acquire_owned().await;
        let found = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            shared.context(&query, snapshot, now_us)
        });
        found.await.unwrap_or(Err(Error::Stopped))
    }
}

impl Shared {
    fn context(&self, query: &Query, snapshot: Snapshot, now_us: i64) -> Result<Context, Error> {
        let (needs_events, needs_changes) =
            (!snapshot.has_events(query), !snapshot.has_changes(query));
        let Snapshot {
            mut buckets,
            floor_us,
            mut changes,
            items,
            sources,
            ..
        } = snapshot;
        if needs_events {
            buckets.extend(self.older(query, floor_us)?);
        }
        if needs_changes {
            changes = self.older_changes(query)?;
        }
        let around = Surroundings {
            changes,
            items,
            sources,
        };
        Ok(around.context(query, &buckets, now_us))
    }

    /// The events of the window that memory no longer holds.
    fn older(&self, query: &Query, floor_us: i64) -> Result<Vec<Arc<Bucket>>, Error> {
        let until_us = query.until_us().min(floor_us.saturating_sub(1));
        let found = self.read(Range {
            site: &query.site,
            from_us: query.from_us(),
            until_us,
            kinds: u16::MAX,
        })?;
        Ok(stretches(record::read(&found)))
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
