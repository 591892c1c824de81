//! A fact as followers get it, and how it stands in the table.

use outcry_domain::incident::Summary;
use outcry_domain::{Event, Fact, RegionId, Stream, Time};
use sqlx::FromRow;

use crate::Error;
use crate::store::Text;

/// One fact, its personal texts sealed, and what then was true of its incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What happened.
    pub fact: Fact,
    /// The incident after it (for facts that are long past: as it now is). `None` for settings.
    pub summary: Option<Summary>,
}

/// A row of the table `fact`.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct FactRow {
    #[sqlx(try_from = "Text")]
    pub(crate) region: String,
    pub(crate) sequence: i64,
    #[sqlx(try_from = "Text")]
    pub(crate) stream: String,
    pub(crate) version: i64,
    pub(crate) at: i64,
    #[sqlx(try_from = "Text")]
    pub(crate) actor: String,
    #[sqlx(try_from = "Text")]
    pub(crate) kind: String,
    #[sqlx(try_from = "Text")]
    pub(crate) body: String,
    pub(crate) hash: Vec<u8>,
}

impl FactRow {
    fn corrupt(&self, why: &str) -> Error {
        Error::Corrupt {
            region: self
                .region
                .parse()
                .unwrap_or_else(|_| RegionId::organisation()),
            sequence: self.sequence.unsigned_abs(),
            why: why.to_owned(),
        }
    }

    /// The fact that the row holds.
    pub(crate) fn fact(&self) -> Result<Fact, Error> {
        let stream: Stream = self
            .stream
            .parse()
            .map_err(|_| self.corrupt("the stream cannot be read"))?;
        let event = Event::read(&stream, &self.body)
            .map_err(|_| self.corrupt("the body cannot be read"))?;
        if event.kind() != self.kind {
            return Err(self.corrupt("the kind is not that of the body"));
        }
        Ok(Fact {
            region: self
                .region
                .parse()
                .map_err(|_| self.corrupt("the region cannot be read"))?,
            sequence: u64::try_from(self.sequence)
                .map_err(|_| self.corrupt("the sequence is negative"))?,
            stream,
            version: u64::try_from(self.version)
                .map_err(|_| self.corrupt("the version is negative"))?,
            at: Time(self.at),
            actor: self
                .actor
                .parse()
                .map_err(|_| self.corrupt("the actor cannot be read"))?,
            event,
            hash: self
                .hash
                .as_slice()
                .try_into()
                .map_err(|_| self.corrupt("the hash is not 32 bytes"))?,
        })
    }
}
