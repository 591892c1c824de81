//! A frame: the events of one request with a head that says whether they are worth reading.
//! `magic u32, crc32 u32, length u32, count u32, kinds u32, arrived, min, max i64`, all little endian;
//! the checksum covers everything behind it.

use super::read::Head;
use crate::record;

/// First bytes of every frame; the digit is the version of the format.
const MAGIC: u32 = u32::from_be_bytes(*b"OCE1");
pub(super) const HEAD_BYTES: usize = 44;
const CHECKED_FROM: usize = 8;
/// Above every frame that one request can make; a longer length is damage.
const LENGTH_MAX: u32 = 16 << 20;

/// Frames that become durable together, with one write and one `fdatasync`.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(super) bytes: Vec<u8>,
    pub(super) heads: Vec<Head>,
}

impl Group {
    /// Adds one frame of these records and says how many they were. No records, no frame.
    pub(crate) fn frame<'r>(
        &mut self,
        arrived_us: i64,
        records: impl Iterator<Item = &'r [u8]>,
    ) -> usize {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; HEAD_BYTES]);
        let mut count = 0;
        for record in records {
            self.bytes.extend_from_slice(record);
            count += 1;
        }
        if count == 0 {
            self.bytes.truncate(start);
            return 0;
        }
        let head = Head::of(&self.bytes[start + HEAD_BYTES..], arrived_us, count);
        head.write(&mut self.bytes[start..]);
        self.heads.push(head);
        count as usize
    }

    /// The stored events of all frames.
    pub(crate) fn records(&self) -> impl Iterator<Item = record::Record<'_>> {
        let mut rest = &self.bytes[..];
        self.heads.iter().flat_map(move |head| {
            let (frame, after) = rest.split_at(head.frame_bytes() as usize);
            rest = after;
            record::read(&frame[HEAD_BYTES..])
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    pub(crate) fn len_bytes(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.heads.clear();
    }
}

impl Head {
    fn of(payload: &[u8], arrived_us: i64, count: u32) -> Head {
        let mut head = Head {
            length: payload.len() as u32,
            count,
            kinds: 0,
            arrived_us,
            min_us: i64::MAX,
            max_us: i64::MIN,
        };
        for record in record::read(payload) {
            head.kinds |= record.kind.bit();
            head.min_us = head.min_us.min(record.time_us);
            head.max_us = head.max_us.max(record.time_us);
        }
        head
    }

    /// Writes the head in front of its payload.
    fn write(&self, frame: &mut [u8]) {
        frame[0..4].copy_from_slice(&MAGIC.to_le_bytes());
        frame[8..12].copy_from_slice(&self.length.to_le_bytes());
        frame[12..16].copy_from_slice(&self.count.to_le_bytes());
        frame[16..20].copy_from_slice(&u32::from(self.kinds).to_le_bytes());
        frame[20..28].copy_from_slice(&self.arrived_us.to_le_bytes());
        frame[28..36].copy_from_slice(&self.min_us.to_le_bytes());
        frame[36..44].copy_from_slice(&self.max_us.to_le_bytes());
        let crc = crc32fast::hash(&frame[CHECKED_FROM..]);
        frame[4..8].copy_from_slice(&crc.to_le_bytes());
    }

    /// The head, if these bytes can be one.
    pub(super) fn read(bytes: &[u8; HEAD_BYTES]) -> Option<Head> {
        let word = |at: usize| {
            bytes[at..]
                .first_chunk::<4>()
                .map_or(0, |word| u32::from_le_bytes(*word))
        };
        let long = |at: usize| {
            bytes[at..]
                .first_chunk::<8>()
                .map_or(0, |long| i64::from_le_bytes(*long))
        };
        if word(0) != MAGIC || word(8) > LENGTH_MAX {
            return None;
        }
        Some(Head {
            length: word(8),
            count: word(12),
            kinds: word(16) as u16,
            arrived_us: long(20),
            min_us: long(28),
            max_us: long(36),
        })
    }

    /// Whether the payload is the one that the head was written for.
    pub(super) fn fits(head: &[u8; HEAD_BYTES], payload: &[u8]) -> bool {
        let mut crc = crc32fast::Hasher::new();
        crc.update(&head[CHECKED_FROM..]);
        crc.update(payload);
        head[4..8] == crc.finalize().to_le_bytes()
    }
}
