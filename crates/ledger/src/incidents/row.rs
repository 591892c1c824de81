//! The read row of an incident: what lists filter and sort by, and the summary they show.

use outcry_domain::Time;
use outcry_domain::incident::{State, Summary};

use crate::store::Value;
use crate::writer::ManyRows;

/// Below this many bits lies a time in the urgency key, above it the priority.
const URGENCY_TIME_BITS: u32 = 58;
/// What an incident without a priority sorts as: after all that have one.
const UNROUTED: i64 = 5;

const INSERT: &str = "INSERT INTO incident (id, region, site, reference, reported_at, category, \
    state, queue, priority, urgency, late_at, acknowledged_at, next_due, undelivered, sequence, \
    summary) VALUES";

/// Ready to be bound.
pub(crate) struct Row {
    id: String,
    reference: String,
    urgency: Option<i64>,
    late_at: Option<i64>,
    json: String,
    summary: Summary,
}

impl Row {
    pub(crate) fn new(summary: Summary) -> Self {
        Self {
            id: key(summary.id),
            reference: summary.id.reference(),
            urgency: urgency(&summary),
            late_at: late_at(&summary).map(|at| at.0),
            json: serde_json::to_string(&summary).expect("a summary holds no open personal text"),
            summary,
        }
    }

    /// The values of `upsert`, in its order.
    pub(crate) fn values(&self) -> [Value<'_>; 16] {
        let s = &self.summary;
        let undelivered = (s.pending > 0).then_some(i64::from(s.pending));
        [
            Value::Text(&self.id),
            Value::Text(s.region.as_str()),
            Value::Text(s.site.as_str()),
            Value::Text(&self.reference),
            Value::Int(s.reported_at.0),
            Value::Text(s.category.as_str()),
            Value::Text(s.state.as_str()),
            Value::MaybeText(s.queue.as_ref().map(|queue| queue.as_str())),
            Value::MaybeInt(s.priority.map(|priority| i64::from(u8::from(priority)))),
            Value::MaybeInt(self.urgency),
            Value::MaybeInt(self.late_at),
            Value::MaybeInt(s.acknowledged_at.map(|at| at.0)),
            Value::MaybeInt(s.next_due.map(|at| at.0)),
            Value::MaybeInt(undelivered),
            Value::Int(i64::try_from(s.sequence).unwrap_or(i64::MAX)),
            Value::Text(&self.json),
        ]
    }
}

/// Writes rows whole. What never changes is not written again, so its indexes stay untouched.
pub(crate) fn upsert() -> ManyRows {
    ManyRows::new(
        INSERT,
        16,
        "ON CONFLICT (id) DO UPDATE SET category = excluded.category, state = excluded.state, \
         queue = excluded.queue, priority = excluded.priority, urgency = excluded.urgency, \
         late_at = excluded.late_at, acknowledged_at = excluded.acknowledged_at, \
         next_due = excluded.next_due, undelivered = excluded.undelivered, \
         sequence = excluded.sequence, summary = excluded.summary",
    )
}

/// Writes what most facts change, when an incident stays in every list where it is: the indexes of
/// those lists are not touched.
pub(crate) fn touch() -> ManyRows {
    ManyRows::new(
        INSERT,
        16,
        "ON CONFLICT (id) DO UPDATE SET next_due = excluded.next_due, \
         undelivered = excluded.undelivered, sequence = excluded.sequence, summary = excluded.summary",
    )
}

/// Where an incident stands in the lists. While this stays the same, `touch` is enough.
pub(crate) fn class(summary: &Summary) -> impl PartialEq + '_ {
    (
        summary.category,
        summary.state,
        &summary.queue,
        summary.priority,
        urgency(summary),
        late_at(summary),
        summary.acknowledged_at,
    )
}

/// An incident's id as the tables have it: 32 hex digits, which sort by time.
pub(crate) fn key(id: outcry_domain::IncidentId) -> String {
    id.0.simple().to_string()
}

/// Priority, then the time to acknowledge, as one number; `None` once nobody must do anything.
pub(crate) fn urgency(summary: &Summary) -> Option<i64> {
    let priority = summary
        .priority
        .map_or(UNROUTED, |priority| i64::from(u8::from(priority)));
    let by = summary
        .acknowledge_by
        .unwrap_or(summary.reported_at)
        .0
        .clamp(0, (1 << URGENCY_TIME_BITS) - 1);
    summary
        .state
        .live()
        .then_some((priority << URGENCY_TIME_BITS) | by)
}

/// From when on the incident is past its service level: not acknowledged, or not resolved, in time.
fn late_at(summary: &Summary) -> Option<Time> {
    match summary.state {
        State::Reported | State::Open => summary.acknowledge_by,
        State::Acknowledged | State::Responding => summary.resolve_by,
        _ => None,
    }
}
