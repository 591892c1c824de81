//! The newest facts in memory, so that followers and live streams read them without SQL.
//! Never knows who reads.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, RwLock};

use outcry_domain::RegionId;
use tokio::sync::watch;

use crate::Entry;

/// Facts kept for each log.
const ENTRIES_MAX: usize = 8_192;
/// Bytes kept for each log, roughly.
const BYTES_MAX: usize = 8 << 20;
/// What an entry takes beside its body.
const ENTRY_BYTES: usize = 1_200;

#[derive(Default)]
struct Log {
    head: u64,
    /// Without a gap, up to and with `head`.
    ring: VecDeque<(Arc<Entry>, usize)>,
    bytes: usize,
}

impl Log {
    /// Takes the fact after the newest.
    fn take(&mut self, entry: Arc<Entry>, body_bytes: usize) {
        let bytes = body_bytes + ENTRY_BYTES;
        self.head = entry.fact.sequence;
        self.bytes += bytes;
        self.ring.push_back((entry, bytes));
        while self.ring.len() > ENTRIES_MAX || self.bytes > BYTES_MAX {
            let Some((_, gone)) = self.ring.pop_front() else {
                break;
            };
            self.bytes -= gone;
        }
    }

    /// Goes on after what is not in memory.
    fn leave_out(&mut self, up_to: u64) {
        self.ring.clear();
        self.bytes = 0;
        self.head = up_to;
    }
}

/// The end of every log.
pub(crate) struct Tail {
    logs: RwLock<HashMap<RegionId, Log>>,
    changed: watch::Sender<u64>,
}

impl Tail {
    /// Starts with what the database says of each log's end.
    pub(crate) fn new(heads: impl IntoIterator<Item = (RegionId, u64)>) -> Self {
        let logs = heads
            .into_iter()
            .map(|(region, head)| {
                (
                    region,
                    Log {
                        head,
                        ..Log::default()
                    },
                )
            })
            .collect();
        Self {
            logs: RwLock::new(logs),
            changed: watch::Sender::new(0),
        }
    }

    /// Takes facts that this process recorded in one log, with the bytes of their bodies, as far as
    /// they are the next. Those that were taken already are passed over; those after another
    /// process's facts come with them, by `fill`: the head goes over nothing that was not heard.
    pub(crate) fn push(
        &self,
        region: &RegionId,
        entries: impl IntoIterator<Item = (Arc<Entry>, usize)>,
    ) {
        let mut logs = self.logs.write().expect("no holder panics");
        let log = logs.entry(region.clone()).or_default();
        for (entry, body_bytes) in entries {
            if entry.fact.sequence == log.head + 1 {
                log.take(entry, body_bytes);
            }
        }
    }

    /// Takes all that the table has of one log up to a place, oldest first. What is damaged is
    /// missing; after such a gap the memory begins anew.
    pub(crate) fn fill(
        &self,
        region: &RegionId,
        entries: impl IntoIterator<Item = (Arc<Entry>, usize)>,
        up_to: u64,
    ) {
        let mut logs = self.logs.write().expect("no holder panics");
        let log = logs.entry(region.clone()).or_default();
        for (entry, body_bytes) in entries {
            let sequence = entry.fact.sequence;
            if sequence <= log.head {
                continue;
            }
            if sequence > log.head + 1 {
                log.leave_out(sequence - 1);
            }
            log.take(entry, body_bytes);
        }
        if log.head < up_to {
            log.leave_out(up_to);
        }
    }

