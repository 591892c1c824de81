//! Append: facts, hash chain, read rows, keys and answered requests in one transaction.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use outcry_domain::incident::Summary;
use outcry_domain::{ActorId, Event, Fact, RegionId, Stream, Time};

use super::{CURSORS_EVERY, ManyRows, Task};
use crate::Entry;
use crate::chain::{self, GENESIS, Link};
use crate::incidents::row::{self, Row};
use crate::store::{Connection, Value};

/// Answered requests forgotten at once.
const PRUNE_ROWS: i64 = 1_000;

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

/// The statements of a commit.
pub(super) struct Statements {
    facts: ManyRows,
    rows: ManyRows,
    touched: ManyRows,
    keys: ManyRows,
    once: ManyRows,
    heads: ManyRows,
    cursors: ManyRows,
    pub(super) tokens: ManyRows,
}

impl Default for Statements {
    fn default() -> Self {
        Self {
            facts: ManyRows::new(
                "INSERT INTO fact (region, sequence, stream, version, at, actor, kind, body, hash) VALUES",
                9,
                "",
            ),
            rows: row::upsert(),
            touched: row::touch(),
            keys: ManyRows::new("INSERT INTO data_key (stream, kek, wrapped) VALUES", 3, ""),
            once: ManyRows::new(
                "INSERT INTO once (principal, key, body_hash, stream, first, last, expires) VALUES",
                7,
                // A row that has outlived its day makes room; any other is a conflict.
                "ON CONFLICT (principal, key) DO UPDATE SET body_hash = excluded.body_hash, \
                 stream = excluded.stream, first = excluded.first, last = excluded.last, \
                 expires = excluded.expires \
                 WHERE once.expires <= excluded.expires - 86400000000",
            ),
            heads: ManyRows::new(
                "INSERT INTO head (region, sequence, hash, projected) VALUES",
                4,
                "ON CONFLICT (region) DO UPDATE SET sequence = excluded.sequence, \
                 hash = excluded.hash, projected = excluded.projected",
            ),
            cursors: ManyRows::new(
                "INSERT INTO cursor_at (follower, region, sequence) VALUES",
                3,
                "ON CONFLICT (follower, region) DO UPDATE SET sequence = excluded.sequence",
            ),
            tokens: ManyRows::new(
                "INSERT INTO token (term, incident) VALUES",
                2,
                "ON CONFLICT (term, incident) DO NOTHING",
            ),
        }
    }
}

/// Where an append went: the sequence of its first fact, and every hash.
struct Place {
    stream: String,
    first: u64,
    actors: Vec<String>,
    hashes: Vec<[u8; 32]>,
}

/// Where logs end.
pub(super) type Ends = BTreeMap<RegionId, (u64, [u8; 32])>;

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
        match self.transaction(appends).await {
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
    ) -> Result<Result<(Vec<Place>, Ends), Failure>, sqlx::Error> {
        let cursors = self.due_cursors();
        let (connection, statements) = (&mut self.connection, &mut self.statements);
        connection.begin().await?;
        let mut heads = take_heads(connection, appends, &self.heads).await?;
        let places = place(appends, &mut heads);
        statements.write_facts(connection, appends, &places).await?;
        statements.write_rows(connection, appends, &places).await?;
        statements.write_keys(connection, appends, &places).await?;
        if !statements.write_once(connection, appends, &places).await? {
            return Ok(Err(Failure::Conflict));
        }
        statements.write_heads(connection, &heads).await?;
        statements.write_cursors(connection, &cursors).await?;
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

    /// The cursors to write now, if it is time.
    fn due_cursors(&mut self) -> Vec<((String, RegionId), u64)> {
        if self.cursors_at.elapsed() < CURSORS_EVERY {
            return Vec::new();
        }
        self.cursors_at = Instant::now();
        std::mem::take(&mut *self.cursors.lock().expect("no holder panics"))
            .into_iter()
            .collect()
    }

    pub(super) async fn save_cursors(&mut self) -> Result<(), sqlx::Error> {
        self.cursors_at = Instant::now()
            .checked_sub(CURSORS_EVERY)
            .unwrap_or(self.cursors_at);
        let cursors = self.due_cursors();
        if cursors.is_empty() {
            return Ok(());
        }
        self.connection.begin().await?;
        self.statements
            .write_cursors(&mut self.connection, &cursors)
            .await?;
        self.connection.commit().await
    }

    /// Forgets answered requests that are past their time, a few at a time.
    pub(super) async fn prune(&mut self) -> Result<(), sqlx::Error> {
        let sql = "DELETE FROM once WHERE (principal, key) IN \
                   (SELECT principal, key FROM once WHERE expires < $1 ORDER BY expires LIMIT $2)";
        let values = [Value::Int(self.latest), Value::Int(PRUNE_ROWS)];
        self.connection.execute(sql, &values).await.map(drop)
    }
}

