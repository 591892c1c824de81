//! Deliver: what became of each delivery. Only forward: a late "sent" never undoes a "delivered".

use std::collections::BTreeSet;

use outcry_words::say;
use serde::{Deserialize, Serialize};

use super::{Event, Incident, Refusal, Why};
use crate::organisation::Means;
use crate::{ActorId, DeliveryId, Moment, PersonId, Time};

/// Attempts before a delivery has failed for good.
pub(crate) const ATTEMPTS_MAX: u32 = 8;
/// Seconds before each further attempt; up to a fifth of it is added at random.
pub(crate) const RETRY_AFTER_S: [u32; 7] = [1, 2, 5, 15, 60, 300, 900];
/// The longest text of a provider that is kept, in characters.
pub(crate) const PROVIDER_TEXT_CHARS_MAX: usize = 500;

/// How far a delivery got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// To be sent.
    Planned,
    /// Handed to the wire.
    Sent,
    /// The provider took it.
    Accepted,
    /// It arrived.
    Delivered,
    /// Somebody saw it.
    Seen,
    /// It never will arrive.
    Failed,
}

impl DeliveryState {
    /// The name in the API and the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Delivered => "delivered",
            Self::Seen => "seen",
            Self::Failed => "failed",
        }
    }
}

/// What a channel says became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It goes out now.
    Sent,
    /// The provider took it, and said this.
    Accepted(String),
    /// It arrived.
    Delivered(String),
    /// Not now; maybe after this many seconds.
    Retry(String, Option<u32>),
    /// Never.
    Failed(String),
}

/// A delivery, folded.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the fields carry the names of the API
pub struct Delivery {
    pub id: DeliveryId,
    /// The routing of the incident that it belongs to.
    pub route: u32,
    pub round: u32,
    pub step: usize,
    pub person: PersonId,
    pub channel: Means,
    pub state: DeliveryState,
    pub attempts: u32,
    pub provider_text: Option<String>,
    pub planned_at: Time,
    pub updated_at: Time,
    /// When the next attempt is due; between attempts only.
    pub retry_at: Option<Time>,
    /// Whether somebody had the incident when it was planned: it is overdue, or was escalated by hand.
    pub recall: bool,
}

impl Delivery {
    /// Whether the courier still has something to do for it.
    pub fn pending(&self) -> bool {
        matches!(self.state, DeliveryState::Planned | DeliveryState::Sent)
            && self.retry_at.is_none()
    }

    /// Whether the last that is known of it is that it did not arrive: it has failed, or an attempt
    /// did, and another one is due or under way.
    pub(super) fn lost(&self) -> bool {
        self.state == DeliveryState::Failed || (self.under_way() && self.provider_text.is_some())
    }

    /// Whether nobody has taken it, and somebody still may.
    pub(super) fn under_way(&self) -> bool {
        matches!(self.state, DeliveryState::Planned | DeliveryState::Sent)
    }
}

pub(super) fn deliver(
    incident: &Incident,
    outcomes: Vec<(DeliveryId, Outcome)>,
    moment: &Moment,
) -> Result<Vec<Event>, Refusal> {
    let mut events = Vec::new();
    let mut failed: Vec<&Delivery> = Vec::new();
    let mut sent: BTreeSet<DeliveryId> = BTreeSet::new();
    for (id, outcome) in outcomes {
        let Some(delivery) = incident.deliveries.get(&id) else {
            continue;
        };
        if outcome == Outcome::Sent {
            sent.insert(id.clone());
        }
        let attempts = delivery.attempts + u32::from(sent.contains(&id));
        let outcome = match outcome {
            Outcome::Retry(text, _) if !incident.needs(delivery) => Outcome::Failed(idle(&text)),
            other => other,
        };
        let step = step(delivery, attempts, outcome, moment);
        if let Some(Event::Delivered {
            state: DeliveryState::Failed,
            ..
        }) = &step
        {
            failed.push(delivery);
        }
        events.extend(step);
    }
    failed.retain(|delivery| incident.needs(delivery));
    events.extend(after_failures(incident, &failed));
    if events.is_empty() {
        Err(Refusal::Nothing)
    } else {
        Ok(events)
    }
}

/// What follows when deliveries failed for good: the next step of the round, or, for a call back that
/// is not repeated, word that nobody was reached.
fn after_failures(incident: &Incident, failed: &[&Delivery]) -> Option<Event> {
    let escalation = incident.escalation.as_ref()?;
    let lost = |delivery: &&&Delivery| leaves_nobody(incident, delivery, failed, false);
    failed.iter().find(lost)?;
    escalation.hand_over(Why::Failed).or_else(|| {
        let all = |delivery: &&Delivery| leaves_nobody(incident, delivery, failed, true);
        (!incident.waits_for_acknowledgement() && failed.iter().any(all))
            .then_some(Event::Exhausted)
    })
}

