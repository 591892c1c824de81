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

/// Which requests may have been answered, so that the table need not be asked about a new one.
/// Only a process that has the database to itself can know that.
pub(crate) struct Noted {
    hasher: RandomState,
    /// `None`: unknown, so every request is looked up.
    names: Option<HashSet<u64>>,
}

impl Noted {
    /// Takes note of what was answered before this start.
    pub(crate) async fn read(store: &Store) -> Result<Self, Error> {
        let hasher = RandomState::new();
        if matches!(store, Store::Postgres(_)) {
            return Ok(Self {
                hasher,
                names: None,
            });
        }
        let sql = "SELECT principal, key FROM once LIMIT $1";
        let rows: Vec<(String, String)> = store
            .rows(sql, &[Value::Int(NOTED_AT_START_MAX + 1)])
            .await?;
        let all = i64::try_from(rows.len()).is_ok_and(|count| count <= NOTED_AT_START_MAX);
        let names = all.then(|| {
            rows.iter()
                .map(|(principal, key)| hasher.hash_one((principal, key)))
                .collect()
        });
        Ok(Self { hasher, names })
    }

    /// Whether the request may have been answered; from now on it may.
    fn note(&mut self, once: &Once) -> bool {
        let name = self.hasher.hash_one((&once.principal, &once.key));
        let Some(names) = &mut self.names else {
            return true;
        };
        let known = !names.insert(name);
        if names.len() > NOTED_MAX {
            self.names = None;
        }
        known
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
    /// another process is faster. Who is in a hurry waits for no read: an attempt comes first, and
    /// what it meets says whether there was an answer before.
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
        let mut known = once.is_some_and(|once| self.note(once)) && !hurry;
        for _ in 0..TRIES_MAX {
            if known
                && let Some(once) = once
                && let Some(answer) = self.answered(once, now).await?
            {
                return Ok(answer);
            }
            match attempt().await {
                Ok(Attempt::Done(result)) => return *result,
                Ok(Attempt::Again) => {}
                // It may have been answered before, when it was not refused yet.
                Err(Error::Refused(_)) if hurry && !known => {}
                Err(error) => return Err(error),
            }
            known = true;
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

    fn note(&self, once: &Once) -> bool {
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
