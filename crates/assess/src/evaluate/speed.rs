//! How fast reading, training, loading and scoring are.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::corpus::{Corpus, Origin, Row};
use crate::model::Model;
use crate::report::{Channel, Report, SiteHistory, TillFindings, TillMoment};

/// Trainings timed; the median counts.
const TRAININGS: usize = 5;

/// How fast it was, on this machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Speed {
    /// Texts in the corpus.
    pub texts: usize,
    /// Training from texts in memory to a finished model, median of five.
    pub train_ms: f64,
    /// Texts per second of that.
    pub train_texts_per_s: f64,
    /// Size of the model file.
    pub model_bytes: usize,
    /// Reading the model file.
    pub load_ms: f64,
    /// Scoring one narrative with till findings, reasons included: the middle one.
    pub score_p50_us: f64,
    /// The slowest but one in a hundred.
    pub score_p99_us: f64,
    /// Scoring a text of 1 MiB.
    pub score_long_text_us: f64,
}

impl Speed {
    pub(super) fn measure(corpus: &Corpus) -> Self {
        let mut trainings: Vec<Duration> = (0..TRAININGS)
            .map(|_| timed(|| Model::train(corpus)).1)
            .collect();
        trainings.sort();
        let train_s = trainings[TRAININGS / 2].as_secs_f64();
        let file = Model::train(corpus).to_file();
        let (model, load) = timed(|| Model::from_file(&file).expect("what was written is read"));
        let narratives: Vec<&Row> = corpus
            .rows
            .iter()
            .filter(|row| row.origin == Origin::Narratives)
            .collect();
        let mut scores: Vec<Duration> = narratives
            .iter()
            .map(|row| timed(|| model.score(&busy_report(&row.text))).1)
            .collect();
        scores.sort();
        let long = "a man with a knife and no mask took whisky ".repeat((1 << 20) / 43);
        let rank = |percent: usize| {
            micros(
                scores
                    .get(scores.len() * percent / 100)
                    .copied()
                    .unwrap_or_default(),
            )
        };
        Self {
            texts: corpus.len(),
            train_ms: train_s * 1e3,
            train_texts_per_s: corpus.len() as f64 / train_s,
            model_bytes: file.len(),
            load_ms: load.as_secs_f64() * 1e3,
            score_p50_us: rank(50),
            score_p99_us: rank(99),
            score_long_text_us: micros(timed(|| model.score(&busy_report(&long))).1),
        }
    }
}

/// A report with everything there is to look at.
fn busy_report(text: &str) -> Report<'_> {
    Report {
        text,
        channel: Some(Channel::Terminal),
        hour: Some(23),
        value_minor: Some(25_000),
        site_history: Some(SiteHistory {
            incidents_30_days: 20,
            violent_30_days: 1,
        }),
        tills: Some(TillFindings {
            sales: 40,
            refunds: 1,
            voids: 2,
            no_sales: 2,
            items_sold: 1,
            items_refunded: 1,
            nearest_refund: Some(TillMoment {
                till: "3",
                offset_s: -120,
            }),
        }),
        reported_category: Some("theft"),
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = std::hint::black_box(work());
    (result, start.elapsed())
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
