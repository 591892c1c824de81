//! What followers stand on: facts after a place, cursors, leases, deadlines, half-done work.

use std::sync::Arc;
use std::time::Duration;

use outcry_domain::incident::{Command, State};
use outcry_domain::{RegionId, Time};
use outcry_ledger::Ledger;

use crate::support::house::{Engine, House, fill, slug};

on_every_engine!(
    facts_are_the_same_from_memory_and_from_the_table,
    a_watcher_wakes_after_every_commit,
    cursors_survive,
    a_lease_has_one_holder,
    a_lease_from_before_the_clock_was_set_back_holds_nobody_up,
    deadlines_and_half_done_work_are_found,
    commands_of_one_batch_build_on_each_other,
);

async fn facts_are_the_same_from_memory_and_from_the_table(engine: Engine) {
    let mut house = House::open(engine).await;
    for _ in 0..8 {
        house.panic("leeds-1").await;
    }
    let north: RegionId = slug("north");
    let read = async |house: &House| {
        let mut found = Vec::new();
        for after in 0..=house.ledger.head(&north) {
            let entries = house
                .ledger
                .facts_after(&north, after, 3)
                .await
                .expect("reads");
            found.push(
                entries
                    .iter()
                    .map(|entry| entry.fact.clone())
                    .collect::<Vec<_>>(),
            );
        }
        found
    };
    let from_memory = read(&house).await;
    assert_eq!(from_memory.last(), Some(&vec![]));
    let last = house
        .ledger
        .facts_after(&north, 23, 3)
        .await
        .expect("reads");
    let summary = last[0].summary.clone().expect("an incident's");
    assert_eq!((summary.state, summary.sequence), (State::Open, 24));
    house.restart().await;
    assert_eq!(read(&house).await, from_memory);
    let last = house
        .ledger
        .facts_after(&north, 23, 3)
        .await
        .expect("reads");
    assert_eq!(last[0].summary, Some(summary));
}

async fn a_watcher_wakes_after_every_commit(engine: Engine) {
    let house = Arc::new(House::open(engine).await);
    let mut watch = house.ledger.watch();
    for at in 0..5 {
        watch.borrow_and_update();
        house.report("leeds-1").await;
        let woken = tokio::time::timeout(Duration::from_secs(5), watch.changed()).await;
        woken.expect("in time").expect("open");
        let facts = house
            .ledger
            .facts_after(&slug("north"), at, 10)
            .await
            .expect("reads");
        assert_eq!(facts.len(), 1, "the fact is there when the watcher wakes");
    }
}

async fn cursors_survive(engine: Engine) {
    let mut house = House::open(engine).await;
    let (north, south): (RegionId, RegionId) = (slug("north"), slug("south"));
    assert_eq!(
        house.ledger.cursor("notify", &north).await.expect("reads"),
        0
    );
    house
        .ledger
        .move_cursor("notify", &north, 7)
        .await
        .expect("moves");
    house
        .ledger
        .move_cursor("notify", &north, 9)
        .await
        .expect("moves");
    house
        .ledger
        .move_cursor("assess", &south, 3)
        .await
        .expect("moves");
    assert_eq!(
        house.ledger.cursor("notify", &north).await.expect("reads"),
        9
    );
    house.restart().await;
    assert_eq!(
        house.ledger.cursor("notify", &north).await.expect("reads"),
        9
    );
    assert_eq!(
        house.ledger.cursor("assess", &south).await.expect("reads"),
        3
    );
    assert_eq!(
        house.ledger.cursor("assess", &north).await.expect("reads"),
        0
    );
    // What was noted before is sometimes written after: no cursor goes back.
    let moved = house.ledger.move_cursor("notify", &north, 4).await;
    moved.expect("noted");
    house.restart().await;
    assert_eq!(
        house.ledger.cursor("notify", &north).await.expect("reads"),
        9
    );
}

async fn a_lease_has_one_holder(engine: Engine) {
    let mut house = House::open(engine).await;
    let now = Time(1_000_000_000);
    assert!(house.ledger.lease("courier", now, 15).await.expect("asks"));
    assert!(
        house
            .ledger
            .lease("courier", now.plus_s(5), 15)
            .await
            .expect("its own again")
    );
    house.settings.owner = "two".into();
    house.restart().await;
    assert!(
        !house
            .ledger
            .lease("courier", now.plus_s(10), 15)
            .await
            .expect("asks")
    );
    assert!(
        house
            .ledger
            .lease("notify", now.plus_s(10), 15)
            .await
            .expect("another loop")
    );
    assert!(
        house
            .ledger
            .lease("courier", now.plus_s(20), 15)
            .await
            .expect("it ran out")
    );
}

