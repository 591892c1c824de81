//! The writer thread: takes all that waits, leaves out repetitions, makes the rest durable with one
//! write and one sync, shows it to the windows, answers. The first error of the disk ends it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::oneshot;

use super::queue::{Counts, Job};
use super::{Shared, lock};
use crate::batch::Batch;
use crate::error::Error;
use crate::seen::Seen;
use crate::segment::{Group, Log};

pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) log: Log,
    pub(super) seen: Seen,
    pub(super) group: Group,
}

type Reply<T> = oneshot::Sender<Result<T, Error>>;

/// A group buffer above this is given back after a burst.
const GROUP_BYTES_KEPT: usize = 1 << 20;

impl Writer {
    /// Runs until the queue is closed and empty, or the disk fails.
    pub(super) fn run(mut self) {
        while let Some(jobs) = self.shared.queue.take() {
            let bytes = jobs.iter().map(Job::bytes).sum();
            let is_good = self.work(jobs);
            self.shared.queue.done(bytes);
            if !is_good {
                return;
            }
        }
    }

    /// Whether the log may be written to again.
    fn work(&mut self, jobs: VecDeque<Job>) -> bool {
        let mut replies = Vec::new();
        let mut prunes = Vec::new();
        let mut now_us = i64::MIN;
        for job in jobs {
            match job {
                Job::Publish { batch, reply } => {
                    now_us = now_us.max(batch.arrived_us());
                    replies.push((reply, self.gather(&batch)));
                }
                Job::Prune { now_us, reply } => prunes.push((now_us, reply)),
            }
        }
        // Dropped replies tell the callers that the bus has stopped.
        if !self.commit(now_us) {
            return false;
        }
        for (reply, counts) in replies {
            answer(reply, Ok(counts));
        }
        for (now_us, reply) in prunes {
            answer(reply, self.prune(now_us));
        }
        true
    }

    /// Adds a batch without its repetitions to the group. A repetition is answered only after the same
    /// commit, so that its first copy is durable by then.
    fn gather(&mut self, batch: &Batch) -> Counts {
        let arrived_us = batch.arrived_us();
        let seen = &mut self.seen;
        let news = batch
            .iter()
            .filter(|(key, _)| seen.insert(*key, arrived_us))
            .map(|(_, record)| record);
        let accepted = self.group.frame(arrived_us, news);
        Counts {
            accepted,
            duplicate: batch.entries.len() - accepted,
        }
    }

    fn commit(&mut self, now_us: i64) -> bool {
        if self.group.is_empty() {
            return true;
        }
        let begun = Instant::now();
        if let Err(error) = self.log.append(&self.group, now_us) {
            tracing::error!(%error, "the event stream stops: its disk refused a write");
            return false;
        }
        metrics::histogram!("outcry_stream_commit_seconds").record(begun.elapsed().as_secs_f64());
        self.show(now_us);
        if self.group.len_bytes() > GROUP_BYTES_KEPT {
            self.group = Group::default();
        }
        self.group.clear();
        true
    }

    fn show(&self, now_us: i64) {
        let mut windows = lock(&self.shared.windows);
        windows.advance(now_us);
        self.group
            .records()
            .for_each(|record| windows.insert(&record));
        metrics::gauge!("outcry_stream_window_bytes").set(windows.bytes() as f64);
        drop(windows);
        let mut watches = lock(&self.shared.watches);
        let news = self
            .group
            .records()
            .filter(|record| watches.see(record))
            .count();
        drop(watches);
        if news > 0 {
            self.shared.late.notify_one();
        }
    }

    fn prune(&mut self, now_us: i64) -> Result<(), Error> {
        let before_us = now_us.saturating_sub(self.shared.settings.keep_us);
        self.seen.forget(before_us);
        lock(&self.shared.windows).advance(now_us);
        lock(&self.shared.watches).forget(now_us);
        self.log.prune(now_us)
    }
}

/// Outlives the writer, and its lock on the directory. However that ended, a panic included: what
/// comes from now on and what came meanwhile is refused by dropping it, and the end is told.
pub(super) struct End(pub(super) Arc<Shared>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.queue.close();
        while self.0.queue.take().is_some() {}
        self.0.ended.send_replace(true);
        self.0.late.notify_one();
    }
}

/// A caller that has gone away needs no answer.
fn answer<T>(reply: Reply<T>, result: Result<T, Error>) {
    let _ = reply.send(result);
}
