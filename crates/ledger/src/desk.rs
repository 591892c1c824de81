//! The figures above the desk.

use outcry_domain::category::Priority;
use outcry_domain::{Scope, Time};
use sqlx::AssertSqlSafe;

use crate::Error;
use crate::incidents::{conditions, id_from};
use crate::ledger::Ledger;
use crate::store::Value;

/// A day, in microseconds.
const DAY_US: i64 = 86_400_000_000;
/// Ten minutes, in microseconds.
const TEN_MINUTES_US: i64 = 600_000_000;

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeskFigures {
    /// Incidents on which somebody still has to do something.
    pub open: u64,
    /// Of those, the ones that nobody has acknowledged.
    pub not_acknowledged: u64,
    /// Of the open ones, those past their time to acknowledge or to resolve.
    pub past_sla: u64,
    /// The mean time to acknowledge of what was acknowledged today (UTC), in milliseconds. What was, by a clock
    /// that was set back, acknowledged before it was reported took no time.
    pub mtta_today_ms: Option<i64>,
    /// Incidents reported within the last ten minutes whose priority makes them alarms
    /// (`Priority::LOWEST_ALARM`).
    pub alarms_10min: u64,
}

fn count(number: Option<i64>) -> u64 {
    number.unwrap_or(0).unsigned_abs()
}

impl Ledger {
    /// The figures of the incidents within the scope, at `now`.
    pub async fn desk(&self, scope: &Scope, now: Time) -> Result<DeskFigures, Error> {
        let Some(mut open) = conditions(scope, true) else {
            return Ok(DeskFigures::default());
        };
        open.values.push(Value::Int(now.0));
        let sql = format!(
            "SELECT COUNT(*), \
             CAST(SUM(CASE WHEN i.state IN ('reported', 'open') THEN 1 ELSE 0 END) AS BIGINT), \
             CAST(SUM(CASE WHEN i.late_at <= ${} THEN 1 ELSE 0 END) AS BIGINT) \
             FROM incident i WHERE i.urgency IS NOT NULL AND {}",
            open.values.len(),
            open.text
        );
        let store = &self.0.store;
        let figures: Option<(i64, Option<i64>, Option<i64>)> =
            store.row(AssertSqlSafe(sql), &open.values).await?;
        let (all, not_acknowledged, past_sla) = figures.unwrap_or_default();

        let Some(mut today) = conditions(scope, true) else {
            return Ok(DeskFigures::default());
        };
        today.and(
            "i.acknowledged_at >= ?",
            Value::Int(now.0 - now.0.rem_euclid(DAY_US)),
        );
        let sql = format!(
            "SELECT CAST(SUM(CASE WHEN i.acknowledged_at > i.reported_at \
             THEN i.acknowledged_at - i.reported_at ELSE 0 END) AS BIGINT), COUNT(*) FROM incident i \
             WHERE i.acknowledged_at IS NOT NULL AND {}",
            today.text
        );
        let acknowledged: Option<(Option<i64>, i64)> =
            store.row(AssertSqlSafe(sql), &today.values).await?;
        let (took_us, acknowledged) = acknowledged.unwrap_or_default();

        let recent = id_from(now.plus_us(-TEN_MINUTES_US));
        let Some(mut alarms) = conditions(scope, false) else {
            return Ok(DeskFigures::default());
        };
        alarms.and("i.id >= ?", Value::Text(&recent));
        // The plus keeps the time first: few are that young, many have that priority.
        let lowest = u8::from(Priority::LOWEST_ALARM);
        alarms.and("+i.priority <= ?", Value::Int(lowest.into()));
        let sql = format!("SELECT COUNT(*) FROM incident i WHERE {}", alarms.text);
        let alarms: Option<(i64,)> = store.row(AssertSqlSafe(sql), &alarms.values).await?;
        Ok(DeskFigures {
            open: count(Some(all)),
            not_acknowledged: count(not_acknowledged),
            past_sla: count(past_sla),
            mtta_today_ms: took_us
                .filter(|_| acknowledged > 0)
                .map(|took_us| took_us / acknowledged / 1_000),
            alarms_10min: count(alarms.map(|(n,)| n)),
        })
    }
}
