//! What followers need: cursors, leases, and word of what other processes recorded.

use std::sync::Weak;
use std::time::Duration;

use outcry_domain::{RegionId, Time};
use sqlx::postgres::PgListener;

use crate::Error;
use crate::erase::erases;
use crate::facts::readable;
use crate::ledger::{Ledger, Open};
use crate::store::{Store, Value, postgres};
use crate::vault::Held;
use crate::writer::{Chore, LEASE_MAX_S};

/// How long another process's facts may go unnoticed when a notification was lost.
const LISTEN_EVERY: Duration = Duration::from_secs(1);
/// Facts taken in at once.
const PAGE: usize = 1_000;

impl Ledger {
    /// How far a follower has read a region's log; 0 at first.
    pub async fn cursor(&self, follower: &str, region: &RegionId) -> Result<u64, Error> {
        let unsaved = self
            .0
            .writer
            .cursors
            .lock()
            .expect("no holder panics")
            .get(&(follower.to_owned(), region.clone()))
            .copied();
        if let Some(sequence) = unsaved {
            return Ok(sequence);
        }
        let sql = "SELECT sequence FROM cursor_at WHERE follower = $1 AND region = $2";
        let values = [Value::Text(follower), Value::Text(region.as_str())];
        let row: Option<(i64,)> = self.0.store.row(sql, &values).await?;
        Ok(row.map_or(0, |(sequence,)| sequence.unsigned_abs()))
    }

    /// Notes how far a follower has read. It becomes durable with the next commit, or within a
    /// second, or at the stop: a crash makes a follower see a few facts again, never miss one. No
    /// cursor goes back.
    pub async fn move_cursor(
        &self,
        follower: &str,
        region: &RegionId,
        sequence: u64,
    ) -> Result<(), Error> {
        if self.0.writer.broken().is_cancelled() {
            return Err(Error::Stopped);
        }
        let name = (follower.to_owned(), region.clone());
        self.0
            .writer
            .cursors
            .lock()
            .expect("no holder panics")
            .insert(name, sequence);
        self.0.writer.nudge();
        Ok(())
    }

    /// Asks to have the loop `name` to this process alone for `for_s` seconds (at most 60) from `now`, or
    /// for longer when it has it already. Whether it has.
    pub async fn lease(&self, name: &str, now: Time, for_s: u32) -> Result<bool, Error> {
        let chore = |reply| Chore::Lease {
            name: name.to_owned(),
            owner: self.0.owner.clone(),
            now,
            until: now.plus_s(for_s.min(LEASE_MAX_S)),
            reply,
        };
        self.0.writer.chore(chore).await
    }

    /// Takes in what other processes recorded.
    async fn catch_up(&self) -> Result<(), Error> {
        // Settings that cannot be read hold up no facts.
        let settings = self.hear_settings().await;
        let rows: Vec<(String, i64)> = self
            .0
            .store
            .rows("SELECT region, sequence FROM head ORDER BY region", &[])
            .await?;
        for (region, sequence) in rows {
            let Ok(region) = region.parse::<RegionId>() else {
                continue;
            };
            while self.head(&region) < sequence.unsigned_abs() {
                if !self.hear(&region).await? {
                    break;
                }
            }
        }
        settings
    }

    async fn hear_settings(&self) -> Result<(), Error> {
        if self.settings_head().await? > self.organisation().sequence {
            let _turn = self.0.settings_turn.lock().await;
            self.refresh_settings().await?;
        }
        Ok(())
    }

    /// Takes in the next facts of a log; false when there are none.
    async fn hear(&self, region: &RegionId) -> Result<bool, Error> {
        let found = self.entries(region, self.head(region), PAGE).await?;
        let Some((last, _)) = found.last() else {
            return Ok(false);
        };
        let up_to = last.sequence.unsigned_abs();
        let mut entries = Vec::with_capacity(found.len());
        // Before the head moves: who reads a fact must find nothing in memory that is older.
        for (row, entry) in found {
            if let Ok(stream) = row.stream.parse() {
                self.outdate(&stream, row.version.unsigned_abs());
            }
            let Some(entry) = readable(entry) else {
                continue;
            };
            if erases(&entry.fact.event) {
                self.0.vault.remember(&row.stream, Held::Forgotten);
            }
            entries.push((entry, row.body.len()));
        }
        self.0.tail.fill(region, entries, up_to);
        self.0.tail.wake();
        Ok(true)
    }
}

/// Listens to the other processes on the same PostgreSQL until the ledger is closed.
pub(crate) fn start_listening(ledger: &Ledger) {
    let (open, stop) = (std::sync::Arc::downgrade(&ledger.0), ledger.0.stop.clone());
    tokio::spawn(async move {
        tokio::select! {
            () = stop.cancelled() => {}
            () = listen(open) => {}
        }
    });
}

async fn listen(open: Weak<Open>) {
    let mut listener: Option<PgListener> = None;
    loop {
        {
            let Some(open) = open.upgrade() else { return };
            let ledger = Ledger(open);
            if listener.is_none()
                && let Store::Postgres(pool) = &ledger.0.store
                && let Ok(mut fresh) = PgListener::connect_with(pool).await
                && fresh.listen(postgres::CHANNEL).await.is_ok()
            {
                listener = Some(fresh);
            }
            if let Err(error) = ledger.catch_up().await {
                tracing::warn!(%error, "other processes' facts come late");
            }
        }
        match &mut listener {
            Some(heard) => match tokio::time::timeout(LISTEN_EVERY, heard.recv()).await {
                // One look answers all that was said meanwhile.
                Ok(Ok(_)) => while heard.next_buffered().is_some() {},
                Ok(Err(_)) => listener = None,
                Err(_) => {}
            },
            None => tokio::time::sleep(LISTEN_EVERY).await,
        }
    }
}