    /// Wakes everybody who watches.
    pub(crate) fn wake(&self) {
        self.changed
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// The sequence of the newest fact; 0 for an empty log.
    pub(crate) fn head(&self, region: &RegionId) -> u64 {
        self.logs
            .read()
            .expect("no holder panics")
            .get(region)
            .map_or(0, |log| log.head)
    }

    /// Up to `limit` facts after `after`; `None` when they are no longer in memory.
    pub(crate) fn after(
        &self,
        region: &RegionId,
        after: u64,
        limit: usize,
    ) -> Option<Vec<Arc<Entry>>> {
        let logs = self.logs.read().expect("no holder panics");
        let Some(log) = logs.get(region).filter(|log| log.head > after) else {
            return Some(Vec::new());
        };
        let first = log.ring.front()?.0.fact.sequence;
        let skip = usize::try_from((after + 1).checked_sub(first)?).ok()?;
        Some(
            log.ring
                .iter()
                .skip(skip)
                .take(limit)
                .map(|(entry, _)| entry.clone())
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use outcry_domain::{ActorId, Event, Fact, Stream, Time, incident};

    use super::*;

    fn north() -> RegionId {
        "north".parse().expect("a slug")
    }

    fn entry(sequence: u64) -> Arc<Entry> {
        let fact = Fact {
            region: north(),
            sequence,
            stream: Stream::Organisation,
            version: sequence,
            at: Time(0),
            actor: ActorId::Person("ann".parse().expect("a slug")),
            event: Event::Incident(incident::Event::Closed),
            hash: [0; 32],
        };
        Arc::new(Entry {
            fact,
            summary: None,
        })
    }

    fn push(tail: &Tail, sequences: impl Iterator<Item = u64>, body_bytes: usize) {
        tail.push(
            &north(),
            sequences.map(|sequence| (entry(sequence), body_bytes)),
        );
    }

    fn after(tail: &Tail, after: u64, limit: usize) -> Option<Vec<u64>> {
        let entries = tail.after(&north(), after, limit)?;
        Some(entries.iter().map(|entry| entry.fact.sequence).collect())
    }

    #[test]
    fn it_gives_what_it_has_and_says_what_it_has_not() {
        let tail = Tail::new([(north(), 4)]);
        assert_eq!(after(&tail, 4, 10), Some(vec![]));
        assert_eq!(after(&tail, 3, 10), None, "it was there before this start");
        push(&tail, 5..9, 100);
        assert_eq!(after(&tail, 4, 3), Some(vec![5, 6, 7]));
        assert_eq!(after(&tail, 8, 3), Some(vec![]));
        assert_eq!(after(&tail, 3, 3), None);
        push(&tail, 7..10, 100);
        assert_eq!(after(&tail, 6, 9), Some(vec![7, 8, 9]), "nothing twice");
    }

    #[test]
    fn it_goes_over_nothing_that_was_not_heard() {
        let tail = Tail::new([(north(), 9)]);
        let fill = |sequences: &[u64], up_to| {
            let entries = sequences.iter().map(|sequence| (entry(*sequence), 100));
            tail.fill(&north(), entries, up_to);
        };
        // 10 and 11 are another process's.
        push(&tail, 12..14, 100);
        assert_eq!(tail.head(&north()), 9);
        fill(&[10, 11, 12], 12);
        assert_eq!(after(&tail, 9, 9), Some(vec![10, 11, 12]));
        push(&tail, 13..15, 100);
        fill(&[13, 14], 14);
        assert_eq!(after(&tail, 9, 9), Some(vec![10, 11, 12, 13, 14]));
        fill(&[15, 17], 18);
        assert_eq!(tail.head(&north()), 18, "16 and 18 are damaged");
        assert_eq!(after(&tail, 17, 9), None);
        push(&tail, 19..20, 100);
        assert_eq!(after(&tail, 18, 9), Some(vec![19]));
    }

    #[test]
    fn it_is_bounded_in_entries_and_in_bytes() {
        let tail = Tail::new([]);
        let count = ENTRIES_MAX as u64 * 2;
        push(&tail, 1..=count, 1);
        let held = |tail: &Tail| {
            let logs = tail.logs.read().expect("no holder panics");
            let log = &logs[&north()];
            (log.ring.len(), log.bytes)
        };
        assert!(held(&tail).0 <= ENTRIES_MAX && held(&tail).1 <= BYTES_MAX);
        push(&tail, count + 1..=count + 20, BYTES_MAX / 4);
        assert_eq!(held(&tail).0, 3);
        assert!(held(&tail).1 <= BYTES_MAX);
    }
}
