//! What every database must do for the ledger. Each test runs on every engine.

mod support;

use outcry_domain::incident::{Command, State};
use outcry_ledger::{Filter, Page, verify_all};
use support::house::{Engine, House, everything};

/// Each test as a module with one case per engine.
macro_rules! on_every_engine {
    ($($name:ident),* $(,)?) => { $(
        mod $name {
            use super::*;
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() { super::$name(Engine::Sqlite).await; }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() { super::$name(Engine::Postgres).await; }
        }
    )* };
}

on_every_engine!(a_report_is_recorded_and_found);

async fn a_report_is_recorded_and_found(engine: Engine) {
    let mut house = House::open(engine).await;
    let recorded = house.report("leeds-1").await;
    let id = recorded.summary.id;
    assert_eq!(recorded.receipt.sequence, 1);
    house
        .command(id, Command::Acknowledge)
        .await
        .expect("acknowledged");
    house.restart().await;
    let listed = house
        .ledger
        .incidents(&everything(), &Filter::default(), &Page::default())
        .await
        .expect("lists");
    assert_eq!(listed.items.len(), 1);
    assert_eq!(listed.items[0].state, State::Acknowledged);
    house.ledger.stop().await;
    let verified = verify_all(&house.settings)
        .await
        .expect("checks")
        .expect("whole");
    assert!(verified.facts() > 3);
}