async fn a_lease_from_before_the_clock_was_set_back_holds_nobody_up(engine: Engine) {
    let mut house = House::open(engine).await;
    let now = Time(1_000_000_000);
    let ask = async |house: &House, name: &str, at: Time, for_s: u32| {
        house.ledger.lease(name, at, for_s).await.expect("asks")
    };
    assert!(ask(&house, "courier", now.plus_s(601), 15).await);
    assert!(ask(&house, "ahead", now.plus_s(301), 15).await);
    // However long it is asked for, it is none that nobody would wait for.
    assert!(ask(&house, "merge", now, 3_600).await);
    house.settings.owner = "two".into();
    house.restart().await;
    assert!(
        ask(&house, "courier", now, 15).await,
        "nobody's clock is ten minutes ahead"
    );
    assert!(
        !ask(&house, "ahead", now, 15).await,
        "a clock that goes back slowly is five minutes ahead, and its owner still works"
    );
    assert!(!ask(&house, "merge", now, 15).await);
    assert!(!ask(&house, "merge", now.plus_s(59), 15).await);
    assert!(ask(&house, "merge", now.plus_s(60), 15).await, "it ran out");
}

async fn deadlines_and_half_done_work_are_found(engine: Engine) {
    let mut house = House::open(engine).await;
    let panic = house.panic("leeds-1").await.summary;
    let report = house.report("leeds-1").await.summary;
    let placed = (report.next_due.expect("a queue must be found"), report.id);
    let due = panic.next_due.expect("armed");
    assert!(placed.0 < due);
    assert_eq!(
        house.ledger.due(due.plus_us(-1), 10).await.expect("reads"),
        vec![placed]
    );
    assert_eq!(
        house.ledger.due(due, 10).await.expect("reads"),
        vec![placed, (due, panic.id)]
    );
    assert_eq!(
        house.ledger.undelivered().await.expect("reads"),
        vec![panic.id]
    );
    house.restart().await;
    assert_eq!(
        house.ledger.undelivered().await.expect("reads"),
        vec![panic.id]
    );
    house
        .command(panic.id, Command::Acknowledge)
        .await
        .expect("acknowledged");
    let next = house.ledger.due(Time(i64::MAX), 10).await.expect("reads");
    assert_eq!(
        next.get(1).map(|(at, id)| (*at, *id)),
        panic.resolve_by.map(|at| (at, panic.id))
    );
}

async fn commands_of_one_batch_build_on_each_other(engine: Engine) {
    let house = House::open(engine).await;
    let id = house.report("leeds-1").await.summary.id;
    let other = house.report("hove-1").await.summary.id;
    let resolution = outcry_domain::incident::Resolution::NoAction;
    let results = house
        .ledger
        .record_all(vec![
            (id, Command::Acknowledge, house.desk()),
            (other, Command::Acknowledge, house.desk()),
            (id, Command::Acknowledge, house.desk()),
            (
                id,
                Command::Resolve {
                    resolution,
                    note: None,
                },
                house.desk(),
            ),
            (id, Command::Close, house.desk()),
        ])
        .await;
    let state = |place: usize| {
        results[place]
            .as_ref()
            .map(|recorded| recorded.summary.state)
    };
    assert_eq!(state(0), Ok(State::Acknowledged));
    assert_eq!(state(1), Ok(State::Acknowledged));
    assert!(results[2].is_err());
    assert_eq!(state(3), Ok(State::Resolved));
    assert_eq!(state(4), Ok(State::Closed));
    let held = house
        .ledger
        .state(id)
        .await
        .expect("reads")
        .expect("there is one");
    assert_eq!((held.state, held.version), (State::Closed, 4));
}

#[tokio::test]
async fn one_process_holds_a_data_directory() {
    let house = House::open(Engine::Sqlite).await;
    let refused = Ledger::open(&house.settings, fill)
        .await
        .map(drop)
        .expect_err("it is taken");
    assert!(
        refused.to_string().contains("another Outcry runs"),
        "{refused}"
    );
    house.ledger.stop().await;
    Ledger::open(&house.settings, fill)
        .await
        .expect("free again");
}
