//! The ledger: the log, the read tables and the vault. The only room with SQL.
//! Never knows HTTP, protocols, or who is told about what.

mod ask;
mod begun;
mod cache;
pub mod chain;
mod configure;
mod desk;
mod directory;
mod due;
mod ends;
mod entry;
mod erase;
mod error;
mod facts;
mod follower;
mod incidents;
mod ledger;
mod load;
mod once;
mod open;
mod ready;
mod rebuild;
mod recognise;
mod record;
mod report;
mod search;
mod settings;
mod shifts;
mod slot;
mod store;
mod tail;
mod vault;
mod verify;
mod weight;
mod work;
mod writer;

/// What the ledger keeps in the data directory; SQLite lays files beside its own, whose names begin with its.
pub const NAMES: [&str; 3] = [store::sqlite::FILE, store::sqlite::LOCK, vault::KEYS];

pub use desk::DeskFigures;
pub use entry::Entry;
pub use error::Error;
pub use facts::Part;
pub use incidents::{Filter, Listed, Order, Page};
pub use ledger::{End, Ledger};
pub use once::Once;
pub use rebuild::{Rebuilt, rebuild};
pub use recognise::recognise;
pub use record::{Receipt, Recorded};
pub use settings::{Database, Secret, Settings, Synchronous};
pub use verify::{Broken, Verified, VerifiedKeys, VerifiedRegion, verify, verify_all, verify_keys};
