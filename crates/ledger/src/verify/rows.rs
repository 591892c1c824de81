//! The read table against the log: every row is what its facts fold to.

use outcry_domain::incident::Summary;
use outcry_domain::{Incident, IncidentId, Stream};

use super::{Broken, Found, PAGE};
use crate::Error;
use crate::entry::FactRow;
use crate::shifts::Shifts;
use crate::store::{Store, Text, Value};
use crate::work::fold;

/// Every row of the read table is the fold of its facts, and none is missing or too many.
pub(super) async fn rows_are_folds(store: &Store) -> Found<()> {
    let sql = "SELECT region, sequence, stream, version, at, actor, kind, body, hash FROM fact \
               WHERE (stream, version) > ($1, $2) ORDER BY stream, version LIMIT $3";
    let mut place = (String::new(), 0);
    let mut open: Option<(IncidentId, Option<Incident>)> = None;
    let mut stories = 0;
    let mut shifts = Shifts::default();
    loop {
        let values = [Value::Text(&place.0), Value::Int(place.1), Value::Int(PAGE)];
        let page: Vec<FactRow> = store.rows(sql, &values).await?;
        let Some(last) = page.last() else { break };
        place = (last.stream.clone(), last.version);
        for row in &page {
            let fact = match row.fact() {
                Ok(fact) => fact,
                Err(error) => {
                    return Ok(Err(Broken::new(
                        &row.region,
                        row.sequence,
                        error.to_string(),
                    )));
                }
            };
            shifts.take(&fact.event);
            let Stream::Incident(id) = fact.stream else {
                continue;
            };
            if open.as_ref().is_none_or(|(held, _)| *held != id) {
                stories += 1;
                if let Err(broken) = row_is_fold(store, open.replace((id, None))).await? {
                    return Ok(Err(broken));
                }
            }
            if let Some((_, incident)) = &mut open
                && let Err(error) = fold(incident, id, &fact)
            {
                return Ok(Err(Broken::new(
                    &row.region,
                    row.sequence,
                    error.to_string(),
                )));
            }
        }
    }
    if let Err(broken) = row_is_fold(store, open).await? {
        return Ok(Err(broken));
    }
    let rows: Option<(i64,)> = store.row("SELECT COUNT(*) FROM incident", &[]).await?;
    let rows = rows.map_or(0, |(count,)| count);
    if rows != stories {
        let why =
            format!("the read table has {rows} incidents, the log {stories}; run outcry rebuild");
        return Ok(Err(Broken::new("read table", 0, why)));
    }
    if Shifts::read(store).await? != Some(shifts) {
        let why = "the table of shifts is not what the log says; run outcry rebuild";
        return Ok(Err(Broken::new("read table", 0, why)));
    }
    Ok(Ok(()))
}

async fn row_is_fold(store: &Store, open: Option<(IncidentId, Option<Incident>)>) -> Found<()> {
    let Some((id, Some(incident))) = open else {
        return Ok(Ok(()));
    };
    let sql = "SELECT summary FROM incident WHERE id = $1";
    let row: Option<(Text,)> = store
        .row(sql, &[Value::Text(&Stream::Incident(id).to_string())])
        .await?;
    let expected = serde_json::to_string(&Summary::of(&incident))
        .map_err(|_| Error::Unavailable("a summary cannot be written".into()))?;
    if row.is_some_and(|(json,)| String::from(json) == expected) {
        return Ok(Ok(()));
    }
    let sequence = i64::try_from(incident.sequence).unwrap_or(i64::MAX);
    let why =
        "the row of this incident in the read table is not what the log says; run outcry rebuild";
    Ok(Err(Broken::new(
        incident.report.region.as_str(),
        sequence,
        why,
    )))
}
