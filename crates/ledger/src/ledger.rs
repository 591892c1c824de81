//! The handle: cheap to clone, everything behind it shared.

use std::collections::HashSet;
use std::fs::File;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, RwLock};

use outcry_domain::{IncidentId, Organisation, RegionId};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::Error;
use crate::cache::Recent;
use crate::incidents::DamagedRows;
use crate::once::Noted;
use crate::slot::Slot;
use crate::store::Store;
use crate::tail::Tail;
use crate::vault::Vault;
use crate::writer::Writer;

/// Does work to its end, also when the caller goes away: what follows a commit is never left undone.
pub(crate) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    match tokio::spawn(work).await {
        Ok(done) => done,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Stopped),
        },
    }
}

/// Why nothing more is written to a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The database refused a write; its words stand in the log of the process.
    Refused,
    /// The thread that writes broke off over a fault of this program; its words stand on standard error.
    BrokeOff,
}

/// The log of a house, open.
#[derive(Clone)]
pub struct Ledger(pub(crate) Arc<Open>);

/// What is open.
pub(crate) struct Open {
    pub(crate) store: Store,
    pub(crate) writer: Writer,
    pub(crate) tail: Arc<Tail>,
    pub(crate) vault: Vault,
    pub(crate) owner: String,
    pub(crate) organisation: RwLock<Arc<Organisation>>,
    /// Held by whoever changes the settings.
    pub(crate) settings_turn: tokio::sync::Mutex<()>,
    pub(crate) incidents: Mutex<Recent<IncidentId, Slot>>,
    pub(crate) damaged_rows: DamagedRows,
    /// Requests that are being worked on.
    pub(crate) in_flight: Mutex<HashSet<(String, String)>>,
    pub(crate) noted: Mutex<Noted>,
    /// Ends the tasks that this handle started.
    pub(crate) stop: CancellationToken,
    /// Keeps other processes off the data directory while it is open.
    pub(crate) lock: Mutex<Option<File>>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Ledger {
    /// The settings of the organisation as they now are; personal texts are open.
    pub fn organisation(&self) -> Arc<Organisation> {
        self.0
            .organisation
            .read()
            .expect("no holder panics")
            .clone()
    }

    /// The sequence of the newest fact of a region's log; 0 when it is empty. Of what other
    /// processes recorded, it counts what was taken in: nothing in memory is older.
    pub fn head(&self, region: &RegionId) -> u64 {
        self.0.tail.head(region)
    }

    /// Changes after every commit, of this process or (on PostgreSQL) another one. It carries no
    /// data: whoever wakes reads the facts after its own cursor.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.0.tail.watch()
    }

    /// Makes everything durable that was handed over, and closes the database.
    pub async fn stop(&self) {
        self.0.stop.cancel();
        self.0.writer.stop().await;
        self.0.store.close().await;
        drop(self.0.lock.lock().expect("no holder panics").take());
    }

    /// Resolves when nothing more is written, and says why: what is durable is unknown, and the process
    /// must end.
    pub fn stopped(&self) -> impl Future<Output = End> + Send + 'static {
        let broken = self.0.writer.broken().clone();
        let refused = Arc::clone(self.0.writer.refused());
        async move {
            broken.cancelled().await;
            match refused.load(Ordering::Acquire) {
                true => End::Refused,
                false => End::BrokeOff,
            }
        }
    }
}
