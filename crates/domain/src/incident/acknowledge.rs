//! Acknowledge: somebody has it. Escalation ends here.

use super::{Event, Incident, Refusal, State};

pub(super) fn acknowledge(incident: &Incident) -> Result<Vec<Event>, Refusal> {
    if let Some((by, at)) = &incident.acknowledged {
        return Err(Refusal::AlreadyAcknowledged {
            by: by.clone(),
            at: *at,
        });
    }
    match incident.state {
        State::Reported | State::Open => Ok(vec![Event::Acknowledged]),
        state => Err(Refusal::NotLive(state)),
    }
}
