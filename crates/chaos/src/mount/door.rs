//! The kernel's requests, translated. Every decision is the disk's.

use std::ffi::OsStr;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fuser::{
    BsdFileFlags, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation,
    INodeNo, LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory,
    ReplyEmpty, ReplyEntry, ReplyOpen, ReplyStatfs, ReplyWrite, Request, TimeOrNow, WriteFlags,
};

use super::Shared;
use crate::disk::{Disk, Kind};

/// The kernel may trust names and lengths this long: nobody changes the disk behind its back.
const TRUST: Duration = Duration::from_secs(3600);
/// The size of a block in the answers to `stat` and `statfs`.
const BLOCK_BYTES: u32 = 4096;
/// What `statfs` says is free, in blocks: 64 GiB.
const FREE_BLOCKS: u64 = 16 * 1024 * 1024;

/// What the kernel talks to.
pub(super) struct Door {
    shared: Arc<Shared>,
}

impl Door {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.shared.disk()
    }

    /// Everything belongs to whoever asks: the disk knows no users.
    fn attributes(&self, request: &Request, inode: u64) -> Result<FileAttr, Errno> {
        let (kind, len, perm) = self.disk().describe(inode)?;
        Ok(FileAttr {
            ino: INodeNo(inode),
            size: len,
            blocks: len.div_ceil(512),
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind: file_type(kind),
            perm,
            nlink: 1,
            uid: request.uid(),
            gid: request.gid(),
            rdev: 0,
            blksize: BLOCK_BYTES,
            flags: 0,
        })
    }

    fn create(
        &self,
        request: &Request,
        place: (INodeNo, &OsStr),
        kind: Kind,
        mode: u32,
    ) -> Result<FileAttr, Errno> {
        let permissions = u16::try_from(mode & 0o7777).unwrap_or_default();
        let inode = self.disk().create(place.0.0, place.1, kind, permissions)?;
        self.attributes(request, inode)
    }

    fn sync(&self, inode: INodeNo, data_only: bool) -> Result<(), Errno> {
        let delay = Duration::from_micros(self.shared.sync_delay_us.load(Relaxed));
        if !delay.is_zero() {
            std::thread::sleep(delay);
        }
        let counters = &self.shared.counters;
        if self.shared.failing_sync.load(Relaxed) {
            counters.failed_syncs.fetch_add(1, Relaxed);
            if !self.shared.failed().insert(inode.0) {
                self.shared.retried().get_or_insert(inode.0);
            }
            return Err(self.disk().fail_sync(inode.0));
        }
        counters.syncs.fetch_add(1, Relaxed);
        self.disk().sync(inode.0, data_only)
    }
}

fn file_type(kind: Kind) -> FileType {
    match kind {
        Kind::Folder => FileType::Directory,
        Kind::File => FileType::RegularFile,
    }
}

fn answer(reply: ReplyEmpty, result: Result<(), Errno>) {
    match result {
        Ok(()) => reply.ok(),
        Err(errno) => reply.error(errno),
    }
}

fn answer_entry(reply: ReplyEntry, result: Result<FileAttr, Errno>) {
    match result {
        Ok(attributes) => reply.entry(&TRUST, &attributes, Generation(0)),
        Err(errno) => reply.error(errno),
    }
}

fn answer_attributes(reply: ReplyAttr, result: Result<FileAttr, Errno>) {
    match result {
        Ok(attributes) => reply.attr(&TRUST, &attributes),
        Err(errno) => reply.error(errno),
    }
}

impl Filesystem for Door {
    fn lookup(&self, request: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let found = self.disk().find(parent.0, name);
        let found = found.and_then(|inode| self.attributes(request, inode));
        answer_entry(reply, found);
    }

    fn getattr(&self, request: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        answer_attributes(reply, self.attributes(request, ino.0));
    }

