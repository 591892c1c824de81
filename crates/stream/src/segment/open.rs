//! Opens the directory: takes the lock, reads the heads, cuts a torn end off the last file.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::read::{Frame, Frames};
use super::{Log, Segment, Segments};
use crate::error::Error;
use crate::settings::Settings;

const EXTENSION: &str = "events";
/// The owner alone: the events name people on shift.
const FILE_MODE: u32 = 0o600;

impl Log {
    /// Opens or begins a log. Blocks on the disk.
    ///
    /// # Errors
    /// [`Error::InUse`], or [`Error::Storage`] with the path that could not be read or written.
    pub(crate) fn open(dir: &Path, settings: &Settings) -> Result<Log, Error> {
        create_dir(dir).map_err(Error::storage(dir))?;
        let lock = lock(dir)?;
        let mut segments = Vec::new();
        let mut paths = segment_paths(dir).map_err(Error::storage(dir))?;
        let last = paths.pop();
        for (sequence, path) in paths {
            segments.push(scan(&path, sequence, false).map_err(Error::storage(&path))?);
        }
        let file = match last {
            None => {
                let (segment, file) = create(dir, 0)?;
                segments.push(segment);
                file
            }
            Some((sequence, path)) => {
                let segment = scan(&path, sequence, true).map_err(Error::storage(&path))?;
                let file = continue_at(&path, segment.bytes).map_err(Error::storage(&path))?;
                segments.push(segment);
                file
            }
        };
        Ok(Log {
            dir: dir.to_owned(),
            keep_us: settings.keep_us,
            keep_bytes: settings.keep_bytes,
            segment_bytes: settings.segment_bytes,
            segment_us: settings.segment_us,
            segments: Segments(std::sync::Arc::new(std::sync::Mutex::new(segments))),
            file,
            _lock: lock,
        })
    }
}

/// Makes the directory, if absent, and its name durable.
fn create_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(dir)?;
    match dir.parent() {
        Some(parent) if parent != Path::new("") => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

fn lock(dir: &Path) -> Result<File, Error> {
    let path = dir.join("lock");
    let options = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE_MODE)
        .open(&path);
    let lock = options.map_err(Error::storage(&path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => Err(Error::InUse(dir.to_owned())),
        Err(fs::TryLockError::Error(error)) => Err(Error::storage(&path)(error)),
    }
}

fn segment_paths(dir: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .and_then(|name| name.parse().ok());
        if let (Some(sequence), true) = (name, path.extension().is_some_and(|end| end == EXTENSION))
        {
            paths.push((sequence, path));
        }
    }
    paths.sort();
    Ok(paths)
}

/// Reads the heads of a file; of the last one every byte is checked, because it may be torn.
fn scan(path: &Path, sequence: u64, is_last: bool) -> io::Result<Segment> {
    let mut segment = Segment::new(path.to_owned(), sequence);
    let length = fs::metadata(path)?.len();
    let mut frames = Frames::open(path, length)?;
    loop {
        match frames.next(&mut |_| is_last)? {
            Frame::Read(head) | Frame::Skipped(head) => segment.grow(&head),
            Frame::End => return Ok(segment),
            Frame::Broken => {
                let bytes = length - segment.bytes;
                let path = path.display();
                if is_last {
                    tracing::warn!(%path, bytes, "the last write was cut short; its events were never confirmed");
                } else {
                    tracing::error!(%path, bytes, "damaged events are left out");
                }
                return Ok(segment);
            }
        }
    }
}

/// Cuts the torn end off and makes the rest durable: the process may have died between write and sync.
fn continue_at(path: &Path, bytes: u64) -> io::Result<File> {
    let file = OpenOptions::new().append(true).open(path)?;
    file.set_len(bytes)?;
    file.sync_all()?;
    Ok(file)
}

/// Begins a new file and makes its name durable.
pub(super) fn create(dir: &Path, sequence: u64) -> Result<(Segment, File), Error> {
    let path = dir.join(format!("{sequence:012}.{EXTENSION}"));
    let file = OpenOptions::new()
        .append(true)
        .create_new(true)
        .mode(FILE_MODE)
        .open(&path);
    let file = file.map_err(Error::storage(&path))?;
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(Error::storage(dir))?;
    Ok((Segment::new(path, sequence), file))
}
