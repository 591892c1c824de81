//! Property: whatever commands are accepted, memory, log and read table tell the same story.

use outcry_domain::actor::SystemId;
use outcry_domain::incident::{Command, Context, Ground, Outcome, Resolution, Scored, Summary};
use outcry_domain::{Category, DeliveryId, Incident, IncidentId, Personal, Reach, Role};
use outcry_ledger::{Filter, Page};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::support::house::{Engine, House, actor, everything, slug};

on_every_engine!(memory_log_and_table_agree);

/// What somebody may do next, drawn blindly: most of it is refused, as in life.
#[derive(Debug, Clone, Copy)]
enum Step {
    Report,
    Panic,
    Acknowledge,
    Comment,
    Escalate,
    Respond,
    Resolve,
    Close,
    FalseAlarm,
    Merge,
    Unmerge,
    Seen,
    Enrich,
    Deliver,
    Elapse,
    Erase,
}

fn step() -> impl Strategy<Value = (Step, usize)> {
    use Step as S;
    let steps = vec![
        S::Report,
        S::Panic,
        S::Acknowledge,
        S::Comment,
        S::Escalate,
        S::Respond,
        S::Resolve,
        S::Close,
        S::FalseAlarm,
        S::Merge,
        S::Unmerge,
        S::Seen,
        S::Enrich,
        S::Enrich,
        S::Deliver,
        S::Elapse,
        S::Erase,
    ];
    (prop::sample::select(steps), 0..6_usize)
}

async fn memory_log_and_table_agree(engine: Engine) {
    let mut runner = TestRunner::deterministic();
    let mut house = House::open(engine).await;
    let mut accepted = 0;
    for _ in 0..6 {
        let steps = prop::collection::vec(step(), 20..60)
            .new_tree(&mut runner)
            .expect("steps")
            .current();
        let mut ids = vec![house.report("leeds-1").await.summary.id];
        for (step, place) in steps {
            accepted += usize::from(act(&house, step, place, &mut ids).await);
        }
        for id in &ids {
            agree(&house, *id).await;
        }
        house.restart().await;
        for id in &ids {
            agree(&house, *id).await;
        }
    }
    assert!(accepted > 50, "only {accepted} commands were accepted");
    house.ledger.stop().await;
    outcry_ledger::verify_all(&house.settings)
        .await
        .expect("checks")
        .expect("whole");
}

/// Whether it was accepted.
async fn act(house: &House, step: Step, place: usize, ids: &mut Vec<IncidentId>) -> bool {
    let id = ids[place % ids.len()];
    let other = ids[(place + 1) % ids.len()];
    let state = house
        .ledger
        .state(id)
        .await
        .expect("reads")
        .expect("there is one");
    let note = || Some(Personal::new("a note"));
    let (command, moment) = match step {
        Step::Report => {
            ids.push(house.report("leeds-2").await.summary.id);
            return true;
        }
        Step::Panic => {
            ids.push(house.panic("leeds-1").await.summary.id);
            return true;
        }
        Step::Acknowledge => (Command::Acknowledge, house.desk()),
        Step::Comment => (
            Command::Comment {
                text: Personal::new("words"),
            },
            house.desk(),
        ),
        Step::Escalate => (Command::Escalate { reason: note() }, house.desk()),
        Step::Respond => (Command::Respond { note: note() }, house.desk()),
        Step::Resolve => (
            Command::Resolve {
                resolution: Resolution::Other,
                note: note(),
            },
            house.desk(),
        ),
        Step::Close => (Command::Close, house.desk()),
        Step::FalseAlarm => (Command::FalseAlarm { note: None }, house.desk()),
        Step::Merge => {
            let into = house.ledger.state(other).await.expect("reads");
            let into = into.expect("there is one");
            (Command::Merge { into }, house.desk())
        }
        Step::Unmerge => (Command::Unmerge, house.desk()),
        Step::Erase => {
            let ground = Ground::NotNeeded;
            let root = actor("root", Role::Admin, Reach::All);
            (Command::Erase { ground }, house.moment(root))
        }
        Step::Seen => (Command::Seen, house.desk()),
        Step::Enrich => (enrich(place), house.system(SystemId::Assess)),
        Step::Deliver => (deliver(&state, place), house.system(SystemId::Courier)),
        Step::Elapse => {
            let mut moment = house.system(SystemId::Escalate);
            moment.now = state.next_due().unwrap_or(moment.now);
            (Command::Elapse, moment)
        }
    };
    house
        .ledger
        .record(id, command, &moment, None)
        .await
        .is_ok()
}

fn enrich(place: usize) -> Command {
    let footfall = u32::try_from(place).ok();
    let scored = Scored {
        category: Category::Theft,
        confidence: 0.9,
        risk: u8::try_from(20 + place * 15).unwrap_or(100),
        reasons: vec![],
        model: "test".into(),
    };
    let context = Context {
        footfall,
        ..Context::default()
    };
    Command::Enrich {
        context: Box::new(context),
        scored: Some(Box::new(scored)),
    }
}

fn deliver(state: &Incident, place: usize) -> Command {
    let outcome = match place {
        0 => Outcome::Sent,
        1 => Outcome::Accepted("250 ok".into()),
        2 => Outcome::Delivered("read".into()),
        3 => Outcome::Retry("busy".into(), Some(5)),
        _ => Outcome::Failed("no such user".into()),
    };
    let ids: Vec<DeliveryId> = state.deliveries.keys().cloned().collect();
    Command::Deliver {
        outcomes: ids.into_iter().map(|id| (id, outcome.clone())).collect(),
    }
}

/// What is in memory, what the log folds to, and what the table says.
async fn agree(house: &House, id: IncidentId) {
    let held = house
        .ledger
        .state(id)
        .await
        .expect("reads")
        .expect("there is one");
    let story = house
        .ledger
        .incident(&everything(), id)
        .await
        .expect("reads")
        .expect("there is one");
    let mut folded: Option<Incident> = None;
    let mut at = 0;
    loop {
        let entries = house
            .ledger
            .facts_after(&slug("north"), at, 100)
            .await
            .expect("reads");
        let Some(last) = entries.last() else { break };
        at = last.fact.sequence;
        for entry in &entries {
            let fact = &entry.fact;
            let (outcry_domain::Stream::Incident(of), outcry_domain::Event::Incident(event)) =
                (&fact.stream, &fact.event)
            else {
                continue;
            };
            if *of != id {
                continue;
            }
            match &mut folded {
                Some(incident) => incident.apply(event, &fact.actor, fact.at, fact.sequence),
                None => folded = Incident::opened(id, event, &fact.actor, fact.at, fact.sequence),
            }
        }
    }
    assert_eq!(folded.as_ref(), Some(&*held));
    let filter = Filter {
        text: Some(id.reference()),
        ..Filter::default()
    };
    let listed = house
        .ledger
        .incidents(&everything(), &filter, &Page::default())
        .await
        .expect("lists");
    assert_eq!(listed.items, vec![Summary::of(&held)]);
    assert_eq!(Summary::of(&story), Summary::of(&held));
}
