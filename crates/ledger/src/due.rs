//! What happens next by itself, and what a crash left half done.

use outcry_domain::{IncidentId, Time};

use crate::Error;
use crate::ledger::Ledger;
use crate::store::Value;

/// Rows read at once.
const PAGE: i64 = 5_000;

fn id(text: &str) -> Result<IncidentId, Error> {
    text.parse()
        .map_err(|_| Error::Unavailable("the read table is damaged; run outcry rebuild".into()))
}

impl Ledger {
    /// The armed deadlines up to and with `until`, soonest first, at most `limit`.
    pub async fn due(&self, until: Time, limit: usize) -> Result<Vec<(Time, IncidentId)>, Error> {
        let sql = "SELECT next_due, id FROM incident \
                   WHERE next_due IS NOT NULL AND next_due <= $1 ORDER BY next_due, id LIMIT $2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows: Vec<(i64, String)> = self
            .0
            .store
            .rows(sql, &[Value::Int(until.0), Value::Int(limit)])
            .await?;
        rows.into_iter()
            .map(|(at, text)| Ok((Time(at), id(&text)?)))
            .collect()
    }

    /// Every incident with deliveries that still have to be sent.
    pub async fn undelivered(&self) -> Result<Vec<IncidentId>, Error> {
        let sql = "SELECT id FROM incident WHERE undelivered IS NOT NULL AND id > $1 ORDER BY id LIMIT $2";
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let values = [Value::Text(&after), Value::Int(PAGE)];
            let rows: Vec<(String,)> = self.0.store.rows(sql, &values).await?;
            let Some((last,)) = rows.last() else {
                return Ok(found);
            };
            after.clone_from(last);
            for (text,) in rows {
                found.push(id(&text)?);
            }
        }
    }
}
