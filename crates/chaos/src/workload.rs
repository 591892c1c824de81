//! What runs on the disk while the power is cut or the process is killed.

pub mod outcry;
pub mod sqlite;

use std::path::Path;

use crate::process::{Ended, KillAt};

/// A program under load that is about to be killed, and all that it has promised so far.
#[derive(Debug)]
pub enum Workload {
    /// The small worker of this crate: proves the harness before the harness proves the product.
    Sqlite(sqlite::Worker),
    /// The real program.
    Outcry(Box<outcry::Outcry>),
}

/// How hard the program syncs; anything but `Full` is planted to be caught.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Synchronous {
    /// Every commit waits for the disk.
    Full,
    /// Commits do not wait: a power cut takes the last of them.
    Normal,
}

impl Synchronous {
    /// The value as SQLite's pragma and the product's override spell it.
    pub fn word(self) -> &'static str {
        match self {
            Synchronous::Full => "full",
            Synchronous::Normal => "normal",
        }
    }
}

impl Workload {
    /// Starts the program in `folder`, loads it, and kills it with SIGKILL. When this returns no
    /// process of it is left, and its acknowledgements are remembered.
    pub async fn run_and_kill(&mut self, folder: &Path, at: KillAt) -> anyhow::Result<Ended> {
        match self {
            Workload::Sqlite(worker) => worker.run_and_kill(folder, at).await,
            Workload::Outcry(outcry) => outcry.run_and_kill(folder, at).await,
        }
    }

    /// Compares what is left in `folder` with all promises, in a process of its own: one that
    /// opened files on its own mount could never end. The inner error is a broken promise.
    pub async fn check(&self, folder: &Path) -> anyhow::Result<Result<(), String>> {
        match self {
            Workload::Sqlite(worker) => worker.check(folder).await,
            Workload::Outcry(outcry) => outcry.check(folder).await,
        }
    }

    /// The last check: what needs the program to run once more in peace is checked as well.
    pub async fn finish(&mut self, folder: &Path) -> anyhow::Result<Result<(), String>> {
        match self {
            Workload::Sqlite(worker) => worker.check(folder).await,
            Workload::Outcry(outcry) => outcry.finish(folder).await,
        }
    }

    /// How many commits or reports were acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        match self {
            Workload::Sqlite(worker) => worker.acknowledged,
            Workload::Outcry(outcry) => outcry.acknowledged(),
        }
    }
}
