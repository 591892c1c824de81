//! What a commit writes, table by table, in as few statements as can be.

use outcry_domain::RegionId;
use outcry_domain::incident::Summary;

use super::ManyRows;
use super::append::Append;
use super::place::{Heads, Place, number};
use crate::incidents::row::{self, Row};
use crate::search::FOLLOWER;
use crate::shifts::{self, Shifts};
use crate::store::{Connection, Value};

/// The statements of a commit.
pub(super) struct Statements {
    facts: ManyRows,
    rows: ManyRows,
    touched: ManyRows,
    shifts: ManyRows,
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
            shifts: shifts::upsert(),
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
                // What a follower noted earlier may be written later, but no cursor goes back.
                "ON CONFLICT (follower, region) DO UPDATE SET sequence = excluded.sequence \
                 WHERE cursor_at.sequence < excluded.sequence",
            ),
            tokens: ManyRows::new(
                "INSERT INTO token (term, incident) WITH fresh (term, incident) AS (VALUES",
                2,
                // What was erased after its words were read stays erased.
                ") SELECT term, incident FROM fresh WHERE EXISTS \
                 (SELECT 1 FROM data_key WHERE data_key.stream = fresh.incident) \
                 ON CONFLICT (term, incident) DO NOTHING",
            ),
        }
    }
}
impl Statements {
    pub(super) async fn write_facts(
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

    pub(super) async fn write_rows(
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

    pub(super) async fn write_shifts(
        &mut self,
        connection: &mut Connection,
        appends: &[Append],
    ) -> Result<(), sqlx::Error> {
        let mut shifts = Shifts::default();
        for draft in appends.iter().flat_map(|append| &append.drafts) {
            shifts.take(&draft.event);
        }
        let values = shifts.values();
        self.shifts.run(connection, &values).await.map(drop)
    }

    pub(super) async fn write_keys(
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
    pub(super) async fn write_once(
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

    pub(super) async fn write_heads(
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

    /// Waits until no search loop of any process writes words of this region, and makes it wait until
    /// the end of this transaction: each such loop writes its cursor before the words.
    pub(super) async fn turn_of_search(
        &mut self,
        connection: &mut Connection,
        region: &RegionId,
    ) -> Result<(), sqlx::Error> {
        // No cursor goes back; its row is taken all the same.
        let cursor = ((FOLLOWER.to_owned(), region.clone()), 0);
        self.write_cursors(connection, &[cursor]).await
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
