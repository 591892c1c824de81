//! What the ledger must be told: where the data lies, and which database holds the log.

use std::fmt;
use std::path::PathBuf;

/// Where and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The data directory: the embedded database and the region keys live in it.
    pub data: PathBuf,
    /// Which database.
    pub database: Database,
    /// Whether a commit waits for the disk.
    pub synchronous: Synchronous,
    /// The name of this process in leases; no two processes share one.
    pub owner: String,
}

/// The database that holds the log.
#[derive(Debug, Clone)]
pub enum Database {
    /// `outcry.db` in the data directory, for one process.
    Sqlite,
    /// A PostgreSQL server, for several.
    Postgres {
        /// `postgres://user@host/database`.
        url: Secret,
    },
}

/// When a commit counts as done (SQLite only; PostgreSQL always waits for its disk).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Synchronous {
    /// When the disk has it. The only one for a house that people rely on.
    #[default]
    Full,
    /// When the operating system has it: loses acknowledged reports at a power cut. It exists so
    /// that the power-loss proof can show that it would notice.
    Normal,
}

/// A text that is never shown.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
