//! The data directory is for this user only: it holds keys and the log. Never knows what they say.

use std::fs::{DirBuilder, Permissions, metadata, read_dir, set_permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::Context as _;

use crate::config::BadConfig;
use crate::directory;

/// Makes the directory, or closes it to others, and the log of the process says so. One that others may
/// enter and that holds other things is not Outcry's to close: whoever uses them would be shut out.
pub(super) fn make(dir: &Path) -> anyhow::Result<()> {
    let place = dir.display();
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .with_context(|| format!("cannot make the data directory {place}"))?;
    if metadata(dir)?.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    let other = other(dir).with_context(|| format!("cannot read the data directory {place}"))?;
    if let Some(other) = other {
        return Err(BadConfig::new(format!(
            "{place} is open to others and holds {other}, which is not Outcry's: give a directory of Outcry's \
             own with --data, or, if it is for nobody else, run: chmod 700 {place}"
        ))
        .into());
    }
    tracing::warn!("the data directory was open to others: it is for its owner only now");
    set_permissions(dir, Permissions::from_mode(0o700))
        .with_context(|| format!("cannot close {place} to others"))
}

/// The name of something that Outcry did not put there.
fn other(dir: &Path) -> io::Result<Option<String>> {
    for entry in read_dir(dir)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !directory::is_own(&name) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(dir: &Path) -> u32 {
        metadata(dir).expect("there").permissions().mode() & 0o777
    }

    #[test]
    fn its_own_directory_is_closed_and_nobody_elses() {
        let parent = tempfile::tempdir().expect("a folder");
        let dir = parent.path().join("data");
        make(&dir).expect("made");
        assert_eq!(mode(&dir), 0o700);
        let open = || set_permissions(&dir, Permissions::from_mode(0o755)).expect("opened");
        open();
        for own in ["outcry.db-wal", "keys", "lost+found"] {
            std::fs::write(dir.join(own), "").expect("written");
        }
        make(&dir).expect("its own");
        assert_eq!(mode(&dir), 0o700);
        open();
        std::fs::write(dir.join("letters"), "").expect("written");
        let told = make(&dir).expect_err("somebody else's").to_string();
        assert!(told.contains("holds letters"), "{told}");
        assert_eq!(mode(&dir), 0o755, "left as it was");
        set_permissions(&dir, Permissions::from_mode(0o700)).expect("closed");
        make(&dir).expect("closed by hand");
    }
}