    fn setattr(
        &self,
        request: &Request,
        ino: INodeNo,
        mode: Option<u32>,
        _uid: Option<u32>,
        _gid: Option<u32>,
        size: Option<u64>,
        _atime: Option<TimeOrNow>,
        _mtime: Option<TimeOrNow>,
        _ctime: Option<SystemTime>,
        _fh: Option<FileHandle>,
        _crtime: Option<SystemTime>,
        _chgtime: Option<SystemTime>,
        _bkuptime: Option<SystemTime>,
        _flags: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let change = || {
            if let Some(len) = size {
                self.disk().resize(ino.0, len)?;
            }
            if let Some(mode) = mode {
                let permissions = u16::try_from(mode & 0o7777).unwrap_or_default();
                self.disk().set_permissions(ino.0, permissions)?;
            }
            self.attributes(request, ino.0)
        };
        answer_attributes(reply, change());
    }

    fn mknod(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _umask: u32,
        _rdev: u32,
        reply: ReplyEntry,
    ) {
        let made = self.create(request, (parent, name), Kind::File, mode);
        answer_entry(reply, made);
    }

    fn mkdir(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _umask: u32,
        reply: ReplyEntry,
    ) {
        let made = self.create(request, (parent, name), Kind::Folder, mode);
        answer_entry(reply, made);
    }

    fn create(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _umask: u32,
        _flags: i32,
        reply: ReplyCreate,
    ) {
        match self.create(request, (parent, name), Kind::File, mode) {
            Ok(attributes) => {
                self.shared.open_files.fetch_add(1, Relaxed);
                let flags = FopenFlags::FOPEN_KEEP_CACHE;
                reply.created(&TRUST, &attributes, Generation(0), FileHandle(0), flags);
            }
            Err(errno) => reply.error(errno),
        }
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer(reply, self.disk().remove(parent.0, name));
    }

    fn rmdir(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        answer(reply, self.disk().remove(parent.0, name));
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        newparent: INodeNo,
        newname: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        if !(flags - RenameFlags::RENAME_NOREPLACE).is_empty() {
            return reply.error(Errno::EINVAL);
        }
        let replace = !flags.contains(RenameFlags::RENAME_NOREPLACE);
        let (from, to) = ((parent.0, name), (newparent.0, newname));
        answer(reply, self.disk().rename(from, to, replace));
    }

    fn link(
        &self,
        request: &Request,
        ino: INodeNo,
        newparent: INodeNo,
        newname: &OsStr,
        reply: ReplyEntry,
    ) {
        let made = self.disk().link(ino.0, newparent.0, newname);
        let made = made.and_then(|()| self.attributes(request, ino.0));
        answer_entry(reply, made);
    }

    fn open(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        self.shared.open_files.fetch_add(1, Relaxed);
        reply.opened(FileHandle(0), FopenFlags::FOPEN_KEEP_CACHE);
    }

    fn release(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        _: OpenFlags,
        _: Option<LockOwner>,
        _: bool,
        reply: ReplyEmpty,
    ) {
        self.shared.open_files.fetch_sub(1, Relaxed);
        reply.ok();
    }

    fn read(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        match self.disk().read(ino.0, offset, size as usize) {
            Ok(bytes) => reply.data(bytes),
            Err(errno) => reply.error(errno),
        }
    }

    fn write(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        data: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match self.disk().write(ino.0, offset, data) {
            Ok(()) => {
                self.shared.counters.writes.fetch_add(1, Relaxed);
                reply.written(u32::try_from(data.len()).unwrap_or(u32::MAX));
            }
            Err(errno) => reply.error(errno),
        }
    }

    fn fsync(&self, _: &Request, ino: INodeNo, _: FileHandle, data_only: bool, reply: ReplyEmpty) {
        answer(reply, self.sync(ino, data_only));
    }

    fn fsyncdir(&self, _: &Request, ino: INodeNo, _: FileHandle, only: bool, reply: ReplyEmpty) {
        answer(reply, self.sync(ino, only));
    }

    fn readdir(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let entries = self.disk().list(ino.0);
        let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
        for (number, (name, inode, kind)) in entries.iter().enumerate().skip(skipped) {
            let next = number as u64 + 1;
            if reply.add(INodeNo(*inode), next, file_type(*kind), name) {
                break;
            }
        }
        reply.ok();
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        let free = FREE_BLOCKS;
        reply.statfs(free, free, free, free, free, BLOCK_BYTES, 255, BLOCK_BYTES);
    }
}
