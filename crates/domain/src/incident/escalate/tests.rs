//! Steps that follow each other until somebody answers.

use super::super::given::*;
use super::super::{Command, Outcome, State, Summary};
use super::*;
use crate::organisation::Means;

#[test]
fn it_goes_on_until_somebody_acknowledges() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"], &["lee"], &["mo"]]);
    assert_eq!(tale.incident.next_due(), Some(Time(15 * SECOND)));
    assert_eq!(
        tale.when(Command::Elapse, &house(14)).map(<[_]>::len),
        Err(Refusal::Nothing)
    );
    tale.when(Command::Elapse, &house(15)).expect("due");
    assert_eq!(tale.step(), (0, 1));
    tale.when(Command::Elapse, &house(30))
        .expect("the time to acknowledge is over");
    assert!(tale.incident.breached_acknowledge);
    assert_eq!(tale.step(), (0, 2), "a breach brings the next step forward");
    tale.when(Command::Elapse, &house(90))
        .expect("and again from the start");
    assert_eq!(tale.step(), (1, 0));
    tale.when(Command::Acknowledge, &by("priya", 91))
        .expect("at last");
    assert_eq!(
        tale.when(Command::Elapse, &house(1_000)).map(<[_]>::len),
        Err(Refusal::Nothing)
    );
}

#[test]
fn the_time_of_the_next_step_is_the_breach_where_that_brings_it_forward() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"], &["lee"], &["mo"]]);
    for (at_s, next_s) in [(0, 15), (15, 30), (30, 90), (90, 105)] {
        if at_s > 0 {
            tale.when(Command::Elapse, &house(at_s)).expect("due");
        }
        let next = Some(Time(next_s * SECOND));
        assert_eq!(tale.incident.next_step_at(), next, "told at {at_s}");
        assert_eq!(Summary::of(&tale.incident).next_step_at, next);
    }
    tale.when(Command::Acknowledge, &by("priya", 91))
        .expect("at last");
    assert_eq!(tale.incident.next_step_at(), None);
}

#[test]
fn a_step_that_reaches_nobody_is_skipped_at_once_and_the_last_one_waits() {
    let tale = Tale::panic_to(Means::Mail, &[&[], &["lee"], &[]]);
    assert_eq!(tale.step(), (0, 1));
    assert_eq!(tale.incident.deliveries.len(), 3, "lee and the desk, once");
    let tale = Tale::panic_to(Means::Mail, &[&[], &[], &[]]);
    assert_eq!(tale.step(), (0, 2), "no tight loop around an empty policy");
    assert!(tale.incident.next_due().is_some(), "but it stays armed");
}

#[test]
fn a_delivery_that_fails_for_good_moves_on_at_once() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya", "mo"], &["lee"]]);
    let outcomes = vec![(
        tale.planned_first(),
        Outcome::Failed("550 no such user".into()),
    )];
    tale.when(Command::Deliver { outcomes }, &house(1))
        .expect("recorded");
    assert_eq!(tale.step(), (0, 1));
}

#[test]
fn what_is_not_resolved_in_time_rings_again() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"]]);
    tale.when(Command::Acknowledge, &by("priya", 1))
        .expect("acknowledged");
    assert_eq!(tale.incident.next_due(), tale.incident.resolve_by);
    tale.when(Command::Elapse, &house(1_800)).expect("overdue");
    assert!(tale.incident.breached_resolve);
    assert_eq!(tale.step(), (1, 0));
    assert_eq!(tale.incident.state, State::Acknowledged);
    assert_eq!(tale.incident.next_due(), None, "once, not for ever");
}

