//! SQLite: one file in the data directory, one process, one writing connection that also owns the
//! checkpoints. Never knows what is in the tables.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, SqliteConnection, SqlitePool};

use crate::{Error, Synchronous};

/// The database in the data directory.
pub(crate) const FILE: &str = "outcry.db";
/// What one process at a time holds there.
pub(crate) const LOCK: &str = "outcry.lock";
/// Older write-ahead-log code can corrupt a database when a checkpoint meets a reset.
const VERSION_MIN: [u32; 3] = [3, 51, 3];
/// The table in which sqlx notes what it migrated: the first that every house has.
const MIGRATIONS: &str = "_sqlx_migrations";
/// Connections that read.
const READERS: u32 = 3;
/// The writer's page cache, in KiB.
const WRITER_CACHE_KIB: i64 = 32_768;
/// Each reader's page cache, in KiB.
const READER_CACHE_KIB: i64 = 4_096;
/// Rows that a reader hands over at once: each hand-over wakes a thread.
const ROWS_AHEAD: usize = 1_024;
/// Prepared statements that a connection keeps.
const STATEMENTS_MAX: usize = 256;
/// The write-ahead log is cut back to this size once it is checkpointed.
const WAL_BYTES_MAX: i64 = 64 << 20;
/// How long a statement waits for a lock; only a start beside a reader ever does.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// Where the database of a data directory is.
pub(crate) fn file(data: &Path) -> PathBuf {
    data.join(FILE)
}

/// Holds the data directory for this process until dropped.
pub(crate) fn lock(data: &Path) -> Result<File, Error> {
    let path = data.join(LOCK);
    let file = own(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::Unavailable(format!(
            "another Outcry runs on {}: stop it first, or choose another data directory",
            data.display()
        ))),
        Err(std::fs::TryLockError::Error(why)) => {
            let what = format!("cannot lock {}", path.display());
            Err(Error::file(&what, &why))
        }
    }
}

/// Opens a file to write, making it for its owner alone.
fn own(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(|why| Error::file(&format!("cannot open {}", path.display()), &why))
}

fn options(data: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file(data))
        .statement_cache_capacity(STATEMENTS_MAX)
        .busy_timeout(LOCK_WAIT)
        .foreign_keys(false)
        .disable_statement_logging()
}

/// The connection that owns all writes and all checkpoints.
pub(crate) async fn writer(
    data: &Path,
    synchronous: Synchronous,
) -> Result<SqliteConnection, Error> {
    // SQLite takes an empty file for a new database, and gives its other files the same mode.
    drop(own(&file(data))?);
    let connection = options(data)
        .page_size(4_096)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match synchronous {
            Synchronous::Full => SqliteSynchronous::Full,
            Synchronous::Normal => SqliteSynchronous::Normal,
        })
        .pragma("wal_autocheckpoint", "0")
        .pragma("journal_size_limit", WAL_BYTES_MAX.to_string())
        .pragma("cache_size", format!("-{WRITER_CACHE_KIB}"))
        .pragma("temp_store", "memory")
        // What is deleted is overwritten, also where a whole page becomes free.
        .pragma("secure_delete", "on")
        .connect()
        .await?;
    Ok(connection)
}

/// Brings the write-ahead log into the file and empties it, so that nothing deleted stays in it.
/// `false`: somebody reads from it at this moment, and nobody waits for that.
pub(crate) async fn empty_log(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    wait(connection, Duration::ZERO).await?;
    let emptied = begin_log(connection).await? && checkpoint(connection, "TRUNCATE").await?;
    wait(connection, LOCK_WAIT).await?;
    Ok(emptied)
}

/// Brings the write-ahead log into the file and begins it anew, with a commit that changes nothing.
/// A log may only be shortened like this: a power cut may leave it long and some of its pages empty, and
/// one of many commits would then end with an older one, whose pages do not fit those of the file.
async fn begin_log(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let done = checkpoint(connection, "RESTART").await?;
    if done {
        sqlx::query("PRAGMA user_version = 0")
            .execute(connection)
            .await?;
    }
    Ok(done)
}

/// Whether the checkpoint came to its end.
async fn checkpoint(
    connection: &mut SqliteConnection,
    mode: &'static str,
) -> Result<bool, sqlx::Error> {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    let (busy, _, _): (i64, i64, i64) = sqlx::query_as(AssertSqlSafe(sql))
        .fetch_one(connection)
        .await?;
    Ok(busy == 0)
}

