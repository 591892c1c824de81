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

/// Overwrites what the log holds of the incident's report.
async fn damage(folder: &std::path::Path, id: IncidentId) {
    use sqlx::ConnectOptions as _;
    let file = folder.join("outcry.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut connection = options.connect().await.expect("opens");
    let done = sqlx::query("UPDATE fact SET body = '{' WHERE stream = $1 AND version = 1")
        .bind(id.0.simple().to_string())
        .execute(&mut connection)
        .await;
    assert_eq!(done.expect("damaged").rows_affected(), 1);
}

#[tokio::test]
async fn the_courier_passes_over_a_damaged_incident() {
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
    let broken = press(&house, &clock, "leeds-012").await;
    let whole = press(&house, &clock, "hove-101").await;
    house.ledger.stop().await;
    house.bus.stop().await;
    drop(house);

    damage(folder.path(), broken).await;
    // Takes up what was planned: of both incidents, the damaged one first.
    let house = Running::start(folder.path(), &turned, &providers, Read::new()).await;
    while !house.courier.idle() {
        tokio::task::yield_now().await;
    }
    let state = house.ledger.state(whole).await.expect("reads");
    let deliveries = state.expect("there is one").deliveries.clone();
    assert!(!deliveries.is_empty());
    assert!(
        deliveries.values().all(|delivery| !delivery.pending()),
        "{deliveries:?}"
    );
}
