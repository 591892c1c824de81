//! Idempotency: a request that comes twice is answered once, and then answered the same again.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use outcry_domain::incident::Summary;
use outcry_domain::{Incident, Stream, Time};

use crate::ledger::{Ledger, Open};
use crate::record::{Receipt, Recorded, TRIES_MAX};
use crate::store::{Store, Value};
use crate::work::{Attempt, fold};
use crate::writer::OnceRow;
use crate::{Entry, Error};

/// How long an answered request is remembered, in seconds.
pub(crate) const REMEMBERED_S: u32 = 86_400;
/// Answered requests that a start takes note of; with more of them the table is always asked.
const NOTED_AT_START_MAX: i64 = 20_000;
/// Requests that are noted in memory.
const NOTED_MAX: usize = 500_000;

/// Which requests came before, so that the table need not be asked about a new one.
pub(crate) struct Noted {
    hasher: RandomState,
    names: HashSet<u64>,
    /// Whether those are all. Only a process that has the database to itself can know that.
    all: bool,
}

/// Whether a request came before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    No,
    Perhaps,
    Yes,
}

impl Noted {
    /// Takes note of what was answered before this start.
    pub(crate) async fn read(store: &Store) -> Result<Self, Error> {
        let hasher = RandomState::new();
        if matches!(store, Store::Postgres(_)) {
            return Ok(Self {
                hasher,
                names: HashSet::new(),
                all: false,
            });
        }
        let sql = "SELECT principal, key FROM once LIMIT $1";
        let rows: Vec<(String, String)> = store
            .rows(sql, &[Value::Int(NOTED_AT_START_MAX + 1)])
            .await?;
        let all = i64::try_from(rows.len()).is_ok_and(|count| count <= NOTED_AT_START_MAX);
        let names = rows
            .iter()
            .map(|(principal, key)| hasher.hash_one((principal, key)))
            .collect();
        Ok(Self { hasher, names, all })
    }

    /// Whether the request came before; from now on it did.
    fn note(&mut self, once: &Once) -> Before {
        if self.names.len() >= NOTED_MAX {
            self.names.clear();
            self.all = false;
        }
        let name = self.hasher.hash_one((&once.principal, &once.key));
        if !self.names.insert(name) {
            Before::Yes
        } else if self.all {
            Before::No
        } else {
            Before::Perhaps
        }
    }
}

/// A request's own name, given by whoever sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// Whose request: keys of different principals never meet.
    pub principal: String,
    /// The key.
    pub key: String,
    /// SHA-256 of the request's body (and of what else must be the same).
    pub body_hash: [u8; 32],
}

impl Once {
    pub(crate) fn row(&self, now: Time) -> OnceRow {
        OnceRow {
            principal: self.principal.clone(),
            key: self.key.clone(),
            body_hash: self.body_hash,
            expires: now.plus_s(REMEMBERED_S),
        }
    }
}

/// Marks a request as being worked on, until dropped.
pub(crate) struct InFlight<'a> {
    open: &'a Open,
    name: (String, String),
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.open
            .in_flight
            .lock()
            .expect("no holder panics")
            .remove(&self.name);
    }
}

#[derive(sqlx::FromRow)]
struct Answered {
    body_hash: Vec<u8>,
    stream: String,
    first: i64,
    last: i64,
}

impl Ledger {
    /// The answer that a request got before; else that of `attempt`, which is made again as long as
    /// another process is faster. Who is in a hurry waits for no read, unless the request is known to
    /// come again: an attempt comes first, and what it meets says whether there was an answer before.
    pub(crate) async fn answer<A>(
        &self,
        once: Option<&Once>,
        now: Time,
        hurry: bool,
        attempt: impl Fn() -> A,
    ) -> Result<Recorded, Error>
    where
        A: Future<Output = Result<Attempt, Error>>,
    {
        let _in_flight = self.take_up(once)?;
        let mut before = once.map_or(Before::No, |once| self.note(once));
        for _ in 0..TRIES_MAX {
            let reads = before == Before::Yes || (before == Before::Perhaps && !hurry);
            if reads
                && let Some(once) = once
                && let Some(answer) = self.answered(once, now).await?
            {
                return Ok(answer);
            }
            let done = match attempt().await {
                Ok(Attempt::Done(result)) => *result,
                Ok(Attempt::Again) => {
                    before = Before::Yes;
                    continue;
                }
                Err(error) => Err(error),
            };
            // What it did when it came before may be why it is refused now, also when that became
            // durable only a moment ago.
            if matches!(done, Err(Error::Refused(_)))
                && before != Before::No
                && let Some(once) = once
                && let Some(answer) = self.answered(once, now).await?
            {
                return Ok(answer);
            }
            return done;
        }
        Err(Error::Busy { retry_after_s: 1 })
    }

    /// Takes the request up, or says that it is being worked on.
    fn take_up(&self, once: Option<&Once>) -> Result<Option<InFlight<'_>>, Error> {
        let Some(once) = once else { return Ok(None) };
        let name = (once.principal.clone(), once.key.clone());
        let mut in_flight = self.0.in_flight.lock().expect("no holder panics");
        if !in_flight.insert(name.clone()) {
            return Err(Error::InFlight);
        }
        drop(in_flight);
        Ok(Some(InFlight {
            open: &self.0,
            name,
        }))
    }

    fn note(&self, once: &Once) -> Before {
        self.0.noted.lock().expect("no holder panics").note(once)
    }

    /// The first answer, if the request was answered within the last 24 hours.
    async fn answered(&self, once: &Once, now: Time) -> Result<Option<Recorded>, Error> {
        let sql = "SELECT body_hash, stream, first, last FROM once \
                   WHERE principal = $1 AND key = $2 AND expires > $3";
        let values = [
            Value::Text(&once.principal),
            Value::Text(&once.key),
            Value::Int(now.0),
        ];
        let Some(row) = self.0.store.row::<Answered>(sql, &values).await? else {
            return Ok(None);
        };
        if row.body_hash != once.body_hash {
            return Err(Error::Reused);
        }
        let entries = self.told_again(&row).await?;
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Err(Error::Unavailable(
                "an answered request names facts that are gone; run outcry verify".into(),
            ));
        };
        let summary = last.summary.clone().ok_or(Error::Reused)?;
        let receipt = Receipt::of(&first.fact);
        Ok(Some(Recorded {
            summary,
            receipt,
            replayed: true,
            entries,
        }))
    }

    /// The facts that answered it, with what was true of the incident after each.
    async fn told_again(&self, row: &Answered) -> Result<Vec<Arc<Entry>>, Error> {
        let Ok(Stream::Incident(id)) = row.stream.parse() else {
            return Ok(Vec::new());
        };
        let mut incident: Option<Incident> = None;
        let mut entries = Vec::new();
        for fact in self.facts_of(&row.stream).await? {
            let version = i64::try_from(fact.version).unwrap_or(i64::MAX);
            if version > row.last {
                break;
            }
            fold(&mut incident, id, &fact)?;
            if version >= row.first {
                let summary = incident.as_ref().map(Summary::of);
                entries.push(Arc::new(Entry { fact, summary }));
            }
        }
        Ok(entries)
    }
}
