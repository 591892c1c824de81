//! Duty: which loops this process has, how far each has read and when it last came round. It decides nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use outcry_domain::RegionId;
use outcry_ledger::Ledger;
use outcry_web::Loop;

/// What the loops of this process do.
#[derive(Clone, Default)]
pub struct Duty(Arc<Mutex<BTreeMap<&'static str, Doing>>>);

struct Doing {
    /// Up to where it has read each log; `None` while the loop is another process's.
    places: Option<BTreeMap<RegionId, u64>>,
    /// When it last came to the end of a round, or began.
    round: Instant,
}

impl Duty {
    /// The loop begins; it is not this process's yet.
    pub(super) fn begin(&self, name: &'static str) {
        let doing = Doing {
            places: None,
            round: Instant::now(),
        };
        self.all().insert(name, doing);
    }

    /// The loop is this process's from now on.
    pub(super) fn hold(&self, name: &'static str) {
        self.change(name, |doing| {
            doing.places = Some(BTreeMap::new());
            doing.round = Instant::now();
        });
    }

    /// The loop is another process's, or not taken up yet.
    pub(super) fn leave(&self, name: &'static str) {
        self.change(name, |doing| doing.places = None);
    }

    /// The loop has read the region's log up to there.
    pub(super) fn stands(&self, name: &'static str, region: &RegionId, at: u64) {
        self.change(name, |doing| {
            let Some(places) = &mut doing.places else {
                return;
            };
            match places.get_mut(region) {
                Some(place) => *place = at,
                None => {
                    places.insert(region.clone(), at);
                }
            }
        });
    }

    /// The loop has come to the end of a round.
    pub(super) fn came_round(&self, name: &'static str) {
        self.change(name, |doing| doing.round = Instant::now());
    }

    /// What is known of each loop.
    pub fn seen(&self, ledger: &Ledger) -> BTreeMap<&'static str, Loop> {
        let behind = |(region, at): (&RegionId, &u64)| ledger.head(region).saturating_sub(*at);
        let seen = |doing: &Doing| Loop {
            held: doing.places.is_some(),
            behind: doing.places.iter().flatten().map(behind).sum(),
            round_s: doing.round.elapsed().as_secs(),
        };
        let all = self.all();
        let named = all.iter().map(|(name, doing)| (*name, seen(doing)));
        named.collect()
    }

    fn change(&self, name: &'static str, change: impl FnOnce(&mut Doing)) {
        if let Some(doing) = self.all().get_mut(name) {
            change(doing);
        }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<&'static str, Doing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
