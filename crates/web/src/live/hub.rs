//! Who listens, and the loop that hands each fact to all of them. A slow listener is dropped with a
//! reason; nobody waits for it.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use outcry_domain::{PersonId, RegionId, Role, Scope, Stream};
use outcry_ledger::Ledger;
use outcry_words::say;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio_util::sync::CancellationToken;

use super::frame::{self, Frame};
use super::token::Places;
use crate::house::Clock;
use crate::limits::{LIVE_PAGE, LIVE_STREAMS_PER_PERSON_MAX, LIVE_TICK, LIVE_WAITING_MAX};
use crate::problem::{Problem, kind};

/// When somebody who found all live streams taken should come back.
const FULL_RETRY_AFTER_S: u32 = 10;
/// How long the loop waits after a failed read.
const PAUSE: Duration = Duration::from_millis(200);
/// How long the loop waits at most until a change of the settings counts.
const TAKEN_IN_WAIT: Duration = Duration::from_secs(1);
/// Why a listener is dropped that does not keep up.
pub(super) const SLOW: &str = "closed: this connection does not keep up; connect again to resume";
/// Why all are dropped at the end.
pub(super) const CLOSING: &str = "closed: the house is closing; connect again to resume";

/// Who listens. Cheap to clone; one per house.
#[derive(Clone, Default)]
pub struct LiveHub(Arc<Inner>);

#[derive(Default)]
struct Inner {
    listeners: Mutex<Listeners>,
    next: AtomicU64,
    closing: CancellationToken,
}

#[derive(Default)]
struct Listeners {
    all: HashMap<u64, Listener>,
    /// Up to where facts were handed out.
    places: Places,
}

struct Listener {
    person: Option<PersonId>,
    role: Role,
    scope: Scope,
    queue: Sender<Told>,
    dropped: Arc<OnceLock<&'static str>>,
}

/// What waits for a client.
#[derive(Debug, Clone)]
pub(super) enum Told {
    Fact(Arc<Frame>),
    Tick(axum::body::Bytes),
}

/// A client's end. Dropping it ends the listening.
pub(super) struct Listening {
    pub(super) queue: Receiver<Told>,
    /// Up to where the queue begins: what is older must be read from the ledger.
    pub(super) places: Places,
    pub(super) dropped: Arc<OnceLock<&'static str>>,
    pub(super) closing: CancellationToken,
    number: u64,
    hub: LiveHub,
}

impl LiveHub {
    /// Whether this person has a live stream open that keeps up: every fact within their reach is in its
    /// queue as soon as it is recorded, and one that does not take them is closed.
    pub fn reached(&self, person: &PersonId) -> bool {
        let listeners = self.lock();
        listeners
            .all
            .values()
            .any(|listener| listener.person.as_ref() == Some(person))
    }

    /// How many live streams are open, by the role of whoever listens.
    pub fn connected(&self) -> BTreeMap<Role, usize> {
        let mut count = BTreeMap::new();
        for listener in self.lock().all.values() {
            *count.entry(listener.role).or_insert(0) += 1;
        }
        count
    }

    /// Begins to listen; refused beyond `most` streams in all, or too many of one person.
    pub(super) fn listen(
        &self,
        (person, role, scope): (Option<PersonId>, Role, Scope),
        most: usize,
    ) -> Result<Listening, Problem> {
        let mut listeners = self.lock();
        let own = listeners
            .all
            .values()
            .filter(|l| person.is_some() && l.person == person)
            .count();
        if let Some(full) = full(own, listeners.all.len(), most) {
            return Err(Problem::new(kind::TOO_MANY_STREAMS, full).retry_after(FULL_RETRY_AFTER_S));
        }
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        let (queue, waiting) = mpsc::channel(LIVE_WAITING_MAX);
        let dropped = Arc::new(OnceLock::new());
        let listener = Listener {
            person,
            role,
            scope,
            queue,
            dropped: Arc::clone(&dropped),
        };
        listeners.all.insert(number, listener);
        metrics::gauge!("outcry_live_streams").set(count(listeners.all.len()));
        Ok(Listening {
            queue: waiting,
            places: listeners.places.clone(),
            dropped,
            closing: self.0.closing.clone(),
            number,
            hub: self.clone(),
        })
    }

    /// Begins at the end of every log. To be called before anybody may listen.
    pub(crate) fn begin(&self, ledger: &Ledger) {
        self.skip(ledger);
    }

