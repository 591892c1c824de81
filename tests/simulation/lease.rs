//! Of several processes one fires deadlines; when it dies, another one does.

use std::time::Duration;

use outcry::follow::escalate;
use tokio_util::sync::CancellationToken;

use crate::single::Single;

/// How long the other process has the deadlines to itself, in seconds.
const OTHERS_S: u32 = 60;

async fn open(folder: &std::path::Path) -> sqlx::SqliteConnection {
    use sqlx::ConnectOptions as _;
    let file = folder.join("outcry.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    options.connect().await.expect("opens")
}

#[tokio::test]
async fn deadlines_fire_in_one_process_and_in_the_next_when_it_dies() {
    let mut town = Single::open().await;
    let now = town.clock().now();
    let taken = town.house.ledger.lease("escalate", now, OTHERS_S).await;
    assert_eq!(taken, Ok(true));
    town.restart(async |folder| {
        let statement = "UPDATE lease SET owner = 'another' WHERE name = 'escalate'";
        let mut database = open(folder).await;
        let done = sqlx::query(statement).execute(&mut database);
        assert_eq!(done.await.expect("taken").rows_affected(), 1);
    })
    .await;
    let pressed = town.press("leeds-012").await;
    let planned = town.state(pressed).await.version;
    let stop = CancellationToken::new();
    let (ledger, clock) = (town.house.ledger.clone(), town.clock());
    let deadlines = tokio::spawn(escalate::run(ledger, clock, stop.clone()));
    town.pass(i64::from(OTHERS_S) - 1);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let waiting = town.state(pressed).await.version;
    assert_eq!(waiting, planned, "the other process fires them");
    town.pass(2);
    let fired = async {
        while !town.state(pressed).await.breached_acknowledge {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let fired = tokio::time::timeout(Duration::from_secs(5), fired).await;
    fired.expect("the deadline fires here");
    stop.cancel();
    deadlines.await.expect("ends");
    town.restart(async |folder| {
        let left = sqlx::query_scalar("SELECT until FROM lease WHERE name = 'escalate'");
        let mut database = open(folder).await;
        let until: i64 = left.fetch_one(&mut database).await.expect("one");
        assert!(until <= town_now(now.0), "who stops leaves it to the next");
    })
    .await;
}

/// The clock after both passes.
fn town_now(begin_us: i64) -> i64 {
    begin_us + (i64::from(OTHERS_S) + 1) * 1_000_000
}
