//! A way behind the ledger's back, for those who tamper and those who look.

use sqlx::AssertSqlSafe;

use super::house::House;

/// A pool of its own on the same database.
pub(crate) enum Sql {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

impl Sql {
    pub(crate) async fn open(house: &House) -> Self {
        match &house.url {
            None => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(house.file());
                let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
                Self::Sqlite(pool.connect_with(options).await.expect("opens"))
            }
            Some(url) => Self::Postgres(sqlx::PgPool::connect(url).await.expect("connects")),
        }
    }

    pub(crate) async fn run(&self, statement: &str) {
        let statement = AssertSqlSafe(statement.to_owned());
        match self {
            Self::Sqlite(pool) => drop(sqlx::query(statement).execute(pool).await.expect("runs")),
            Self::Postgres(pool) => drop(sqlx::query(statement).execute(pool).await.expect("runs")),
        }
    }

    /// The first column of the first row.
    pub(crate) async fn text(&self, query: &str) -> String {
        let query = AssertSqlSafe(query.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(query)
                .fetch_one(pool)
                .await
                .expect("reads"),
            Self::Postgres(pool) => sqlx::query_scalar(query)
                .fetch_one(pool)
                .await
                .expect("reads"),
        }
    }

    /// The first column of every row.
    pub(crate) async fn texts(&self, query: &str) -> Vec<String> {
        let query = AssertSqlSafe(query.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(query)
                .fetch_all(pool)
                .await
                .expect("reads"),
            Self::Postgres(pool) => sqlx::query_scalar(query)
                .fetch_all(pool)
                .await
                .expect("reads"),
        }
    }

    /// A connection of its own, on SQLite.
    pub(crate) async fn connection(&self) -> sqlx::pool::PoolConnection<sqlx::Sqlite> {
        match self {
            Self::Sqlite(pool) => pool.acquire().await.expect("connects"),
            Self::Postgres(_) => panic!("only SQLite is held by one"),
        }
    }
}
