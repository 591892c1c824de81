//! Training the model from rows.

use std::fmt;
use std::time::Instant;

use serde::Serialize;

use super::{HEADS, Model};
use crate::corpus::{Corpus, Row};
use crate::fit::{HEADS_MAX, Settings, UNKNOWN};
use crate::learn::{self, Task};
use crate::prior;

/// Found by trying on the shipped data; the neighbours are within half a point.
pub(crate) const SETTINGS: Settings = Settings {
    epochs: 5,
    rate: 0.2,
    pull: 0.005,
};

/// What `outcry model train` prints; `Display` for people, `Serialize` for programs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Training {
    /// Name of the new model.
    pub model: String,
    /// Texts learned from.
    pub texts: usize,
    /// Terms it knows.
    pub terms: usize,
    /// Size of its file.
    pub file_bytes: usize,
    /// How long learning took.
    pub duration_ms: u64,
    /// Texts per second of that.
    pub texts_per_s: u64,
    /// Whether it is the model that ships with the program.
    pub is_shipped: bool,
}

impl fmt::Display for Training {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            model,
            texts,
            terms,
            file_bytes,
            duration_ms,
            texts_per_s,
            is_shipped,
        } = self;
        writeln!(out, "Model {model}: {terms} terms, {file_bytes} bytes")?;
        writeln!(
            out,
            "Learned from {texts} texts in {duration_ms} ms ({texts_per_s} a second)"
        )?;
        let same = if *is_shipped { "the same as" } else { "not" };
        write!(out, "It is {same} the model that ships with the program.")
    }
}

impl Model {
    /// Learns from `corpus` and says how it went.
    #[must_use]
    pub fn train_and_tell(corpus: &Corpus) -> (Self, Training) {
        let start = Instant::now();
        let model = Self::train(corpus);
        let duration = start.elapsed();
        let told = Training {
            model: model.name(),
            texts: corpus.len(),
            terms: model.terms(),
            file_bytes: model.to_file().len(),
            duration_ms: duration.as_millis() as u64,
            texts_per_s: (corpus.len() as f64 / duration.as_secs_f64()) as u64,
            is_shipped: model.name() == super::shipped().name(),
        };
        (model, told)
    }

    /// Learns from `corpus`. The same rows in the same order give the same model, byte for byte, on
    /// every machine and on any number of threads.
    #[must_use]
    pub fn train(corpus: &Corpus) -> Self {
        let rows: Vec<&Row> = corpus.rows.iter().collect();
        Self::of_rows(&rows)
    }

    pub(crate) fn of_rows(rows: &[&Row]) -> Self {
        let prior = prior::weights();
        let learned = learn::learn(
            rows,
            Task {
                heads: &HEADS,
                answers,
                prior: &prior,
                settings: SETTINGS,
            },
        );
        let mut model = Self {
            learned,
            trained_name: String::new(),
            lessons: 0,
        };
        model.trained_name = model.checksum_name();
        model
    }
}

/// What a row says about category, violence and severity.
pub(crate) fn answers(row: &Row) -> [u8; HEADS_MAX] {
    let yes_or_no = |known: Option<bool>| known.map_or(UNKNOWN, u8::from);
    [
        row.category.map_or(UNKNOWN, |category| category as u8),
        // Accidents that teach no category teach no violence either, see `ACCIDENTS_PER_OTHER`.
        yes_or_no(row.violent.filter(|_| row.category.is_some())),
        yes_or_no(row.hospitalised),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_is_what_the_shipped_data_gives() {
        let (model, told) = Model::train_and_tell(&Corpus::shipped());
        assert!(
            model.to_file() == include_bytes!("../../model/shipped.txt"),
            "run `cargo run --release -p outcry-assess --example train` and look at what changed"
        );
        assert!(told.is_shipped);
        assert_eq!(told.texts, 46_366);
    }
}
