//! Override: a person overrules the assessment, and wins.

use serde::{Deserialize, Serialize};

use super::{Event, Incident, NOTE_CHARS_MAX, Refusal, assess};
use crate::category::Priority;
use crate::{Category, Moment, Organisation, Personal, QueueId};

/// What a person says instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Override {
    /// The category, if it was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The risk, 0 to 100, if it was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<u8>,
    /// The queue, if it was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    /// Why: it teaches the model and answers the auditor.
    pub reason: Personal,
}

pub(super) fn overrule(
    incident: &Incident,
    change: Override,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    incident.must_be_live()?;
    if change.category.is_none() && change.risk.is_none() && change.queue.is_none() {
        return Err(Refusal::invalid(
            "",
            "say which of category, risk and queue is different",
        ));
    }
    if change.risk.is_some_and(|risk| risk > 100) {
        return Err(Refusal::invalid("/risk", "must be 0 to 100"));
    }
    let reason = change.reason.open().unwrap_or_default();
    if reason.trim().is_empty() || reason.chars().count() > NOTE_CHARS_MAX {
        return Err(Refusal::invalid(
            "/reason",
            format!("say why, in 1 to {NOTE_CHARS_MAX} characters"),
        ));
    }
    let risk = change
        .risk
        .or_else(|| incident.assessment.as_ref().map(|a| a.risk));
    let priority = risk.map_or(Priority::P3, Priority::of_risk);
    let queue = match &change.queue {
        Some(id) => match organisation.queues.get(id) {
            Some(queue) => Some(&queue.value),
            None => {
                return Err(Refusal::invalid(
                    "/queue",
                    format!("there is no queue {id}"),
                ));
            }
        },
        // A checkpoint ends with a person's word, even if only the category was in doubt.
        None if change.risk.is_some() || incident.at_checkpoint() => {
            assess::queue_for(priority, organisation)
        }
        None => None,
    };
    let priority = match &change.queue {
        Some(_) => queue
            .filter(|q| !q.checkpoint)
            .map_or(priority, |queue| queue.priority),
        None => priority,
    };
    let moves = queue.is_some_and(|q| {
        incident.queue.as_ref() != Some(&q.id) || incident.priority() != Some(priority)
    });
    let routed = queue
        .filter(|_| moves)
        .map(|q| assess::routed(q, priority, moment.now, organisation));
    Ok(std::iter::once(Event::Overridden(change))
        .chain(routed)
        .collect())
}
