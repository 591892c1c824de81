//! The sentence that a person reads for each event: on the timeline, in a mail, on the live stream.
//! Nothing personal is in it; what is personal stands beside it, opened for those who may read it.

use super::{DeliveryState, Event, Why};
use crate::Organisation;

/// One sentence without a full stop.
pub fn of(event: &Event, organisation: &Organisation) -> String {
    let name = |id: &crate::PersonId| {
        organisation
            .person(id)
            .and_then(|p| p.name.open())
            .map_or_else(|| id.to_string(), str::to_owned)
    };
    match event {
        Event::Reported(report) => {
            format!(
                "{} reported by {}",
                report.category.words(),
                report.channel.as_str()
            )
        }
        Event::Enriched(context) => {
            let transactions: usize = context
                .tills
                .iter()
                .map(|till| till.transactions.len())
                .sum();
            format!(
                "Put in context: {transactions} till transactions, {} matches, {} cameras, {} on shift",
                context.matches.len(),
                context.cameras.len(),
                context.on_shift.len()
            )
        }
        Event::Assessed(assessment) => match &assessment.checkpoint {
            Some(why) => format!("Risk {}: a person must look. {why}", assessment.risk),
            None => format!("Risk {} ({})", assessment.risk, assessment.category.words()),
        },
        Event::Routed {
            queue, priority, ..
        } => {
            let queue = organisation
                .queues
                .get(queue)
                .map_or(queue.as_str(), |q| q.value.name.as_str());
            format!(
                "Sent to {queue} as P{} {}",
                u8::from(*priority),
                priority.words()
            )
        }
        Event::Overridden(_) => "Assessment overruled".into(),
        Event::Acknowledged => "Acknowledged".into(),
        Event::Commented { .. } => "Comment".into(),
        Event::Reassigned { to } => format!("Handed to {}", name(to)),
        Event::Responding { .. } => "Responding".into(),
        Event::Escalated { step, why, .. } => escalated(*step, *why),
        Event::Breached { resolve: false } => "Not acknowledged in time".into(),
        Event::Breached { resolve: true } => "Not resolved in time".into(),
        Event::Notified {
            step, deliveries, ..
        } if deliveries.is_empty() => {
            format!("Step {} reaches nobody", step + 1)
        }
        Event::Notified {
            step, deliveries, ..
        } => {
            format!("Step {}: {} messages planned", step + 1, deliveries.len())
        }
        Event::Delivered {
            delivery, state, ..
        } => delivered(delivery, *state),
        Event::Retried { .. } => "Trying again to reach somebody".into(),
        Event::Resolved { resolution, .. } => format!("Resolved: {}", resolution.words()),
        Event::Closed => "Closed".into(),
        Event::FalseAlarm { .. } => "Marked as a false alarm".into(),
        Event::Withdrawn { .. } => "Withdrawn by the store".into(),
        Event::Merged { into } => format!("Merged into {}", into.reference()),
        Event::Unmerged { from } => format!("No longer merged into {}", from.reference()),
        Event::Absorbed { other } => format!("{} is part of this", other.reference()),
        Event::Released { other } => format!("{} is no longer part of this", other.reference()),
    }
}

fn escalated(step: usize, why: Why) -> String {
    let because = match why {
        Why::Due => "nobody has acknowledged",
        Why::Empty => "the step before reached nobody",
        Why::Failed => "somebody could not be reached",
        Why::Breach => "the time to acknowledge is over",
        Why::Overdue => "it is not resolved in time",
        Why::Hand => "somebody asked for it",
        Why::Unmerged => "it is on its own again",
    };
    format!("Escalated to step {}: {because}", step + 1)
}

fn delivered(delivery: &crate::DeliveryId, state: DeliveryState) -> String {
    // The key ends with recipient and channel: `…/person/channel`.
    let mut parts = delivery.0.rsplit('/');
    let (channel, person) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let over = match channel {
        "desk" => "Screen",
        "mail" => "Mail",
        "webhook" => "Webhook",
        other => other,
    };
    match state {
        DeliveryState::Planned => format!("{over} to {person}: will be tried again"),
        DeliveryState::Failed => format!("{over} to {person}: could not be delivered"),
        other => format!("{over} to {person}: {}", other.as_str()),
    }
}
