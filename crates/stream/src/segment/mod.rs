//! The log of events on disk: append-only files of frames in one directory, the oldest deleted whole.
//! It never knows JSON, windows or what an event means.

mod append;
mod frame;
mod open;
mod read;
mod retain;

use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use frame::Group;
pub(crate) use read::{Head, Range};

/// The one writer of the directory.
#[derive(Debug)]
pub(crate) struct Log {
    dir: PathBuf,
    keep_us: i64,
    keep_bytes: u64,
    segment_bytes: u64,
    segment_us: i64,
    segments: Segments,
    file: File,
    /// Held for as long as the log is open, so that no second process writes here.
    _lock: File,
}

/// What is on disk and durable; readers take a copy and read the files by themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segments(Arc<Mutex<Vec<Segment>>>);

/// One file. The last of the list is the one that is written to.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) path: PathBuf,
    sequence: u64,
    /// Durable bytes; there may be more in the file, which nobody was told of.
    bytes: u64,
    pub(crate) events: u64,
    kinds: u16,
    min_us: i64,
    pub(crate) max_us: i64,
    begun_us: i64,
    pub(crate) arrived_us: i64,
}

impl Segments {
    pub(crate) fn list(&self) -> Vec<Segment> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Segment>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Segment {
    fn new(path: PathBuf, sequence: u64) -> Segment {
        Segment {
            path,
            sequence,
            bytes: 0,
            events: 0,
            kinds: 0,
            min_us: i64::MAX,
            max_us: i64::MIN,
            begun_us: i64::MAX,
            arrived_us: i64::MIN,
        }
    }

    /// Takes in a frame that is durable now.
    fn grow(&mut self, head: &Head) {
        self.bytes += head.frame_bytes();
        self.events += u64::from(head.count);
        self.kinds |= head.kinds;
        self.min_us = self.min_us.min(head.min_us);
        self.max_us = self.max_us.max(head.max_us);
        self.begun_us = self.begun_us.min(head.arrived_us);
        self.arrived_us = self.arrived_us.max(head.arrived_us);
    }
}

impl Log {
    pub(crate) fn segments(&self) -> Segments {
        self.segments.clone()
    }

    fn is_due(&self, now_us: i64, segment: &Segment) -> bool {
        segment.bytes >= self.segment_bytes
            || (segment.bytes > 0 && now_us.saturating_sub(segment.begun_us) >= self.segment_us)
    }
}

#[cfg(test)]
mod tests;
