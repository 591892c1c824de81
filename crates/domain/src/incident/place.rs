//! Place: the queue of an incident that found none when it was assessed.

use super::{Event, Incident, assess};
use crate::category::Priority;
use crate::{Moment, Organisation};

/// The queue where it belongs, if it has none and the settings have one by now.
pub(super) fn late(
    incident: &Incident,
    moment: &Moment,
    organisation: &Organisation,
) -> Option<Event> {
    let risk = incident.risk().filter(|_| incident.queue.is_none())?;
    let priority = Priority::of_risk(risk);
    let queue = assess::queue_for(priority, organisation)?;
    Some(assess::routed(queue, priority, moment.now, organisation))
}

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::super::{Command, Refusal, State};
    use super::*;
    use crate::Category;

    #[test]
    fn what_somebody_has_already_is_escalated_by_hand_to_somebody() {
        let mut bare = shop();
        let queues = std::mem::take(&mut bare.queues);
        let mut tale = Tale::in_shop(bare, Command::Panic(draft(Category::Panic)));
        tale.when(Command::Acknowledge, &by("priya", 1))
            .expect("acknowledged");
        tale.shop.queues = queues;
        tale.when(Command::Escalate { reason: None }, &by("priya", 2))
            .expect("routed");
        assert_eq!(tale.incident.state, State::Acknowledged);
        assert_eq!(tale.step(), (0, 0));
        assert!(
            !tale.incident.deliveries.is_empty(),
            "the step tells people"
        );
        let escalation = tale.incident.escalation.as_ref().expect("routed");
        assert_eq!(escalation.next_at, None, "nothing goes on by itself");
    }

    #[test]
    fn what_found_no_queue_is_routed_by_hand_once_there_is_one() {
        let mut bare = shop();
        let queues = std::mem::take(&mut bare.queues);
        let mut tale = Tale::in_shop(bare, Command::Panic(draft(Category::Panic)));
        assert_eq!(tale.incident.queue, None);
        let escalate = || Command::Escalate { reason: None };
        let refused = tale.when(escalate(), &by("priya", 1)).map(<[_]>::len);
        assert!(
            matches!(refused, Err(Refusal::NotYet { .. })),
            "{refused:?}"
        );
        tale.shop.queues = queues;
        tale.when(escalate(), &by("priya", 2)).expect("routed");
        assert_eq!(tale.incident.queue, Some(slug("critical")));
        assert_eq!(tale.incident.state, State::Open);
        let plans = tale
            .last
            .iter()
            .filter(|e| matches!(e, Event::Notified { .. }));
        assert_eq!(plans.count(), 1, "its first step is told once");
        assert!(!tale.incident.deliveries.is_empty());
    }
}
