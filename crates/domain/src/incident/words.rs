//! The sentence that a person reads for each event: on the timeline and on the live stream.
//! Of what is personal it knows the names of staff alone; texts stand beside it, opened for those who may read them.

use std::borrow::Cow;

use outcry_words::{Catalogue, english};

use super::{Assessment, Channel, Context, DeliveryState, Event, Report, Why};
use crate::{DeliveryId, Organisation, PersonId, QueueId};

/// One sentence without a full stop, in English.
pub fn of(event: &Event, organisation: &Organisation) -> String {
    of_in(english(), event, organisation)
}

/// The same sentence for whoever may not know which other incident a merge names.
pub fn without_other(event: &Event, organisation: &Organisation) -> String {
    without_other_in(english(), event, organisation)
}

/// That sentence in the language of that catalogue.
pub fn without_other_in(words: &Catalogue, event: &Event, organisation: &Organisation) -> String {
    let sentence = match event {
        Event::Merged { .. } => words.say("timeline-merged-hidden", []),
        Event::Unmerged { .. } => words.say("timeline-unmerged-hidden", []),
        Event::Absorbed { .. } => words.say("timeline-absorbed-hidden", []),
        Event::Released { .. } => words.say("timeline-released-hidden", []),
        _ => return of_in(words, event, organisation),
    };
    sentence.into_owned()
}

/// The same sentence in the language of that catalogue.
pub fn of_in(words: &Catalogue, event: &Event, organisation: &Organisation) -> String {
    let sentence = match event {
        Event::Reported(report) => reported(words, report),
        Event::Enriched(context) => enriched(words, context),
        Event::Assessed(assessment) => assessed(words, assessment),
        Event::Routed { queue, .. } => routed(words, queue, organisation),
        Event::Reassigned { to } => {
            let person = name(to, organisation).into();
            words.say("timeline-reassigned", [("person", person)])
        }
        Event::Escalated { step, why, .. } => escalated(words, *step, *why),
        Event::Notified {
            step,
            deliveries,
            beyond,
            desk,
            ..
        } => {
            let told = notified(words, *step, deliveries.len(), *desk);
            left_out(words, told, beyond, organisation)
        }
        Event::Delivered {
            delivery, state, ..
        } => delivered(words, delivery, *state, organisation),
        Event::Resolved { resolution, .. } => {
            let resolution = words.say(resolution.key(), []).into();
            words.say("timeline-resolved", [("resolution", resolution)])
        }
        Event::Merged { into } => {
            words.say("timeline-merged", [("incident", into.reference().into())])
        }
        Event::Unmerged { from } => {
            words.say("timeline-unmerged", [("incident", from.reference().into())])
        }
        Event::Absorbed { other } => words.say(
            "timeline-absorbed",
            [("incident", other.reference().into())],
        ),
        Event::Released { other } => words.say(
            "timeline-released",
            [("incident", other.reference().into())],
        ),
        Event::Erased { ground } => {
            let ground = words.say(ground.key(), []).into();
            words.say("timeline-erased", [("ground", ground)])
        }
        Event::Overridden(_) => words.say("timeline-overridden", []),
        Event::Acknowledged => words.say("timeline-acknowledged", []),
        Event::Commented { .. } => words.say("timeline-commented", []),
        Event::Responding { .. } => words.say("timeline-responding", []),
        Event::Breached { resolve: false } => words.say("timeline-late-acknowledge", []),
        Event::Breached { resolve: true } => words.say("timeline-late-resolve", []),
        Event::Exhausted => words.say("timeline-exhausted", []),
        Event::Retried { .. } => words.say("timeline-retried", []),
        Event::Closed => words.say("timeline-closed", []),
        Event::FalseAlarm { .. } => words.say("timeline-false-alarm", []),
        Event::Withdrawn { .. } => words.say("timeline-withdrawn", []),
    };
    sentence.into_owned()
}

fn name(id: &PersonId, organisation: &Organisation) -> String {
    let known = organisation.person(id).and_then(|p| p.name.open());
    known.map_or_else(|| id.to_string(), str::to_owned)
}

fn reported<'w>(words: &'w Catalogue, report: &Report) -> Cow<'w, str> {
    let with = [("category", words.say(report.category.key(), []).into())];
    let told = match report.channel {
        Channel::Terminal => words.say("timeline-reported-terminal", with),
        Channel::Phone => words.say("timeline-reported-phone", with),
        Channel::Api => words.say("timeline-reported-api", with),
        Channel::Mail => words.say("timeline-reported-mail", with),
        Channel::Portal => words.say("timeline-reported-portal", with),
        Channel::Button => words.say("timeline-reported-button", with),
        Channel::Panel => words.say("timeline-reported-panel", with),
    };
    if report.left_out.is_empty() {
        return told;
    }
    let fields = report.left_out.join(", ").into();
    words.say(
        "timeline-put-right",
        [("told", told.into()), ("fields", fields)],
    )
}

