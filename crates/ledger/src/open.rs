//! Open: lock, migrate, check the keys, read the settings, finish what a crash interrupted.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, RwLock};

use outcry_domain::RegionId;
use tokio_util::sync::CancellationToken;

use crate::cache::Recent;
use crate::ends::Torn;
use crate::incidents::DamagedRows;
use crate::ledger::Open;
use crate::once::Noted;
use crate::recognise::lacks_a_table;
use crate::slot::Slot;
use crate::store::{Connection, Store, postgres, schema, sqlite};
use crate::tail::Tail;
use crate::vault::Vault;
use crate::writer::Writer;
use crate::{
    Database, Error, Ledger, Settings, begun, directory, ends, rebuild, recognise, search,
};

/// Incidents that are kept folded in memory.
const INCIDENTS_MAX: usize = 4_096;
/// What they may weigh together, roughly.
const INCIDENTS_BYTES_MAX: usize = 64 << 20;

/// A database that is ready to be written.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) store: Store,
    pub(crate) lock: Option<std::fs::File>,
}

/// What becomes of a database that lost a table which can be filled again from the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It is refused.
    Refused,
    /// The table is made again, for whoever fills it.
    MadeAgain,
}

/// Opens the database alone, with its tables as this program needs them.
pub(crate) async fn database(settings: &Settings, lost: Lost) -> Result<Opened, Error> {
    let data = &settings.data;
    directory::make(data).map_err(|why| {
        let what = format!("cannot make the data directory {}", data.display());
        Error::file(&what, &why)
    })?;
    let (mut connection, store, lock) = match &settings.database {
        Database::Sqlite => {
            let lock = sqlite::lock(&settings.data)?;
            begun::file_is_there(settings)?;
            recognise::not_something_else(&settings.data)?;
            let mut writer = sqlite::writer(&settings.data, settings.synchronous).await?;
            sqlite::check_version(&mut writer).await?;
            sqlite::check_tables(&mut writer, &settings.data).await?;
            let store = Store::Sqlite(sqlite::readers(&settings.data));
            (Connection::Sqlite(Box::new(writer)), store, Some(lock))
        }
        Database::Postgres { url } => {
            let store = Store::Postgres(postgres::readers(url).await?);
            let writer = postgres::writer(url).await?;
            (Connection::Postgres(Box::new(writer)), store, None)
        }
    };
    // What a migration goes on from is looked for before it.
    let made = schema::made(&mut connection).await;
    if made > 0 {
        log_is_whole(&store).await?;
        match lost {
            Lost::Refused => rebuild::tables_are_there(settings, &store, made).await?,
            Lost::MadeAgain => rebuild::make_for_upgrade(&mut connection, made).await?,
        }
    }
    schema::migrate(&mut connection, &store).await?;
    begun::log_is_there(settings, &store).await?;
    Ok(Opened {
        connection,
        store,
        lock,
    })
}

impl Ledger {
    /// Opens the log, making it when there is none. `entropy` fills a buffer with random bytes
    /// that nobody can guess.
    ///
    /// Fails with `Unavailable`, in words for an operator, when another process holds the data
    /// directory, the database cannot be used, or a region's key is missing, wrong or readable by
    /// others.
    pub async fn open(
        settings: &Settings,
        entropy: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let mut opened = database(settings, Lost::Refused).await?;
        let vault = Vault::open(&settings.data, Box::new(entropy))?;
        check_keys(&opened.store, &vault).await?;
        rebuild::catch_up(&mut opened.connection).await?;
        let noted = Noted::read(&opened.store).await?;
        heads_are_ends(&opened.store).await?;
        rebuild::tables_are_filled(settings, &opened.store).await?;
        let heads = heads(&opened.store).await?;
        if !heads.is_empty() {
            begun::note(&settings.data, &opened.store);
        }
        let tail = Arc::new(Tail::new(heads));
        let url = match &settings.database {
            Database::Sqlite => None,
            Database::Postgres { url } => Some(url.clone()),
        };
        let shared = url.is_some();
        let writer = Writer::start(opened.connection, url, tail.clone())?;
        let ledger = Self(Arc::new(Open {
            store: opened.store,
            writer,
            tail,
            vault,
            owner: settings.owner.clone(),
            organisation: RwLock::default(),
            settings_turn: tokio::sync::Mutex::default(),
            incidents: Mutex::new(Recent::new(
                INCIDENTS_MAX,
                INCIDENTS_BYTES_MAX,
                Slot::is_in_use,
            )),
            damaged_rows: DamagedRows::default(),
            in_flight: Mutex::new(HashSet::new()),
            noted: Mutex::new(noted),
            stop: CancellationToken::new(),
            lock: Mutex::new(opened.lock),
        }));
        ledger.load_settings(settings).await?;
        search::start(&ledger);
        if shared {
            crate::follower::start_listening(&ledger);
        }
        Ok(ledger)
    }
}

