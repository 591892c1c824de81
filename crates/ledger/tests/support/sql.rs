//! A way behind the ledger's back, for those who tamper and those who look.

use sqlx::AssertSqlSafe;

use super::house::House;

/// A pool of its own on the same database.
pub(crate) enum Sql {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

/// While it lives, nobody writes to the log; everybody reads.
pub(crate) enum Hold {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Hold {
    pub(crate) async fn let_go(self) {
        match self {
            Self::Sqlite(held) => held.rollback().await,
            Self::Postgres(held) => held.rollback().await,
        }
        .expect("let go");
    }
}

impl Sql {
    /// Makes every commit wait.
    pub(crate) async fn hold(&self) -> Hold {
        match self {
            Self::Sqlite(pool) => {
                let held = pool.begin_with("BEGIN IMMEDIATE").await;
                Hold::Sqlite(held.expect("held"))
            }
            Self::Postgres(pool) => {
                let mut held = pool.begin().await.expect("begins");
                let sql = "LOCK TABLE head IN EXCLUSIVE MODE";
                sqlx::query(sql).execute(&mut *held).await.expect("held");
                Hold::Postgres(held)
            }
        }
    }

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
