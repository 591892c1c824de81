//! Respond: somebody is doing something about it.

use super::{Event, Incident, Refusal, State, note};
use crate::Personal;

pub(super) fn respond(incident: &Incident, text: Option<Personal>) -> Result<Vec<Event>, Refusal> {
    let text = note(text, "/note")?;
    match incident.state {
        State::Reported | State::Open => {
            Ok(vec![Event::Acknowledged, Event::Responding { note: text }])
        }
        State::Acknowledged => Ok(vec![Event::Responding { note: text }]),
        state => Err(Refusal::NotLive(state)),
    }
}
