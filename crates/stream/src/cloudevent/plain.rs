//! Reads events as tills send them straight from the bytes: names and texts without escapes, whole
//! numbers, no name twice, no value where another kind belongs. It gives up on everything else, also on
//! what is wrong, and never says why: serde_json reads that again, and says it.

use super::draft::{
    Attribute, DataShape, Draft, Field, LineDraft, LineField, attribute, field, line_field,
};
use super::shape::Loose;
use crate::event::{Line, LineBuffer};
use crate::limits::LINES_MAX;

/// A place in a JSON text.
pub(super) struct Cursor<'de> {
    text: &'de str,
    at: usize,
}

/// More digits might not fit into an `i64`.
const DIGITS_MAX: usize = 18;

impl<'de> Cursor<'de> {
    pub(super) fn new(text: &'de str) -> Cursor<'de> {
        Cursor { text, at: 0 }
    }

    /// What stands from here on.
    pub(super) fn rest(&self) -> &'de str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes to so many bytes behind the beginning of a `rest`.
    pub(super) fn skip_to(&mut self, rest: &str, bytes: usize) {
        self.at = self.text.len() - rest.len() + bytes;
    }

    /// Whether nothing but white space is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Walks a list; `element` reads one.
    pub(super) fn list(&mut self, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(b'[')?;
        if self.peek()? == b']' {
            self.at += 1;
            return Some(());
        }
        loop {
            self.peek()?;
            element(self)?;
            match self.next()? {
                b',' => {}
                b']' => return Some(()),
                _ => return None,
            }
        }
    }

    /// Reads one event.
    pub(super) fn event(&mut self, draft: &mut Draft<'de>, lines: &mut LineBuffer) -> Option<()> {
        lines.clear();
        self.object(|cursor, name| match attribute(name) {
            None => cursor.value().map(drop),
            Some(Attribute::Data) if matches!(draft.data, Loose::Missing) => {
                draft.data = Loose::Object;
                let fields = &mut draft.fields;
                cursor.data(&mut DataShape { fields, lines })
            }
            Some(Attribute::Data) => None,
            Some(name) => cursor.fill(draft.slot(name)),
        })
    }

    fn data(&mut self, data: &mut DataShape<'_, '_, 'de>) -> Option<()> {
        self.object(|cursor, name| match field(name) {
            None => cursor.value().map(drop),
            Some(Field::Lines) if matches!(data.fields.lines, Loose::Missing) => {
                data.fields.lines = Loose::List;
                cursor.lines(data)
            }
            Some(Field::Lines) => None,
            Some(name) => cursor.fill(data.fields.slot(name)),
        })
    }

    fn lines(&mut self, data: &mut DataShape<'_, '_, 'de>) -> Option<()> {
        let mut index = 0;
        self.list(|cursor| {
            if index == LINES_MAX {
                return None;
            }
            let mut line = LineDraft::default();
            cursor.object(|cursor, name| match line_field(name) {
                None => cursor.value().map(drop),
                Some(LineField::Sku) => cursor.fill(&mut line.sku),
                Some(LineField::Name) => cursor.fill(&mut line.name),
                Some(LineField::Quantity) => cursor.fill(&mut line.quantity),
                Some(LineField::UnitMinor) => cursor.fill(&mut line.unit_minor),
            })?;
            let problems = &mut data.fields.line_problems;
            let (sku, name, quantity, unit_minor) = line.judge(index, problems);
            data.lines.push(Line {
                sku,
                name,
                quantity,
                unit_minor,
            });
            index += 1;
            Some(())
        })
    }

    #[inline]
    fn object(&mut self, mut member: impl FnMut(&mut Self, &'de str) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            let name = self.string()?;
            self.take(b':')?;
            member(self, name)?;
            match self.next()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    #[inline]
    fn fill(&mut self, slot: &mut Loose<'de>) -> Option<()> {
        if !matches!(slot, Loose::Missing) {
            return None;
        }
        *slot = self.value()?;
        Some(())
    }

    #[inline]
    fn value(&mut self) -> Option<Loose<'de>> {
        match self.peek()? {
            b'"' => self.string().map(|text| Loose::Text(text.into())),
            b'-' | b'0'..=b'9' => self.number().map(Loose::Whole),
            b'n' => self.word("null", Loose::Null),
            b't' => self.word("true", Loose::Bool),
            b'f' => self.word("false", Loose::Bool),
            _ => None,
        }
    }

    fn word(&mut self, word: &str, meaning: Loose<'de>) -> Option<Loose<'de>> {
        self.rest().starts_with(word).then(|| {
            self.at += word.len();
            meaning
        })
    }

    #[inline]
    fn number(&mut self) -> Option<i64> {
        let bytes = &self.text.as_bytes()[self.at..];
        let is_negative = bytes.first() == Some(&b'-');
        let digits = &bytes[usize::from(is_negative)..];
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit());
        let count = count.take(DIGITS_MAX + 1).count();
        let is_plain = match digits.first()? {
            b'0' => count == 1 && !is_negative,
            _ => (1..=DIGITS_MAX).contains(&count),
        };
        if !is_plain || matches!(digits.get(count), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        let digits = &digits[..count];
        let number = digits
            .iter()
            .fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        self.at += count + usize::from(is_negative);
        Some(if is_negative { -number } else { number })
    }

    #[inline]
    fn string(&mut self) -> Option<&'de str> {
        self.take(b'"')?;
        let start = self.at;
        let end = start + plain_bytes(self.text.as_bytes().get(start..)?);
        if self.text.as_bytes().get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    /// The next byte that is no white space, which is where the cursor stands then.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match *self.text.as_bytes().get(self.at)? {
                b' ' | b'\n' | b'\t' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    #[inline]
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }
}

/// How many bytes stand before the first quote, backslash or control character; eight at a time, by the
/// carries of "Bit Twiddling Hacks: Determine if a word has a byte less than n".
#[inline]
fn plain_bytes(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let mut at = 0;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let escape = below(word ^ (ONES * u64::from(b'\\')), 1);
        let special = (below(word, 0x20) | quote | escape) & (ONES << 7);
        if special != 0 {
            return at + special.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let special = |byte: &u8| *byte < 0x20 || matches!(*byte, b'"' | b'\\');
    at + bytes[at..]
        .iter()
        .position(special)
        .unwrap_or(bytes.len() - at)
}
