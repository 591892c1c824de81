//! What comes after a report, or does not come any more.

use std::sync::Arc;

use futures_util::FutureExt as _;
use outcry_domain::Incident;
use outcry_domain::incident::Command;
use outcry_ledger::Error;

use crate::single::Single;

const SITE: &str = "leeds-012";

fn transactions(incident: &Arc<Incident>) -> usize {
    let context = incident.context.as_ref().expect("looked at");
    context.tills.iter().map(|t| t.transactions.len()).sum()
}

#[tokio::test]
async fn what_was_reported_before_a_restart_is_looked_at_and_watched_again() {
    let mut town = Single::open().await;
    let pressed = town.press(SITE).await;
    town.assess().await;
    assert_eq!(transactions(&town.state(pressed).await), 0);
    town.restart(async |_| {}).await;
    town.refund(SITE, "1", 60).await;
    town.pass(31);
    assert_eq!(town.look().await, Ok(true));
    assert_eq!(transactions(&town.state(pressed).await), 1);
    town.refund(SITE, "2", 60).await;
    assert_eq!(town.look().await, Ok(false), "what comes together gathers");
    town.pass(5);
    assert_eq!(town.look().await, Ok(true));
    assert_eq!(transactions(&town.state(pressed).await), 2);
}

#[tokio::test]
async fn a_look_that_fails_is_tried_again() {
    let mut town = Single::open().await;
    town.press(SITE).await;
    town.assess().await;
    town.refund(SITE, "1", 60).await;
    assert_eq!(town.look().await, Ok(false));
    town.house.ledger.stop().await;
    for _ in 0..3 {
        town.pass(60);
        let looked = town.look().await;
        assert!(looked.is_err(), "{looked:?}");
    }
}

#[tokio::test]
async fn late_events_are_waited_for_until_it_is_over_and_no_longer_than_said() {
    let town = Single::open().await;
    let told = async |number: &str, seconds_ago| {
        town.refund(SITE, number, seconds_ago).await;
        town.house.bus.late().now_or_never().is_some()
    };
    let tend = || town.house.bus.prune(town.clock().now().0);
    let pressed = town.press(SITE).await;
    town.assess().await;
    assert!(told("1", 0).await);
    town.act(pressed, Command::FalseAlarm { note: None }).await;
    town.assess().await;
    assert!(!told("2", 0).await, "a false alarm waits for nothing");
    town.pass(2_000);
    town.press(SITE).await;
    town.assess().await;
    // Five minutes belong to it, and fifteen more are waited.
    town.pass(1_199);
    tend().await.expect("pruned");
    assert!(told("3", 1_100).await);
    town.pass(1);
    tend().await.expect("pruned");
    assert!(!told("4", 1_100).await);
}

#[tokio::test]
async fn without_the_stream_reports_are_assessed_and_what_was_found_stays() {
    let mut town = Single::open().await;
    town.refund(SITE, "1", 60).await;
    let before = town.press(SITE).await;
    town.assess().await;
    assert_eq!(transactions(&town.state(before).await), 1);
    town.house.bus.stop().await;
    town.pass(10);
    let after = town.press(SITE).await;
    town.assess().await;
    let found = town.state(after).await;
    assert_eq!(
        transactions(&found),
        0,
        "what memory holds grows old unseen"
    );
    let assessed = found.assessment.as_ref().expect("assessed");
    assert!(assessed.model.is_some(), "and scored");
    let kept = town.state(before).await;
    assert_eq!((kept.enrichments, transactions(&kept)), (1, 1));
    assert_ne!(
        town.look().await,
        Err(Error::Stopped),
        "the loop stands still"
    );
}

#[tokio::test]
async fn a_busy_shops_incident_says_how_many_receipts_it_does_not_list() {
    let town = Single::open().await;
    for number in 0..65 {
        town.refund(SITE, &number.to_string(), number).await;
    }
    let pressed = town.press(SITE).await;
    town.assess().await;
    let found = town.state(pressed).await;
    let omitted = found.context.as_ref().map(|context| context.omitted);
    assert_eq!((transactions(&found), omitted), (60, Some(5)));
}
