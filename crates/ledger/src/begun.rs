//! Begun: was there ever a log here? The keys remember it, so that a log that is gone is not taken
//! for one that was never made. Never knows what the log says.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::store::{Store, sqlite};
use crate::{Database, Error, Settings, directory, vault};

/// Beside the keys, once the first facts are durable; before that, a start that was cut short has
/// left keys behind and nothing that they sealed.
fn marker(data: &Path) -> PathBuf {
    vault::directory(data).join("log-begun")
}

/// Notes that the log has begun. Best told late: what is noted and not there stops the next start.
pub(crate) fn note(data: &Path) {
    let marker = marker(data);
    if marker.exists() {
        return;
    }
    let write = || {
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(false).mode(0o600);
        file.open(&marker)?.sync_all()?;
        directory::sync(&vault::directory(data))
    };
    if let Err(error) = write() {
        tracing::warn!(%error, "it could not be noted beside the keys that the log has begun");
    }
}

/// Refuses a data directory whose database file is gone or empty although its log had begun, before
/// a new one is made in its place.
pub(crate) fn file_is_there(settings: &Settings) -> Result<(), Error> {
    let there = match settings.database {
        Database::Postgres { .. } => true,
        Database::Sqlite => sqlite::file(&settings.data)
            .metadata()
            .is_ok_and(|found| found.len() > 0),
    };
    if there || !marker(&settings.data).exists() {
        Ok(())
    } else {
        Err(gone(settings))
    }
}

/// The same for a database whose tables are there and hold nothing.
pub(crate) async fn log_is_there(settings: &Settings, store: &Store) -> Result<(), Error> {
    let sql = "SELECT sequence FROM head UNION ALL SELECT sequence FROM fact LIMIT 1";
    if store.row::<(i64,)>(sql, &[]).await?.is_some() || !marker(&settings.data).exists() {
        Ok(())
    } else {
        Err(gone(settings))
    }
}

fn gone(settings: &Settings) -> Error {
    let keys = vault::directory(&settings.data);
    let database = match settings.database {
        Database::Sqlite => sqlite::file(&settings.data).display().to_string(),
        Database::Postgres { .. } => "the PostgreSQL database".to_owned(),
    };
    Error::Missing(format!(
        "the log is gone: {database} is missing or empty, although the keys in {} belong to a log. Put the \
         newest backup in its place, or name another data directory to begin anew",
        keys.display()
    ))
}
