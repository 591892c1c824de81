//! Load: the settings as a start needs them, without the facts about shifts, which are most of the settings' log
//! of a large chain.

use std::sync::Arc;

use outcry_domain::{Organisation, RegionId};

use crate::configure::{STREAM, opened};
use crate::entry::FactRow;
use crate::ledger::Ledger;
use crate::rebuild;
use crate::shifts::Shifts;
use crate::store::{Store, Value};
use crate::{Error, Settings};

/// Facts read at once.
const PAGE: i64 = 1_000;

impl Ledger {
    /// Folds the settings for the first time: their facts from the log, everybody's latest shift from its table.
    /// Fails with `Corrupt` where a fact is missing or cannot be read, and with `Unavailable` where the table is
    /// not what the log says.
    pub(crate) async fn load_settings(&self, settings: &Settings) -> Result<(), Error> {
        let store = &self.0.store;
        let head = whole(settings, store).await?;
        let mut organisation = Organisation::default();
        self.fold_changes(&mut organisation, head).await?;
        let shifts = Shifts::read(store).await?;
        for event in shifts.ok_or_else(|| not_the_log(settings))?.last() {
            organisation.apply(&event, 0);
        }
        organisation.sequence = head.unsigned_abs();
        *self.0.organisation.write().expect("no holder panics") = Arc::new(organisation);
        // What came meanwhile. A shift may be told twice; its last fact is all that counts.
        self.refresh_settings().await
    }

    /// Folds all changes of settings in, up to and with that place.
    async fn fold_changes(&self, organisation: &mut Organisation, to: i64) -> Result<(), Error> {
        let sql = "SELECT region, sequence, stream, version, at, actor, kind, body, hash FROM fact \
                   WHERE kind = 'organisation.changed' AND sequence > $1 AND sequence <= $2 \
                   ORDER BY sequence LIMIT $3";
        let mut after = 0;
        loop {
            let values = [Value::Int(after), Value::Int(to), Value::Int(PAGE)];
            let rows: Vec<FactRow> = self.0.store.rows(sql, &values).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.sequence;
            let held = self.story_key(STREAM).await?;
            for row in &rows {
                let (event, sequence) = opened(row.fact()?, &held)?;
                organisation.apply(&event, sequence);
            }
        }
    }
}

/// The length of the settings' log, if the changes in it and the shifts of the table together are as many.
async fn whole(settings: &Settings, store: &Store) -> Result<i64, Error> {
    // One statement, which sees one moment.
    let sql = "SELECT sequence, \
               (SELECT COUNT(*) FROM fact WHERE kind = 'organisation.changed'), \
               (SELECT CAST(COALESCE(SUM(facts), 0) AS BIGINT) FROM shift) \
               FROM head WHERE region = 'organisation'";
    let counts: Option<(i64, i64, i64)> = store.row(sql, &[]).await?;
    let (head, changes, shifts) = counts.unwrap_or_default();
    if head == changes + shifts {
        return Ok(head);
    }
    let sql = "SELECT MIN(place) FROM (SELECT sequence, ROW_NUMBER() OVER (ORDER BY sequence) AS place \
               FROM fact WHERE region = 'organisation') AS placed WHERE sequence <> place";
    let missing: Option<(Option<i64>,)> = store.row(sql, &[]).await?;
    Err(match missing.and_then(|(place,)| place) {
        Some(place) => Error::Corrupt {
            region: RegionId::organisation(),
            sequence: place.unsigned_abs(),
            why: "the fact is missing. Keep a copy of the database, and put the newest backup in its place"
                .into(),
        },
        None => not_the_log(settings),
    })
}

fn not_the_log(settings: &Settings) -> Error {
    rebuild::needed(settings, "the table of shifts is not what the log says")
}
