//! Place: the queue of an incident that found none when it was reported, or none when it was assessed.

use super::{Event, Incident, assess};
use crate::category::Priority;
use crate::{Moment, Organisation, Time};

/// How long an incident may be without a queue before it is given one, whatever is known of it by then,
/// in seconds: most often its score places it within one.
const UNPLACED_MAX_S: u32 = 10;
/// What an incident counts as of which no score and no rule says more.
pub(super) const UNKNOWN: Priority = Priority::P3;

/// When an incident is given a queue at the latest; `None` once it has one, or once it is over.
pub(super) fn due(incident: &Incident) -> Option<Time> {
    let without = incident.state.live() && incident.queue.is_none();
    without.then(|| incident.reported_at.plus_s(UNPLACED_MAX_S))
}

/// The queue where it belongs, if it has none and the settings have one by now: the checkpoint, where a
/// person must look first. What was never scored is placed by the rules, and no lower than `UNKNOWN`: a
/// score that comes later may still raise it.
pub(super) fn late(
    incident: &Incident,
    moment: &Moment,
    organisation: &Organisation,
) -> Vec<Event> {
    if incident.queue.is_some() {
        return Vec::new();
    }
    let priority = incident.risk().map_or_else(
        || {
            let (floor, _) = assess::floor(incident.report.category, incident.report.flags);
            Priority::of_risk(floor).min(UNKNOWN)
        },
        Priority::of_risk,
    );
    let routed = |queue| assess::routed(queue, priority, moment.now, organisation);
    match assess::held(incident, organisation) {
        Some((assessment, queue)) => vec![Event::Assessed(assessment), routed(queue)],
        None => assess::queue_for(priority, organisation)
            .map(routed)
            .into_iter()
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::super::{Command, Refusal, Scored, State};
    use super::*;
    use crate::Category;

    /// A score that is sure of itself.
    fn score(category: Category, risk: u8) -> Command {
        let scored = Scored {
            category,
            confidence: 0.9,
            risk,
            reasons: vec![],
            model: "nb-1".into(),
        };
        Command::Enrich {
            context: Box::default(),
            scored: Some(Box::new(scored)),
        }
    }

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

    #[test]
    fn what_no_score_places_is_placed_within_seconds() {
        let mut tale = Tale::theft();
        let due = tale.incident.next_due();
        assert_eq!(due, Some(Time(i64::from(UNPLACED_MAX_S) * SECOND)));
        let early = tale.when(Command::Elapse, &house(9)).map(<[_]>::len);
        assert_eq!(early, Err(Refusal::Nothing));
        tale.when(Command::Elapse, &house(10)).expect("routed");
        assert_eq!(tale.incident.queue, Some(slug("standard")));
        assert_eq!(tale.incident.state, State::Open);
        assert_eq!(tale.incident.assessment, None, "nobody says what it is not");
        assert!(!tale.incident.deliveries.is_empty(), "and somebody is told");
        assert!(tale.incident.next_due() > Some(Time(10 * SECOND)));
    }

    #[test]
    fn the_rules_place_it_higher_and_a_late_score_too() {
        let mut tale = Tale::of(Command::Report(draft(Category::Violence)));
        tale.when(Command::Elapse, &house(10)).expect("routed");
        assert_eq!(tale.incident.queue, Some(slug("urgent")));
        tale.when(score(Category::Violence, 85), &house(20))
            .expect("scored at last");
        assert_eq!(tale.incident.queue, Some(slug("critical")));
    }

    #[test]
    fn what_found_no_queue_is_routed_by_itself_once_there_is_one() {
        let mut bare = shop();
        let queues = std::mem::take(&mut bare.queues);
        let mut tale = Tale::in_shop(bare, Command::Panic(draft(Category::Panic)));
        let none = tale.when(Command::Elapse, &house(10)).map(<[_]>::len);
        assert_eq!(none, Err(Refusal::Nothing));
        tale.shop.queues = queues;
        tale.when(Command::Elapse, &house(30)).expect("routed");
        assert_eq!(tale.incident.queue, Some(slug("critical")));
        assert!(!tale.incident.deliveries.is_empty());
    }

    #[test]
    fn what_is_sensitive_waits_for_a_person_although_no_score_came() {
        for (category, priority) in [
            (Category::Sexual, Priority::P2),
            (Category::Hate, Priority::P3),
            (Category::Dishonesty, Priority::P3),
        ] {
            let mut tale = Tale::of(Command::Report(draft(category)));
            tale.when(Command::Elapse, &house(10)).expect("routed");
            let incident = &tale.incident;
            assert_eq!(incident.queue, Some(slug("review")), "{category:?}");
            assert!(incident.at_checkpoint(), "{category:?}");
            assert_eq!(incident.priority(), Some(priority), "{category:?}");
            assert!(!incident.deliveries.is_empty(), "somebody is asked");
            tale.when(score(category, 20), &house(20))
                .expect("scored at last");
            assert_eq!(tale.incident.queue, Some(slug("review")), "{category:?}");
            assert!(tale.incident.at_checkpoint(), "only a person ends it");
        }
    }

    #[test]
    fn what_is_sensitive_goes_on_where_nobody_is_asked_to_look_or_somebody_has_it() {
        let report = || Command::Report(draft(Category::Dishonesty));
        let mut unasked = shop();
        unasked.queues.remove(&slug("review"));
        let mut tale = Tale::in_shop(unasked, report());
        tale.when(Command::Elapse, &house(10)).expect("routed");
        assert_eq!(tale.incident.queue, Some(slug("standard")));
        let mut tale = Tale::of(report());
        tale.when(Command::Acknowledge, &by("priya", 1))
            .expect("acknowledged");
        tale.when(Command::Elapse, &house(10)).expect("routed");
        assert_eq!(tale.incident.queue, Some(slug("standard")));
        assert!(!tale.incident.at_checkpoint());
    }

    #[test]
    fn what_is_over_needs_no_queue() {
        let mut tale = Tale::theft();
        tale.when(Command::FalseAlarm { note: None }, &by("priya", 1))
            .expect("over");
        assert_eq!(tale.incident.next_due(), None);
        let over = tale.when(Command::Elapse, &house(10)).map(<[_]>::len);
        assert_eq!(over, Err(Refusal::Nothing));
    }
}
