//! The two lanes to a provider, each with its own slots, so that a panic never waits behind bulk.
//! Never knows which incident travels in which lane.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Which connections a message may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Reserved connections that nothing else ever takes.
    Panic,
    /// Everything else.
    Normal,
}

impl Lane {
    /// Both lanes, in the order of [`Lane::index`].
    pub(crate) const ALL: [Self; 2] = [Self::Panic, Self::Normal];

    pub(crate) fn index(self) -> usize {
        match self {
            Self::Panic => 0,
            Self::Normal => 1,
        }
    }
}

/// How many messages may be under way to one provider at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) panic: usize,
    pub(crate) normal: usize,
}

impl Limits {
    pub(crate) fn of(self, lane: Lane) -> usize {
        match lane {
            Lane::Panic => self.panic,
            Lane::Normal => self.normal,
        }
    }
}

/// The slots of one provider. A stalled provider holds these and nothing else.
#[derive(Debug)]
pub(crate) struct Slots([Semaphore; 2]);

impl Slots {
    pub(crate) fn new(limits: Limits) -> Self {
        Self(Lane::ALL.map(|lane| Semaphore::new(limits.of(lane))))
    }

    /// A free slot of the lane, or `None` if none came free within `wait`.
    pub(crate) async fn take(&self, lane: Lane, wait: Duration) -> Option<SemaphorePermit<'_>> {
        timeout(wait, self.0[lane.index()].acquire())
            .await
            .ok()?
            .ok()
    }
}
