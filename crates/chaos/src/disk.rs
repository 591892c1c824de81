//! A disk in memory that remembers what was synced and what was only written, and that can be
//! found as a power cut would leave it. Knows no FUSE, no clock and no chance but its seed.

mod file;
mod names;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use fuser::Errno;

use crate::dice::Dice;
use file::File;
use names::Names;

/// The number of the root directory.
pub const ROOT: u64 = 1;

/// How much of what was never synced a power cut may take.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Mode {
    /// As ext4 with `data=ordered`: names come back as a prefix of the journal, a file grows only
    /// over written pages, each unsynced 4 KiB page is old or new, fsync of a file keeps its name.
    Ordered,
    /// Whatever POSIX allows: each unsynced 512-byte sector, each length and each name is lost or
    /// kept on its own, and a name is safe only after fsync of its directory.
    Strict,
}

/// What a node of the tree is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A directory.
    Folder,
    /// A regular file.
    File,
}

/// What one power cut did, to prove that it did something.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Damage {
    /// Writes and truncations that no fsync had covered.
    pub changes_unsynced: usize,
    /// Blocks touched by them that came back with their newest bytes.
    pub blocks_kept: usize,
    /// Blocks touched by them that came back older, torn or not at all.
    pub blocks_lost: usize,
    /// Unsynced creates, removes and renames that survived.
    pub names_kept: usize,
    /// Unsynced creates, removes and renames that were undone.
    pub names_undone: usize,
}

impl std::ops::AddAssign for Damage {
    fn add_assign(&mut self, other: Self) {
        self.changes_unsynced += other.changes_unsynced;
        self.blocks_kept += other.blocks_kept;
        self.blocks_lost += other.blocks_lost;
        self.names_kept += other.names_kept;
        self.names_undone += other.names_undone;
    }
}

#[derive(Clone, Debug)]
struct Node {
    permissions: u16,
    /// None for a directory.
    file: Option<File>,
}

/// The disk. Removed files keep their bytes until the next cut: it may bring them back.
#[derive(Clone, Debug)]
pub struct Disk {
    mode: Mode,
    nodes: BTreeMap<u64, Node>,
    names: Names,
    next_inode: u64,
    full: bool,
}

impl Disk {
    /// An empty disk.
    pub fn new(mode: Mode) -> Self {
        let root = Node {
            permissions: 0o755,
            file: None,
        };
        Self {
            mode,
            nodes: BTreeMap::from([(ROOT, root)]),
            names: Names::default(),
            next_inode: ROOT + 1,
            full: false,
        }
    }

    /// While true, whatever would need another block fails with ENOSPC.
    pub fn set_full(&mut self, full: bool) {
        self.full = full;
    }

    /// The number of what `name` holds in `folder`, or ENOENT.
    pub fn find(&self, folder: u64, name: &OsStr) -> Result<u64, Errno> {
        self.names.find(folder, name).ok_or(Errno::ENOENT)
    }

    /// A name under which the file or directory can be found now.
    pub fn name_of(&self, inode: u64) -> Option<OsString> {
        if inode == ROOT {
            return Some(OsString::from("/"));
        }
        self.names.name_of(inode).map(OsStr::to_owned)
    }

    /// Kind, length in bytes and permission bits.
    pub fn describe(&self, inode: u64) -> Result<(Kind, u64, u16), Errno> {
        let node = self.nodes.get(&inode).ok_or(Errno::ENOENT)?;
        Ok(match &node.file {
            Some(file) => (Kind::File, file.len() as u64, node.permissions),
            None => (Kind::Folder, 0, node.permissions),
        })
    }

    /// Name, number and kind of everything in a directory.
    pub fn list(&self, folder: u64) -> Vec<(OsString, u64, Kind)> {
        let kind = |inode| self.describe(inode).map_or(Kind::File, |about| about.0);
        let entries = self.names.list(folder);
        entries
            .map(|(name, inode)| (name.to_owned(), inode, kind(inode)))
            .collect()
    }

    /// Makes an empty file or directory; EEXIST, ENOSPC.
    pub fn create(
        &mut self,
        folder: u64,
        name: &OsStr,
        kind: Kind,
        permissions: u16,
    ) -> Result<u64, Errno> {
        if self.names.find(folder, name).is_some() {
            return Err(Errno::EEXIST);
        }
        if self.full {
            return Err(Errno::ENOSPC);
        }
        let inode = self.next_inode;
        self.next_inode += 1;
        let file = (kind == Kind::File).then(File::default);
        self.nodes.insert(inode, Node { permissions, file });
        let place = (folder, name.to_owned());
        self.names.change(vec![(place, Some(inode))]);
        Ok(inode)
    }

    /// Gives a file one more name; EEXIST, ENOSPC.
    pub fn link(&mut self, inode: u64, folder: u64, name: &OsStr) -> Result<(), Errno> {
        if self.names.find(folder, name).is_some() {
            return Err(Errno::EEXIST);
        }
        if self.full {
            return Err(Errno::ENOSPC);
        }
        let place = (folder, name.to_owned());
        self.names.change(vec![(place, Some(inode))]);
        Ok(())
    }