/// Refuses a database that lost facts or keys: nobody could fill them again.
async fn log_is_whole(store: &Store) -> Result<(), Error> {
    let sql = "SELECT head.sequence FROM fact, head, kek, data_key WHERE FALSE";
    match store.row::<(i64,)>(sql, &[]).await {
        Err(error) if lacks_a_table(&error) => {
            tracing::error!(%error, "the database is not whole");
            Err(Error::Damaged)
        }
        read => Ok(read.map(drop)?),
    }
}

/// Refuses a log that does not end at its head: nothing could be added to it, or it lost its end.
async fn heads_are_ends(store: &Store) -> Result<(), Error> {
    let Some(Torn { region, head, last }) = ends::torn(store).await?.into_iter().next() else {
        return Ok(());
    };
    let (sequence, what) = match head {
        None => (
            last,
            "there are facts, but the table head has none for this log",
        ),
        Some(head) if head < last => (
            head,
            "there are facts after what the table head has for the last one",
        ),
        Some(head) => (
            head,
            "the table head has this fact for the last one, and it is missing",
        ),
    };
    Err(Error::Corrupt {
        region: region.parse().unwrap_or_else(|_| RegionId::organisation()),
        sequence: sequence.unsigned_abs(),
        why: format!("{what}. Keep a copy of the database, and put the newest backup in its place"),
    })
}

/// Every key that ever wrapped something must be here, and be the same.
async fn check_keys(store: &Store, vault: &Vault) -> Result<(), Error> {
    let keys: Vec<(String, Vec<u8>)> = store
        .rows("SELECT id, fingerprint FROM kek ORDER BY id", &[])
        .await?;
    for (id, fingerprint) in keys {
        let region = region_of(&id)?;
        match vault.region(&region)? {
            Some(key) if key.fingerprint() == fingerprint.as_slice() => {}
            Some(_) => return Err(wrong_key(vault, &region)),
            None => return Err(missing_key(vault, &region)),
        }
    }
    Ok(())
}

/// The region of a key's name.
pub(crate) fn region_of(kek: &str) -> Result<RegionId, Error> {
    kek.strip_prefix("region/")
        .and_then(|rest| rest.split('/').next())
        .and_then(|region| region.parse().ok())
        .ok_or_else(|| {
            Error::Unavailable(format!(
                "the database names a key that this Outcry does not know: {kek}"
            ))
        })
}

pub(crate) fn missing_key(vault: &Vault, region: &RegionId) -> Error {
    Error::Unavailable(format!(
        "the key of {region} is missing: put {} back from your backup, or copy it from the machine that made it",
        vault.path(region).display()
    ))
}

pub(crate) fn wrong_key(vault: &Vault, region: &RegionId) -> Error {
    Error::Unavailable(format!(
        "{} is another key than the one that sealed the data of {region}: put the right one back",
        vault.path(region).display()
    ))
}

async fn heads(store: &Store) -> Result<Vec<(RegionId, u64)>, Error> {
    let rows: Vec<(String, i64)> = store
        .rows("SELECT region, sequence FROM head ORDER BY region", &[])
        .await?;
    rows.into_iter()
        .map(|(region, sequence)| {
            let region = region.parse().map_err(|_| {
                Error::Unavailable("the table head names no region; run outcry verify".into())
            })?;
            Ok((region, sequence.unsigned_abs()))
        })
        .collect()
}
