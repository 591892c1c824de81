//! Notify: who is told at a step, over what. The plan is made by the decision that fires the step, so
//! a crash repeats nothing and loses nothing.

use serde::{Deserialize, Serialize};

use super::{Event, Incident, Why};
use crate::organisation::{Means, Organisation};
use crate::{DeliveryId, Moment, PersonId};

/// The most deliveries that one incident keeps.
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
        apply(&mut after, event, moment);
    }
    while let Some(plan) = after.as_ref().and_then(|i| plan(i, moment, organisation)) {
        for event in &plan {
            apply(&mut after, event, moment);
        }
        events.extend(plan);
    }
    events
}

fn apply(state: &mut Option<Incident>, event: &Event, moment: &Moment) {
    let actor = &moment.actor.id;
    match state {
        Some(incident) => incident.apply(event, actor, moment.now, incident.sequence),
        None => *state = Incident::opened(moment.incident_id(), event, actor, moment.now, 0),
    }
}

/// The deliveries of the step at hand if it still waits for them.
fn plan(incident: &Incident, moment: &Moment, organisation: &Organisation) -> Option<Vec<Event>> {
    let escalation = incident.escalation.as_ref().filter(|e| e.unplanned)?;
    let step = escalation.steps.get(escalation.step)?;
    let on_shift: Vec<PersonId> = incident
        .context
        .iter()
        .flat_map(|context| context.on_shift.iter().map(|person| person.id.clone()))
        .collect();
    let at = (&incident.report.region, &incident.report.site);
    let recipients = organisation.recipients(step, at, &on_shift, moment.now);
    let room = DELIVERIES_MAX.saturating_sub(incident.deliveries.len());
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
    if empty && incident.waits_for_acknowledgement() {
        events.extend(escalation.hand_over(Why::Empty));
    }
    Some(events)
}
