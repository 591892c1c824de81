//! Events of one request in their stored form, on the way from the reader to the log or the windows.

use crate::cloudevent::Rejected;
use crate::event::Event;
use crate::record;
use crate::seen::Keys;

/// Accepted events back to back, and what was refused.
#[derive(Debug)]
pub(crate) struct Batch {
    keys: Keys,
    arrived_us: i64,
    pub(crate) records: Vec<u8>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) rejected: Vec<Rejected>,
}

/// Where one event ends in `records`, and by which key its repetition is recognised.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) key: u64,
    pub(crate) end: usize,
}

impl Batch {
    pub(crate) fn new(keys: Keys, arrived_us: i64) -> Batch {
        Batch {
            keys,
            arrived_us,
            records: Vec::new(),
            entries: Vec::new(),
            rejected: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, event: &Event<'_>) {
        let identity = record::write(&mut self.records, event, self.arrived_us);
        let key = self.keys.key(&self.records[identity]);
        self.entries.push(Entry {
            key,
            end: self.records.len(),
        });
    }

    pub(crate) fn clear(&mut self) {
        self.records.clear();
        self.entries.clear();
        self.rejected.clear();
    }

    /// Each event's key and stored form.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let mut start = 0;
        self.entries.iter().map(move |entry| {
            let record = &self.records[start..entry.end];
            start = entry.end;
            (entry.key, record)
        })
    }

    pub(crate) fn arrived_us(&self) -> i64 {
        self.arrived_us
    }
}