/// How long statements wait for a lock from now on.
async fn wait(connection: &mut SqliteConnection, limit: Duration) -> Result<(), sqlx::Error> {
    let sql = format!("PRAGMA busy_timeout = {}", limit.as_millis());
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

/// The connections that read.
pub(crate) fn readers(data: &Path) -> SqlitePool {
    let options = options(data)
        .read_only(true)
        .row_buffer_size(ROWS_AHEAD)
        .pragma("cache_size", format!("-{READER_CACHE_KIB}"))
        .pragma("temp_store", "memory")
        .pragma("query_only", "1");
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(options)
}

/// Refuses a library that is known to corrupt.
pub(crate) async fn check_version(connection: &mut SqliteConnection) -> Result<(), Error> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(connection)
        .await?;
    if recent(&version) {
        Ok(())
    } else {
        let [major, minor, patch] = VERSION_MIN;
        Err(Error::Unavailable(format!(
            "SQLite {version} is too old: {major}.{minor}.{patch} or newer is needed, older ones can damage the log"
        )))
    }
}

/// Refuses the database of another program, in which a house would otherwise be made.
pub(crate) async fn check_tables(
    connection: &mut SqliteConnection,
    data: &Path,
) -> Result<(), Error> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    )
    .fetch_all(connection)
    .await?;
    if tables.is_empty() || tables.iter().any(|name| name == MIGRATIONS) {
        return Ok(());
    }
    Err(Error::Missing(format!(
        "{} is the database of another program: choose another data directory",
        file(data).display()
    )))
}

fn recent(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let found = [(); 3].map(|()| parts.next().unwrap_or(0));
    found >= VERSION_MIN
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What a disk writes whole.
    const PAGE_BYTES: usize = 4_096;
    /// Commits in a log, each of rows that fill pages.
    const COMMITS: usize = 12;

    #[test]
    fn old_libraries_are_refused() {
        for (version, fits) in [
            ("3.51.3", true),
            ("3.52.0", true),
            ("4.0.0", true),
            ("3.51.2", false),
            ("3.40.1", false),
            ("", false),
        ] {
            assert_eq!(recent(version), fits, "{version}");
        }
    }

    async fn written(data: &Path) -> SqliteConnection {
        let mut writer = writer(data, Synchronous::Full).await.unwrap();
        let table = "CREATE TABLE page (number INTEGER PRIMARY KEY, content BLOB)";
        sqlx::query(table).execute(&mut writer).await.unwrap();
        for _ in 0..COMMITS {
            let rows = "INSERT INTO page (content) VALUES (randomblob(1500)), (randomblob(3000))";
            sqlx::query(rows).execute(&mut writer).await.unwrap();
        }
        writer
    }

    /// Cuts the power while the log is shortened: it is as long as before, and empty from a page on.
    /// Says for how many of the pages the database is whole and complete afterwards, and how many there are.
    async fn cut(data: &Path) -> (usize, usize) {
        let log = fs::read(data.join("outcry.db-wal")).unwrap();
        let mut whole = 0;
        let pages = log.len().div_ceil(PAGE_BYTES);
        for page in 0..pages {
            let wreck = tempfile::tempdir().unwrap();
            fs::copy(file(data), file(wreck.path())).unwrap();
            let mut torn = log.clone();
            torn[page * PAGE_BYTES..].fill(0);
            fs::write(wreck.path().join("outcry.db-wal"), torn).unwrap();
            let mut found = writer(wreck.path(), Synchronous::Full).await.unwrap();
            let integrity = sqlx::query_scalar::<_, String>("PRAGMA integrity_check");
            let integrity = integrity.fetch_all(&mut found).await.unwrap_or_default();
            let rows = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM page");
            let rows = rows.fetch_one(&mut found).await.unwrap_or_default();
            whole += usize::from(integrity == ["ok"] && rows == 2 * COMMITS as i64);
        }
        (whole, pages)
    }

    #[tokio::test]
    async fn a_log_that_was_begun_anew_may_be_shortened_while_the_power_fails() {
        let data = tempfile::tempdir().unwrap();
        let mut writer = written(data.path()).await;
        // It is not so for one with many commits, although the file has everything that is in it.
        assert!(checkpoint(&mut writer, "RESTART").await.unwrap());
        let (whole, pages) = cut(data.path()).await;
        assert!(whole < pages, "{whole} of {pages}");

        assert!(begin_log(&mut writer).await.unwrap());
        let (whole, pages) = cut(data.path()).await;
        assert_eq!(whole, pages);

        assert!(empty_log(&mut writer).await.unwrap());
        let log = fs::metadata(data.path().join("outcry.db-wal")).unwrap();
        assert_eq!(log.len(), 0);
    }
}
