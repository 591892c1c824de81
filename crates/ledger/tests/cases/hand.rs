//! An incident in hand: while its commit is under way nobody finds it as it was, and what follows the
//! commit is done whoever goes away.

use std::sync::Arc;
use std::time::Duration;

use outcry_domain::incident::Command;
use outcry_domain::{IncidentId, Personal};

use super::erase::{ERASE, administrator, narrative, over};
use crate::support::house::{BEGIN, Engine, House, slug};
use crate::support::sql::Sql;

on_every_engine!(
    it_has_one_place_however_many_others_are_used,
    an_erasure_goes_to_its_end_without_who_asked_for_it,
    a_change_of_settings_goes_to_its_end_without_who_asked_for_it,
);

/// Others that are used meanwhile: more than the memory keeps.
const OTHERS: i64 = 4_200;
/// Time enough to come as far as the writer.
const A_WHILE: Duration = Duration::from_millis(200);

async fn version(house: &House, id: IncidentId) -> u64 {
    let state = house.ledger.state(id).await.expect("reads");
    state.expect("there is one").version
}

async fn it_has_one_place_however_many_others_are_used(engine: Engine) {
    let house = Arc::new(House::open(engine).await);
    let sql = Sql::open(&house).await;
    let id = house.report("leeds-1").await.summary.id;
    let held = sql.hold().await;
    let here = house.clone();
    let acknowledging = tokio::spawn(async move { here.command(id, Command::Acknowledge).await });
    tokio::time::sleep(A_WHILE).await;
    for other in 0..OTHERS {
        let other = IncidentId::first_at(BEGIN.plus_us(-1_000_000 * (other + 1)));
        assert_eq!(house.ledger.state(other).await, Ok(None));
    }
    let here = house.clone();
    let looking = tokio::spawn(async move { version(&here, id).await });
    tokio::time::sleep(A_WHILE).await;
    held.let_go().await;
    acknowledging.await.expect("runs").expect("acknowledged");
    assert_eq!(looking.await.expect("runs"), 2);
    assert_eq!(version(&house, id).await, 2);
}

async fn an_erasure_goes_to_its_end_without_who_asked_for_it(engine: Engine) {
    let house = Arc::new(House::open(engine).await);
    let sql = Sql::open(&house).await;
    let id = over(&house).await;
    let held = sql.hold().await;
    let here = house.clone();
    let erasing = tokio::spawn(async move {
        let moment = administrator(&here);
        here.ledger.record(id, ERASE, &moment, None).await
    });
    tokio::time::sleep(A_WHILE).await;
    erasing.abort();
    assert!(erasing.await.is_err_and(|why| why.is_cancelled()));
    let here = house.clone();
    let looking = tokio::spawn(async move { version(&here, id).await });
    tokio::time::sleep(A_WHILE).await;
    held.let_go().await;
    assert_eq!(looking.await.expect("runs"), 3);
    assert_eq!(version(&house, id).await, 3);
    assert_eq!(narrative(&house.ledger, id).await, Personal::Forgotten);
}

async fn a_change_of_settings_goes_to_its_end_without_who_asked_for_it(engine: Engine) {
    let house = Arc::new(House::open(engine).await);
    let sql = Sql::open(&house).await;
    let held = sql.hold().await;
    let here = house.clone();
    let naming = tokio::spawn(async move { here.name_region("north", "The North").await });
    tokio::time::sleep(A_WHILE).await;
    naming.abort();
    assert!(naming.await.is_err_and(|why| why.is_cancelled()));
    held.let_go().await;
    let name = || {
        house.ledger.organisation().regions[&slug("north")]
            .value
            .name
            .clone()
    };
    for _ in 0..100 {
        if name() == "The North" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it is still called {}", name());
}
