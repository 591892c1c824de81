//! The follower loops: each reads facts after its cursor and gives commands or causes effects.
//! Every handler may see a fact twice (after a crash) and must then do nothing new: the domain
//! refuses what was done already.

pub mod assess;
pub mod courier;
mod damage;
mod duty;
pub mod escalate;
mod lease;
pub mod merge;
mod seldom;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use outcry_domain::RegionId;
use outcry_ledger::{Entry, Error, Ledger};
use tokio_util::sync::CancellationToken;

pub use duty::Duty;
use lease::Held;
pub use lease::Lease;

/// Facts read at once.
const BATCH: usize = 512;
/// How long a cursor may stay unsaved: after a crash so much is looked at again.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// How long to wait when the ledger is busy.
const PAUSE: Duration = Duration::from_millis(50);
/// How long to wait while another process has the loops.
const LEASE_PAUSE: Duration = Duration::from_secs(1);

/// A loop over all regions' logs.
pub struct Follower {
    /// Its name, and that of its cursors.
    pub name: &'static str,
    /// Where the facts are.
    pub ledger: Ledger,
    /// Whether the loops are this process's.
    pub lease: Lease,
    /// Where it says how it goes.
    pub duty: Duty,
    /// When to end.
    pub stop: CancellationToken,
}

struct Place {
    at: u64,
    saved: u64,
    saved_when: Instant,
}

impl Follower {
    /// Follows until stopped. Each time the loops become this process's, at the start or because
    /// another process left them, `take_up` does what was left half done; then `handle` gets facts of
    /// one region in order, and again from the same place when it fails with something that passes.
    /// The lease stays this process's at the end: whoever ended all loops leaves it.
    pub async fn run(
        self,
        mut take_up: impl AsyncFnMut() -> Result<(), Error>,
        mut handle: impl AsyncFnMut(&[Arc<Entry>]) -> Result<(), Error>,
    ) {
        let mut watch = self.ledger.watch();
        let mut places: BTreeMap<RegionId, Place> = BTreeMap::new();
        let mut term = None;
        self.duty.begin(self.name);
        while !self.stop.is_cancelled() {
            watch.borrow_and_update();
            let held = async {
                let held = self.lease.ask(&mut term).await?;
                if held == Held::Anew {
                    take_up().await?;
                }
                Ok(held)
            };
            match held.await {
                Ok(Held::Still) => {}
                // Begin from the saved place when it is ours.
                Ok(Held::Anew) => {
                    places.clear();
                    self.duty.hold(self.name);
                }
                Err(Error::Stopped) => return,
                not => {
                    if let Err(error) = not {
                        tracing::warn!(follower = self.name, %error, "will ask for the loop again");
                    }
                    term = None;
                    places.clear();
                    self.duty.leave(self.name);
                    rest(&self.stop, LEASE_PAUSE).await;
                    continue;
                }
            }
            match self.round(&mut places, &mut handle).await {
                Ok(true) => {}
                Ok(false) => {
                    tokio::select! {
                        _ = watch.changed() => {}
                        () = tokio::time::sleep(SAVE_EVERY) => {}
                        () = self.stop.cancelled() => {}
                    }
                }
                Err(Error::Stopped) => return,
                Err(error) => {
                    tracing::warn!(follower = self.name, %error, "will try again");
                    rest(&self.stop, PAUSE).await;
                }
            }
        }
        for (region, place) in &places {
            self.save(region, place.at).await;
        }
    }

    /// One look at every region; whether there was anything.
    async fn round(
        &self,
        places: &mut BTreeMap<RegionId, Place>,
        handle: &mut impl AsyncFnMut(&[Arc<Entry>]) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        let mut any = false;
        let regions: Vec<RegionId> = self.ledger.organisation().regions.keys().cloned().collect();
        for region in regions {
            if !places.contains_key(&region) {
                let at = self.ledger.cursor(self.name, &region).await?;
                self.duty.stands(self.name, &region, at);
                places.insert(
                    region.clone(),
                    Place {
                        at,
                        saved: at,
                        saved_when: Instant::now(),
                    },
                );
            }
            let Some(place) = places.get_mut(&region) else {
                continue;
            };
            let entries = self.ledger.facts_after(&region, place.at, BATCH).await?;
            if let Some(last) = entries.last() {
                handle(&entries).await?;
                place.at = last.fact.sequence;
                self.duty.stands(self.name, &region, place.at);
                any = true;
            }
            if place.at > place.saved && place.saved_when.elapsed() > SAVE_EVERY {
                self.save(&region, place.at).await;
                (place.saved, place.saved_when) = (place.at, Instant::now());
            }
        }
        self.duty.came_round(self.name);
        Ok(any)
    }

    async fn save(&self, region: &RegionId, at: u64) {
        if let Err(error) = self.ledger.move_cursor(self.name, region, at).await {
            tracing::debug!(follower = self.name, %error, "the cursor stays behind");
        }
    }
}

/// Waits, but no longer than until the stop.
async fn rest(stop: &CancellationToken, time: Duration) {
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        () = stop.cancelled() => {}
    }
}

/// What a batch of commands came to: refusals are answers and damage is not mended by repeating, so
/// only what must be tried again is an error.
pub fn settle<T>(results: Vec<Result<T, Error>>) -> Result<(), Error> {
    for result in results {
        match result {
            Ok(_) | Err(Error::Refused(_)) => {}
            Err(error @ Error::Corrupt { .. }) => {
                tracing::error!(%error, "a command on a damaged incident is left out");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Nothing is ever left half done.
pub async fn nothing_to_take_up() -> Result<(), Error> {
    Ok(())
}
