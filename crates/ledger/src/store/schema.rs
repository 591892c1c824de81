//! The tables, as one text for both engines: `{{blob}}`, `{{key}}` (text that sorts
//! byte by byte) and `{{clustered}}` are all that differs.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use super::{Connection, Store};
use crate::Error;

/// In this order, for ever: a shipped text is never edited, a change is a new entry.
const MIGRATIONS: [(&str, &str); 2] = [
    ("first tables", include_str!("0001_first_tables.sql")),
    (
        "tokens by incident",
        include_str!("0002_tokens_by_incident.sql"),
    ),
];

/// The text for SQLite, for tests that look at its plans.
#[cfg(test)]
pub(crate) fn sqlite_text() -> String {
    MIGRATIONS
        .iter()
        .map(|(_, text)| engine_text(text, "BLOB", "TEXT", "WITHOUT ROWID"))
        .collect()
}

fn engine_text(text: &str, blob: &str, key: &str, clustered: &str) -> String {
    text.replace("{{blob}}", blob)
        .replace("{{key}}", key)
        .replace("{{clustered}}", clustered)
}

fn migrator(blob: &str, key: &str, clustered: &str) -> Migrator {
    let migrations = MIGRATIONS
        .iter()
        .zip(1..)
        .map(|((name, text), version)| {
            let sql = AssertSqlSafe(engine_text(text, blob, key, clustered)).into_sql_str();
            Migration::new(version, (*name).into(), MigrationType::Simple, sql, false)
        })
        .collect();
    Migrator::with_migrations(migrations)
}

/// Brings the tables to where this program needs them. Several processes may try at once.
pub(crate) async fn migrate(connection: &mut Connection, store: &Store) -> Result<(), Error> {
    let done = match (connection, store) {
        (Connection::Sqlite(c), _) => {
            migrator("BLOB", "TEXT", "WITHOUT ROWID")
                .run_direct(None, &mut **c, false)
                .await
        }
        (Connection::Postgres(_), Store::Postgres(pool)) => {
            migrator("BYTEA", "TEXT COLLATE \"C\"", "").run(pool).await
        }
        (Connection::Postgres(_), Store::Sqlite(_)) => unreachable!("one engine at a time"),
    };
    done.map_err(|error| {
        tracing::error!(%error, "the tables cannot be prepared");
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            _ => Error::Unavailable(
                "the database was made by a newer Outcry, or its tables were changed by hand"
                    .into(),
            ),
        }
    })
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, SqliteConnection};

    use super::*;

    #[tokio::test]
    async fn a_disk_without_room_for_the_tables_is_told_so() {
        let memory = SqliteConnection::connect("sqlite::memory:").await;
        let mut connection = Connection::Sqlite(Box::new(memory.expect("opens")));
        let small = "PRAGMA max_page_count = 8";
        connection.rows::<(i64,)>(small, &[]).await.expect("set");
        let store = Store::Sqlite(sqlx::SqlitePool::connect_lazy("sqlite::memory:").expect("lazy"));
        let told = migrate(&mut connection, &store).await.map(drop);
        let words = told.expect_err("there is no room").to_string();
        assert!(words.starts_with("the disk is full: make room"), "{words}");
    }
}
