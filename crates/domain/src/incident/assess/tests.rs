//! Where an incident goes, by rules, scores and people.

use super::super::given::*;
use super::super::{Command, Context, Given, Override, State};
use super::*;
use crate::Personal;

fn scored(risk: u8, confidence: f64) -> Option<Box<Scored>> {
    Some(Box::new(Scored {
        category: Category::Violence,
        confidence,
        risk,
        reasons: vec![],
        model: "nb-1".into(),
    }))
}

fn said(category: Category) -> Override {
    Override {
        category: Some(category),
        risk: None,
        queue: None,
        reason: Personal::new("I saw it on the camera"),
    }
}

fn enrich(tale: &mut Tale, second: i64, scored: Option<Box<Scored>>) {
    // Late events make the context news each time.
    let context = Context {
        footfall: u32::try_from(second).ok(),
        ..Context::default()
    };
    tale.when(
        Command::Enrich {
            context: Box::new(context),
            scored,
        },
        &house(second),
    )
    .expect("news");
}

#[test]
fn no_model_goes_below_the_floor() {
    let mut tale = Tale::of(Command::Report(draft(Category::Violence)));
    enrich(&mut tale, 1, scored(3, 0.9));
    assert_eq!(tale.incident.risk(), Some(70));
    assert_eq!(tale.incident.queue, Some(slug("urgent")));
    assert_eq!(tale.incident.state, State::Open);
}

#[test]
fn a_call_for_help_is_critical_however_the_queues_are_set() {
    let lands = |checkpoints: &[&str]| {
        let mut shop = shop();
        for queue in shop.queues.values_mut() {
            queue.value.checkpoint |= checkpoints.contains(&queue.value.id.as_str());
        }
        let tale = Tale::in_shop(shop, Command::Panic(draft(Category::Panic)));
        assert!(!tale.incident.deliveries.is_empty(), "{checkpoints:?}");
        assert_eq!(tale.incident.priority(), Some(Priority::P1));
        tale.incident.queue
    };
    let all = ["critical", "urgent", "standard", "information"];
    for checkpoints in [&[][..], &all[..1], &all[..2], &all] {
        assert_eq!(
            lands(checkpoints),
            Some(slug("critical")),
            "{checkpoints:?}"
        );
    }
}

#[test]
fn the_reporter_was_there_and_the_model_was_not() {
    let mut tale = Tale::theft();
    enrich(&mut tale, 1, scored(40, 0.9));
    assert_eq!(tale.incident.category(), Category::Theft);
    let mut tale = Tale::of(Command::Report(draft(Category::Other)));
    enrich(&mut tale, 1, scored(65, 0.9));
    assert_eq!(tale.incident.category(), Category::Violence);
}

#[test]
fn an_unsure_score_or_a_sensitive_matter_goes_to_a_person() {
    let mut unsure = Tale::theft();
    enrich(&mut unsure, 1, scored(40, CONFIDENCE_MIN - 0.01));
    assert_eq!(unsure.incident.queue, Some(slug("review")));
    let mut hate = Tale::of(Command::Report(draft(Category::Hate)));
    enrich(&mut hate, 1, scored(40, 0.99));
    assert!(hate.incident.at_checkpoint());
}

#[test]
fn once_a_person_is_asked_for_only_a_person_ends_it() {
    let mut tale = Tale::theft();
    enrich(&mut tale, 1, scored(40, CONFIDENCE_MIN - 0.01));
    enrich(&mut tale, 2, scored(45, 0.9));
    assert_eq!(tale.incident.queue, Some(slug("review")));
    assert!(tale.incident.at_checkpoint(), "a surer score is no person");
    enrich(&mut tale, 3, scored(90, 0.9));
    assert_eq!(tale.incident.queue, Some(slug("review")));
    assert_eq!(tale.incident.priority(), Some(Priority::P1));
    assert!(tale.incident.at_checkpoint());
    tale.when(Command::Override(said(Category::Theft)), &by("priya", 4))
        .expect("a person may");
    assert_eq!(tale.incident.queue, Some(slug("critical")));
    assert!(!tale.incident.at_checkpoint());
}

#[test]
fn an_unsure_score_sends_to_a_person_only_what_nobody_has_and_what_can_wait() {
    let unsure = |risk| scored(risk, CONFIDENCE_MIN - 0.01);
    let mut waiting = Tale::theft();
    enrich(&mut waiting, 1, scored(40, 0.9));
    enrich(&mut waiting, 2, unsure(35));
    assert_eq!(waiting.incident.queue, Some(slug("review")));
    assert!(waiting.incident.at_checkpoint());

    let mut taken = Tale::theft();
    enrich(&mut taken, 1, scored(40, 0.9));
    taken
        .when(Command::Acknowledge, &by("priya", 2))
        .expect("open");
    enrich(&mut taken, 3, unsure(50));
    assert_eq!(taken.incident.queue, Some(slug("standard")));
    assert!(!taken.incident.at_checkpoint());

    // Two minutes to acknowledge: a look within five would be later.
    let mut sooner = Tale::theft();
    enrich(&mut sooner, 1, scored(65, 0.9));
    enrich(&mut sooner, 2, unsure(70));
    assert_eq!(sooner.incident.queue, Some(slug("urgent")));
    assert!(!sooner.incident.at_checkpoint());
}

#[test]
fn what_is_on_its_way_already_waits_for_nobody_to_say_where() {
    let armed = [("weapon", Given::Word("knife".into()))];
    let mut hate = Tale::of(Command::Report(answered(Category::Hate, &armed)));
    assert_eq!(hate.incident.queue, Some(slug("critical")));
    enrich(&mut hate, 1, scored(40, 0.99));
    assert!(!hate.incident.at_checkpoint());
}

#[test]
fn a_later_score_moves_up_and_never_down_or_against_a_person() {
    let mut tale = Tale::theft();
    enrich(&mut tale, 1, scored(40, 0.9));
    assert_eq!(tale.incident.queue, Some(slug("standard")));
    enrich(&mut tale, 2, scored(10, 0.9));
    assert_eq!(tale.incident.queue, Some(slug("standard")));
    enrich(&mut tale, 3, scored(90, 0.9));
    assert_eq!(tale.incident.queue, Some(slug("critical")));
    let word = Override {
        category: None,
        risk: Some(20),
        queue: None,
        reason: Personal::new("CCTV shows a customer"),
    };
    tale.when(Command::Override(word), &by("priya", 4))
        .expect("a person may");
    assert_eq!(
        (tale.incident.risk(), &tale.incident.queue),
        (Some(20), &Some(slug("information")))
    );
    enrich(&mut tale, 5, scored(99, 0.9));
    assert_eq!(tale.incident.queue, Some(slug("information")));
}
