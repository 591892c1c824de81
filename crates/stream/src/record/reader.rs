//! Takes an event's values off its stored bytes, in the order in which they were written. It never
//! knows where a record begins.

use crate::event::{Body, Kind, Line, Lines, Movement};

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

    /// What was not taken yet.
    pub(super) fn left(&self) -> &'a [u8] {
        self.bytes
    }

    pub(super) fn body(&mut self, kind: Kind) -> Option<Body<'a>> {
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

    /// The lines of a till event in their stored form, from where [`super::Outline::lines_at`] points.
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
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    pub(super) fn chunk<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
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

    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(super) fn amount(&mut self) -> Option<Option<i64>> {
        match self.byte()? {
            0 => Some(None),
            _ => self.signed().map(Some),
        }
    }

    #[inline]
    pub(super) fn skip(&mut self) -> Option<()> {
        let length = usize::try_from(self.number()?).ok()?;
        self.bytes = self.bytes.get(length..)?;
        Some(())
    }

    pub(super) fn skip_optional(&mut self) -> Option<()> {
        let length = usize::try_from(self.number()?).ok()?.saturating_sub(1);
        self.bytes = self.bytes.get(length..)?;
        Some(())
    }

    fn take(&mut self, length: u64) -> Option<&'a str> {
        let (text, rest) = self.bytes.split_at_checked(usize::try_from(length).ok()?)?;
        self.bytes = rest;
        std::str::from_utf8(text).ok()
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
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
