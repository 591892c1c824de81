//! Of several processes one has all loops; when it dies, another one has them.

use std::sync::Arc;
use std::time::Duration;

use outcry::follow::{Duty, Follower, Lease, escalate, nothing_to_take_up};
use outcry_ledger::{Entry, Error};
use outcry_web::Loop;
use tokio_util::sync::CancellationToken;

use crate::single::Single;

/// How long the other process has the loops to itself, in seconds.
const OTHERS_S: u32 = 60;

async fn open(folder: &std::path::Path) -> sqlx::SqliteConnection {
    use sqlx::ConnectOptions as _;
    let file = folder.join("outcry.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    options.connect().await.expect("opens")
}

fn follower(town: &Single, name: &'static str) -> Follower {
    let ledger = town.house.ledger.clone();
    Follower {
        name,
        lease: Lease::new(ledger.clone(), town.clock()),
        ledger,
        duty: Duty::default(),
        stop: CancellationToken::new(),
    }
}

/// Waits until a loop does this.
async fn comes_to(
    follower: &(Duty, outcry_ledger::Ledger, &'static str),
    what: impl Fn(Loop) -> bool,
) {
    let (duty, ledger, name) = follower;
    let done = async {
        while !duty.seen(ledger).get(name).copied().is_some_and(&what) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(5), done).await;
    done.unwrap_or_else(|_| panic!("{:?}", duty.seen(ledger)));
}

#[tokio::test]
async fn deadlines_fire_in_one_process_and_in_the_next_when_it_dies() {
    let mut town = Single::open().await;
    let now = town.clock().now();
    let taken = town.house.ledger.lease("loops", now, OTHERS_S).await;
    assert_eq!(taken, Ok(true));
    town.restart(async |folder| {
        let statement = "UPDATE lease SET owner = 'another' WHERE name = 'loops'";
        let mut database = open(folder).await;
        let done = sqlx::query(statement).execute(&mut database);
        assert_eq!(done.await.expect("taken").rows_affected(), 1);
    })
    .await;
    let pressed = town.press("leeds-012").await;
    let planned = town.state(pressed).await.version;
    let loops = follower(&town, "escalate");
    let (stop, lease) = (loops.stop.clone(), loops.lease.clone());
    let seen = (loops.duty.clone(), loops.ledger.clone(), loops.name);
    let deadlines = tokio::spawn(escalate::run(loops, town.clock()));
    town.pass(i64::from(OTHERS_S) - 1);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let waiting = town.state(pressed).await.version;
    assert_eq!(waiting, planned, "the other process fires them");
    comes_to(&seen, |one| !one.held && one.behind == 0).await;
    town.pass(2);
    let fired = async {
        while !town.state(pressed).await.breached_acknowledge {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let fired = tokio::time::timeout(Duration::from_secs(5), fired).await;
    fired.expect("the deadline fires here");
    comes_to(&seen, |one| one.held && one.behind == 0).await;
    stop.cancel();
    deadlines.await.expect("ends");
    lease.leave().await;
    town.restart(async |folder| {
        let left = sqlx::query_scalar("SELECT until FROM lease WHERE name = 'loops'");
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

#[tokio::test]
async fn a_loop_that_has_handled_nothing_yet_is_seen_with_all_that_it_has_to_read() {
    let town = Single::open().await;
    let merge = follower(&town, "merge");
    let stop = merge.stop.clone();
    let seen = (merge.duty.clone(), merge.ledger.clone(), merge.name);
    town.press("leeds-012").await;
    let facts = town.house.ledger.head(&crate::town::id("north"));
    let fails = async |_: &[Arc<Entry>]| Err(Error::Busy { retry_after_s: 1 });
    let running = tokio::spawn(merge.run(nothing_to_take_up, fails));
    comes_to(&seen, |one| one.held && one.behind == facts).await;
    comes_to(&seen, |one| one.round_s > 0).await;
    stop.cancel();
    running.await.expect("ends");
}
