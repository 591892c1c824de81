//! An incident that was damaged on the disk stands in nobody else's way.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64};

use outcry::clock::{Clock, Turned};
use outcry_domain::actor::SystemId;
use outcry_domain::incident::{Channel, Command, Draft};
use outcry_domain::organisation::Command as Setting;
use outcry_domain::{Category, IncidentId, Moment, Organisation};

use crate::running::{Read, Running};
use crate::town::{self, Shared, id};

fn panic_at(site: &str) -> Command {
    Command::Panic(Draft {
        site: id(site),
        category: Category::Panic,
        channel: Channel::Terminal,
        occurred_at: None,
        area: None,
        device: None,
        reporter: None,
        narrative: None,
        fields: [].into(),
        items: vec![],
        silent: None,
    })
}

async fn press(house: &Running, clock: &Clock, site: &str) -> IncidentId {
    let organisation = house.ledger.organisation();
    let clerk = organisation
        .person(&id(&format!("clerk-{site}")))
        .expect("lives here");
    let moment = Moment {
        actor: Organisation::actor(clerk),
        ..clock.moment(SystemId::Setup)
    };
    let recorded = house.ledger.report(panic_at(site), &moment, None).await;
    recorded.expect("recorded").summary.id
}

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
    let folder = tempfile::tempdir().expect("a folder");
    let turned = Arc::new(Turned {
        now_us: AtomicI64::new(1_764_000_000_000_000),
        dice: AtomicU64::new(7),
    });
    let clock = Clock::Simulated(turned.clone());
    let providers = Shared::default();
    let house = Running::start(folder.path(), &turned, &providers, Read::new()).await;
    let commands = town::founding().into_iter().map(|event| Setting::Put {
        event,
        expected: None,
    });
    house
        .ledger
        .configure_all(commands.collect(), &clock.moment(SystemId::Setup))
        .await
        .expect("a valid town");
    let unread = press(&house, &clock, "leeds-012").await;
    let unlocked = press(&house, &clock, "hull-282").await;
    let whole = press(&house, &clock, "hove-101").await;
    house.ledger.stop().await;
    house.bus.stop().await;
    drop(house);

    let report = "UPDATE fact SET body = '{' WHERE stream = $1 AND version = 1";
    damage(folder.path(), report, unread).await;
    let key = "UPDATE data_key SET kek = 'another' WHERE stream = $1";
    damage(folder.path(), key, unlocked).await;
    // Takes up what was planned: of all three incidents, the damaged ones first.
    let house = Running::start(folder.path(), &turned, &providers, Read::new()).await;
    while !house.courier.idle() {
        tokio::task::yield_now().await;
    }
    for region in ["north", "south"] {
        let entries = house.ledger.facts_after(&id(region), 0, 100).await;
        let entries = entries.expect("reads");
        let assessed = house.assessor.handle(&entries).await;
        assessed.expect("those that can be read");
    }
    let state = house.ledger.state(whole).await.expect("reads");
    let state = state.expect("there is one");
    assert_eq!(state.enrichments, 1);
    let deliveries = &state.deliveries;
    assert!(!deliveries.is_empty());
    assert!(
        deliveries.values().all(|delivery| !delivery.pending()),
        "{deliveries:?}"
    );
}