/// What to do with a delivery whose next attempt is due: try again, or leave it once nobody needs it.
pub(super) fn again(incident: &Incident, delivery: &Delivery) -> Event {
    let id = delivery.id.clone();
    if incident.needs(delivery) {
        return Event::Retried { delivery: id };
    }
    let text = delivery.provider_text.as_deref().unwrap_or_default();
    Event::Delivered {
        delivery: id,
        state: DeliveryState::Failed,
        text: Some(cut(&idle(text))),
        retry_at: None,
    }
}

/// What a provider said, and why it is not asked again.
fn idle(text: &str) -> String {
    say("outcome-idle", [("text", text.into())])
}

fn cut(text: &str) -> String {
    text.chars().take(PROVIDER_TEXT_CHARS_MAX).collect()
}

/// Whether this failure leaves somebody unreached in the step at hand: its recipient, when nothing
/// else may still arrive with them. A screen that nobody sits at counts only when the whole step is
/// lost, for a desk is many screens and one person at one of them is enough.
/// Where `whole_step` is asked, so it is for every channel.
fn leaves_nobody(
    incident: &Incident,
    delivery: &Delivery,
    failed: &[&Delivery],
    whole_step: bool,
) -> bool {
    let place = |of: &Delivery| (of.route, of.round, of.step);
    let of_step = |other: &Delivery| place(other) == place(delivery);
    let at_hand = incident
        .escalation
        .as_ref()
        .is_some_and(|e| (incident.routes, e.round, e.step) == place(delivery));
    let whole_step = whole_step || delivery.channel == Means::Desk;
    at_hand
        && incident
            .deliveries
            .values()
            .filter(|other| of_step(other) && (whole_step || other.person == delivery.person))
            .all(|other| {
                other.state == DeliveryState::Failed
                    || failed.iter().any(|gone| gone.id == other.id)
            })
}

fn step(delivery: &Delivery, attempts: u32, outcome: Outcome, moment: &Moment) -> Option<Event> {
    let (state, text, retry_at) = match outcome {
        Outcome::Sent => (DeliveryState::Sent, None, None),
        Outcome::Accepted(text) => (DeliveryState::Accepted, Some(text), None),
        Outcome::Delivered(text) => (DeliveryState::Delivered, Some(text), None),
        Outcome::Failed(text) => (DeliveryState::Failed, Some(text), None),
        Outcome::Retry(text, after_s) => match retry(attempts, after_s, moment) {
            Some(at) => (DeliveryState::Planned, Some(text), Some(at)),
            None => (
                DeliveryState::Failed,
                Some(say(
                    "outcome-tried",
                    [("text", text.into()), ("count", attempts.into())],
                )),
                None,
            ),
        },
    };
    let settled = matches!(delivery.state, DeliveryState::Failed | DeliveryState::Seen);
    let forward = match state {
        // Between attempts it is planned again, but never once a provider has taken it.
        DeliveryState::Planned | DeliveryState::Failed => delivery.state <= DeliveryState::Accepted,
        DeliveryState::Sent => delivery.state == DeliveryState::Planned,
        further => further > delivery.state,
    };
    (forward && !settled).then(|| Event::Delivered {
        delivery: delivery.id.clone(),
        state,
        text: text.as_deref().map(cut),
        retry_at,
    })
}

fn retry(attempts: u32, after_s: Option<u32>, moment: &Moment) -> Option<Time> {
    if attempts >= ATTEMPTS_MAX {
        return None;
    }
    let attempt = usize::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    let own = RETRY_AFTER_S[attempt.min(RETRY_AFTER_S.len() - 1)];
    let wait_us = i64::from(own.max(after_s.unwrap_or(0).min(86_400))) * 1_000_000;
    Some(moment.now.plus_us(wait_us + moment.jitter_us(wait_us / 5)))
}

/// Somebody looks at the incident: what went to their screen was seen.
pub(super) fn seen(incident: &Incident, moment: &Moment) -> Result<Vec<Event>, Refusal> {
    let ActorId::Person(person) = &moment.actor.id else {
        return Err(Refusal::Nothing);
    };
    let events: Vec<Event> = incident
        .deliveries
        .values()
        .filter(|delivery| delivery.person == *person && delivery.channel == Means::Desk)
        .filter(|delivery| delivery.state < DeliveryState::Seen)
        .map(|delivery| Event::Delivered {
            delivery: delivery.id.clone(),
            state: DeliveryState::Seen,
            text: None,
            retry_at: None,
        })
        .collect();
    if events.is_empty() {
        Err(Refusal::Nothing)
    } else {
        Ok(events)
    }
}

#[cfg(test)]
mod tests;
