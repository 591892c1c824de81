//! The embedded event bus: one thread writes, everybody else waits for it without blocking. It never
//! knows HTTP or incidents.

mod ask;
mod open;
mod publish;
mod queue;
mod write;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, Semaphore, watch};
use uuid::Uuid;

pub use publish::Receipt;

use crate::error::Error;
use crate::seen::Keys;
use crate::segment::Segments;
use crate::settings::Settings;
use crate::watch::{Late, Watches};
use crate::window::{ItemWanted, Windows};
use queue::{Job, Queue};

/// A handle to the bus; clones are the same bus. It stops when the last handle is dropped, or by
/// [`Bus::stop`].
#[derive(Clone, Debug)]
pub struct Bus(Arc<Handle>);

#[derive(Debug)]
struct Handle(Arc<Shared>);

/// What the writer thread and the callers share.
#[derive(Debug)]
struct Shared {
    settings: Settings,
    keys: Keys,
    queue: Queue,
    segments: Segments,
    windows: Mutex<Windows>,
    watches: Mutex<Watches>,
    late: Notify,
    /// Turns for putting a context together.
    asking: Arc<Semaphore>,
    /// Whether the writer has ended, for good or ill.
    ended: watch::Sender<bool>,
}

impl Bus {
    /// Opens the bus in `dir`, which is made if absent: takes the lock, cuts off a torn last write and
    /// reads back what the memory must know. `now_us` is microseconds since 1970 UTC. Blocks on the disk.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process has it, [`Error::Storage`] if it cannot be read or written.
    pub fn open(dir: &Path, settings: Settings, now_us: i64) -> Result<Bus, Error> {
        open::open(dir, settings, now_us)
    }

    /// Asks to be told on [`Bus::late`] when an event of `site` comes between two times, both included,
    /// until [`Bus::prune`] is told that it is `expires_us`.
    /// A till event with one of `items` on it, as [`Bus::context`] would match it, is told as
    /// [`Weight::Telling`](crate::Weight::Telling). A token that is watched at that site already is moved
    /// to the new range and the new items.
    ///
    /// # Errors
    /// [`Error::TooManyWatches`].
    pub fn watch(
        &self,
        site: &str,
        from_us: i64,
        until_us: i64,
        expires_us: i64,
        token: Uuid,
        items: &[ItemWanted],
    ) -> Result<(), Error> {
        lock(&self.shared().watches).add(site, from_us, until_us, expires_us, token, items)
    }

    /// Stops watching for `token` at `site`.
    pub fn unwatch(&self, site: &str, token: Uuid) {
        lock(&self.shared().watches).remove(site, token);
    }

    /// The next token into whose range an event came since it was last returned; waits for it. However
    /// many events came, a token is returned once, with the weight of all of them; then it waits for the
    /// next. Nothing when the bus has ended. For one caller.
    pub async fn late(&self) -> Option<Late> {
        let shared = self.shared();
        let mut ended = shared.ended.subscribe();
        loop {
            if let Some(late) = lock(&shared.watches).next() {
                return Some(late);
            }
            tokio::select! {
                () = shared.late.notified() => {}
                _ = ended.wait_for(|ended| *ended) => return lock(&shared.watches).next(),
            }
        }
    }

    /// Deletes events older than are kept, on disk and in memory, and watches that have expired.
    ///
    /// # Errors
    /// [`Error::Storage`] with the file that could not be deleted, [`Error::Stopped`].
    pub async fn prune(&self, now_us: i64) -> Result<(), Error> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        self.shared().queue.put(Job::Prune { now_us, reply })?;
        answer.await.map_err(|_| Error::Stopped)?
    }

    /// Takes no more events, makes those that wait durable, and returns when the files are closed.
    pub async fn stop(&self) {
        self.shared().queue.close();
        self.ended().await;
    }

    /// Returns when the bus has ended: after [`Bus::stop`], or because the disk refused a write. In the
    /// second case only a restart helps.
    pub async fn ended(&self) {
        let mut ended = self.shared().ended.subscribe();
        // The sender lives as long as `self`, so this cannot fail.
        let _ = ended.wait_for(|ended| *ended).await;
    }

    /// Whether events are taken.
    pub fn is_open(&self) -> bool {
        self.shared().queue.is_open()
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.0.0
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.queue.close();
    }
}

/// A panic elsewhere leaves these whole enough to go on: each change is a single step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
