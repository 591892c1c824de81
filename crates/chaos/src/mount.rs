//! Serves a [`Disk`] as a real directory through FUSE, fails on demand and cuts the power.
//! Locks and the page cache are left to the kernel, so shared memory maps work as on any disk.

mod door;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use fuser::{BackgroundSession, Config, MountOption};

use crate::dice::Dice;
use crate::disk::{Damage, Disk, Mode};
use door::Door;

/// Requests served at once, so that a slow fsync does not hold up reading.
const THREADS: usize = 4;
/// How long the last files may take to be closed after their process was killed.
const CLOSING_MAX: Duration = Duration::from_secs(10);

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
            Door::new(shared),
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
