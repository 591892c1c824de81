//! What happens next by itself, and what a crash left half done.

use outcry_domain::{IncidentId, Time};

use crate::Error;
use crate::ledger::Ledger;
use crate::store::Value;

/// Rows read at once.
const PAGE: i64 = 5_000;

/// Incidents that a loop must take up again at its start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// A step fired and waits for its plan.
    pub unplanned: Vec<IncidentId>,
    /// Deliveries wait to be sent.
    pub pending: Vec<IncidentId>,
}

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

    /// Every incident with a step that waits for its plan, or with deliveries to send.
    pub async fn unfinished(&self) -> Result<Unfinished, Error> {
        // 1: a step waits; 0: only deliveries do.
        let sql = "SELECT id, summary FROM incident \
                   WHERE unfinished IS NOT NULL AND unfinished = $1 AND id > $2 ORDER BY id LIMIT $3";
        let mut found = Unfinished::default();
        for kind in [0, 1] {
            let mut after = String::new();
            loop {
                let values = [Value::Int(kind), Value::Text(&after), Value::Int(PAGE)];
                let rows: Vec<(String, String)> = self.0.store.rows(sql, &values).await?;
                let Some((last, _)) = rows.last() else { break };
                after.clone_from(last);
                for (text, json) in rows {
                    let summary = crate::incidents::summary(&json)?;
                    if summary.unplanned {
                        found.unplanned.push(id(&text)?);
                    }
                    if summary.pending > 0 {
                        found.pending.push(id(&text)?);
                    }
                }
            }
        }
        Ok(found)
    }
}
