//! Reading the log: what follows a place, the story of one incident, and the keys to read them.

use std::collections::HashMap;
use std::sync::Arc;

use outcry_domain::incident::{self, Summary};
use outcry_domain::{Fact, Incident, IncidentId, RegionId, Scope, Stream};

use crate::entry::FactRow;
use crate::ledger::Ledger;
use crate::open::{missing_key, region_of, wrong_key};
use crate::store::{Text, Value};
use crate::vault::{self, DataKey, Held, RegionKey};
use crate::writer::Chore;
use crate::{Entry, Error};

/// The most facts read at once.
const FACTS_MAX: usize = 1_000;

/// Which facts of an incident are asked for, the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Only the facts before this version of the incident; `None`: up to the newest.
    pub before: Option<u64>,
    /// Only facts of this kind, such as `incident.commented`.
    pub kind: Option<&'static str>,
    /// How many at most; at most 1,000.
    pub limit: usize,
}

pub(crate) fn corrupt(fact: &Fact, why: &str) -> Error {
    Error::Corrupt {
        region: fact.region.clone(),
        sequence: fact.sequence,
        why: why.to_owned(),
    }
}

/// Opens every personal text of an incident; `None` if one does not open although its key is there.
fn open_texts(incident: &mut Incident, held: &Held, stream: &str) -> Option<()> {
    let report = incident.report.clone();
    let mut parts = vec![incident::Event::Reported(report)];
    parts.extend(incident.assessment.take().map(incident::Event::Assessed));
    parts.extend(incident.overruled.take().map(incident::Event::Overridden));
    for mut part in parts {
        if !vault::open_all(held, stream, &mut part) {
            return None;
        }
        match part {
            incident::Event::Reported(report) => incident.report = report,
            incident::Event::Assessed(assessment) => incident.assessment = Some(assessment),
            incident::Event::Overridden(change) => incident.overruled = Some(change),
            _ => {}
        }
    }
    Some(())
}

/// The entry, unless it is damaged.
pub(crate) fn readable(entry: Result<Arc<Entry>, Error>) -> Option<Arc<Entry>> {
    entry
        .inspect_err(|error| {
            tracing::error!(%error, "a fact is damaged and passed over: run outcry verify");
            metrics::counter!("outcry_damaged_facts_total").increment(1);
        })
        .ok()
}

