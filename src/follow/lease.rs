//! Leases: of several processes on one database, one has a loop to itself.

use std::time::{Duration, Instant};

use outcry_ledger::{Error, Ledger};

use crate::clock::Clock;

/// Whose a loop is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// This process's from now on: another one may have had it until now.
    Anew,
    /// Still this process's.
    Still,
    /// Another process's.
    Elsewhere,
}

/// One loop's lease, as this process knows it.
pub(super) struct Lease {
    ledger: Ledger,
    clock: Clock,
    name: &'static str,
    lasts_s: u32,
    asked: Option<Instant>,
}

impl Lease {
    /// A lease that this process does not have yet.
    pub(super) fn new(ledger: Ledger, clock: Clock, name: &'static str, lasts_s: u32) -> Self {
        Self {
            ledger,
            clock,
            name,
            lasts_s,
            asked: None,
        }
    }

    /// Whose the loop is now. Cheap between two questions to the database.
    pub(super) async fn ask(&mut self) -> Result<Held, Error> {
        let held_for = self.asked.map(|asked| asked.elapsed());
        if held_for.is_some_and(|time| time < self.every()) {
            return Ok(Held::Still);
        }
        self.asked = None;
        let asked = Instant::now();
        if !self.renew(self.lasts_s).await? {
            return Ok(Held::Elsewhere);
        }
        self.asked = Some(asked);
        let lasts = Duration::from_secs(self.lasts_s.into());
        Ok(match held_for {
            Some(time) if time < lasts => Held::Still,
            _ => Held::Anew,
        })
    }

    /// How often it asks while it has the loop.
    pub(super) fn every(&self) -> Duration {
        Duration::from_secs(self.lasts_s.into()) / 3
    }

    /// What the loop needs to begin was not to be had: it begins anew.
    pub(super) fn begin_again(&mut self) {
        self.asked = None;
    }

    /// Leaves the loop to whoever asks next.
    pub(super) async fn leave(&mut self) {
        if self.asked.take().is_some()
            && let Err(error) = self.renew(0).await
        {
            tracing::debug!(name = self.name, %error, "the lease runs out by itself");
        }
    }

    async fn renew(&self, for_s: u32) -> Result<bool, Error> {
        self.ledger.lease(self.name, self.clock.now(), for_s).await
    }
}
