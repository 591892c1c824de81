//! An incident in hand: while its commit is under way nobody finds it as it was.

use std::sync::Arc;
use std::time::Duration;

use outcry_domain::incident::Command;
use outcry_domain::IncidentId;

use crate::support::house::{BEGIN, Engine, House};
use crate::support::sql::Sql;

on_every_engine!(it_has_one_place_however_many_others_are_used);

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
