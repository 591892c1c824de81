//! Recognise: is this a log of Outcry? If not, what is it, and what can be done? Makes and changes
//! nothing.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::store::{Store, postgres, sqlite};
use crate::{Database, Error, Settings, begun, vault};

/// How every SQLite file begins (sqlite.org/fileformat2.html, section 1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Whether there is a log to check or to fill tables from. Fails with `Missing` when there is none.
pub async fn recognise(settings: &Settings) -> Result<(), Error> {
    open(settings).await?.close().await;
    Ok(())
}

/// Opens a log to read it.
pub(crate) async fn open(settings: &Settings) -> Result<Store, Error> {
    begun::file_is_there(settings)?;
    let (store, name) = match &settings.database {
        Database::Sqlite => {
            on_disk(&settings.data)?;
            let name = sqlite::file(&settings.data).display().to_string();
            (Store::Sqlite(sqlite::readers(&settings.data)), name)
        }
        Database::Postgres { url } => {
            let name = "the PostgreSQL database".to_owned();
            (Store::Postgres(postgres::readers(url).await?), name)
        }
    };
    for sql in [
        "SELECT sequence FROM head LIMIT 1",
        "SELECT sequence FROM fact LIMIT 1",
    ] {
        if let Err(error) = store.row::<(i64,)>(sql, &[]).await {
            store.close().await;
            return Err(if lacks_a_table(&error) {
                Error::Missing(format!(
                    "{name} is a database, but not one of Outcry: it has no log. Name another one, or put \
                     the backup in its place"
                ))
            } else {
                error.into()
            });
        }
    }
    if let Err(gone) = begun::log_is_there(settings, &store).await {
        store.close().await;
        return Err(gone);
    }
    Ok(store)
}

pub(crate) fn lacks_a_table(error: &sqlx::Error) -> bool {
    // PostgreSQL's undefined_table and undefined_column; SQLite has one code for all such errors.
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    matches!(error.code().as_deref(), Some("1" | "42P01" | "42703"))
}

/// Looks at the files, before the database library does.
fn on_disk(data: &Path) -> Result<(), Error> {
    let place = data.display();
    // Keys alone are what a house has whose log is elsewhere.
    let perhaps = if vault::directory(data).exists() {
        begun::PERHAPS_POSTGRES
    } else {
        ""
    };
    let missing = |what: String| {
        Err(Error::Missing(format!(
            "{what}. Give the data directory of the server with --data, or put the backup there{perhaps}"
        )))
    };
    if !data.exists() {
        return missing(format!("there is no data directory {place}"));
    }
    if !data.is_dir() {
        return missing(format!("{place} is a file, not a data directory"));
    }
    let file = sqlite::file(data);
    if !file.is_file() {
        return missing(format!("there is no log in {place}: it holds no outcry.db"));
    }
    ours(&file)
}

/// Whether the file is one of SQLite's; an empty one is not, although SQLite would take it.
fn ours(file: &Path) -> Result<(), Error> {
    let place = file.display();
    let mut head = Vec::with_capacity(MAGIC.len());
    File::open(file)
        .and_then(|opened| opened.take(MAGIC.len() as u64).read_to_end(&mut head))
        .map_err(|why| Error::Unavailable(format!("cannot read {place}: {why}")))?;
    if head.is_empty() {
        return Err(Error::Missing(format!(
            "{place} is empty: no server ever finished its first start on it, or its content is gone. \
             Put the backup in its place"
        )));
    }
    if head == MAGIC {
        Ok(())
    } else {
        Err(Error::Missing(format!(
            "{place} is not a database: it is another file, or its beginning was overwritten. \
             Put the backup in its place"
        )))
    }
}

/// Refuses to make a house in what is there and is something else; what is not there may be made.
pub(crate) fn not_something_else(data: &Path) -> Result<(), Error> {
    let file = sqlite::file(data);
    match file.metadata() {
        Ok(found) if found.len() > 0 => ours(&file),
        _ => Ok(()),
    }
}
