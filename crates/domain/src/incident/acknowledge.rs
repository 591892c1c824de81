//! Acknowledge: somebody has it. Escalation ends here.

use super::{Event, Incident, Refusal, State};

pub(super) fn acknowledge(incident: &Incident) -> Result<Vec<Event>, Refusal> {
    if let Some((by, at)) = &incident.acknowledged {
        return Err(Refusal::AlreadyAcknowledged {
            by: by.clone(),
            at: *at,
            site: incident.report.site.clone(),
        });
    }
    match incident.state {
        State::Reported | State::Open => Ok(vec![Event::Acknowledged]),
        state => Err(Refusal::NotLive(state)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::super::{Command, Refusal, State};
    use crate::{Action, ActorId, Time};

    #[test]
    fn one_has_it_and_the_next_learns_who() {
        let mut tale = Tale::panic();
        tale.when(Command::Acknowledge, &by("priya", 3))
            .expect("first");
        assert_eq!(tale.incident.state, State::Acknowledged);
        assert_eq!(
            tale.incident.escalation.as_ref().and_then(|e| e.next_at),
            None
        );
        let late = tale
            .when(Command::Acknowledge, &by("sam", 4))
            .map(<[_]>::len);
        let by_priya = ActorId::Person(slug("priya"));
        assert_eq!(
            late,
            Err(Refusal::AlreadyAcknowledged {
                by: by_priya,
                at: Time(3 * SECOND),
                site: slug("leeds-012"),
            })
        );
    }

    #[test]
    fn the_shop_floor_cannot_silence_its_own_call() {
        let refused = Tale::panic()
            .when(Command::Acknowledge, &by("ann", 1))
            .map(<[_]>::len);
        assert_eq!(refused, Err(Refusal::Forbidden(Action::Acknowledge)));
    }
}
