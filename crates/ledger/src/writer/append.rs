//! Append: facts, hash chain, read rows, keys and answered requests in one transaction.

use std::sync::Arc;
use std::time::Instant;

use outcry_domain::incident::Summary;
use outcry_domain::{ActorId, Event, Fact, RegionId, Stream, Time};

use super::Task;
use super::place::{Ends, Place, place, take_heads};
use super::rest::Cursor;
use crate::Entry;
use crate::store::{Connection, Value};

/// A fact that is about to be.
pub(crate) struct Draft {
    /// Sealed.
    pub(crate) event: Event,
    /// The event as JSON text.
    pub(crate) body: String,
    pub(crate) at: Time,
    pub(crate) actor: ActorId,
    /// The incident after it, but for the sequence, which is not known yet.
    pub(crate) summary: Option<Summary>,
}

/// A story's new key.
pub(crate) struct WrappedKey {
    pub(crate) kek: String,
    pub(crate) wrapped: Vec<u8>,
}

/// A request that these facts answer.
pub(crate) struct OnceRow {
    pub(crate) principal: String,
    pub(crate) key: String,
    pub(crate) body_hash: [u8; 32],
    pub(crate) expires: Time,
}

/// What happened to one story by one command: all of it becomes durable, or nothing.
pub(crate) struct Append {
    pub(crate) region: RegionId,
    pub(crate) stream: Stream,
    /// The version of the first draft.
    pub(crate) version: u64,
    /// Whether the incident moves in any list.
    pub(crate) reclassified: bool,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) key: Option<WrappedKey>,
    /// The story's key is destroyed, and with it what the search knows of the story.
    pub(crate) forget: bool,
    pub(crate) once: Option<OnceRow>,
}

/// Why facts are not in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Somebody else was faster: decide again on what is now true.
    Conflict,
    /// The connection was lost before the commit; nothing changed.
    Unavailable,
}
type Outcome = Result<Vec<Arc<Entry>>, Failure>;

impl Task {
    /// Makes appends durable together; when one of them meets a conflict, each on its own.
    /// An error means that a commit, or the disk below it, failed.
    pub(super) async fn commit(
        &mut self,
        appends: Vec<Append>,
    ) -> Result<Vec<Outcome>, sqlx::Error> {
        let started = Instant::now();
        match self.together(&appends).await? {
            Ok(places) => {
                let facts: usize = places.iter().map(|place| place.hashes.len()).sum();
                metrics::histogram!("outcry_ledger_commit_seconds").record(started.elapsed());
                metrics::counter!("outcry_ledger_commits_total").increment(1);
                metrics::counter!("outcry_ledger_facts_total").increment(facts as u64);
                Ok(self.publish(appends, places))
            }
            Err(Failure::Conflict) if appends.len() > 1 => {
                let mut outcomes = Vec::with_capacity(appends.len());
                for append in appends {
                    let alone = vec![append];
                    match self.together(&alone).await? {
                        Ok(places) => outcomes.extend(self.publish(alone, places)),
                        Err(failure) => outcomes.push(Err(failure)),
                    }
                }
                Ok(outcomes)
            }
            Err(failure) => Ok(appends.iter().map(|_| Err(failure)).collect()),
        }
    }

    async fn together(
        &mut self,
        appends: &[Append],
    ) -> Result<Result<Vec<Place>, Failure>, sqlx::Error> {
        let cursors = self.due_cursors();
        let done = self.transaction(appends, &cursors).await;
        if !matches!(done, Ok(Ok(_))) {
            self.put_back(cursors);
        }
        match done {
            Ok(Err(failure)) => {
                self.connection.rollback().await?;
                Ok(Err(failure))
            }
            Ok(Ok((places, heads))) => {
                // From here on nobody knows what is durable if this fails.
                self.connection.commit().await?;
                if self.url.is_none() {
                    self.heads.extend(heads);
                }
                Ok(Ok(places))
            }
            Err(error) => match sort(&error) {
                Some(Failure::Conflict) => {
                    self.connection.rollback().await?;
                    Ok(Err(Failure::Conflict))
                }
                Some(Failure::Unavailable) => {
                    tracing::warn!(%error, "the database was away before a commit");
                    self.reconnect().await;
                    Ok(Err(Failure::Unavailable))
                }
                _ => Err(error),
            },
        }
    }

