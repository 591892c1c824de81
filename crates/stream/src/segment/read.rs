//! Reads frames back, skipping those that cannot hold what is asked for. The same code serves the
//! start, where it also finds the torn end, and questions about older times.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use super::frame::HEAD_BYTES;
use super::{Segment, Segments};
use crate::record::{self, Record};

/// What a frame says about its events.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(super) length: u32,
    pub(crate) count: u32,
    pub(crate) kinds: u16,
    pub(crate) arrived_us: i64,
    pub(crate) min_us: i64,
    pub(crate) max_us: i64,
}

impl Head {
    pub(super) fn frame_bytes(&self) -> u64 {
        HEAD_BYTES as u64 + u64::from(self.length)
    }
}

/// A frame that was met.
pub(super) enum Frame {
    /// Whole and read.
    Read(Head),
    /// Not wanted, and not looked at.
    Skipped(Head),
    /// Cut short or damaged; nothing behind it can be found.
    Broken,
    /// The end of the file.
    End,
}

pub(super) struct Frames {
    file: BufReader<File>,
    left: u64,
    payload: Vec<u8>,
}

const BUFFER_BYTES: usize = 256 * 1024;

impl Frames {
    /// Reads the first `bytes` of a segment file.
    pub(super) fn open(path: &Path, bytes: u64) -> io::Result<Frames> {
        let file = BufReader::with_capacity(BUFFER_BYTES, File::open(path)?);
        Ok(Frames {
            file,
            left: bytes,
            payload: Vec::new(),
        })
    }

    pub(super) fn next(&mut self, wanted: &mut dyn FnMut(&Head) -> bool) -> io::Result<Frame> {
        if self.left == 0 {
            return Ok(Frame::End);
        }
        let mut bytes = [0; HEAD_BYTES];
        if self.left < HEAD_BYTES as u64 {
            return Ok(Frame::Broken);
        }
        self.file.read_exact(&mut bytes)?;
        let Some(head) = Head::read(&bytes).filter(|head| head.frame_bytes() <= self.left) else {
            return Ok(Frame::Broken);
        };
        if !wanted(&head) {
            self.file.seek_relative(i64::from(head.length))?;
            self.left -= head.frame_bytes();
            return Ok(Frame::Skipped(head));
        }
        self.payload.resize(head.length as usize, 0);
        self.file.read_exact(&mut self.payload)?;
        if !Head::fits(&bytes, &self.payload) {
            return Ok(Frame::Broken);
        }
        self.left -= head.frame_bytes();
        Ok(Frame::Read(head))
    }

    fn records(&self) -> impl Iterator<Item = Record<'_>> {
        record::read(&self.payload)
    }
}

/// Events by site, time (both ends included) and kinds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range<'a> {
    pub(crate) site: &'a str,
    pub(crate) from_us: i64,
    pub(crate) until_us: i64,
    pub(crate) kinds: u16,
}

impl Segments {
    /// The stored events of a range, in order of arrival; stops after `bytes_max`. Blocks on the disk.
    pub(crate) fn read(&self, range: Range<'_>, bytes_max: usize) -> io::Result<Vec<u8>> {
        let mut found = Vec::new();
        let touches = |kinds: u16, min_us: i64, max_us: i64| {
            kinds & range.kinds != 0 && min_us <= range.until_us && max_us >= range.from_us
        };
        let worth = |segment: &Segment| touches(segment.kinds, segment.min_us, segment.max_us);
        for segment in self.list().iter().filter(|segment| worth(segment)) {
            segment.visit(
                &mut |head| touches(head.kinds, head.min_us, head.max_us),
                &mut |record| {
                    let fits = record.site == range.site
                        && record.kind.bit() & range.kinds != 0
                        && (range.from_us..=range.until_us).contains(&record.time_us);
                    if fits && found.len() < bytes_max {
                        found.extend_from_slice(record.bytes);
                    }
                },
            )?;
            if found.len() >= bytes_max {
                tracing::warn!(
                    site = range.site,
                    bytes_max,
                    "too many events to read back; the latest are left out"
                );
                break;
            }
        }
        Ok(found)
    }
}

impl Segment {
    /// Shows every event of the wanted frames. Damage ends the file and is logged; a file that retention
    /// deleted meanwhile is empty.
    pub(crate) fn visit(
        &self,
        wanted: &mut dyn FnMut(&Head) -> bool,
        each: &mut dyn FnMut(Record<'_>),
    ) -> io::Result<()> {
        let mut frames = match Frames::open(&self.path, self.bytes) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            frames => frames?,
        };
        loop {
            match frames.next(wanted)? {
                Frame::Read(_) => frames.records().for_each(&mut *each),
                Frame::Skipped(_) => {}
                Frame::End => return Ok(()),
                Frame::Broken => {
                    tracing::error!(path = %self.path.display(), bytes = frames.left, "damaged events are left out");
                    return Ok(());
                }
            }
        }
    }
}
