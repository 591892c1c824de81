//! What became of deliveries, and what follows from it.

use super::super::given::*;
use super::super::{Command, Summary};
use super::*;

fn told(tale: &mut Tale, second: i64, outcome: Outcome) -> Result<usize, Refusal> {
    let outcomes = vec![(tale.planned_first(), outcome)];
    tale.when(Command::Deliver { outcomes }, &house(second))
        .map(<[_]>::len)
}

fn state(tale: &Tale) -> DeliveryState {
    tale.incident
        .deliveries
        .values()
        .next()
        .expect("planned")
        .state
}

#[test]
fn a_late_or_doubled_receipt_changes_nothing() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"]]);
    told(&mut tale, 1, Outcome::Sent).expect("sent");
    told(&mut tale, 2, Outcome::Delivered("250".into())).expect("delivered");
    assert_eq!(
        told(&mut tale, 3, Outcome::Accepted("250".into())),
        Err(Refusal::Nothing)
    );
    assert_eq!(
        told(&mut tale, 3, Outcome::Failed("lost".into())),
        Err(Refusal::Nothing)
    );
    assert_eq!(state(&tale), DeliveryState::Delivered);
}

#[test]
fn a_retry_waits_longer_each_time_and_then_has_failed() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"]]);
    let (mut second, mut waits) = (1, Vec::new());
    while state(&tale) != DeliveryState::Failed {
        told(&mut tale, second, Outcome::Sent).expect("sent");
        told(&mut tale, second, Outcome::Retry("451 busy".into(), None)).expect("noted");
        let Some(at) = tale
            .incident
            .deliveries
            .values()
            .next()
            .and_then(|d| d.retry_at)
        else {
            break;
        };
        waits.push((at - Time(second * SECOND)) / SECOND);
        second = at.0 / SECOND + 1;
        let _ = tale.when(Command::Elapse, &house(second));
    }
    assert_eq!(waits.len(), 7);
    assert!(waits.is_sorted(), "{waits:?}");
    assert_eq!(state(&tale), DeliveryState::Failed);
}

#[test]
fn a_mail_server_that_does_not_answer_is_said_in_red_at_once() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"]]);
    told(&mut tale, 1, Outcome::Sent).expect("sent");
    assert!(!tale.incident.unreached(), "it may still arrive");
    let refused = || Outcome::Retry("connection refused".into(), None);
    told(&mut tale, 1, refused()).expect("noted");
    assert!(Summary::of(&tale.incident).unreached);
    assert!(tale.incident.next_due().is_some(), "and it is tried again");
    tale.when(Command::Elapse, &house(3)).expect("due");
    told(&mut tale, 3, Outcome::Sent).expect("sent");
    assert!(tale.incident.unreached(), "it only went out again");
    told(&mut tale, 3, refused()).expect("noted");
    assert!(tale.incident.unreached());
    tale.when(Command::Elapse, &house(90)).expect("due");
    assert_eq!(tale.step(), (1, 0), "the next round");
    assert!(tale.incident.unreached(), "a mail more is not a person");
    told(&mut tale, 90, Outcome::Sent).expect("sent");
    told(&mut tale, 90, Outcome::Accepted("250".into())).expect("arrived");
    assert!(!Summary::of(&tale.incident).unreached);
}

#[test]
fn nothing_is_in_red_while_a_step_is_to_come_or_a_first_attempt_under_way() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"], &["lee"]]);
    let refused = || Outcome::Retry("connection refused".into(), None);
    told(&mut tale, 1, Outcome::Sent).expect("sent");
    told(&mut tale, 1, refused()).expect("noted");
    assert!(!tale.incident.unreached(), "lee is still to come");
    tale.when(Command::Elapse, &house(15)).expect("due");
    assert_eq!(tale.step(), (0, 1));
    assert!(!tale.incident.unreached(), "lee's mail is under way");
    let lee = tale.planned_last();
    let outcomes = vec![(lee.clone(), Outcome::Sent), (lee, refused())];
    tale.when(Command::Deliver { outcomes }, &house(16))
        .expect("noted");
    assert!(tale.incident.unreached());
}

#[test]
fn one_empty_chair_at_the_desk_is_not_nobody() {
    let mut tale = Tale::panic_to(Means::Desk, &[&["priya", "sam"], &["lee"]]);
    told(&mut tale, 0, Outcome::Failed("not signed in".into())).expect("noted");
    assert_eq!(tale.step(), (0, 0));
    let other = tale.incident.deliveries.keys().nth(1).expect("two").clone();
    let outcomes = vec![(other, Outcome::Failed("not signed in".into()))];
    tale.when(Command::Deliver { outcomes }, &house(0))
        .expect("noted");
    assert_eq!(tale.step(), (0, 1), "an empty desk is");
}

fn words(tale: &Tale) -> Option<&str> {
    let delivery = tale.incident.deliveries.values().next()?;
    delivery.provider_text.as_deref()
}

#[test]
fn nothing_is_tried_again_once_somebody_has_it() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"]]);
    told(&mut tale, 1, Outcome::Sent).expect("sent");
    told(&mut tale, 1, Outcome::Retry("451 busy".into(), None)).expect("noted");
    tale.when(Command::Acknowledge, &by("sam", 2))
        .expect("acknowledged");
    tale.when(Command::Elapse, &house(5)).expect("due");
    assert!(!tale.last.iter().any(|e| matches!(e, Event::Retried { .. })));
    assert_eq!(state(&tale), DeliveryState::Failed);
    let said = "451 busy (not tried again: nobody waits for it any more)";
    assert_eq!(words(&tale), Some(said));
    assert_eq!(tale.incident.next_due(), tale.incident.resolve_by);
}

#[test]
fn an_attempt_under_way_at_the_end_is_the_last() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"]]);
    told(&mut tale, 1, Outcome::Sent).expect("sent");
    tale.when(Command::FalseAlarm { note: None }, &by("sam", 2))
        .expect("over");
    told(&mut tale, 3, Outcome::Retry("451 busy".into(), None)).expect("noted");
    assert_eq!(state(&tale), DeliveryState::Failed);
    assert_eq!(tale.incident.next_due(), None);
}

#[test]
fn a_call_back_is_tried_again() {
    let mut tale = Tale::panic_to(Means::Mail, &[&["priya"]]);
    tale.when(Command::Acknowledge, &by("sam", 1))
        .expect("acknowledged");
    tale.when(Command::Elapse, &house(1_800)).expect("overdue");
    let mail = tale.planned_last();
    let outcomes = vec![
        (mail.clone(), Outcome::Sent),
        (mail, Outcome::Retry("451 busy".into(), None)),
    ];
    tale.when(Command::Deliver { outcomes }, &house(1_801))
        .expect("noted");
    tale.when(Command::Elapse, &house(1_810)).expect("due");
    assert!(matches!(tale.last[..], [Event::Retried { .. }]));
}