impl Ledger {
    /// Up to `limit` (at most 1,000) facts of a region's log after a sequence, oldest first, their
    /// personal texts sealed. Empty at the end of the log. A fact that is damaged is passed over,
    /// so that it holds up nobody who follows the log; the log of the process says so.
    pub async fn facts_after(
        &self,
        region: &RegionId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Entry>>, Error> {
        let limit = limit.min(FACTS_MAX);
        match self.0.tail.after(region, after, limit) {
            Some(entries) => Ok(entries),
            None => {
                let found = self.entries(region, after, limit).await?;
                let entries = found.into_iter().filter_map(|(_, entry)| readable(entry));
                // What another process just recorded has to be taken in first.
                let head = self.head(region);
                Ok(entries
                    .take_while(|entry| entry.fact.sequence <= head)
                    .collect())
            }
        }
    }

    /// As `facts_after`, but from the table only, and a damaged fact is an error.
    pub(crate) async fn facts_from_table(
        &self,
        region: &RegionId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Entry>>, Error> {
        let found = self.entries(region, after, limit).await?;
        found.into_iter().map(|(_, entry)| entry).collect()
    }

    /// Rows of a region's log after a sequence, oldest first, and the facts that they hold.
    pub(crate) async fn entries(
        &self,
        region: &RegionId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(FactRow, Result<Arc<Entry>, Error>)>, Error> {
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
        let entry = |row: &FactRow| {
            let summary = summaries.get(&row.stream).cloned();
            let fact = row.fact()?;
            Ok(Arc::new(Entry { fact, summary }))
        };
        Ok(rows
            .into_iter()
            .map(|row| {
                let entry = entry(&row);
                (row, entry)
            })
            .collect())
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
        let rows: Vec<(String, Text)> = self.0.store.rows_of(before, &streams, "").await?;
        let mut summaries = HashMap::with_capacity(rows.len());
        for (id, json) in rows {
            if let Some(summary) = self.summary_in_row(&id, json).await? {
                summaries.insert(id, summary);
            }
        }
        Ok(summaries)
    }

    /// The facts of one story, oldest first, sealed.
    pub(crate) async fn facts_of(&self, stream: &str) -> Result<Vec<Fact>, Error> {
        let sql = "SELECT region, sequence, stream, version, at, actor, kind, body, hash FROM fact \
                   WHERE stream = $1 ORDER BY version";
        let rows: Vec<FactRow> = self.0.store.rows(sql, &[Value::Text(stream)]).await?;
        rows.iter().map(FactRow::fact).collect()
    }

    /// The rows of many stories, each story's oldest first: one that cannot be read is the concern
    /// of its own story.
    pub(crate) async fn rows_of_all(&self, streams: &[&str]) -> Result<Vec<FactRow>, Error> {
        let before = "SELECT region, sequence, stream, version, at, actor, kind, body, hash \
                      FROM fact WHERE stream IN";
        let after = "ORDER BY stream, version";
        Ok(self.0.store.rows_of(before, streams, after).await?)
    }

    /// An incident as it now is, personal texts open; `None` if there is none, or none within the
    /// scope.
    pub async fn incident(&self, scope: &Scope, id: IncidentId) -> Result<Option<Incident>, Error> {
        let Some(incident) = self.state(id).await? else {
            return Ok(None);
        };
        if !incident.within(scope) {
            return Ok(None);
        }
        let stream = Stream::Incident(id).to_string();
        let held = self.story_key(&stream).await?;
        let mut incident = Arc::unwrap_or_clone(incident);
        let region = incident.report.region.clone();
        open_texts(&mut incident, &held, &stream).ok_or_else(|| Error::Corrupt {
            region,
            sequence: incident.sequence,
            why: "a sealed text does not open".into(),
        })?;
        Ok(Some(incident))
    }

    /// A part of what happened to an incident, newest first, personal texts open. Empty when there is
    /// nothing more, or no such incident; whether somebody may see it is for `incident` to say.
    pub async fn story(&self, id: IncidentId, part: Part) -> Result<Vec<Fact>, Error> {
        let sql = "SELECT region, sequence, stream, version, at, actor, kind, body, hash FROM fact \
                   WHERE stream = $1 AND version < $2 AND ($3 = '' OR kind = $3) \
                   ORDER BY version DESC LIMIT $4";
        let stream = Stream::Incident(id).to_string();
        let before = part.before.and_then(|version| i64::try_from(version).ok());
        let values = [
            Value::Text(&stream),
            Value::Int(before.unwrap_or(i64::MAX)),
            Value::Text(part.kind.unwrap_or_default()),
            Value::Int(i64::try_from(part.limit.min(FACTS_MAX)).unwrap_or(i64::MAX)),
        ];
        let rows: Vec<FactRow> = self.0.store.rows(sql, &values).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let held = self.story_key(&stream).await?;
        let opened = |row: &FactRow| {
            let mut fact = row.fact()?;
            match vault::open_all(&held, &stream, &mut fact.event) {
                true => Ok(fact),
                false => Err(corrupt(&fact, "a sealed text does not open")),
            }
        };
        rows.iter().map(opened).collect()
    }

    /// The key of a story.
    pub(crate) async fn story_key(&self, stream: &str) -> Result<Held, Error> {
        match self.story_keys(&[stream]).await?.pop() {
            Some((_, damaged)) => Err(damaged),
            None => Ok(self.0.vault.remembered(stream).unwrap_or(Held::Forgotten)),
        }
    }

    /// Brings the keys of many stories into memory; those that do not open, with what to say.
    pub(crate) async fn story_keys(&self, streams: &[&str]) -> Result<Vec<(String, Error)>, Error> {
        let vault = &self.0.vault;
        let missing: Vec<&str> = streams
            .iter()
            .copied()
            .filter(|stream| vault.remembered(stream).is_none())
            .collect();
        let mut damaged = Vec::new();
        if missing.is_empty() {
            return Ok(damaged);
        }
        let before = "SELECT stream, kek, wrapped FROM data_key WHERE stream IN";
        let rows: Vec<(String, String, Vec<u8>)> =
            self.0.store.rows_of(before, &missing, "").await?;
        for stream in missing {
            let held = match rows.iter().find(|(of, ..)| of == stream) {
                None => Held::Forgotten,
                Some((_, kek, wrapped)) => match self.unwrapped(stream, kek, wrapped)? {
                    Some(key) => Held::Key(Arc::new(key)),
                    None => {
                        damaged.push((stream.to_owned(), self.damaged_key(stream).await?));
                        continue;
                    }
                },
            };
            vault.remember(stream, held);
        }
        Ok(damaged)
    }

    /// The key in that row; `None` when the row was changed. Every region key was compared at the
    /// start, so it is not the wrong one.
    fn unwrapped(&self, stream: &str, kek: &str, wrapped: &[u8]) -> Result<Option<DataKey>, Error> {
        let vault = &self.0.vault;
        let Ok(region) = region_of(kek) else {
            return Ok(None);
        };
        let key = vault
            .region(&region)?
            .ok_or_else(|| missing_key(vault, &region))?;
        Ok(key.unwrap(stream, wrapped))
    }

    /// A key that does not open, told as damage of its story's first fact.
    async fn damaged_key(&self, stream: &str) -> Result<Error, Error> {
        let sql = "SELECT region, sequence FROM fact WHERE stream = $1 ORDER BY version LIMIT 1";
        let first: Option<(String, i64)> = self.0.store.row(sql, &[Value::Text(stream)]).await?;
        let (region, sequence) = first.unwrap_or_default();
        Ok(Error::Corrupt {
            region: region.parse().unwrap_or_else(|_| RegionId::organisation()),
            sequence: sequence.unsigned_abs(),
            why: format!("the key of story {stream} does not open: its row was changed"),
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
        let (id, fingerprint) = (key.id().to_owned(), key.fingerprint().to_vec());
        let chore = |reply| Chore::Kek {
            id,
            fingerprint,
            reply,
        };
        let counts = self.0.writer.chore(chore).await?;
        if counts == key.fingerprint() {
            Ok(key)
        } else {
            Err(wrong_key(&self.0.vault, region))
        }
    }
}
