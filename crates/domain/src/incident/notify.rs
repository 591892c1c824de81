//! Notify: who is told at a step, over what. The plan is made once per step, so a crash repeats
//! nothing and loses nothing.

use serde::{Deserialize, Serialize};

use super::{Event, Incident, Refusal, Why};
use crate::organisation::Means;
use crate::{DeliveryId, PersonId};

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

pub(super) fn notify(
    incident: &Incident,
    round: u32,
    step: usize,
    recipients: &[Recipient],
) -> Result<Vec<Event>, Refusal> {
    let Some(escalation) = &incident.escalation else {
        return Err(Refusal::Nothing);
    };
    let planned_already =
        !escalation.unplanned || (escalation.round, escalation.step) != (round, step);
    if planned_already || !incident.state.live() {
        return Err(Refusal::Nothing);
    }
    let room = DELIVERIES_MAX.saturating_sub(incident.deliveries.len());
    let deliveries: Vec<Planned> = recipients
        .iter()
        .flat_map(|to| to.channels.iter().map(move |channel| (to, *channel)))
        .take(room)
        .map(|(to, channel)| Planned {
            id: DeliveryId(format!(
                "{}/{}/{round}/{step}/{}/{}",
                incident.id.0.simple(),
                incident.routes,
                to.person,
                channel.as_str()
            )),
            person: to.person.clone(),
            channel,
        })
        .collect();
    let empty = deliveries.is_empty();
    let mut events = vec![Event::Notified {
        round,
        step,
        deliveries,
    }];
    if empty && incident.waits_for_acknowledgement() {
        events.extend(escalation.hand_over(Why::Empty));
    }
    Ok(events)
}
