//! The public data as rows to learn from: a text and what is known about it.

use std::io::Read;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Category;
use crate::labels::{
    COARSE_NAMES, EventGroup, event_group, incident_category, is_intentional_violence,
    offence_category, shows_prejudice,
};
use crate::text::{Words, pair_id};

/// Of the injuries at work that nobody meant, one in so many counts as an "other" incident without
/// violence; all of them would drown the crimes.
const ACCIDENTS_PER_OTHER: u64 = 20;

/// The three data sets, each gzip CSV as in `data/` (columns are in the `SOURCE.md` there).
#[derive(Debug)]
pub struct Sets<Narratives, Crimes, Incidents> {
    /// Injury reports in people's own words.
    pub narratives: Narratives,
    /// Crimes as phrases.
    pub crimes: Crimes,
    /// Incidents by their description.
    pub incidents: Incidents,
}

/// A data set could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the {set} could not be read: {source}")]
pub struct CorpusError {
    set: &'static str,
    source: csv::Error,
}

/// Everything to learn from.
#[derive(Debug)]
pub struct Corpus {
    pub(crate) rows: Vec<Row>,
}

/// Which data set a row is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Narratives,
    Crimes,
    Incidents,
}

/// A text and what is known about it; what is not known teaches nothing.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) origin: Origin,
    pub(crate) text: String,
    pub(crate) hour: Option<u8>,
    pub(crate) category: Option<Category>,
    pub(crate) violent: Option<bool>,
    pub(crate) hospitalised: Option<bool>,
    pub(crate) event_group: Option<EventGroup>,
    /// Place in [`COARSE_NAMES`].
    pub(crate) coarse: Option<u8>,
    /// Equal for rows whose texts have the same words in the same order.
    pub(crate) sameness: u64,
}

impl Corpus {
    /// The data that is part of the program.
    ///
    /// # Panics
    /// Never: a test reads it.
    #[must_use]
    pub fn shipped() -> Self {
        Self::read(Sets {
            narratives: &include_bytes!("../../../data/narratives/narratives.csv.gz")[..],
            crimes: &include_bytes!("../../../data/la-crimes/crimes.csv.gz")[..],
            incidents: &include_bytes!("../../../data/sf-incidents/incidents.csv.gz")[..],
        })
        .expect("the shipped data is read by a test")
    }