fn enriched<'w>(words: &'w Catalogue, context: &Context) -> Cow<'w, str> {
    let transactions = context.tills.iter().map(|till| till.transactions.len());
    let listed: usize = transactions.sum();
    let receipts = match context.omitted as usize {
        0 => words.say("timeline-receipts", [("count", listed.into())]),
        more => {
            let all = listed + more;
            words.say(
                "timeline-some-receipts",
                [("listed", listed.into()), ("all", all.into())],
            )
        }
    };
    let matches = words.say(
        "timeline-matches",
        [("count", context.matches.len().into())],
    );
    let cameras = words.say(
        "timeline-cameras",
        [("count", context.cameras.len().into())],
    );
    let people = words.say(
        "timeline-people",
        [("count", context.on_shift.len().into())],
    );
    words.say(
        "timeline-enriched",
        [
            ("receipts", receipts.into()),
            ("matches", matches.into()),
            ("cameras", cameras.into()),
            ("people", people.into()),
        ],
    )
}

fn assessed<'w>(words: &'w Catalogue, assessment: &Assessment) -> Cow<'w, str> {
    let risk = assessment.risk.into();
    match &assessment.checkpoint {
        Some(why) => words.say(
            "timeline-checkpoint",
            [("risk", risk), ("why", why.as_str().into())],
        ),
        None => {
            let category = words.say(assessment.category.key(), []).into();
            words.say(
                "timeline-assessed",
                [("risk", risk), ("category", category)],
            )
        }
    }
}

fn routed<'w>(words: &'w Catalogue, queue: &QueueId, organisation: &Organisation) -> Cow<'w, str> {
    let known = organisation.queues.get(queue).map(|held| &held.value);
    let name = known.map_or(queue.as_str(), |queue| queue.name.as_str());
    match known.is_some_and(|queue| queue.checkpoint) {
        true => words.say("timeline-routed-checkpoint", [("queue", name.into())]),
        false => words.say("timeline-routed", [("queue", name.into())]),
    }
}

/// The most people whom one sentence names.
const NAMED_MAX: usize = 3;

fn notified(words: &Catalogue, step: usize, deliveries: usize, desk: bool) -> Cow<'_, str> {
    let step = (step + 1).into();
    let messages = words.say("timeline-messages", [("count", deliveries.into())]);
    let messages = messages.into();
    match deliveries {
        0 => words.say("timeline-notified-nobody", [("step", step)]),
        _ if desk => words.say(
            "timeline-notified-desk",
            [("step", step), ("messages", messages)],
        ),
        _ => words.say(
            "timeline-notified",
            [("step", step), ("messages", messages)],
        ),
    }
}

fn left_out<'w>(
    words: &'w Catalogue,
    told: Cow<'w, str>,
    beyond: &[PersonId],
    organisation: &Organisation,
) -> Cow<'w, str> {
    if beyond.is_empty() {
        return told;
    }
    let named = beyond.iter().take(NAMED_MAX);
    let mut names: Vec<String> = named.map(|id| name(id, organisation)).collect();
    if beyond.len() > NAMED_MAX {
        let more = beyond.len() - NAMED_MAX;
        let more = words.say("timeline-more-people", [("count", more.into())]);
        names.push(more.into_owned());
    }
    let people = names.join(", ").into();
    words.say(
        "timeline-not-told",
        [("told", told.into()), ("people", people)],
    )
}

fn escalated(words: &Catalogue, step: usize, why: Why) -> Cow<'_, str> {
    let with = [("step", (step + 1).into())];
    match why {
        Why::Due => words.say("timeline-escalated-due", with),
        Why::Empty => words.say("timeline-escalated-empty", with),
        Why::Failed => words.say("timeline-escalated-failed", with),
        Why::Breach => words.say("timeline-escalated-breach", with),
        Why::Overdue => words.say("timeline-escalated-overdue", with),
        Why::Hand => words.say("timeline-escalated-hand", with),
        Why::Unmerged => words.say("timeline-escalated-unmerged", with),
    }
}

fn delivered<'w>(
    words: &'w Catalogue,
    delivery: &DeliveryId,
    state: DeliveryState,
    organisation: &Organisation,
) -> Cow<'w, str> {
    // The key ends with recipient and channel: `…/person/channel`.
    let mut parts = delivery.0.rsplit('/');
    let (channel, person) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let over = match channel {
        "desk" => words.say("timeline-over-desk", []),
        "mail" => words.say("timeline-over-mail", []),
        "webhook" => words.say("timeline-over-webhook", []),
        other => other.into(),
    };
    let person = match person.parse() {
        Ok(id) => name(&id, organisation),
        Err(_) => person.to_owned(),
    };
    let with = [("over", over.into()), ("person", person.into())];
    match state {
        DeliveryState::Planned => words.say("timeline-delivery-planned", with),
        DeliveryState::Sent => words.say("timeline-delivery-sent", with),
        DeliveryState::Accepted => words.say("timeline-delivery-accepted", with),
        DeliveryState::Delivered => words.say("timeline-delivery-delivered", with),
        DeliveryState::Seen => words.say("timeline-delivery-seen", with),
        DeliveryState::Failed => words.say("timeline-delivery-failed", with),
    }
}

#[cfg(test)]
mod every_event;

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