    /// Everything but the commit.
    async fn transaction(
        &mut self,
        appends: &[Append],
        cursors: &[Cursor],
    ) -> Result<Result<(Vec<Place>, Ends), Failure>, sqlx::Error> {
        let (connection, statements) = (&mut self.connection, &mut self.statements);
        connection.begin().await?;
        let mut heads = take_heads(connection, appends, &self.heads).await?;
        let places = place(appends, &mut heads);
        statements.write_facts(connection, appends, &places).await?;
        statements.write_rows(connection, appends, &places).await?;
        statements.write_shifts(connection, appends).await?;
        statements.write_keys(connection, appends, &places).await?;
        for (append, place) in appends.iter().zip(&places) {
            if append.forget {
                statements
                    .turn_of_search(connection, &append.region)
                    .await?;
                forget(connection, &place.stream).await?;
            }
        }
        if !statements.write_once(connection, appends, &places).await? {
            return Ok(Err(Failure::Conflict));
        }
        statements.write_heads(connection, &heads).await?;
        statements.write_cursors(connection, cursors).await?;
        if self.url.is_some() {
            connection
                .execute("SELECT pg_notify('outcry_log', '')", &[])
                .await?;
        }
        let heads = heads
            .into_iter()
            .map(|(region, head)| (region.clone(), head))
            .collect();
        Ok(Ok((places, heads)))
    }

    /// Lets everybody know what is now durable.
    fn publish(&mut self, appends: Vec<Append>, places: Vec<Place>) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(appends.len());
        for (append, place) in appends.into_iter().zip(places) {
            let mut entries = Vec::with_capacity(append.drafts.len());
            let mut told = Vec::with_capacity(append.drafts.len());
            self.rows += append.drafts.len();
            if append.forget {
                self.wipe_at = Some(Instant::now());
            }
            for (offset, (draft, hash)) in (0..).zip(append.drafts.into_iter().zip(place.hashes)) {
                self.latest = self.latest.max(draft.at.0);
                let sequence = place.first + offset;
                let fact = Fact {
                    region: append.region.clone(),
                    sequence,
                    stream: append.stream.clone(),
                    version: append.version + offset,
                    at: draft.at,
                    actor: draft.actor,
                    event: draft.event,
                    hash,
                };
                let summary = draft.summary.map(|summary| Summary {
                    sequence,
                    ..summary
                });
                let entry = Arc::new(Entry { fact, summary });
                told.push((entry.clone(), draft.body.len()));
                entries.push(entry);
            }
            self.tail.push(&append.region, told);
            outcomes.push(Ok(entries));
        }
        outcomes
    }
}

/// Destroys the key of a story, and what the search knows of it.
async fn forget(connection: &mut Connection, stream: &str) -> Result<(), sqlx::Error> {
    let key = "DELETE FROM data_key WHERE stream = $1";
    connection.execute(key, &[Value::Text(stream)]).await?;
    let words = "DELETE FROM token WHERE incident = $1";
    connection.execute(words, &[Value::Text(stream)]).await?;
    Ok(())
}

/// Whether a failure before the commit leaves everything as it was, and what it means then.
pub(super) fn sort(error: &sqlx::Error) -> Option<Failure> {
    match error {
        sqlx::Error::Database(database) => {
            // 40001: serialisation, 40P01: deadlock, 21000: one statement met a row twice, as when two
            // appends are answers to the same request (PostgreSQL appendix A).
            let again = matches!(
                database.code().as_deref(),
                Some("40001" | "40P01" | "21000")
            );
            // 57P01 to 57P03: the server is going down or coming up.
            let away = matches!(
                database.code().as_deref(),
                Some("57P01" | "57P02" | "57P03")
            );
            if database.is_unique_violation() || again {
                Some(Failure::Conflict)
            } else {
                away.then_some(Failure::Unavailable)
            }
        }
        // Only PostgreSQL has a wire that can break.
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::Tls(_) => {
            Some(Failure::Unavailable)
        }
        _ => None,
    }
}
