//! The stored form of an event, the same on disk and in memory: a length, the kind, the time, how long
//! after it the event arrived, then the texts. It never knows frames or files.

mod reader;

use std::ops::Range;

pub(crate) use reader::{Reader, StoredLine};

use crate::card;
use crate::event::{Body, Event, Kind, Line};

/// A stored event whose head alone was read; cheap to skip.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    pub(crate) kind: Kind,
    pub(crate) time_us: i64,
    pub(crate) arrived_us: i64,
    pub(crate) site: &'a str,
    /// The whole record with its length, ready to be copied.
    pub(crate) bytes: &'a [u8],
    rest: Reader<'a>,
}

/// Who says so and by which device, and where in the record that stands, in bytes from its first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outline<'a> {
    pub(crate) source: &'a str,
    pub(crate) source_at: usize,
    pub(crate) device: Device<'a>,
    pub(crate) device_at: usize,
    /// Where the lines of a till event begin, with their number.
    pub(crate) lines_at: usize,
}

/// The device that an event names, as far as a context asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Device<'a> {
    Till(&'a str),
    Camera(&'a str),
    None,
}

const LENGTH_BYTES: usize = 4;

/// Appends `event` in its stored form; where in `out` its identity (source and id) now stands.
pub(crate) fn write(out: &mut Vec<u8>, event: &Event<'_>, arrived_us: i64) -> Range<usize> {
    let start = out.len();
    out.extend_from_slice(&[0; LENGTH_BYTES]);
    out.push(event.kind() as u8);
    out.extend_from_slice(&event.time_us.to_le_bytes());
    write_signed(out, arrived_us.wrapping_sub(event.time_us));
    write_text(out, event.site);
    let identity = out.len();
    write_text(out, event.source);
    write_text(out, event.id);
    let identity = identity..out.len();
    write_body(out, &event.body);
    let length = (out.len() - start - LENGTH_BYTES) as u32;
    out[start..start + LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
    identity
}

fn write_body(out: &mut Vec<u8>, body: &Body<'_>) {
    match *body {
        Body::Till {
            till,
            transaction,
            currency,
            total_minor,
            lines,
            ..
        } => {
            write_text(out, till);
            write_free(out, transaction);
            write_optional(out, currency);
            write_amount(out, total_minor);
            write_number(out, lines.count as u64);
            out.extend_from_slice(lines.bytes);
        }
        Body::CameraMark { camera, label } => {
            write_text(out, camera);
            write_free_optional(out, label);
        }
        Body::Shift {
            person, role, area, ..
        } => {
            write_text(out, person);
            write_optional(out, role);
            write_optional(out, area);
        }
        Body::StockLevel {
            sku,
            name,
            level,
            price_minor,
        } => {
            write_sku(out, sku);
            write_free_optional(out, name);
            write_signed(out, level);
            write_amount(out, price_minor);
        }
        Body::ItemLocation {
            sku,
            name,
            area,
            price_minor,
        } => {
            write_sku(out, sku);
            write_free_optional(out, name);
            write_text(out, area);
            write_amount(out, price_minor);
        }
        Body::Footfall { count } => write_number(out, u64::from(count)),
    }
}

/// Appends a line of a receipt in its stored form.
pub(crate) fn write_line(out: &mut Vec<u8>, line: Line<'_>) {
    write_sku(out, line.sku);
    write_free(out, line.name);
    write_signed(out, line.quantity);
    write_signed(out, line.unit_minor);
}

/// Unsigned LEB128, as in WebAssembly and protocol buffers.
fn write_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Zigzag, so that small negative numbers stay short.
fn write_signed(out: &mut Vec<u8>, number: i64) {
    write_number(out, ((number << 1) ^ (number >> 63)) as u64);
}

fn write_amount(out: &mut Vec<u8>, amount: Option<i64>) {
    match amount {
        None => out.push(0),
        Some(amount) => {
            out.push(1);
            write_signed(out, amount);
        }
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    write_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn write_optional(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.push(0),
        Some(text) => {
            write_number(out, text.len() as u64 + 1);
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// A text that a person or a till chose, in which no card's number is kept.
fn write_free(out: &mut Vec<u8>, text: &str) {
    write_text(out, text);
    let start = out.len() - text.len();
    card::mask(&mut out[start..]);
}

/// The number of an article.
fn write_sku(out: &mut Vec<u8>, text: &str) {
    write_text(out, text);
    let start = out.len() - text.len();
    card::mask_sku(&mut out[start..]);
}

fn write_free_optional(out: &mut Vec<u8>, text: Option<&str>) {
    write_optional(out, text);
    let start = out.len() - text.map_or(0, str::len);
    card::mask(&mut out[start..]);
}

/// The text that stands in its stored form at the front of `bytes`.
pub(crate) fn text(bytes: &[u8]) -> Option<&str> {
    Reader::new(bytes).text()
}

/// Reads the records that stand one behind the other in `bytes`; ends at the first that is not whole.
pub(crate) fn read(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let record = Record::read(rest)?;
        rest = &rest[record.bytes.len()..];
        Some(record)
    })
}

impl<'a> Record<'a> {
    fn read(bytes: &'a [u8]) -> Option<Record<'a>> {
        let (length, after) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let mut rest = Reader::new(after.get(..length)?);
        let kind = Kind::from_byte(rest.byte()?)?;
        let time_us = i64::from_le_bytes(*rest.chunk::<8>()?);
        let arrived_us = time_us.wrapping_add(rest.signed()?);
        let site = rest.text()?;
        let bytes = &bytes[..LENGTH_BYTES + length];
        Some(Record {
            kind,
            time_us,
            arrived_us,
            site,
            bytes,
            rest,
        })
    }

    /// What an index needs, without the event's id and its lines.
    pub(crate) fn outline(mut self) -> Option<Outline<'a>> {
        let whole = self.bytes.len();
        let place = |rest: &Reader<'_>| whole - rest.left().len();
        let rest = &mut self.rest;
        let source_at = place(rest);
        let source = rest.text()?;
        rest.skip()?;
        let device_at = place(rest);
        let device = match self.kind {
            Kind::Sale | Kind::Refund | Kind::Void | Kind::NoSale => {
                let till = rest.text()?;
                rest.skip()?;
                rest.skip_optional()?;
                rest.amount()?;
                Device::Till(till)
            }
            Kind::CameraMark => Device::Camera(rest.text()?),
            _ => Device::None,
        };
        Some(Outline {
            source,
            source_at,
            device,
            device_at,
            lines_at: place(rest),
        })
    }

    /// The first record of `bytes`.
    pub(crate) fn first(bytes: &'a [u8]) -> Option<Record<'a>> {
        Record::read(bytes)
    }

    /// The event's source and id alone.
    pub(crate) fn names(mut self) -> Option<(&'a str, &'a str)> {
        Some((self.rest.text()?, self.rest.text()?))
    }

    /// The event's source and id in their stored form, by which repetitions are recognised.
    pub(crate) fn identity(mut self) -> Option<&'a [u8]> {
        let from = self.rest.left();
        self.rest.skip()?;
        self.rest.skip()?;
        Some(&from[..from.len() - self.rest.left().len()])
    }

    /// The event in full; nothing if the bytes are not what [`write`] wrote.
    pub(crate) fn event(self) -> Option<Event<'a>> {
        let mut rest = self.rest;
        let source = rest.text()?;
        let id = rest.text()?;
        let body = rest.body(self.kind)?;
        rest.left().is_empty().then_some(Event {
            source,
            id,
            time_us: self.time_us,
            site: self.site,
            body,
        })
    }
}
