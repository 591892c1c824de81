//! Serves a [`Disk`] as a real directory through FUSE, fails on demand and cuts the power.
//! Locks and the page cache are left to the kernel, so shared memory maps work as on any disk.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, UNIX_EPOCH};

use fuser::{
    BackgroundSession, BsdFileFlags, Config, Errno, FileAttr, FileHandle, FileType, Filesystem,
    FopenFlags, Generation, INodeNo, LockOwner, MountOption, OpenFlags, RenameFlags, ReplyAttr,
    ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyOpen, ReplyStatfs,
    ReplyWrite, Request, TimeOrNow, WriteFlags,
};

use crate::dice::Dice;
use crate::disk::{Damage, Disk, Kind, Mode};

/// The kernel may trust names and lengths this long: nobody changes the disk behind its back.
const TRUST: Duration = Duration::from_secs(3600);
/// Requests served at once, so that a slow fsync does not hold up reading.
const THREADS: usize = 4;
/// How long the last files may take to be closed after their process was killed.
const CLOSING_MAX: Duration = Duration::from_secs(10);
/// The size of a block in the answers to `stat` and `statfs`.
const BLOCK_BYTES: u32 = 4096;
/// What `statfs` says is free, in blocks: 64 GiB.
const FREE_BLOCKS: u64 = 16 * 1024 * 1024;

/// What happened on the disk since it was mounted.
#[derive(Debug, Default)]
pub struct Counters {
    /// Writes that reached the disk.
    pub writes: AtomicU64,
    /// fsync, fdatasync and directory fsync that succeeded.
    pub syncs: AtomicU64,
    /// Syncs that were made to fail.
    pub failed_syncs: AtomicU64,
}

#[derive(Debug)]
struct Shared {
    disk: Mutex<Disk>,
    failing_sync: AtomicBool,
    sync_delay_us: AtomicU64,
    /// The files and directories whose sync failed since the power was last cut.
    failed: Mutex<BTreeSet<u64>>,
    retried: Mutex<Option<u64>>,
    open_files: AtomicU64,
    counters: Counters,
}

impl Shared {
    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn retried(&self) -> MutexGuard<'_, Option<u64>> {
        self.retried.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A mounted disk. Dropping it unmounts; the bytes are gone then. A process must not keep files
/// open on its own mount: the kernel would wait at the end of it for the answers of the dead.
#[derive(Debug)]
pub struct Mount {
    folder: tempfile::TempDir,
    session: Option<BackgroundSession>,
    shared: Arc<Shared>,
    dice: Dice,
    mode: Mode,
}

impl Mount {
    /// Mounts an empty disk on a fresh temporary directory. Fails where FUSE may not be mounted
    /// (no `/dev/fuse`, or neither root nor `fusermount3`).
    pub fn new(seed: u64, mode: Mode) -> io::Result<Self> {
        let shared = Shared {
            disk: Mutex::new(Disk::new(mode)),
            failing_sync: AtomicBool::new(false),
            sync_delay_us: AtomicU64::new(0),
            failed: Mutex::default(),
            retried: Mutex::default(),
            open_files: AtomicU64::new(0),
            counters: Counters::default(),
        };
        let mut mount = Self {
            folder: tempfile::Builder::new().prefix("outcry-disk-").tempdir()?,
            session: None,
            shared: Arc::new(shared),
            dice: Dice::new(seed),
            mode,
        };
        mount.serve()?;
        Ok(mount)
    }

    /// Whether [`Mount::new`] failed because this machine does not let us mount at all.
    pub fn is_impossible(error: &io::Error) -> bool {
        use io::ErrorKind::{NotFound, PermissionDenied};
        matches!(error.kind(), NotFound | PermissionDenied)
    }

    /// The directory under which the disk is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What happened so far.
    pub fn counters(&self) -> &Counters {
        &self.shared.counters
    }

    /// The name of the first file that was synced again after its sync had failed, since the last
    /// cut. On Linux the second sync may succeed although the bytes of the first are lost.
    pub fn retried(&self) -> Option<String> {
        let inode = (*self.shared.retried())?;
        let name = self.shared.disk().name_of(inode);
        Some(name.map_or_else(
            || "a removed file".to_owned(),
            |name| name.to_string_lossy().into(),
        ))
    }

    /// While true every sync fails with EIO, and what it should have saved is lost for good.
    pub fn fail_fsync(&self, failing: bool) {
        self.shared.failing_sync.store(failing, Relaxed);
    }

    /// Every sync takes this much longer from now on.
    pub fn slow_fsync(&self, delay: Duration) {
        let delay_us = u64::try_from(delay.as_micros()).unwrap_or(u64::MAX);
        self.shared.sync_delay_us.store(delay_us, Relaxed);
    }

    /// While true whatever needs another block fails with ENOSPC.
    pub fn fill(&self, full: bool) {
        self.shared.disk().set_full(full);
    }

    /// Cuts the power and serves what survived. The caller has killed every process that used the
    /// disk; a file that stays open is an error. Faults are switched off.
    pub fn cut(&mut self) -> io::Result<Damage> {
        let seed = self.dice.throw();
        // First the cut, then the unmount: what the kernel still writes back goes nowhere.
        let before = std::mem::replace(&mut *self.shared.disk(), Disk::new(self.mode));
        let (found, damage) = before.power_cut(seed);
        self.unmount()?;
        *self.shared.disk() = found;
        self.shared.failed().clear();
        self.shared.retried().take();
        self.fail_fsync(false);
        self.slow_fsync(Duration::ZERO);
        self.serve()?;
        Ok(damage)
    }

    /// The kernel tells us late that a file was closed, and unmounts only when it has.
    fn unmount(&mut self) -> io::Result<()> {
        let started = Instant::now();
        while self.shared.open_files.load(Relaxed) > 0 {
            if started.elapsed() > CLOSING_MAX {
                return Err(io::Error::other("a file on the test disk is still open"));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        match self.session.take() {
            Some(session) => session.umount_and_join(),
            None => Ok(()),
        }
    }

    fn serve(&mut self) -> io::Result<()> {
        let mut config = Config::default();
        config.mount_options = vec![
            MountOption::FSName("outcry-disk".into()),
            MountOption::NoAtime,
        ];
        config.n_threads = Some(THREADS);
        let shared = Arc::clone(&self.shared);
        self.session = Some(fuser::spawn_mount(
            Door { shared },
            self.folder.path(),
            &config,
        )?);
        Ok(())
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if let Err(error) = self.unmount() {
            self.folder.disable_cleanup(true);
            let path = self.folder.path().display();
            eprintln!("The test disk at {path} could not be unmounted: {error}");
        }
    }
}

/// Translates the kernel's requests; every decision is the disk's.
struct Door {
    shared: Arc<Shared>,
}

impl Door {
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
        _ctime: Option<std::time::SystemTime>,
        _fh: Option<FileHandle>,
        _crtime: Option<std::time::SystemTime>,
        _chgtime: Option<std::time::SystemTime>,
        _bkuptime: Option<std::time::SystemTime>,
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
