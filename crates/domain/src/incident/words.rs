//! The sentence that a person reads for each event: on the timeline and on the live stream.
//! Of what is personal it knows the names of staff alone; texts stand beside it, opened for those who may read them.

use super::{Channel, Context, DeliveryState, Event, Report, Why};
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
        Event::Routed { queue, .. } => routed(queue, organisation),
        Event::Reassigned { to } => format!("Handed to {}", name(to, organisation)),
        Event::Escalated { step, why, .. } => escalated(*step, *why),
        Event::Notified {
            step,
            deliveries,
            beyond,
            desk,
            ..
        } => {
            let told = notified(*step, deliveries.len(), *desk);
            format!("{told}{}", left_out(beyond, organisation))
        }
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
    let how = match report.channel {
        Channel::Terminal => "from the terminal",
        Channel::Phone => "by phone",
        Channel::Api => "over the API",
        Channel::Mail => "by mail",
        Channel::Portal => "on the public portal",
        Channel::Button => "from the button",
        Channel::Panel => "from the alarm panel",
    };
    match report.left_out.join(", ") {
        none if none.is_empty() => format!("{what} reported {how}"),
        some => {
            format!("{what} reported {how} (did not fit, and was put right or left out: {some})")
        }
    }
}

fn enriched(context: &Context) -> String {
    let transactions = context.tills.iter().map(|till| till.transactions.len());
    let listed = transactions.sum();
    let receipts = match context.omitted as usize {
        0 => count(listed, "receipt", "receipts"),
        more => format!("{listed} of {} receipts", listed + more),
    };
    let found = [
        receipts,
        count(context.matches.len(), "match", "matches"),
        count(context.cameras.len(), "camera", "cameras"),
        count(context.on_shift.len(), "person on shift", "people on shift"),
    ];
    format!("Store records: {}", found.join(", "))
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn routed(queue: &QueueId, organisation: &Organisation) -> String {
    let known = organisation.queues.get(queue).map(|held| &held.value);
    let name = known.map_or(queue.as_str(), |queue| queue.name.as_str());
    match known.is_some_and(|queue| queue.checkpoint) {
        true => format!("Sent to the queue {name}: a person decides where it goes"),
        false => format!("Sent to the {name} queue"),
    }
}

/// The most people whom one sentence names.
const NAMED_MAX: usize = 3;

fn notified(step: usize, deliveries: usize, desk: bool) -> String {
    let step = step + 1;
    let messages = count(deliveries, "message", "messages");
    match deliveries {
        0 => format!("Step {step} reaches nobody"),
        _ if desk => format!("Step {step} reaches nobody: {messages} to the desk instead"),
        _ => format!("Step {step}: {messages} planned"),
    }
}

fn left_out(beyond: &[PersonId], organisation: &Organisation) -> String {
    if beyond.is_empty() {
        return String::new();
    }
    let named = beyond.iter().take(NAMED_MAX);
    let mut names: Vec<String> = named.map(|id| name(id, organisation)).collect();
    if beyond.len() > NAMED_MAX {
        names.push(format!("{} more", beyond.len() - NAMED_MAX));
    }
    let names = names.join(", ");
    format!(" (not told, for they may not see this incident: {names})")
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

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::super::{Command, Scored};
    use super::*;
    use crate::Category;

    fn told(events: &[Event]) -> Vec<String> {
        let shop = shop();
        let seen = events
            .iter()
            .filter(|event| !matches!(event, Event::Notified { .. } | Event::Delivered { .. }));
        seen.map(|event| of(event, &shop)).collect()
    }

    #[test]
    fn a_robbery_is_told_in_plain_words() {
        let robbery = Tale::of(Command::Report(draft(Category::Robbery)));
        assert_eq!(
            told(&robbery.last),
            [
                "Robbery reported from the terminal",
                "Risk 85 (Robbery)",
                "Sent to the Critical queue",
            ]
        );
    }

    #[test]
    fn what_is_not_listed_is_counted_too() {
        let busy = Event::Enriched(Context {
            omitted: 440,
            ..Context::default()
        });
        let expected = "Store records: 0 of 440 receipts, 0 matches, 0 cameras, 0 people on shift";
        assert_eq!(of(&busy, &shop()), expected);
    }

    #[test]
    fn what_the_store_knows_is_counted() {
        let mut theft = Tale::theft();
        let unsure = Scored {
            category: Category::Theft,
            confidence: 0.1,
            risk: 40,
            reasons: vec![],
            model: "nb-1".into(),
        };
        let command = Command::Enrich {
            context: Box::default(),
            scored: Some(Box::new(unsure)),
        };
        let events = theft.when(command, &house(1)).expect("news");
        assert_eq!(
            told(events),
            [
                "Store records: 0 receipts, 0 matches, 0 cameras, 0 people on shift",
                "Risk 40: a person must look. The score is unsure (10 %)",
                "Sent to the queue Needs a look: a person decides where it goes",
            ]
        );
    }
}
