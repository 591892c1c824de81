//! Notify: who is told at a step, over what. The plan is made by the decision that fires the step, so
//! a crash repeats nothing and loses nothing.

use serde::{Deserialize, Serialize};

use super::{Event, Incident, Why};
use crate::organisation::{Means, Organisation};
use crate::{DeliveryId, Moment, PersonId};

/// The most deliveries that one incident keeps; a step that needs more is the last.
pub(crate) const DELIVERIES_MAX: usize = 20_000;

/// Somebody who can be reached, and over what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub person: PersonId,
    /// Over these channels at once.
    pub channels: Vec<Means>,
}

/// A delivery as it was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Its key for ever.
    pub id: DeliveryId,
    /// To whom.
    pub person: PersonId,
    /// Over what.
    pub channel: Means,
}

/// The events of a decision, and the plan of every step that they fire: whom it tells stands in the
/// log with the reason why, in one commit. A step that reaches nobody hands over to the next.
pub(super) fn with_plans(
    before: Option<&Incident>,
    mut events: Vec<Event>,
    moment: &Moment,
    organisation: &Organisation,
) -> Vec<Event> {
    let fires = |event: &Event| matches!(event, Event::Routed { .. } | Event::Escalated { .. });
    if !events.iter().any(fires) {
        return events;
    }
    let mut after = before.cloned();
    for event in &events {
        follow(&mut after, event, moment);
    }
    while let Some(plan) = after.as_ref().and_then(|i| plan(i, moment, organisation)) {
        for event in &plan {
            follow(&mut after, event, moment);
        }
        events.extend(plan);
    }
    events
}

fn follow(state: &mut Option<Incident>, event: &Event, moment: &Moment) {
    let id = moment.incident_id();
    Incident::follow(state, id, event, &moment.actor.id, moment.now, 0);
}

/// The deliveries of the step at hand if it still waits for them.
fn plan(incident: &Incident, moment: &Moment, organisation: &Organisation) -> Option<Vec<Event>> {
    let escalation = incident.escalation.as_ref().filter(|e| e.unplanned())?;
    let step = escalation.steps.get(escalation.step)?;
    let on_shift: Vec<PersonId> = incident
        .context
        .iter()
        .flat_map(|context| context.on_shift.iter().map(|person| person.id.clone()))
        .collect();
    let at = (&incident.report.region, &incident.report.site);
    let recipients = organisation.recipients(step, at, &on_shift, moment.now);
    let room = DELIVERIES_MAX.saturating_sub(incident.deliveries.len());
    let wanted: usize = recipients.iter().map(|to| to.channels.len()).sum();
    let deliveries: Vec<Planned> = recipients
        .iter()
        .flat_map(|to| to.channels.iter().map(move |channel| (to, *channel)))
        .take(room)
        .map(|(to, channel)| Planned {
            id: DeliveryId(format!(
                "{}/{}/{}/{}/{}/{}",
                incident.id.0.simple(),
                incident.routes,
                escalation.round,
                escalation.step,
                to.person,
                channel.as_str()
            )),
            person: to.person.clone(),
            channel,
        })
        .collect();
    let empty = deliveries.is_empty();
    let mut events = vec![Event::Notified {
        round: escalation.round,
        step: escalation.step,
        deliveries,
    }];
    if wanted > room {
        events.push(Event::Exhausted);
    } else if empty && incident.state.live() {
        // Who waits is rung again in the next round; a call back has this round only.
        let last = (!incident.waits_for_acknowledgement()).then_some(Event::Exhausted);
        events.extend(escalation.hand_over(Why::Empty).or(last));
    }
    Some(events)
}

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::super::{Command, Delivery};
    use super::*;

    #[test]
    fn a_step_that_has_no_room_left_says_that_nobody_can_be_told() {
        let mut tale = Tale::panic_to(Means::Mail, &[&["priya"], &["lee"]]);
        let kept = tale.incident.deliveries.values().next().expect("planned");
        let more = |number| Delivery {
            id: DeliveryId(format!("before/{number}")),
            ..kept.clone()
        };
        let full: Vec<Delivery> = (1..DELIVERIES_MAX).map(more).collect();
        let full = full.into_iter().map(|held| (held.id.clone(), held));
        tale.incident.deliveries.extend(full);
        tale.when(Command::Elapse, &house(30)).expect("due");
        assert_eq!(tale.last.last(), Some(&Event::Exhausted));
        assert!(tale.incident.unreached());
        assert_eq!(tale.incident.next_due(), tale.incident.resolve_by);
        assert_eq!(tale.incident.deliveries.len(), DELIVERIES_MAX);
    }
}
