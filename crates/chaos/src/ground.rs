//! What the program's data lie on.

use std::path::Path;

use crate::disk::{Damage, Mode};
use crate::mount::Mount;

/// A disk that forgets, or one that does not.
#[derive(Debug)]
pub enum Ground {
    /// The power fails after every kill.
    Disk(Mount),
    /// Only the process is killed: the kernel keeps what was written.
    Folder(tempfile::TempDir),
}

impl Ground {
    /// A disk whose power can fail.
    pub fn disk(seed: u64, mode: Mode) -> std::io::Result<Self> {
        Mount::new(seed, mode).map(Ground::Disk)
    }

    /// A directory of this machine.
    pub fn folder() -> std::io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("outcry-crash-").tempdir()?;
        Ok(Ground::Folder(folder))
    }

    /// Where the data go.
    pub fn path(&self) -> &Path {
        match self {
            Ground::Disk(mount) => mount.path(),
            Ground::Folder(folder) => folder.path(),
        }
    }

    /// Cuts the power where it can fail.
    pub fn cut(&mut self) -> std::io::Result<Option<Damage>> {
        match self {
            Ground::Disk(mount) => mount.cut().map(Some),
            Ground::Folder(_) => Ok(None),
        }
    }
}