    /// Removes a name; ENOENT, ENOTEMPTY.
    pub fn remove(&mut self, folder: u64, name: &OsStr) -> Result<(), Errno> {
        let inode = self.find(folder, name)?;
        if self.names.list(inode).next().is_some() {
            return Err(Errno::ENOTEMPTY);
        }
        self.names.change(vec![((folder, name.to_owned()), None)]);
        Ok(())
    }

    /// Moves a name over another in one step; `replace` false refuses an existing target.
    pub fn rename(
        &mut self,
        from: (u64, &OsStr),
        to: (u64, &OsStr),
        replace: bool,
    ) -> Result<(), Errno> {
        let inode = self.find(from.0, from.1)?;
        let target = self.names.find(to.0, to.1);
        match target {
            Some(target) if target == inode => return Ok(()),
            Some(_) if !replace => return Err(Errno::EEXIST),
            Some(target) if self.names.list(target).next().is_some() => {
                return Err(Errno::ENOTEMPTY);
            }
            _ => {}
        }
        self.names.change(vec![
            ((from.0, from.1.to_owned()), None),
            ((to.0, to.1.to_owned()), Some(inode)),
        ]);
        Ok(())
    }

    /// Up to `len` bytes from `offset`, fewer at the end of the file.
    pub fn read(&self, inode: u64, offset: u64, len: usize) -> Result<&[u8], Errno> {
        let node = self.nodes.get(&inode).ok_or(Errno::ENOENT)?;
        let file = node.file.as_ref().ok_or(Errno::EISDIR)?;
        Ok(file.read(position(offset)?, len))
    }

    /// Writes; not safe before a sync. ENOSPC on a full disk if the file would grow.
    pub fn write(&mut self, inode: u64, offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        let full = self.full;
        let offset = position(offset)?;
        let file = self.file(inode)?;
        if full && offset + bytes.len() > file.len() {
            return Err(Errno::ENOSPC);
        }
        file.write(offset, bytes);
        Ok(())
    }

    /// Shortens or lengthens; not safe before a sync.
    pub fn resize(&mut self, inode: u64, len: u64) -> Result<(), Errno> {
        let full = self.full;
        let len = position(len)?;
        let file = self.file(inode)?;
        if full && len > file.len() {
            return Err(Errno::ENOSPC);
        }
        file.resize(len);
        Ok(())
    }

    /// Permission bits count as safe at once.
    pub fn set_permissions(&mut self, inode: u64, permissions: u16) -> Result<(), Errno> {
        let node = self.nodes.get_mut(&inode).ok_or(Errno::ENOENT)?;
        node.permissions = permissions;
        Ok(())
    }

    /// fsync (or fdatasync) of a file or directory; see [`Mode`] for what is safe afterwards.
    pub fn sync(&mut self, inode: u64, data_only: bool) -> Result<(), Errno> {
        match &mut self.nodes.get_mut(&inode).ok_or(Errno::ENOENT)?.file {
            Some(file) => {
                file.sync();
                self.names.sync_file(inode, self.mode, data_only);
            }
            None => self.names.sync_folder(inode, self.mode),
        }
        Ok(())
    }

    /// A sync that fails: the unsynced bytes of the file count as clean and will never be written.
    pub fn fail_sync(&mut self, inode: u64) -> Errno {
        if let Ok(file) = self.file(inode) {
            file.forget_unsynced();
        }
        Errno::EIO
    }

    /// The disk as a machine could find it after the power failed now; all that is found is safe.
    /// Same disk and seed, same result.
    pub fn power_cut(self, seed: u64) -> (Disk, Damage) {
        let mut damage = Damage::default();
        let mode = self.mode;
        let names = self.names.survivor(mode, Dice::fork(seed, 0), &mut damage);
        let mut found = Disk::new(mode);
        found.next_inode = self.next_inode;
        let mut nodes = self.nodes;
        let mut folders = vec![ROOT];
        while let Some(folder) = folders.pop() {
            for (_, inode) in names.list(folder) {
                let Some(mut node) = nodes.remove(&inode) else {
                    continue;
                };
                match node.file.take() {
                    Some(file) => {
                        let dice = Dice::fork(seed, inode);
                        node.file = Some(file.survivor(mode, dice, &mut damage));
                    }
                    None => folders.push(inode),
                }
                found.nodes.insert(inode, node);
            }
        }
        found.names = names;
        (found, damage)
    }

    fn file(&mut self, inode: u64) -> Result<&mut File, Errno> {
        let node = self.nodes.get_mut(&inode).ok_or(Errno::ENOENT)?;
        node.file.as_mut().ok_or(Errno::EISDIR)
    }
}

fn position(offset: u64) -> Result<usize, Errno> {
    usize::try_from(offset).map_err(|_| Errno::EFBIG)
}

#[cfg(test)]
mod tests;
