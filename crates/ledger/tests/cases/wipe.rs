//! What was erased is cleared away by PostgreSQL too, whatever comes between.

use std::time::Duration;

use crate::cases::erase::{ERASE, administrator, over};
use crate::support::house::{Engine, House};
use crate::support::sql::Sql;

/// How often both tables that an erasure deletes from were cleared.
async fn cleared(sql: &Sql) -> u64 {
    let counts = "SELECT CAST(vacuum_count AS TEXT) FROM pg_stat_user_tables \
                  WHERE relname IN ('data_key', 'token')";
    let counts = sql.texts(counts).await;
    assert_eq!(counts.len(), 2);
    let counts = counts.iter().map(|count| count.parse().expect("a number"));
    counts.min().expect("two")
}

/// Waits until they were cleared once more.
async fn cleared_again(sql: &Sql, before: u64) -> u64 {
    for _ in 0..100 {
        let now = cleared(sql).await;
        if now > before {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not cleared");
}

async fn erase(house: &House) {
    let id = over(house).await;
    let moment = administrator(house);
    let erased = house.ledger.record(id, ERASE, &moment, None).await;
    erased.expect("erased");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_cleared_soon_and_after_each_start() {
    let mut house = House::open(Engine::Postgres).await;
    let sql = Sql::open(&house).await;
    let mut count = cleared_again(&sql, 0).await;
    erase(&house).await;
    count = cleared_again(&sql, count).await;
    // A start does not know what the last one left.
    house.restart().await;
    cleared_again(&sql, count).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_waits_for_it() {
    let house = House::open(Engine::Postgres).await;
    let sql = Sql::open(&house).await;
    let count = cleared_again(&sql, 0).await;
    erase(&house).await;
    house.ledger.stop().await;
    cleared_again(&sql, count).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_takes_no_connection_is_asked_again() {
    let house = House::open(Engine::Postgres).await;
    // One connection, for later there are no more.
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1);
    let url = house.url.as_ref().expect("a server");
    let sql = Sql::Postgres(pool.connect(url).await.expect("connects"));
    let count = cleared_again(&sql, 0).await;
    let takes = async |connections: bool| {
        sql.run(&format!(
            "UPDATE pg_database SET datallowconn = {connections} WHERE datname = current_database()"
        ))
        .await;
    };
    takes(false).await;
    erase(&house).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(cleared(&sql).await, count);
    takes(true).await;
    cleared_again(&sql, count).await;
}
