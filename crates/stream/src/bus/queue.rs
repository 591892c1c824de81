//! What waits for the writer thread. Senders never wait here: what does not fit is refused.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::batch::Batch;
use crate::error::Error;

/// Something for the writer to do.
#[derive(Debug)]
pub(super) enum Job {
    Publish {
        batch: Batch,
        reply: oneshot::Sender<Result<Counts, Error>>,
    },
    Prune {
        now_us: i64,
        reply: oneshot::Sender<Result<(), Error>>,
    },
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) accepted: usize,
    pub(super) duplicate: usize,
}

#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    wake: Condvar,
    bytes_max: usize,
}

#[derive(Debug, Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Bytes that are not durable yet, with those that the writer has in hand.
    bytes: usize,
    is_closed: bool,
}

/// A refused sender comes back after this; a group is written in milliseconds.
const RETRY_AFTER_S: u32 = 1;

impl Queue {
    pub(super) fn new(bytes_max: usize) -> Queue {
        Queue {
            state: Mutex::default(),
            wake: Condvar::new(),
            bytes_max,
        }
    }

    /// Lets a job wait, unless the queue is closed or full.
    pub(super) fn put(&self, job: Job) -> Result<(), Error> {
        let mut state = self.lock();
        state.open(self.bytes_max)?;
        state.bytes += job.bytes();
        state.jobs.push_back(job);
        drop(state);
        self.wake.notify_one();
        Ok(())
    }

    /// Whether a job could wait now; saves reading what would be refused.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.lock().open(self.bytes_max)
    }

    /// Waits for jobs and takes all that are there; nothing when the queue is closed and empty. Blocks.
    pub(super) fn take(&self) -> Option<VecDeque<Job>> {
        let mut state = self.lock();
        while state.jobs.is_empty() {
            if state.is_closed {
                return None;
            }
            state = self
                .wake
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        Some(std::mem::take(&mut state.jobs))
    }

    /// Notes that taken jobs are done.
    pub(super) fn done(&self, bytes: usize) {
        self.lock().bytes -= bytes;
    }

    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.wake.notify_all();
    }

    pub(super) fn is_open(&self) -> bool {
        !self.lock().is_closed
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn open(&self, bytes_max: usize) -> Result<(), Error> {
        if self.is_closed {
            return Err(Error::Stopped);
        }
        if self.bytes >= bytes_max {
            metrics::counter!("outcry_stream_busy_total").increment(1);
            return Err(Error::Busy {
                retry_after_s: RETRY_AFTER_S,
            });
        }
        Ok(())
    }
}

impl Job {
    pub(super) fn bytes(&self) -> usize {
        match self {
            Job::Publish { batch, .. } => batch.records.len(),
            Job::Prune { .. } => 0,
        }
    }
}
