//! The sentence that a person reads for each event: on the timeline, in a mail, on the live stream.
//! Nothing personal is in it; what is personal stands beside it, opened for those who may read it.

use super::{Channel, Context, DeliveryState, Event, Report, Why};
use crate::category::Priority;
use crate::{DeliveryId, Organisation, PersonId, QueueId};

/// One sentence without a full stop.
pub fn of(event: &Event, organisation: &Organisation) -> String {
    match event {
        Event::Reported(report) => reported(report),
        Event::Enriched(context) => enriched(context),
        Event::Assessed(assessment) => match &assessment.checkpoint {
            Some(why) => format!("Risk {}: a person must look. {why}", assessment.risk),
            None => format!("Risk {} ({})", assessment.risk, assessment.category.words()),
        },
        Event::Routed {
            queue, priority, ..
        } => routed(queue, *priority, organisation),
        Event::Reassigned { to } => format!("Handed to {}", name(to, organisation)),
        Event::Escalated { step, why, .. } => escalated(*step, *why),
        Event::Notified {
            step, deliveries, ..
        } => notified(*step, deliveries.len()),
        Event::Delivered {
            delivery, state, ..
        } => delivered(delivery, *state, organisation),
        Event::Resolved { resolution, .. } => format!("Resolved: {}", resolution.words()),
        Event::Merged { into } => format!("Merged into {}", into.reference()),
        Event::Unmerged { from } => format!("No longer merged into {}", from.reference()),
        Event::Absorbed { other } => format!("{} is part of this", other.reference()),
        Event::Released { other } => format!("{} is no longer part of this", other.reference()),
        Event::Overridden(_) => "Assessment overruled".into(),
        Event::Acknowledged => "Acknowledged".into(),
        Event::Commented { .. } => "Comment".into(),
        Event::Responding { .. } => "Responding".into(),
        Event::Breached { resolve: false } => "Not acknowledged in time".into(),
        Event::Breached { resolve: true } => "Not resolved in time".into(),
        Event::Exhausted => {
            "Nobody could be reached and no step is left to try: call somebody".into()
        }
        Event::Retried { .. } => "Trying again to reach somebody".into(),
        Event::Closed => "Closed".into(),
        Event::FalseAlarm { .. } => "Marked as a false alarm".into(),
        Event::Withdrawn { .. } => "Withdrawn by the store".into(),
        Event::Erased { ground } => format!("Personal texts erased: {}", ground.words()),
    }
}

fn name(id: &PersonId, organisation: &Organisation) -> String {
    let known = organisation.person(id).and_then(|p| p.name.open());
    known.map_or_else(|| id.to_string(), str::to_owned)
}

fn reported(report: &Report) -> String {
    let what = report.category.words();
    let over = match report.channel {
        Channel::Api => "the API",
        Channel::Portal => "the public portal",
        other => other.as_str(),
    };
    match report.left_out.join(", ") {
        none if none.is_empty() => format!("{what} reported over {over}"),
        some => format!(
            "{what} reported over {over} (did not fit, and was put right or left out: {some})"
        ),
    }
}

fn enriched(context: &Context) -> String {
    let transactions = context.tills.iter().map(|till| till.transactions.len());
    let found = [
        count(transactions.sum(), "till transaction", "till transactions"),
        count(context.matches.len(), "match", "matches"),
        count(context.cameras.len(), "camera", "cameras"),
        count(context.on_shift.len(), "person on shift", "people on shift"),
    ];
    format!("Put in context: {}", found.join(", "))
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn routed(queue: &QueueId, priority: Priority, organisation: &Organisation) -> String {
    let known = organisation.queues.get(queue);
    let queue = known.map_or(queue.as_str(), |queue| queue.value.name.as_str());
    let words = priority.words();
    format!("Sent to {queue} as P{} {words}", u8::from(priority))
}

fn notified(step: usize, deliveries: usize) -> String {
    match deliveries {
        0 => format!("Step {} reaches nobody", step + 1),
        some => {
            let messages = count(some, "message", "messages");
            format!("Step {}: {messages} planned", step + 1)
        }
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

fn delivered(delivery: &DeliveryId, state: DeliveryState, organisation: &Organisation) -> String {
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
    let to = match person.parse() {
        Ok(id) => name(&id, organisation),
        Err(_) => person.to_owned(),
    };
    let became = match state {
        DeliveryState::Planned => "will be tried again",
        DeliveryState::Sent => "sent",
        DeliveryState::Accepted => "accepted by the provider",
        DeliveryState::Delivered => "delivered",
        DeliveryState::Seen => "seen",
        DeliveryState::Failed => "could not be delivered",
    };
    format!("{over} to {to}: {became}")
}
