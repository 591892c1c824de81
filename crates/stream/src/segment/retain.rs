//! Deletes the oldest files: those whose every event is too old, and those beyond the bytes allowed.

use std::{fs, io};

use super::{Log, Segment};
use crate::error::Error;

impl Log {
    /// Forgets what is too old or too much at `now_us`. Blocks on the disk.
    ///
    /// # Errors
    /// [`Error::Storage`] with the file that could not be deleted.
    pub(crate) fn prune(&mut self, now_us: i64) -> Result<(), Error> {
        self.turn(now_us)?;
        self.retain(now_us)
    }

    pub(super) fn retain(&self, now_us: i64) -> Result<(), Error> {
        for segment in self.forget(now_us.saturating_sub(self.keep_us)) {
            match fs::remove_file(&segment.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::storage(&segment.path)(error));
                }
                _ => {
                    let path = segment.path.display();
                    tracing::info!(%path, events = segment.events, "old events deleted");
                }
            }
        }
        Ok(())
    }

    /// Takes the files that must go off the list; never the one that is written to.
    fn forget(&self, before_us: i64) -> Vec<Segment> {
        let mut segments = self.segments.lock();
        let mut bytes: u64 = segments.iter().map(|segment| segment.bytes).sum();
        let full = segments.len().saturating_sub(1);
        let mut gone = 0;
        for segment in &segments[..full] {
            let is_old = segment.max_us.max(segment.arrived_us) < before_us;
            if !is_old && bytes <= self.keep_bytes {
                break;
            }
            bytes -= segment.bytes;
            gone += 1;
        }
        segments.drain(..gone).collect()
    }
}
