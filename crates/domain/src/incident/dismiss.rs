//! False alarm and withdraw: later facts, never deletions.

use super::{Event, Incident, Refusal, note};
use crate::{Action, ActorId, Moment, Personal};

pub(super) fn false_alarm(
    incident: &Incident,
    text: Option<Personal>,
) -> Result<Vec<Event>, Refusal> {
    incident.must_be_live()?;
    Ok(vec![Event::FalseAlarm {
        note: note(text, "/note")?,
    }])
}

/// Only whoever reported it, a device of the store, or its manager may withdraw; a panic is never
/// withdrawn by the shop: the desk looks into it first.
pub(super) fn withdraw(
    incident: &Incident,
    text: Option<Personal>,
    moment: &Moment,
) -> Result<Vec<Event>, Refusal> {
    incident.must_be_live()?;
    let own = incident.report.reporter == moment.actor.id
        || incident.reported_by == moment.actor.id
        || matches!(moment.actor.id, ActorId::Device(_));
    let manager = moment.actor.role == crate::Role::Manager;
    if !(own || manager) {
        return Err(Refusal::Forbidden(Action::Withdraw));
    }
    if incident.report.category == crate::Category::Panic {
        return Err(Refusal::NotYet {
            state: incident.state,
            needs: outcry_words::phrase("refusal-needs-desk"),
        });
    }
    Ok(vec![Event::Withdrawn {
        note: note(text, "/note")?,
    }])
}

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::super::{Command, State};
    use super::*;

    #[test]
    fn the_reporter_withdraws_a_report_but_never_a_call_for_help() {
        let mut theft = Tale::theft();
        theft
            .when(Command::Withdraw { note: None }, &by("ann", 1))
            .expect("her own");
        assert_eq!(theft.incident.state, State::Withdrawn);
        let refused = Tale::panic()
            .when(Command::Withdraw { note: None }, &by("ann", 1))
            .map(<[_]>::len);
        assert!(matches!(refused, Err(Refusal::NotYet { .. })));
    }
}
