//! The follower loops: each reads facts after its cursor and gives commands or causes effects.
//! Every handler may see a fact twice (after a crash) and must then do nothing new: the domain
//! refuses what was done already.

pub mod assess;
pub mod courier;
mod damage;
pub mod escalate;
mod lease;
pub mod merge;
mod seldom;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use outcry_domain::RegionId;
use outcry_ledger::{Entry, Error, Ledger};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use lease::{Held, Lease};

/// Facts read at once.
const BATCH: usize = 512;
/// How long a cursor may stay unsaved: after a crash so much is looked at again.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// How long to wait when the ledger is busy.
const PAUSE: Duration = Duration::from_millis(50);
/// How long one process has a loop to itself before it must ask again, in seconds.
const LEASE_S: u32 = 15;
/// How long to wait while another process has it.
const LEASE_PAUSE: Duration = Duration::from_secs(1);

/// A loop over all regions' logs.
pub struct Follower {
    /// Its name: of its cursors and of its lease.
    pub name: &'static str,
    /// Where the facts are.
    pub ledger: Ledger,
    /// What time it is.
    pub clock: Clock,
    /// When to end.
    pub stop: CancellationToken,
    /// Where everybody is.
    pub places: Places,
}

/// How far each loop has read each region's log.
#[derive(Clone, Default)]
pub struct Places(Arc<Mutex<BTreeMap<(&'static str, RegionId), u64>>>);

impl Places {
    fn set(&self, follower: &'static str, region: &RegionId, at: u64) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.insert((follower, region.clone()), at);
    }

    /// How many facts each loop has yet to read.
    pub fn behind(&self, ledger: &Ledger) -> BTreeMap<String, u64> {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut behind = BTreeMap::new();
        for ((follower, region), at) in places.iter() {
            *behind.entry((*follower).to_owned()).or_default() +=
                ledger.head(region).saturating_sub(*at);
        }
        behind
    }
}

struct Place {
    at: u64,
    saved: u64,
    saved_when: Instant,
}

impl Follower {
    /// Follows until stopped. Each time the loop becomes this process's, at the start or because
    /// another process left it, `take_up` does what was left half done; then `handle` gets facts of
    /// one region in order, and again from the same place when it fails with something that passes.
    pub async fn run(
        self,
        mut take_up: impl AsyncFnMut() -> Result<(), Error>,
        mut handle: impl AsyncFnMut(&[Arc<Entry>]) -> Result<(), Error>,
    ) {
        let mut watch = self.ledger.watch();
        let mut places: BTreeMap<RegionId, Place> = BTreeMap::new();
        let mut lease = self.lease();
        while !self.stop.is_cancelled() {
            watch.borrow_and_update();
            match gain(&mut lease, &mut take_up).await {
                Ok(true) => {}
                Err(Error::Stopped) => return,
                not => {
                    if let Err(error) = not {
                        tracing::warn!(follower = self.name, %error, "will ask for the loop again");
                    }
                    // Begin from the saved place when it is ours.
                    lease.begin_again();
                    places.clear();
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
        lease.leave().await;
    }

    fn lease(&self) -> Lease {
        Lease::new(self.ledger.clone(), self.clock.clone(), self.name, LEASE_S)
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
                self.places.set(self.name, &region, place.at);
                any = true;
            }
            if place.at > place.saved && place.saved_when.elapsed() > SAVE_EVERY {
                self.save(&region, place.at).await;
                (place.saved, place.saved_when) = (place.at, Instant::now());
            }
        }
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

/// Whether this process has the loop; when it gained it, what was left half done is taken up.
async fn gain(
    lease: &mut Lease,
    take_up: &mut impl AsyncFnMut() -> Result<(), Error>,
) -> Result<bool, Error> {
    match lease.ask().await? {
        Held::Elsewhere => return Ok(false),
        Held::Still => {}
        Held::Anew => take_up().await?,
    }
    Ok(true)
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