/// Elapses at every deadline until nothing is armed; the waits between the rounds, in seconds.
fn unanswered(tale: &mut Tale) -> Vec<i64> {
    let (mut waits, mut round_at) = (Vec::new(), Time(0));
    while let Some(at) = tale.incident.next_due() {
        let round = tale.step().0;
        let moment = Moment {
            now: at,
            ..house(0)
        };
        let next = tale.incident.next_step();
        tale.when(Command::Elapse, &moment).expect("due");
        for event in &tale.last {
            match event {
                Event::Escalated { round, step, .. } => assert_eq!(next, Some((*round, *step))),
                Event::Exhausted => assert_eq!(next, None),
                _ => {}
            }
        }
        if tale.step().0 > round {
            waits.push((at - round_at) / SECOND);
            round_at = at;
        }
    }
    waits
}

#[test]
fn what_nobody_answers_is_repeated_seldom_and_ends_in_so_many_words() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"]]);
    let waits = unanswered(&mut tale);
    assert_eq!(waits.len(), ROUNDS_MAX as usize);
    assert!(waits.is_sorted(), "{waits:?}");
    assert_eq!((waits[1], waits[99]), (60, i64::from(REPEAT_AFTER_MAX_S)));
    assert_eq!(tale.last, [Event::Exhausted]);
    assert!(Summary::of(&tale.incident).unreached);
    assert_eq!(tale.incident.next_due(), None, "nothing stays due for ever");
    assert_eq!(tale.incident.deliveries.len(), ROUNDS_MAX as usize + 1);
}

#[test]
fn whoever_takes_it_up_at_last_ends_the_alarm() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"]]);
    unanswered(&mut tale);
    let later = by("sam", 1_000_000);
    tale.when(Command::Acknowledge, &later).expect("at last");
    assert!(!Summary::of(&tale.incident).unreached);
}

#[test]
fn a_slow_policy_keeps_its_own_pace() {
    let slow = |round| {
        let mut slow = Escalation::start(slug("slow"), vec![], 86_400, 0, Time(0));
        slow.round = round;
        slow.repeat_s()
    };
    assert_eq!((slow(0), slow(ROUNDS_MAX)), (86_400, 86_400));
}

#[test]
fn an_overdue_incident_rings_the_next_when_a_step_reaches_nobody() {
    let mut tale = Tale::panic_to(Means::Mail, &[&[], &["lee"], &["mo"]]);
    tale.when(Command::Acknowledge, &by("priya", 1))
        .expect("acknowledged");
    tale.when(Command::Elapse, &house(1_800)).expect("overdue");
    assert_eq!(tale.step(), (1, 1), "the first step is empty");
    let mail = tale.planned_last();
    let outcomes = vec![(mail, Outcome::Failed("550 no such user".into()))];
    tale.when(Command::Deliver { outcomes }, &house(1_801))
        .expect("recorded");
    assert_eq!(tale.step(), (1, 2), "and the second is gone");
    let mail = tale.planned_last();
    let outcomes = vec![(mail, Outcome::Failed("550 no such user".into()))];
    tale.when(Command::Deliver { outcomes }, &house(1_802))
        .expect("recorded");
    assert_eq!(tale.last.last(), Some(&Event::Exhausted));
    assert!(Summary::of(&tale.incident).unreached, "not in silence");
    assert_eq!(tale.incident.next_due(), None);
}

#[test]
fn a_step_by_hand_that_is_empty_hands_over() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"], &[], &["mo"]]);
    tale.when(Command::Acknowledge, &by("priya", 1))
        .expect("acknowledged");
    tale.when(Command::Escalate { reason: None }, &by("priya", 2))
        .expect("by hand");
    assert_eq!(tale.step(), (0, 2));
}

#[test]
fn what_failed_before_somebody_had_it_rings_nobody_after() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"], &["lee"]]);
    let mail = tale.planned_last();
    tale.when(Command::Acknowledge, &by("sam", 1))
        .expect("acknowledged");
    let outcomes = vec![(mail, Outcome::Failed("550 no such user".into()))];
    tale.when(Command::Deliver { outcomes }, &house(2))
        .expect("recorded");
    assert_eq!(tale.step(), (0, 0));
}
