//! Rest: what waits for a quiet moment: cursors, requests past their day, checkpoints, and wiping the
//! disk of what was erased. Nobody is answered by any of it.

use std::time::{Duration, Instant};

use outcry_domain::RegionId;

use super::append::sort;
use super::{CHECKPOINT_ROWS, CURSORS_EVERY, IDLE, QUIET, Task};
use crate::settings::Secret;
use crate::store::{Connection, Value, postgres, sqlite};

/// Answered requests forgotten at once.
const PRUNE_ROWS: i64 = 1_000;

/// How long a stop waits for PostgreSQL to clear erased rows away.
const WIPE_WAIT: Duration = Duration::from_secs(5);
/// How long to wait, at first and at most, before PostgreSQL is asked again to do so.
const WIPE_AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_mins(5)];

/// How far a follower has read a region's log.
pub(super) type Cursor = ((String, RegionId), u64);

impl Task {
    /// How long nothing must come in until the moment counts as quiet.
    pub(super) fn pause(&self) -> Duration {
        if self.rows >= CHECKPOINT_ROWS {
            return QUIET;
        }
        let wipe_in = |at: Instant| at.saturating_duration_since(Instant::now()).max(QUIET);
        self.wipe_at.map_or(IDLE, wipe_in)
    }

    /// A moment of rest: what could wait is done.
    pub(super) async fn quiet(&mut self) -> Result<(), sqlx::Error> {
        if self.tidied.elapsed() >= IDLE {
            self.tidied = Instant::now();
            self.tidy().await?;
        }
        self.checkpoint().await
    }

    /// Writes what nobody waits for.
    pub(super) async fn tidy(&mut self) -> Result<(), sqlx::Error> {
        let mut done = self.save_cursors().await;
        if done.is_ok() {
            done = self.prune().await;
        }
        self.or_later(done).await
    }

    /// Takes it for done when the database only went away: it comes back, and so does the work.
    pub(super) async fn or_later(
        &mut self,
        done: Result<(), sqlx::Error>,
    ) -> Result<(), sqlx::Error> {
        match done {
            Err(error) if sort(&error).is_some() => {
                tracing::warn!(%error, "what can wait was not written, and will be later");
                self.reconnect().await;
                Ok(())
            }
            done => done,
        }
    }

    /// The cursors to write now, if it is time.
    pub(super) fn due_cursors(&mut self) -> Vec<Cursor> {
        if self.cursors_at.elapsed() < CURSORS_EVERY {
            return Vec::new();
        }
        self.cursors_at = Instant::now();
        std::mem::take(&mut *self.cursors.lock().expect("no holder panics"))
            .into_iter()
            .collect()
    }

    /// Cursors that did not become durable wait again, unless their followers moved on.
    pub(super) fn put_back(&self, cursors: Vec<Cursor>) {
        let mut waiting = self.cursors.lock().expect("no holder panics");
        for (name, sequence) in cursors {
            waiting.entry(name).or_insert(sequence);
        }
    }

    async fn save_cursors(&mut self) -> Result<(), sqlx::Error> {
        self.cursors_at = Instant::now()
            .checked_sub(CURSORS_EVERY)
            .unwrap_or(self.cursors_at);
        let cursors = self.due_cursors();
        if cursors.is_empty() {
            return Ok(());
        }
        let done = self.write_cursors(&cursors).await;
        if done.is_err() {
            self.put_back(cursors);
        }
        done
    }

    async fn write_cursors(&mut self, cursors: &[Cursor]) -> Result<(), sqlx::Error> {
        self.connection.begin().await?;
        self.statements
            .write_cursors(&mut self.connection, cursors)
            .await?;
        self.connection.commit().await
    }

    /// Forgets answered requests that are past their time, a few at a time.
    async fn prune(&mut self) -> Result<(), sqlx::Error> {
        let sql = "DELETE FROM once WHERE (principal, key) IN \
                   (SELECT principal, key FROM once WHERE expires < $1 ORDER BY expires LIMIT $2)";
        let values = [Value::Int(self.latest), Value::Int(PRUNE_ROWS)];
        self.connection.execute(sql, &values).await.map(drop)
    }

    /// Brings SQLite's file up to date with its log, as far as that needs to wait for nobody; after an
    /// erasure nothing stays in that log.
    pub(super) async fn checkpoint(&mut self) -> Result<(), sqlx::Error> {
        self.rows = 0;
        let wipes = self.wipe_at.is_some_and(|at| at <= Instant::now());
        match &mut self.connection {
            Connection::Sqlite(connection) => {
                let started = Instant::now();
                if wipes {
                    let wiped = sqlite::empty_log(connection).await?;
                    self.wipe_at = (!wiped).then(|| Instant::now() + IDLE);
                } else {
                    let sql = "PRAGMA wal_checkpoint(PASSIVE)";
                    self.connection.rows::<(i64, i64, i64)>(sql, &[]).await?;
                }
                metrics::histogram!("outcry_ledger_checkpoint_seconds").record(started.elapsed());
            }
            Connection::Postgres(_) if wipes => self.wipe_beside(),
            Connection::Postgres(_) => {}
        }
        Ok(())
    }

    /// Lets PostgreSQL clear the deleted rows away on a connection of its own, for it may take long.
    fn wipe_beside(&mut self) {
        let free = self.wiping.as_ref().is_none_or(|task| task.is_finished());
        self.wipe_at = (!free).then(|| Instant::now() + IDLE);
        if free && let Some(url) = self.url.clone() {
            self.wiping = Some(tokio::spawn(wipe(url)));
        }
    }

    /// Before the end: waits a while for what is not wiped yet. What is not done then is left to the
    /// next start.
    pub(super) async fn end_wiping(&mut self) {
        let Some(url) = &self.url else { return };
        let under_way = self.wiping.take().filter(|task| !task.is_finished());
        let due = self.wipe_at.take().is_some();
        if let Some(task) = under_way {
            // It may wait to be tried again, or have begun before the last erasure: once more is cheap.
            task.abort();
        } else if !due {
            return;
        }
        if tokio::time::timeout(WIPE_WAIT, postgres::vacuum(url))
            .await
            .is_err()
        {
            tracing::warn!("erased rows are not cleared away yet: the next start does it");
        }
    }
}

/// Has PostgreSQL clear the erased rows away, asking again until it did.
async fn wipe(url: Secret) {
    let [mut pause, pause_max] = WIPE_AGAIN;
    while !postgres::vacuum(&url).await {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(pause_max);
    }
}
