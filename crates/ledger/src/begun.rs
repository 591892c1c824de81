//! Begun: was there ever a log here? The keys remember it, so that a log that is gone is not taken
//! for one that was never made. Never knows what the log says.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::store::{Store, sqlite};
use crate::{Database, Error, Settings, directory, vault};

/// Beside the keys, once the first facts are durable; before that, a start that was cut short has
/// left keys behind and nothing that they sealed. It says where the log is.
fn marker(data: &Path) -> PathBuf {
    vault::directory(data).join("log-begun")
}

/// What the marker says of a log on PostgreSQL.
const POSTGRES: &str = "postgresql";
/// What it says of one in the data directory.
const SQLITE: &str = "sqlite";

/// What may be so where nothing says where the log is.
pub(crate) const PERHAPS_POSTGRES: &str =
    ". If it is on PostgreSQL, give the server's settings with --config FILE";

/// Notes that the log has begun, and where. Best told late: what is noted and not there stops the next start.
pub(crate) fn note(data: &Path, store: &Store) {
    let place = match store {
        Store::Sqlite(_) => SQLITE,
        Store::Postgres(_) => POSTGRES,
    };
    if noted(data).as_deref() == Some(place) {
        return;
    }
    let write = || {
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = file.open(marker(data))?;
        file.write_all(place.as_bytes())?;
        file.sync_all()?;
        directory::sync(&vault::directory(data))
    };
    if let Err(error) = write() {
        tracing::warn!(%error, "it could not be noted beside the keys that the log has begun");
    }
}

/// Where the log is, if one has begun; an older Outcry did not say.
fn noted(data: &Path) -> Option<String> {
    let marker = marker(data);
    marker
        .exists()
        .then(|| fs::read_to_string(&marker).unwrap_or_default())
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
    if there || noted(&settings.data).is_none() {
        Ok(())
    } else {
        Err(gone(settings))
    }
}

/// The same for a database whose tables are there and hold nothing.
pub(crate) async fn log_is_there(settings: &Settings, store: &Store) -> Result<(), Error> {
    let sql = "SELECT sequence FROM head UNION ALL SELECT sequence FROM fact LIMIT 1";
    if store.row::<(i64,)>(sql, &[]).await?.is_some() || noted(&settings.data).is_none() {
        Ok(())
    } else {
        Err(gone(settings))
    }
}

fn gone(settings: &Settings) -> Error {
    let (data, keys) = (&settings.data, vault::directory(&settings.data));
    let place = noted(data).unwrap_or_default();
    let database = match settings.database {
        Database::Sqlite if place == POSTGRES => return elsewhere(data),
        Database::Postgres { .. } if place == SQLITE => return here(data),
        Database::Sqlite => sqlite::file(data).display().to_string(),
        Database::Postgres { .. } => "the PostgreSQL database".to_owned(),
    };
    let perhaps = match settings.database {
        Database::Sqlite if place != SQLITE => PERHAPS_POSTGRES,
        _ => "",
    };
    Error::Missing(format!(
        "the log is gone: {database} is missing or empty, although the keys in {} belong to a log. Put the \
         newest backup in its place, or name another data directory to begin anew{perhaps}",
        keys.display()
    ))
}

/// As `elsewhere`, the other way round.
fn here(data: &Path) -> Error {
    Error::Missing(format!(
        "the log of {} is in that directory, and the settings say that it is in a PostgreSQL database, which has \
         none: take PostgreSQL out of the settings, or name another data directory to begin anew",
        data.display()
    ))
}

/// Nothing is lost: the wrong place was looked at.
fn elsewhere(data: &Path) -> Error {
    Error::Missing(format!(
        "the log of {} is on PostgreSQL, and no settings were read that say where: give the server's with \
         --config FILE",
        data.display()
    ))
}
