//! The real data that the demo plays: a shop's invoices, a city's incidents, employers' own words about injuries.
//! Sources, licences and what was left out stand in `data/*/SOURCE.md`.

pub(crate) mod incidents;
pub(crate) mod invoices;
pub(crate) mod narratives;

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;

/// Reads a shipped gzip CSV row by row, never unpacked as a whole.
fn rows<R: DeserializeOwned>(packed: &'static [u8]) -> impl Iterator<Item = R> {
    csv::Reader::from_reader(GzDecoder::new(packed))
        .into_deserialize()
        .map(|row| row.expect("the shipped data reads, as a test shows"))
}

/// Seconds since 1970 of `YYYY-MM-DD HH:MM:SS` by the data's own clock, which only differences and hours are taken from.
fn seconds(text: &str) -> i64 {
    let time: jiff::civil::DateTime = text
        .parse()
        .expect("the shipped data reads, as a test shows");
    let zero = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
    time.duration_since(zero).as_secs()
}
