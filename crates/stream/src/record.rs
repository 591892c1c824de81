//! The stored form of an event, the same on disk and in memory: a length, the kind, the time, how long
//! after it the event arrived, then the texts. It never knows frames or files.

use std::ops::Range;

use crate::event::{Body, Event, Kind, Line, Lines, Movement};

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
            write_text(out, transaction);
            write_optional(out, currency);
            write_amount(out, total_minor);
            write_number(out, lines.count as u64);
            out.extend_from_slice(lines.bytes);
        }
        Body::CameraMark { camera, label } => {
            write_text(out, camera);
            write_optional(out, label);
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
            write_text(out, sku);
            write_optional(out, name);
            write_signed(out, level);
            write_amount(out, price_minor);
        }
        Body::ItemLocation {
            sku,
            name,
            area,
            price_minor,
        } => {
            write_text(out, sku);
            write_optional(out, name);
            write_text(out, area);
            write_amount(out, price_minor);
        }
        Body::Footfall { count } => write_number(out, u64::from(count)),
    }
}

/// Appends a line of a receipt in its stored form.
pub(crate) fn write_line(out: &mut Vec<u8>, line: Line<'_>) {
    write_text(out, line.sku);
    write_text(out, line.name);
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
        let place = |rest: &Reader<'_>| whole - rest.bytes.len();
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
        let from = self.rest.bytes;
        self.rest.skip()?;
        self.rest.skip()?;
        Some(&from[..from.len() - self.rest.bytes.len()])
    }

    /// The event in full; nothing if the bytes are not what [`write`] wrote.
    pub(crate) fn event(self) -> Option<Event<'a>> {
        let mut rest = self.rest;
        let source = rest.text()?;
        let id = rest.text()?;
        let body = rest.body(self.kind)?;
        rest.bytes.is_empty().then_some(Event {
            source,
            id,
            time_us: self.time_us,
            site: self.site,
            body,
        })
    }
}

/// A line of a receipt that was passed over without reading its texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredLine<'a> {
    /// The article's number and name as they are stored: equal bytes, equal article.
    pub(crate) article: &'a [u8],
    bytes: &'a [u8],
}

impl<'a> StoredLine<'a> {
    /// The line in full.
    pub(crate) fn read(self) -> Option<Line<'a>> {
        Reader::new(self.bytes).line()
    }
}

/// Takes values off the front of stored bytes; nothing where they run out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes }
    }

    fn body(&mut self, kind: Kind) -> Option<Body<'a>> {
        Some(match kind {
            Kind::Sale => self.till(Movement::Sale)?,
            Kind::Refund => self.till(Movement::Refund)?,
            Kind::Void => self.till(Movement::Void)?,
            Kind::NoSale => self.till(Movement::NoSale)?,
            Kind::CameraMark => Body::CameraMark {
                camera: self.text()?,
                label: self.optional()?,
            },
            Kind::ShiftStart | Kind::ShiftEnd => Body::Shift {
                starts: kind == Kind::ShiftStart,
                person: self.text()?,
                role: self.optional()?,
                area: self.optional()?,
            },
            Kind::StockLevel => Body::StockLevel {
                sku: self.text()?,
                name: self.optional()?,
                level: self.signed()?,
                price_minor: self.amount()?,
            },
            Kind::ItemLocation => Body::ItemLocation {
                sku: self.text()?,
                name: self.optional()?,
                area: self.text()?,
                price_minor: self.amount()?,
            },
            Kind::Footfall => Body::Footfall {
                count: self.number()?.try_into().ok()?,
            },
        })
    }

    fn till(&mut self, movement: Movement) -> Option<Body<'a>> {
        let till = self.text()?;
        let transaction = self.text()?;
        let currency = self.optional()?;
        let total_minor = self.amount()?;
        let count = usize::try_from(self.number()?).ok()?;
        let lines = Lines {
            count,
            bytes: std::mem::take(&mut self.bytes),
        };
        Some(Body::Till {
            movement,
            till,
            transaction,
            currency,
            total_minor,
            lines,
        })
    }

    /// The lines of a till event in their stored form, from where [`Outline::lines_at`] points.
    pub(crate) fn stored_lines(mut self) -> impl Iterator<Item = StoredLine<'a>> {
        let count = self.number().unwrap_or(0);
        (0..count).map_while(move |_| self.stored_line())
    }

    #[inline]
    fn stored_line(&mut self) -> Option<StoredLine<'a>> {
        let bytes = self.bytes;
        self.skip()?;
        self.skip()?;
        let article = &bytes[..bytes.len() - self.bytes.len()];
        self.number()?;
        self.number()?;
        Some(StoredLine { article, bytes })
    }

    pub(crate) fn line(&mut self) -> Option<Line<'a>> {
        Some(Line {
            sku: self.text()?,
            name: self.text()?,
            quantity: self.signed()?,
            unit_minor: self.signed()?,
        })
    }

    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn chunk<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (chunk, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(chunk)
    }

    /// Nearly all numbers are lengths of one byte.
    #[inline]
    fn number(&mut self) -> Option<u64> {
        match self.byte()? {
            byte @ 0..0x80 => Some(u64::from(byte)),
            byte => self.long_number(byte),
        }
    }

    fn long_number(&mut self, first: u8) -> Option<u64> {
        let mut number = u64::from(first & 0x7f);
        for shift in (7..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn amount(&mut self) -> Option<Option<i64>> {
        match self.byte()? {
            0 => Some(None),
            _ => self.signed().map(Some),
        }
    }

    #[inline]
    fn skip(&mut self) -> Option<()> {
        let length = usize::try_from(self.number()?).ok()?;
        self.bytes = self.bytes.get(length..)?;
        Some(())
    }

    fn skip_optional(&mut self) -> Option<()> {
        let length = usize::try_from(self.number()?).ok()?.saturating_sub(1);
        self.bytes = self.bytes.get(length..)?;
        Some(())
    }

    fn take(&mut self, length: u64) -> Option<&'a str> {
        let (text, rest) = self.bytes.split_at_checked(usize::try_from(length).ok()?)?;
        self.bytes = rest;
        std::str::from_utf8(text).ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        self.take(length)
    }

    fn optional(&mut self) -> Option<Option<&'a str>> {
        match self.number()? {
            0 => Some(None),
            length => self.take(length - 1).map(Some),
        }
    }
}