/// Whether a failure before the commit leaves everything as it was, and what it means then.
pub(super) fn sort(error: &sqlx::Error) -> Option<Failure> {
    match error {
        sqlx::Error::Database(database) => {
            // 40001: serialisation, 40P01: deadlock (PostgreSQL appendix A).
            let again = matches!(database.code().as_deref(), Some("40001" | "40P01"));
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

type Heads<'a> = BTreeMap<&'a RegionId, (u64, [u8; 32])>;

/// Takes the head of every log that grows (those that are known belong to this process alone), in the order of their names so that two processes never
/// wait for each other in a circle.
async fn take_heads<'a>(
    connection: &mut Connection,
    appends: &'a [Append],
    known: &Ends,
) -> Result<Heads<'a>, sqlx::Error> {
    const TAKE: &str =
        "UPDATE head SET sequence = sequence WHERE region = $1 RETURNING sequence, hash";
    const FIRST: &str = "INSERT INTO head (region, sequence, hash, projected) VALUES ($1, 0, $2, 0) \
                         ON CONFLICT (region) DO NOTHING";
    let mut heads: Heads<'a> = appends
        .iter()
        .map(|append| (&append.region, (0, GENESIS)))
        .collect();
    for (region, head) in &mut heads {
        if let Some(known) = known.get(*region) {
            *head = *known;
            continue;
        }
        let name = [Value::Text(region.as_str())];
        let mut row = connection.rows::<(i64, Vec<u8>)>(TAKE, &name).await?;
        if row.is_empty() {
            let values = [Value::Text(region.as_str()), Value::Bytes(&GENESIS)];
            connection.execute(FIRST, &values).await?;
            row = connection.rows(TAKE, &name).await?;
        }
        let (sequence, hash) = row.pop().ok_or(sqlx::Error::RowNotFound)?;
        let hash = hash
            .as_slice()
            .try_into()
            .map_err(|_| sqlx::Error::Decode("the hash of a head is not 32 bytes".into()))?;
        *head = (sequence.unsigned_abs(), hash);
    }
    Ok(heads)
}

/// Gives every fact its sequence and its hash.
fn place(appends: &[Append], heads: &mut Heads<'_>) -> Vec<Place> {
    let mut places = Vec::with_capacity(appends.len());
    for append in appends {
        let head = heads
            .get_mut(&append.region)
            .expect("taken for every append");
        let stream = append.stream.to_string();
        let first = head.0 + 1;
        let actors: Vec<String> = append
            .drafts
            .iter()
            .map(|draft| draft.actor.to_string())
            .collect();
        let mut hashes = Vec::with_capacity(append.drafts.len());
        for (version, (draft, actor)) in (append.version..).zip(append.drafts.iter().zip(&actors)) {
            head.0 += 1;
            head.1 = chain::hash(
                &head.1,
                &Link {
                    region: append.region.as_str(),
                    sequence: number(head.0),
                    stream: &stream,
                    version: number(version),
                    at: draft.at.0,
                    actor,
                    kind: draft.event.kind(),
                    body: &draft.body,
                },
            );
            hashes.push(head.1);
        }
        places.push(Place {
            stream,
            first,
            actors,
            hashes,
        });
    }
    places
}

fn number(count: u64) -> i64 {
    i64::try_from(count).expect("no log has 2^63 facts")
}

impl Statements {
    async fn write_facts(
        &mut self,
        connection: &mut Connection,
        appends: &[Append],
        places: &[Place],
    ) -> Result<(), sqlx::Error> {
        let mut values = Vec::with_capacity(appends.len() * 27);
        for (append, place) in appends.iter().zip(places) {
            for (offset, draft) in append.drafts.iter().enumerate() {
                let step = offset as u64;
                values.extend([
                    Value::Text(append.region.as_str()),
                    Value::Int(number(place.first + step)),
                    Value::Text(&place.stream),
                    Value::Int(number(append.version + step)),
                    Value::Int(draft.at.0),
                    Value::Text(&place.actors[offset]),
                    Value::Text(draft.event.kind()),
                    Value::Text(&draft.body),
                    Value::Bytes(&place.hashes[offset]),
                ]);
            }
        }
        self.facts.run(connection, &values).await.map(drop)
    }

    async fn write_rows(
        &mut self,
        connection: &mut Connection,
        appends: &[Append],
        places: &[Place],
    ) -> Result<(), sqlx::Error> {
        let (mut moved, mut touched) = (Vec::new(), Vec::new());
        for (append, place) in appends.iter().zip(places) {
            let Some(summary) = append.drafts.last().and_then(|draft| draft.summary.clone()) else {
                continue;
            };
            let sequence = place.first + append.drafts.len() as u64 - 1;
            let rows = if append.reclassified {
                &mut moved
            } else {
                &mut touched
            };
            rows.push(Row::new(Summary {
                sequence,
                ..summary
            }));
        }
        let values: Vec<Value<'_>> = moved.iter().flat_map(Row::values).collect();
        self.rows.run(connection, &values).await?;
        let values: Vec<Value<'_>> = touched.iter().flat_map(Row::values).collect();
        self.touched.run(connection, &values).await.map(drop)
    }

    async fn write_keys(
        &mut self,
        connection: &mut Connection,
        appends: &[Append],
        places: &[Place],
    ) -> Result<(), sqlx::Error> {
        let values: Vec<Value<'_>> = appends
            .iter()
            .zip(places)
            .filter_map(|(append, place)| Some((append.key.as_ref()?, place)))
            .flat_map(|(key, place)| {
                [
                    Value::Text(&place.stream),
                    Value::Text(&key.kek),
                    Value::Bytes(&key.wrapped),
                ]
            })
            .collect();
        self.keys.run(connection, &values).await.map(drop)
    }

    /// `false`: somebody else answered one of these requests.
    async fn write_once(
        &mut self,
        connection: &mut Connection,
        appends: &[Append],
        places: &[Place],
    ) -> Result<bool, sqlx::Error> {
        let mut values = Vec::new();
        for (append, place) in appends.iter().zip(places) {
            let Some(once) = &append.once else { continue };
            values.extend([
                Value::Text(&once.principal),
                Value::Text(&once.key),
                Value::Bytes(&once.body_hash),
                Value::Text(&place.stream),
                Value::Int(number(append.version)),
                Value::Int(number(append.version + append.drafts.len() as u64 - 1)),
                Value::Int(once.expires.0),
            ]);
        }
        let answered = appends
            .iter()
            .filter(|append| append.once.is_some())
            .count();
        Ok(self.once.run(connection, &values).await? == answered as u64)
    }

    async fn write_heads(
        &mut self,
        connection: &mut Connection,
        heads: &Heads<'_>,
    ) -> Result<(), sqlx::Error> {
        let values: Vec<Value<'_>> = heads
            .iter()
            .flat_map(|(region, (sequence, hash))| {
                let sequence = Value::Int(number(*sequence));
                [
                    Value::Text(region.as_str()),
                    sequence,
                    Value::Bytes(hash),
                    sequence,
                ]
            })
            .collect();
        self.heads.run(connection, &values).await.map(drop)
    }

    pub(super) async fn write_cursors(
        &mut self,
        connection: &mut Connection,
        cursors: &[((String, RegionId), u64)],
    ) -> Result<(), sqlx::Error> {
        let values: Vec<Value<'_>> = cursors
            .iter()
            .flat_map(|((follower, region), sequence)| {
                [
                    Value::Text(follower),
                    Value::Text(region.as_str()),
                    Value::Int(number(*sequence)),
                ]
            })
            .collect();
        self.cursors.run(connection, &values).await.map(drop)
    }
}
