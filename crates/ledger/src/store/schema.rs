//! The tables, as one text for both engines: `{{blob}}`, `{{key}}` (text that sorts
//! byte by byte) and `{{clustered}}` are all that differs.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr as _};

use super::{Connection, Store};
use crate::Error;

/// In this order, for ever: a shipped text is never edited, a change is a new entry.
const MIGRATIONS: [(&str, &str); 3] = [
    ("first tables", include_str!("0001_first_tables.sql")),
    (
        "tokens by incident",
        include_str!("0002_tokens_by_incident.sql"),
    ),
    ("shifts", include_str!("0003_shifts.sql")),
];

/// The tables that hold no fact and no key: what was in them is filled again from the log, or is only
/// how far somebody got with it; but for `once`, for no fact says which request it answered.
pub(crate) const READ_TABLES: [&str; 6] =
    ["incident", "shift", "token", "cursor_at", "once", "lease"];

/// How many migrations there are.
pub(crate) const ALL: usize = MIGRATIONS.len();

/// The first how many of them the database has: 0 as well where it has more, or does not say, which they then tell.
pub(crate) async fn made(connection: &mut Connection) -> usize {
    let sql = "SELECT COUNT(*) FROM _sqlx_migrations";
    let counted = connection.rows::<(i64,)>(sql, &[]).await.ok();
    let count = counted.and_then(|rows| usize::try_from(rows.first()?.0).ok());
    count.filter(|made| *made <= ALL).unwrap_or(0)
}

/// The read tables that the first so many migrations make.
pub(crate) fn read_tables(made: usize) -> impl Iterator<Item = &'static str> {
    READ_TABLES.into_iter().filter(move |table| {
        let made_by = |(_, text): &(_, &str)| text.contains(&format!("CREATE TABLE {table} "));
        MIGRATIONS[..made].iter().any(made_by)
    })
}

/// The text for SQLite, for tests that look at its plans.
#[cfg(test)]
pub(crate) fn sqlite_text() -> String {
    MIGRATIONS
        .iter()
        .map(|(_, text)| engine_text(text, &SQLITE))
        .collect()
}

/// What `{{blob}}`, `{{key}}` and `{{clustered}}` are.
type Words = [&'static str; 3];
const SQLITE: Words = ["BLOB", "TEXT", "WITHOUT ROWID"];
const POSTGRES: Words = ["BYTEA", "TEXT COLLATE \"C\"", ""];

fn engine_text(text: &str, [blob, key, clustered]: &Words) -> String {
    text.replace("{{blob}}", blob)
        .replace("{{key}}", key)
        .replace("{{clustered}}", clustered)
}

fn migrator(words: &Words) -> Migrator {
    let migrations = MIGRATIONS
        .iter()
        .zip(1..)
        .map(|((name, text), version)| {
            let sql = AssertSqlSafe(engine_text(text, words)).into_sql_str();
            Migration::new(version, (*name).into(), MigrationType::Simple, sql, false)
        })
        .collect();
    Migrator::with_migrations(migrations)
}

/// Makes the read tables, and the indexes of theirs, that are missing of what the first so many migrations made.
pub(crate) async fn restore(connection: &mut Connection, made: usize) -> Result<(), Error> {
    let words = match connection {
        Connection::Sqlite(_) => &SQLITE,
        Connection::Postgres(_) => &POSTGRES,
    };
    for (_, text) in &MIGRATIONS[..made] {
        let text = engine_text(text, words);
        for statement in statements(&text).filter(|statement| is_of_read_table(statement)) {
            let statement = statement
                .replacen("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1)
                .replacen("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS ", 1);
            connection.execute(AssertSqlSafe(statement), &[]).await?;
        }
    }
    Ok(())
}

/// The statements of a text, without the lines that explain them.
fn statements(text: &str) -> impl Iterator<Item = String> {
    let code = text.lines().filter(|line| !line.starts_with("--"));
    let code = code.fold(String::new(), |code, line| code + line + "\n");
    let statements: Vec<String> = code.split(';').map(|part| part.trim().to_owned()).collect();
    statements.into_iter()
}

fn is_of_read_table(statement: &str) -> bool {
    READ_TABLES.iter().any(|table| {
        statement.starts_with(&format!("CREATE TABLE {table} "))
            || (statement.starts_with("CREATE INDEX ")
                && statement.contains(&format!(" ON {table} ")))
    })
}

/// Brings the tables to where this program needs them. Several processes may try at once.
pub(crate) async fn migrate(connection: &mut Connection, store: &Store) -> Result<(), Error> {
    let done = match (connection, store) {
        (Connection::Sqlite(c), _) => migrator(&SQLITE).run_direct(None, &mut **c, false).await,
        (Connection::Postgres(_), Store::Postgres(pool)) => migrator(&POSTGRES).run(pool).await,
        (Connection::Postgres(_), Store::Sqlite(_)) => unreachable!("one engine at a time"),
    };
    done.map_err(|error| {
        tracing::error!(%error, "the tables cannot be prepared");
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                Error::at_start("the tables cannot be prepared", &error)
            }
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

    async fn fresh() -> (Connection, Store) {
        let memory = SqliteConnection::connect("sqlite::memory:").await;
        let store = Store::Sqlite(sqlx::SqlitePool::connect_lazy("sqlite::memory:").expect("lazy"));
        (Connection::Sqlite(Box::new(memory.expect("opens"))), store)
    }

    #[tokio::test]
    async fn a_disk_without_room_for_the_tables_is_told_so() {
        let (mut connection, store) = fresh().await;
        let small = "PRAGMA max_page_count = 8";
        connection.rows::<(i64,)>(small, &[]).await.expect("set");
        let told = migrate(&mut connection, &store).await.map(drop);
        let Err(Error::NoRoom(words)) = &told else {
            panic!("{told:?}");
        };
        assert!(words.starts_with("the disk is full: make room"), "{words}");
    }

    #[tokio::test]
    async fn what_is_made_again_is_what_every_migration_made() {
        let (mut connection, store) = fresh().await;
        migrate(&mut connection, &store).await.expect("made");
        let sql = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
        let made: Vec<(String, String)> = connection.rows(sql, &[]).await.expect("reads");
        for table in READ_TABLES {
            let drop = AssertSqlSafe(format!("DROP TABLE {table}"));
            connection.execute(drop, &[]).await.expect("dropped");
        }
        restore(&mut connection, ALL).await.expect("made again");
        let again: Vec<(String, String)> = connection.rows(sql, &[]).await.expect("reads");
        assert_eq!(again, made);
    }
}
