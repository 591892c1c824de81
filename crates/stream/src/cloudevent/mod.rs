//! CloudEvents 1.0 in JSON, structured mode, one event or a batch: text in, allow-listed events and
//! refusals that name the field out. It never knows what becomes of an event.

mod check;
mod draft;
mod plain;
mod print;
mod problem;
mod shape;
mod time;

use serde::de::{DeserializeSeed, SeqAccess};
use serde_json::value::RawValue;

pub use problem::{Problem, Rejected};

use crate::batch::Batch;
use crate::error::Error;
use crate::event::LineBuffer;
use crate::limits::{BATCH_EVENTS_MAX, BODY_BYTES_MAX};
use draft::{Draft, EventShape};
use plain::Cursor;
use shape::{Loose, Shape, Visit};

/// How the events are laid out in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON object, `application/cloudevents+json`.
    One,
    /// A JSON array of objects, `application/cloudevents-batch+json`.
    Batch,
}

/// What an event is held against besides its own shape.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    pub(crate) oldest_us: i64,
    pub(crate) newest_us: i64,
    pub(crate) known_site: &'a (dyn Fn(&str) -> bool + Sync),
}

/// Adds the events of `bytes` to `batch`, the good ones to its records and the bad ones to its refusals.
///
/// The text is read in one pass, plain events by a reader of our own and the others by serde_json. Only
/// when that meets something that is not JSON is it read again, event by event, so that one with a
/// broken text in it (half a surrogate pair, a number without end) spoils no other.
///
/// # Errors
/// The text as a whole is not JSON, no array where a batch was promised, or too long.
pub(crate) fn read(
    bytes: &[u8],
    form: Form,
    rules: Rules<'_>,
    batch: &mut Batch,
) -> Result<(), Error> {
    if bytes.len() > BODY_BYTES_MAX {
        return Err(Error::TooLarge {
            found: bytes.len(),
            limit: BODY_BYTES_MAX,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    let mut reading = Reading {
        rules,
        batch,
        lines: LineBuffer::default(),
    };
    match form {
        Form::One => reading.one(0, text),
        Form::Batch => match reading.plain(text) {
            Some(()) => Ok(()),
            None => reading.careful(text),
        },
    }
}

struct Reading<'r, 'b> {
    rules: Rules<'r>,
    batch: &'b mut Batch,
    lines: LineBuffer,
}

impl Reading<'_, '_> {
    fn one(&mut self, index: usize, text: &str) -> Result<(), Error> {
        let mut draft = Draft::default();
        let mut json = serde_json::Deserializer::from_str(text);
        let shape = EventShape {
            draft: &mut draft,
            lines: &mut self.lines,
        };
        let shape = Visit(shape)
            .deserialize(&mut json)
            .map_err(|error| malformed(&error))?;
        json.end().map_err(|error| malformed(&error))?;
        self.settle(index, &shape, &draft);
        Ok(())
    }

    /// Reads an array of plain events with some others between. If it is anything else, what was taken
    /// of it does not count.
    fn plain(&mut self, text: &str) -> Option<()> {
        let mut cursor = Cursor::new(text);
        let mut found = 0;
        cursor.list(|cursor| {
            let rest = cursor.rest();
            let mut draft = Draft::default();
            if found == BATCH_EVENTS_MAX {
                return None;
            } else if cursor.event(&mut draft, &mut self.lines).is_some() {
                self.settle(found, &Loose::Object, &draft);
            } else {
                let mut texts = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
                self.one(found, texts.next()?.ok()?.get()).ok()?;
                cursor.skip_to(rest, texts.byte_offset());
            }
            found += 1;
            Some(())
        })?;
        cursor.is_at_end().then_some(())
    }

    /// As [`Reading::plain`], by serde_json alone.
    fn careful(&mut self, text: &str) -> Result<(), Error> {
        self.batch.clear();
        match self.whole(text) {
            Ok(found) => within(found),
            Err(error) => self.one_by_one(text, &error),
        }
    }

    /// Reads the whole array; the number of its elements, or nothing useful if it is not JSON.
    fn whole(&mut self, text: &str) -> Result<Option<usize>, serde_json::Error> {
        let mut json = serde_json::Deserializer::from_str(text);
        let mut found = 0;
        let shape = Visit(BatchShape {
            reading: self,
            found: &mut found,
        })
        .deserialize(&mut json)?;
        json.end()?;
        Ok(matches!(shape, Loose::List).then_some(found))
    }

    /// `broken` is where the reading in one pass ended; it stands if the text is not even an array.
    fn one_by_one(&mut self, text: &str, broken: &serde_json::Error) -> Result<(), Error> {
        self.batch.clear();
        let events: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| malformed(broken))?;
        within(Some(events.len()))?;
        for (index, event) in events.into_iter().enumerate() {
            let result = self.one(index, event.get());
            if let Err(Error::Malformed {
                line,
                column,
                detail,
            }) = result
            {
                let detail =
                    format!("is not valid JSON at its line {line}, column {column}: {detail}");
                let problems = vec![Problem::new("", detail)];
                self.batch.rejected.push(Rejected { index, problems });
            }
        }
        Ok(())
    }

    fn settle(&mut self, index: usize, shape: &Loose<'_>, draft: &Draft<'_>) {
        match check::check(shape, draft, self.lines.lines(), self.rules) {
            Ok(event) => self.batch.push(&event),
            Err(problems) => self.batch.rejected.push(Rejected { index, problems }),
        }
    }
}

struct BatchShape<'f, 's, 'r, 'b> {
    reading: &'s mut Reading<'r, 'b>,
    found: &'f mut usize,
}

impl<'de> Shape<'de> for BatchShape<'_, '_, '_, '_> {
    fn list<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while *self.found < BATCH_EVENTS_MAX {
            let mut draft = Draft::default();
            let shape = EventShape {
                draft: &mut draft,
                lines: &mut self.reading.lines,
            };
            let Some(shape) = list.next_element_seed(Visit(shape))? else {
                return Ok(());
            };
            self.reading.settle(*self.found, &shape, &draft);
            *self.found += 1;
        }
        while list.next_element::<serde::de::IgnoredAny>()?.is_some() {
            *self.found += 1;
        }
        Ok(())
    }
}

fn within(found: Option<usize>) -> Result<(), Error> {
    match found {
        None => Err(Error::NotABatch),
        Some(found) if found > BATCH_EVENTS_MAX => Err(Error::TooManyEvents {
            found,
            limit: BATCH_EVENTS_MAX,
        }),
        Some(_) => Ok(()),
    }
}

fn malformed(error: &serde_json::Error) -> Error {
    let text = error.to_string();
    let detail = text
        .split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned();
    Error::Malformed {
        line: error.line(),
        column: error.column(),
        detail,
    }
}

fn not_utf8(bytes: &[u8], valid_up_to: usize) -> Error {
    let before = &bytes[..valid_up_to];
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let column = 1 + before
        .iter()
        .rev()
        .take_while(|byte| **byte != b'\n')
        .count();
    Error::Malformed {
        line,
        column,
        detail: "the text is not UTF-8".to_owned(),
    }
}

#[cfg(test)]
mod tests;
