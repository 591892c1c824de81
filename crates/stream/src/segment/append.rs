//! Makes a group of frames durable. An error here is final: after a failed `fdatasync` the kernel may
//! have dropped the pages and say yes the next time, so nothing is ever tried twice.

use std::io::Write as _;

use super::frame::Group;
use super::{Log, open};
use crate::error::Error;

impl Log {
    /// Writes and syncs `group`; when this returns its events survive a power cut. Blocks on the disk.
    ///
    /// # Errors
    /// [`Error::Storage`]; the log must not be written to again.
    pub(crate) fn append(&mut self, group: &Group, now_us: i64) -> Result<(), Error> {
        self.turn(now_us)?;
        let path = self.dir.clone();
        self.file
            .write_all(&group.bytes)
            .and_then(|()| self.file.sync_data())
            .map_err(Error::storage(&path))?;
        let mut segments = self.segments.lock();
        if let Some(segment) = segments.last_mut() {
            group.heads.iter().for_each(|head| segment.grow(head));
        }
        Ok(())
    }

    /// Begins a new file when the present one is large or old enough.
    pub(super) fn turn(&mut self, now_us: i64) -> Result<(), Error> {
        let next = match self.segments.lock().last() {
            Some(segment) if self.is_due(now_us, segment) => segment.sequence + 1,
            _ => return Ok(()),
        };
        let (segment, file) = open::create(&self.dir, next)?;
        self.file = file;
        self.segments.lock().push(segment);
        // A file that cannot be deleted takes room, but no event is lost by it; `prune` reports it.
        if let Err(error) = self.retain(now_us) {
            tracing::warn!(%error, "old events could not be deleted");
        }
        Ok(())
    }
}
