//! One stretch of a site's events: the stored records, and beside each a few bytes by which it is
//! counted, placed and ranked without being read. It never knows what is asked.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::{BUCKET_US, bucket_of};
use crate::event::Kind;
use crate::limits::LATE_AFTER_US;
use crate::record::{self, Device, Outline, Reader, Record, StoredLine};

/// Stored events of one stretch back to back, in order of arrival. Shared with whoever reads: a writer
/// that comes meanwhile writes into a copy.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    start_us: i64,
    records: Vec<u8>,
    entries: Vec<Entry>,
    parties: Vec<Party>,
    /// Places in `parties`, by what they name.
    known: HashTable<u32>,
}

/// What the index knows of one event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    at: u32,
    lines_at: u32,
    /// Microseconds from the start of the stretch, and above them the kind and whether it came late.
    head: u32,
    /// Milliseconds from its time to its arrival, rounded down; beyond 24 days either way they are 24 days.
    pub(crate) delay_ms: i32,
    /// Its place in [`Bucket::parties`].
    pub(crate) party: u32,
}

const TIME_BITS: u32 = 24;
const KIND_BITS: u32 = 4;
const LATE: u32 = 1 << (TIME_BITS + KIND_BITS);
const _: () = assert!(BUCKET_US < 1 << TIME_BITS && Kind::ALL.len() <= 1 << KIND_BITS);

/// A source and its device, by where their names stand in the records.
#[derive(Clone, Copy, Debug)]
struct Party {
    hash: u64,
    source_at: u32,
    device_at: u32,
    kind: Kind,
}

/// What a stretch costs beside its events.
pub(super) const BUCKET_BYTES: usize = 192;

impl Bucket {
    /// An empty stretch around `time_us` that has room for as many bytes and events as `like` holds.
    pub(super) fn new(time_us: i64, like: Option<&Bucket>) -> Bucket {
        let (bytes, events) = like.map_or((0, 0), |like| (like.records.len(), like.entries.len()));
        Bucket {
            start_us: bucket_of(time_us),
            records: Vec::with_capacity(bytes),
            entries: Vec::with_capacity(events),
            parties: Vec::new(),
            known: HashTable::new(),
        }
    }

    /// Adds an event of this stretch, and its entry if there is an outline; the bytes that this costs.
    /// What no longer fits into the four gigabytes that the index can tell apart is not held.
    pub(super) fn push(
        &mut self,
        record: &Record<'_>,
        outline: Option<&Outline<'_>>,
        hasher: &DefaultHashBuilder,
    ) -> usize {
        let start = self.records.len();
        if u32::try_from(start + record.bytes.len()).is_err() {
            return 0;
        }
        self.records.extend_from_slice(record.bytes);
        let index_bytes = outline.map_or(0, |outline| {
            self.index(record, outline, start as u32, hasher)
        });
        record.bytes.len() + index_bytes
    }

    fn index(
        &mut self,
        record: &Record<'_>,
        outline: &Outline<'_>,
        at: u32,
        hasher: &DefaultHashBuilder,
    ) -> usize {
        let place = |within: usize| at + within as u32;
        let before = self.parties.len();
        let party = self.party(
            Party {
                hash: hasher.hash_one((outline.source, outline.device)),
                source_at: place(outline.source_at),
                device_at: place(outline.device_at),
                kind: record.kind,
            },
            outline,
        );
        let delay_us = record.arrived_us.saturating_sub(record.time_us);
        let late = if delay_us > LATE_AFTER_US { LATE } else { 0 };
        self.entries.push(Entry {
            at,
            lines_at: place(outline.lines_at),
            head: record.time_us.wrapping_sub(self.start_us) as u32
                | (record.kind as u32) << TIME_BITS
                | late,
            delay_ms: delay_us
                .div_euclid(1_000)
                .clamp(i32::MIN.into(), i32::MAX.into()) as i32,
            party,
        });
        size_of::<Entry>() + (self.parties.len() - before) * PARTY_BYTES
    }

    fn party(&mut self, party: Party, outline: &Outline<'_>) -> u32 {
        let Bucket {
            records,
            parties,
            known,
            ..
        } = self;
        let is_same = |other: &u32| {
            let other = parties[*other as usize];
            other.hash == party.hash
                && other.device(records) == outline.device
                && other.source(records) == outline.source
        };
        if let Some(place) = known.find(party.hash, is_same) {
            return *place;
        }
        let place = parties.len() as u32;
        parties.push(party);
        known.insert_unique(party.hash, place, |other| parties[*other as usize].hash);
        place
    }

    /// Gives back the room that was kept for growing.
    pub(super) fn settle(&mut self) {
        self.records.shrink_to_fit();
        self.entries.shrink_to_fit();
    }

    pub(super) fn held_bytes(&self) -> usize {
        BUCKET_BYTES
            + self.records.len()
            + self.entries.len() * size_of::<Entry>()
            + self.parties.len() * PARTY_BYTES
    }

    pub(crate) fn records(&self) -> impl Iterator<Item = Record<'_>> {
        record::read(&self.records)
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The source and the device of each party that the entries point to.
    pub(crate) fn parties(&self) -> impl Iterator<Item = (&str, Device<'_>)> {
        self.parties
            .iter()
            .map(|party| (party.source(&self.records), party.device(&self.records)))
    }

    /// When the event of an entry happened.
    pub(crate) fn time_us(&self, entry: Entry) -> i64 {
        self.start_us
            .wrapping_add(i64::from(entry.head & ((1 << TIME_BITS) - 1)))
    }

    /// The event of an entry, ready to be read.
    pub(crate) fn record(&self, entry: Entry) -> Option<Record<'_>> {
        Record::first(self.records.get(entry.at as usize..)?)
    }

    /// The receipt of a till event's entry.
    pub(crate) fn lines(&self, entry: Entry) -> impl Iterator<Item = StoredLine<'_>> {
        Reader::new(
            self.records
                .get(entry.lines_at as usize..)
                .unwrap_or_default(),
        )
        .stored_lines()
    }

    /// How far the stretch lies from a moment.
    pub(crate) fn distance_us(&self, from_us: i64) -> u64 {
        let last_us = self.start_us.saturating_add(BUCKET_US - 1);
        from_us.abs_diff(from_us.clamp(self.start_us, last_us))
    }
}

/// What a party costs, with its place in the table.
const PARTY_BYTES: usize = size_of::<Party>() + 8;

impl Entry {
    pub(crate) fn kind(self) -> Option<Kind> {
        Kind::from_byte((self.head >> TIME_BITS & ((1 << KIND_BITS) - 1)) as u8)
    }

    pub(crate) fn is_late(self) -> bool {
        self.head & LATE != 0
    }
}

impl Party {
    fn source(self, records: &[u8]) -> &str {
        text_at(records, self.source_at)
    }

    fn device(self, records: &[u8]) -> Device<'_> {
        match self.kind {
            Kind::Sale | Kind::Refund | Kind::Void | Kind::NoSale => {
                Device::Till(text_at(records, self.device_at))
            }
            Kind::CameraMark => Device::Camera(text_at(records, self.device_at)),
            _ => Device::None,
        }
    }
}

fn text_at(records: &[u8], at: u32) -> &str {
    records
        .get(at as usize..)
        .and_then(record::text)
        .unwrap_or_default()
}