    /// Hands facts out until `stop`; then all streams end.
    pub(crate) async fn run(self, ledger: Ledger, clock: Clock, stop: CancellationToken) {
        // However this loop ends: nobody is left with a stream that says nothing more.
        let _closing = self.0.closing.clone().drop_guard();
        let mut changed = ledger.watch();
        let mut tick = tokio::time::interval(LIVE_TICK);
        let mut behind = false;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                now = changed.changed() => {
                    if now.is_err() { break }
                    behind = !self.catch_up(&ledger).await;
                }
                () = tokio::time::sleep(PAUSE), if behind => {
                    behind = !self.catch_up(&ledger).await;
                }
                _ = tick.tick() => self.tick(&clock),
            }
        }
    }

    /// With nobody there, nothing is read and nothing is written.
    fn skip(&self, ledger: &Ledger) {
        let mut listeners = self.lock();
        if listeners.all.is_empty() {
            for region in logs(ledger) {
                let head = ledger.head(&region);
                listeners.places.insert(region, head);
            }
        }
    }

    /// Hands out all that is new; false when the log could not be read.
    async fn catch_up(&self, ledger: &Ledger) -> bool {
        self.skip(ledger);
        for region in logs(ledger) {
            loop {
                let after = self.lock().places.get(&region).copied().unwrap_or(0);
                if after >= ledger.head(&region) {
                    break;
                }
                match ledger.facts_after(&region, after, LIVE_PAGE).await {
                    Ok(entries) if entries.is_empty() => break,
                    Ok(entries) => self.hand_out(&entries, ledger).await,
                    Err(error) => {
                        tracing::warn!(%error, "the live stream could not read the log");
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Only this loop moves the places, so frames are written before anybody is made to wait for them.
    async fn hand_out(&self, entries: &[Arc<outcry_ledger::Entry>], ledger: &Ledger) {
        let of_settings =
            |entry: &&Arc<outcry_ledger::Entry>| entry.fact.stream == Stream::Organisation;
        if let Some(last) = entries.iter().rfind(of_settings) {
            taken_in(ledger, last.fact.sequence).await;
        }
        let mut places = self.lock().places.clone();
        let frames = frame::all(entries, &ledger.organisation(), &mut places);
        let mut listeners = self.lock();
        listeners.places = places;
        for frame in frames {
            listeners.tell(&Told::Fact(frame));
        }
    }

    fn tick(&self, clock: &Clock) {
        let mut listeners = self.lock();
        let told = Told::Tick(frame::tick(clock(), &listeners.places));
        listeners.tell(&told);
    }

    fn lock(&self) -> MutexGuard<'_, Listeners> {
        self.0
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listeners {
    /// Puts something into every queue that may hear it; whose queue is full is dropped.
    fn tell(&mut self, told: &Told) {
        self.all.retain(|_, listener| {
            if !listener.hears(told) {
                return true;
            }
            let kept = listener.queue.try_send(told.clone()).is_ok();
            if !kept {
                let _ = listener.dropped.set(SLOW);
                metrics::counter!("outcry_live_dropped_total", "why" => "slow").increment(1);
            }
            kept
        });
        metrics::gauge!("outcry_live_streams").set(count(self.all.len()));
    }
}

impl Listener {
    /// Whether this client is told of it, or must be told that it holds too much; its own stream says what.
    fn hears(&self, told: &Told) -> bool {
        match told {
            Told::Fact(frame) => frame.is_for(&self.scope) || frame.may_hide_from(&self.scope),
            Told::Tick(_) => true,
        }
    }
}

impl Listening {
    /// From now on only what somebody of that role and scope may hear is put into the queue.
    pub(super) fn becomes(&self, role: Role, scope: Scope) {
        if let Some(listener) = self.hub.lock().all.get_mut(&self.number) {
            (listener.role, listener.scope) = (role, scope);
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut listeners = self.hub.lock();
        listeners.all.remove(&self.number);
        metrics::gauge!("outcry_live_streams").set(count(listeners.all.len()));
    }
}

/// Why nobody more may listen, if so: of one person, or in all.
fn full(own: usize, all: usize, most: usize) -> Option<String> {
    if own >= LIVE_STREAMS_PER_PERSON_MAX {
        let with = [
            ("own", own.into()),
            ("most", LIVE_STREAMS_PER_PERSON_MAX.into()),
        ];
        return Some(say("answer-own-streams", with));
    }
    let with = [
        ("most", most.into()),
        ("seconds", FULL_RETRY_AFTER_S.into()),
    ];
    (all >= most).then(|| say("answer-all-streams", with))
}

/// Waits until a change that stands in the log counts, so that whoever hears of it finds it made: a
/// moment, for it is taken in right after its commit.
async fn taken_in(ledger: &Ledger, sequence: u64) {
    let mut changes = ledger.watch();
    let made = async {
        while ledger.organisation().sequence < sequence && changes.changed().await.is_ok() {}
    };
    let _ = tokio::time::timeout(TAKEN_IN_WAIT, made).await;
}

/// Every log there is.
pub(super) fn logs(ledger: &Ledger) -> Vec<RegionId> {
    let organisation = ledger.organisation();
    let regions = organisation.regions.keys().cloned();
    std::iter::once(RegionId::organisation())
        .chain(regions)
        .collect()
}

#[allow(clippy::cast_precision_loss)] // a few thousand at most
fn count(number: usize) -> f64 {
    number as f64
}
