//! Reading the log: what follows a place, the story of one incident, and the keys to read them.

use std::collections::HashMap;
use std::sync::Arc;

use outcry_domain::incident::Summary;
use outcry_domain::personal::Visit as _;
use outcry_domain::{Fact, Incident, IncidentId, Personal, RegionId, Scope, Stream};
use tokio::sync::oneshot;

use crate::entry::FactRow;
use crate::ledger::Ledger;
use crate::open::{missing_key, region_of, wrong_key};
use crate::store::Value;
use crate::vault::{self, DataKey, Held, RegionKey};
use crate::work::fold;
use crate::writer::Chore;
use crate::{Entry, Error};

/// The most facts read at once.
const FACTS_MAX: usize = 1_000;

/// An incident and how it came about; personal texts are open.
#[derive(Debug, Clone)]
pub struct Story {
    /// As it now is.
    pub incident: Incident,
    /// Everything that happened, oldest first.
    pub facts: Vec<Fact>,
}

pub(crate) fn corrupt(fact: &Fact, why: &str) -> Error {
    Error::Corrupt {
        region: fact.region.clone(),
        sequence: fact.sequence,
        why: why.to_owned(),
    }
}

impl Ledger {
    /// Up to `limit` (at most 1,000) facts of a region's log after a sequence, oldest first, their
    /// personal texts sealed. Empty at the end of the log.
    pub async fn facts_after(
        &self,
        region: &RegionId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Entry>>, Error> {
        let limit = limit.min(FACTS_MAX);
        match self.0.tail.after(region, after, limit) {
            Some(entries) => Ok(entries),
            None => self.facts_from_table(region, after, limit).await,
        }
    }

    pub(crate) async fn facts_from_table(
        &self,
        region: &RegionId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Entry>>, Error> {
        let sql = "SELECT region, sequence, stream, version, at, actor, kind, body, hash FROM fact \
                   WHERE region = $1 AND sequence > $2 ORDER BY sequence LIMIT $3";
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = [
            Value::Text(region.as_str()),
            Value::Int(after),
            Value::Int(limit),
        ];
        let rows: Vec<FactRow> = self.0.store.rows(sql, &values).await?;
        let summaries = self
            .summaries(rows.iter().map(|row| row.stream.as_str()))
            .await?;
        rows.iter()
            .map(|row| {
                let summary = summaries.get(&row.stream).cloned();
                Ok(Arc::new(Entry {
                    fact: row.fact()?,
                    summary,
                }))
            })
            .collect()
    }

    /// The read rows of many incidents.
    async fn summaries<'a>(
        &self,
        streams: impl Iterator<Item = &'a str>,
    ) -> Result<HashMap<String, Summary>, Error> {
        let mut streams: Vec<&str> = streams.collect();
        streams.sort_unstable();
        streams.dedup();
        if streams.is_empty() {
            return Ok(HashMap::new());
        }
        let before = "SELECT id, summary FROM incident WHERE id IN";
        let rows: Vec<(String, String)> = self.0.store.rows_of(before, &streams, "").await?;
        rows.into_iter()
            .map(|(id, json)| Ok((id, crate::incidents::summary(&json)?)))
            .collect()
    }

    /// The facts of one story, oldest first, sealed.
    pub(crate) async fn facts_of(&self, stream: &str) -> Result<Vec<Fact>, Error> {
        let sql = "SELECT region, sequence, stream, version, at, actor, kind, body, hash FROM fact \
                   WHERE stream = $1 ORDER BY version";
        let rows: Vec<FactRow> = self.0.store.rows(sql, &[Value::Text(stream)]).await?;
        rows.iter().map(FactRow::fact).collect()
    }

    /// The facts of many stories, each story's oldest first, sealed.
    pub(crate) async fn facts_of_all(&self, streams: &[&str]) -> Result<Vec<Fact>, Error> {
        let before = "SELECT region, sequence, stream, version, at, actor, kind, body, hash \
                      FROM fact WHERE stream IN";
        let after = "ORDER BY stream, version";
        let rows: Vec<FactRow> = self.0.store.rows_of(before, streams, after).await?;
        rows.iter().map(FactRow::fact).collect()
    }

    /// An incident with everything that happened, personal texts open; `None` if there is none, or
    /// none within the scope.
    pub async fn incident(&self, scope: &Scope, id: IncidentId) -> Result<Option<Story>, Error> {
        let stream = Stream::Incident(id).to_string();
        let mut facts = self.facts_of(&stream).await?;
        if facts.is_empty() {
            return Ok(None);
        }
        let held = self.story_key(&stream).await?;
        let mut incident = None;
        for fact in &mut facts {
            if !vault::open_all(&held, &stream, &mut fact.event) {
                return Err(corrupt(fact, "a sealed text does not open"));
            }
            fold(&mut incident, id, fact)?;
        }
        Ok(incident
            .filter(|incident| scope.covers(&incident.report.region, &incident.report.site))
            .map(|incident| Story { incident, facts }))
    }

    /// The fact with its personal texts open, or forgotten where their key was destroyed.
    pub async fn open_fact(&self, fact: &Fact) -> Result<Fact, Error> {
        let mut fact = fact.clone();
        let mut sealed = false;
        fact.event
            .personal(&mut |text| sealed |= matches!(text, Personal::Sealed(_)));
        if sealed {
            let stream = fact.stream.to_string();
            let held = self.story_key(&stream).await?;
            if !vault::open_all(&held, &stream, &mut fact.event) {
                return Err(corrupt(&fact, "a sealed text does not open"));
            }
        }
        Ok(fact)
    }

    /// Destroys the key of an incident: its personal texts are unreadable from then on, in the log,
    /// in every backup that does not hold the key, and in the search. The chain stays whole.
    /// Whether there was a key.
    pub async fn forget(&self, id: IncidentId) -> Result<bool, Error> {
        let stream = Stream::Incident(id).to_string();
        let terms = self.terms_of(&stream).await?;
        let (reply, answer) = oneshot::channel();
        self.0
            .writer
            .chore(Chore::Forget {
                stream: stream.clone(),
                terms,
                reply,
            })
            .await?;
        let gone = answer.await.map_err(|_| Error::Stopped)?;
        self.0.vault.remember(&stream, Held::Forgotten);
        Ok(gone)
    }

    /// The key of a story.
    pub(crate) async fn story_key(&self, stream: &str) -> Result<Held, Error> {
        self.story_keys(&[stream]).await?;
        Ok(self.0.vault.remembered(stream).unwrap_or(Held::Forgotten))
    }

    /// Brings the keys of many stories into memory.
    pub(crate) async fn story_keys(&self, streams: &[&str]) -> Result<(), Error> {
        let vault = &self.0.vault;
        let missing: Vec<&str> = streams
            .iter()
            .copied()
            .filter(|stream| vault.remembered(stream).is_none())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let before = "SELECT stream, kek, wrapped FROM data_key WHERE stream IN";
        let rows: Vec<(String, String, Vec<u8>)> =
            self.0.store.rows_of(before, &missing, "").await?;
        for stream in missing {
            let held = match rows.iter().find(|(of, ..)| of == stream) {
                None => Held::Forgotten,
                Some((_, kek, wrapped)) => {
                    Held::Key(Arc::new(self.unwrapped(stream, kek, wrapped)?))
                }
            };
            vault.remember(stream, held);
        }
        Ok(())
    }

    fn unwrapped(&self, stream: &str, kek: &str, wrapped: &[u8]) -> Result<DataKey, Error> {
        let vault = &self.0.vault;
        let region = region_of(kek)?;
        let key = vault
            .region(&region)?
            .ok_or_else(|| missing_key(vault, &region))?;
        key.unwrap(stream, wrapped).ok_or_else(|| {
            Error::Unavailable(format!(
                "the key of story {stream} does not open: the key of {region} is another one, \
                 or the row was changed"
            ))
        })
    }

    /// Makes sure that a region has a key, and that every process has the same.
    pub(crate) async fn adopt_key(&self, region: &RegionId) -> Result<Arc<RegionKey>, Error> {
        let key = match self.0.vault.region(region)? {
            Some(key) => key,
            None => {
                let sql = "SELECT fingerprint FROM kek WHERE id = $1";
                let id = RegionKey::id_of(region);
                let known: Option<(Vec<u8>,)> = self.0.store.row(sql, &[Value::Text(&id)]).await?;
                if known.is_some() {
                    return Err(missing_key(&self.0.vault, region));
                }
                self.0.vault.make_region(region)?
            }
        };
        let (reply, answer) = oneshot::channel();
        let (id, fingerprint) = (key.id().to_owned(), key.fingerprint().to_vec());
        self.0
            .writer
            .chore(Chore::Kek {
                id,
                fingerprint,
                reply,
            })
            .await?;
        let counts = answer.await.map_err(|_| Error::Stopped)?;
        if counts == key.fingerprint() {
            Ok(key)
        } else {
            Err(wrong_key(&self.0.vault, region))
        }
    }
}
