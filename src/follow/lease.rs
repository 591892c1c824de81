//! The lease: of several processes on one database, one has all the loops. They go over together, for whoever
//! sends to screens, waits for events and learns must be where screens, events and lessons are.

use std::sync::Arc;
use std::time::{Duration, Instant};

use outcry_ledger::{Error, Ledger};
use tokio::sync::Mutex;

use crate::clock::Clock;

/// The name of the lease.
const NAME: &str = "loops";
/// How long one process has the loops before it must ask again, in seconds: short, because no deadline fires and
/// nothing is sent in the time after it died.
const LASTS_S: u32 = 5;
/// How long that is.
const LASTS: Duration = Duration::from_secs(LASTS_S as u64);
/// How often it asks while it has them.
pub(super) const EVERY: Duration = Duration::from_millis(LASTS_S as u64 * 1_000 / 3);

/// Whose the loops are, as one of them finds it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// This process's from now on: another one may have had them until now.
    Anew,
    /// Still this process's.
    Still,
    /// Another process's.
    Elsewhere,
}

/// Since when the loops are this process's: another one for each time that they became so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Term(u64);

/// The lease of all loops of this process; each of them has a handle to it.
#[derive(Clone)]
pub struct Lease {
    ledger: Ledger,
    clock: Clock,
    asked: Arc<Mutex<Asked>>,
}

#[derive(Default)]
struct Asked {
    /// When the answer was yes, if it was.
    when: Option<Instant>,
    terms: u64,
}

impl Lease {
    /// A lease that this process does not have yet.
    pub fn new(ledger: Ledger, clock: Clock) -> Self {
        Self {
            ledger,
            clock,
            asked: Arc::default(),
        }
    }

    /// Whose the loops are now, for the one that has worked in `term` so far, which then is the term that
    /// counts. Cheap between two questions to the database, which one loop asks for all.
    pub(super) async fn ask(&self, term: &mut Option<Term>) -> Result<Held, Error> {
        let Some(now) = self.term().await? else {
            *term = None;
            return Ok(Held::Elsewhere);
        };
        match term.replace(now) {
            Some(before) if before == now => Ok(Held::Still),
            _ => Ok(Held::Anew),
        }
    }

    async fn term(&self) -> Result<Option<Term>, Error> {
        let mut asked = self.asked.lock().await;
        let held_for = asked.when.map(|when| when.elapsed());
        if held_for.is_some_and(|time| time < EVERY) {
            return Ok(Some(Term(asked.terms)));
        }
        asked.when = None;
        let when = Instant::now();
        if !self.renew(LASTS_S).await? {
            return Ok(None);
        }
        asked.when = Some(when);
        if held_for.is_none_or(|time| time >= LASTS) {
            asked.terms += 1;
        }
        Ok(Some(Term(asked.terms)))
    }

    /// Leaves the loops, which have ended here, to whoever asks next.
    pub async fn leave(&self) {
        if self.asked.lock().await.when.take().is_some()
            && let Err(error) = self.renew(0).await
        {
            tracing::debug!(%error, "the lease runs out by itself");
        }
    }

    async fn renew(&self, for_s: u32) -> Result<bool, Error> {
        self.ledger.lease(NAME, self.clock.now(), for_s).await
    }
}