    /// Reads the three sets.
    ///
    /// # Errors
    /// When one of them is no gzip, no CSV, or lacks a column.
    pub fn read(sets: Sets<impl Read, impl Read, impl Read>) -> Result<Self, CorpusError> {
        let mut rows = Vec::new();
        read_set("narratives", sets.narratives, |record: NarrativeRecord| {
            rows.push(record.into_row());
        })?;
        read_set("crimes", sets.crimes, |record: CrimeRecord| {
            rows.push(record.into_row());
        })?;
        read_set("incidents", sets.incidents, |record: IncidentRecord| {
            rows.push(record.into_row());
        })?;
        Ok(Self { rows })
    }

    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is nothing to learn from.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

fn read_set<Record: DeserializeOwned>(
    set: &'static str,
    packed: impl Read,
    mut add: impl FnMut(Record),
) -> Result<(), CorpusError> {
    let refused = |source| CorpusError { set, source };
    let mut reader = csv::Reader::from_reader(GzDecoder::new(packed));
    // Reading records would pass over a head that cannot be read.
    reader.headers().map_err(refused)?;
    for record in reader.deserialize() {
        add(record.map_err(refused)?);
    }
    Ok(())
}

#[derive(Deserialize)]
struct NarrativeRecord {
    event_title: String,
    hospitalized: u32,
    narrative: String,
}

impl NarrativeRecord {
    fn into_row(self) -> Row {
        let violent = is_intentional_violence(&self.event_title);
        let sameness = sameness(&self.narrative);
        let category = match violent {
            true => Some(Category::Violence),
            false => {
                (is_drawn(sameness, ACCIDENTS_DRAW, ACCIDENTS_PER_OTHER)).then_some(Category::Other)
            }
        };
        Row {
            origin: Origin::Narratives,
            hour: None,
            category,
            violent: Some(violent),
            hospitalised: Some(self.hospitalized > 0),
            event_group: Some(event_group(&self.event_title)),
            coarse: None,
            sameness,
            text: self.narrative,
        }
    }
}

#[derive(Deserialize)]
struct CrimeRecord {
    mo: String,
    premise: String,
    weapon: String,
    offence: String,
    coarse: String,
}

impl CrimeRecord {
    fn into_row(self) -> Row {
        let text = format!("{}; {}; {}", self.mo, self.premise, self.weapon);
        let category = offence_category(&self.offence);
        Row {
            origin: Origin::Crimes,
            hour: None,
            category: if shows_prejudice(&self.mo) {
                Some(Category::Hate)
            } else {
                category
            },
            violent: category.map(Category::is_violent),
            hospitalised: None,
            event_group: None,
            coarse: (0..)
                .zip(COARSE_NAMES)
                .find(|(_, name)| *name == self.coarse)
                .map(|(place, _)| place),
            sameness: sameness(&text),
            text,
        }
    }
}

#[derive(Deserialize)]
struct IncidentRecord {
    incident_datetime: String,
    category: String,
    subcategory: String,
    description: String,
}

impl IncidentRecord {
    fn into_row(self) -> Row {
        let category = incident_category(&self.category, &self.subcategory, &self.description);
        Row {
            origin: Origin::Incidents,
            hour: self
                .incident_datetime
                .get(11..13)
                .and_then(|hour| hour.parse().ok()),
            category,
            violent: category.map(Category::is_violent),
            hospitalised: None,
            event_group: None,
            coarse: None,
            sameness: sameness(&self.description),
            text: self.description,
        }
    }
}

const ACCIDENTS_DRAW: u64 = 1;

/// Whether a number is among the one in `share` that are drawn.
pub(crate) fn is_drawn(number: u64, draw: u64, share: u64) -> bool {
    part(number, draw, share) == 0
}

/// Which of `parts` equal parts a number falls into. Draws are independent of each other and always
/// the same.
pub(crate) fn part(number: u64, draw: u64, parts: u64) -> u64 {
    // The finishing steps of SplitMix64.
    let mut mixed = number.wrapping_add(draw.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % parts
}

fn sameness(text: &str) -> u64 {
    let mut words = Words::default();
    words.read(text);
    words
        .list
        .iter()
        .fold(0, |hash: u64, word| pair_id(hash, word.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_sets_are_whole() {
        let corpus = Corpus::shipped();
        let count = |origin| {
            corpus
                .rows
                .iter()
                .filter(|row| row.origin == origin)
                .count()
        };
        assert_eq!(count(Origin::Narratives), 21_578);
        assert_eq!(count(Origin::Crimes), 12_904);
        assert_eq!(count(Origin::Incidents), 11_884);
        let violent = |row: &&Row| row.origin == Origin::Narratives && row.violent == Some(true);
        assert_eq!(corpus.rows.iter().filter(violent).count(), 156);
        assert_eq!(
            corpus
                .rows
                .iter()
                .filter(|row| row.coarse.is_some())
                .count(),
            12_047
        );
    }

    #[test]
    fn draws_are_fair_and_independent() {
        let numbers = 0..40_000u64;
        let share = |of: &dyn Fn(u64) -> bool| numbers.clone().filter(|number| of(*number)).count();
        for draw in 1..4 {
            assert!((4_800..5_200).contains(&share(&|number| is_drawn(number, draw, 8))));
        }
        let both = share(&|number| is_drawn(number, 1, 8) && is_drawn(number, 2, 8));
        assert!((550..700).contains(&both), "{both}");
    }

    #[test]
    fn a_set_that_cannot_be_read_is_named() {
        let empty: &[u8] = &[];
        let refused = Corpus::read(Sets {
            narratives: &b"naics,event_title"[..],
            crimes: empty,
            incidents: empty,
        });
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .starts_with("the narratives could not be read")
        );
        let cut_off = &include_bytes!("../../../data/narratives/narratives.csv.gz")[..500_000];
        let refused = Corpus::read(Sets {
            narratives: cut_off,
            crimes: empty,
            incidents: empty,
        });
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .starts_with("the narratives could not be read")
        );
    }
}
