//! An incident that was damaged on the disk stands in nobody else's way.

use outcry::follow::merge;
use outcry_domain::IncidentId;
use outcry_domain::incident::{Command, State};

use crate::single::Single;

/// Overwrites something that is stored of the incident.
async fn damage(folder: &std::path::Path, statement: &'static str, id: IncidentId) {
    use sqlx::ConnectOptions as _;
    let file = folder.join("outcry.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut connection = options.connect().await.expect("opens");
    let done = sqlx::query(statement)
        .bind(id.0.simple().to_string())
        .execute(&mut connection)
        .await;
    assert_eq!(done.expect("damaged").rows_affected(), 1);
}

#[tokio::test]
async fn the_loops_pass_over_damaged_incidents() {
    let mut town = Single::open().await;
    let unread = town.press("leeds-012").await;
    let unlocked = town.press("hull-282").await;
    let whole = town.press("hove-101").await;
    let twins = [
        (town.press("leeds-012").await, unread),
        (town.press("hull-282").await, unlocked),
        (town.press("hove-101").await, whole),
    ];
    for (twin, into) in twins {
        let into = town.state(into).await;
        town.act(twin, Command::Merge { into }).await;
    }
    // Takes up what was planned: of all three incidents, the damaged ones first.
    town.restart(async |folder| {
        let report = "UPDATE fact SET body = '{' WHERE stream = $1 AND version = 1";
        damage(folder, report, unread).await;
        let key = "UPDATE data_key SET kek = 'another' WHERE stream = $1";
        damage(folder, key, unlocked).await;
    })
    .await;
    while !town.house.courier.idle() {
        tokio::task::yield_now().await;
    }
    town.assess().await;
    let facts = town.facts().await;
    let merged = merge::handle(&town.house.ledger, &town.clock(), &facts).await;
    merged.expect("those that can be read");
    let state = town.state(whole).await;
    assert_eq!(state.enrichments, 1);
    assert_eq!(state.absorbed.iter().collect::<Vec<_>>(), [&twins[2].0]);
    for (twin, _) in twins {
        assert_eq!(town.state(twin).await.state, State::Merged);
    }
    let deliveries = &state.deliveries;
    assert!(!deliveries.is_empty());
    assert!(
        deliveries.values().all(|delivery| !delivery.pending()),
        "{deliveries:?}"
    );
    town.pass(40);
    while town.house.deadlines.step().await.expect("steps") {}
    assert!(town.state(whole).await.breached_acknowledge);
}

#[tokio::test]
async fn what_cannot_be_read_is_not_taken_for_merged() {
    let mut town = Single::open().await;
    let twin = town.press("leeds-012").await;
    let into = town.press("leeds-012").await;
    let state = town.state(into).await;
    town.act(twin, Command::Merge { into: state }).await;
    town.restart(async |folder| {
        let report = "UPDATE fact SET body = '{' WHERE stream = $1 AND version = 1";
        damage(folder, report, twin).await;
    })
    .await;
    let facts = town.facts().await;
    let merged = merge::handle(&town.house.ledger, &town.clock(), &facts).await;
    merged.expect("it is passed over");
    assert!(town.state(into).await.absorbed.is_empty());
}
