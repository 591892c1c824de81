//! Measuring the model on texts that it has not seen, beside plain naive Bayes on the same texts.

mod measure;
mod plain;
mod show;
mod speed;
mod trial;

use std::collections::HashSet;

use serde::Serialize;

pub use measure::{Measures, YesMeasures};
pub use speed::Speed;

use crate::Category;
use crate::corpus::{Corpus, Row, part};

/// One part of so many is held out.
const PARTS: u64 = 5;
const HELD_OUT_DRAW: u64 = 3;

/// What `outcry model evaluate` prints; `Display` for people, `Serialize` for programs.
#[derive(Debug, Clone, Serialize)]
pub struct Evaluation {
    /// One for each question, data set and way of splitting.
    pub trials: Vec<Trial>,
    /// How many texts taught each category.
    pub texts_per_category: Vec<(Category, u32)>,
    /// How fast it was, on this machine.
    pub speed: Speed,
}

/// One question on one held-out part.
#[derive(Debug, Clone, Serialize)]
pub struct Trial {
    /// The question and the data set.
    pub name: &'static str,
    /// How the part was held out.
    pub split: Split,
    /// Texts learned from.
    pub trained_on: u32,
    /// Texts asked about.
    pub tested_on: u32,
    /// The model.
    pub model: Measures,
    /// Plain naive Bayes, trained and asked on the same texts.
    pub plain: Measures,
    /// The figures to beat: plain naive Bayes as measured when the data was collected.
    pub to_beat: Option<ToBeat>,
    /// The classes.
    pub classes: Vec<&'static str>,
    /// Rows are what it is, columns what the model answered.
    pub confusion: Vec<Vec<u32>>,
}

/// Figures to beat.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ToBeat {
    /// Share of right answers.
    pub accuracy: f64,
    /// Mean over classes of the harmonic mean of precision and recall.
    pub macro_f1: f64,
}

/// How a fifth was held out, always the same fifth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// By the row's number. A text may be on both sides if two rows have the same.
    Rows,
    /// By the words of the text, and each text is asked about once: what is asked was never seen.
    UnseenTexts,
    /// The same five times, until every text was asked about by a model that had not seen it.
    EveryTextUnseen,
}

/// Evaluates on `corpus`, training as often as there are questions.
#[must_use]
pub fn evaluate(corpus: &Corpus) -> Evaluation {
    let mut trials = Vec::new();
    for question in &trial::QUESTIONS {
        for split in [Split::Rows, Split::UnseenTexts] {
            trials.push(question.trial(corpus, split));
        }
    }
    trials.extend(trial::whole_model(corpus));
    let texts = |category| {
        corpus
            .rows
            .iter()
            .filter(|row| row.category == Some(category))
            .count() as u32
    };
    Evaluation {
        trials,
        texts_per_category: Category::ALL
            .map(|category| (category, texts(category)))
            .to_vec(),
        speed: Speed::measure(corpus),
    }
}

impl Split {
    /// What to learn from and what to ask about, if that is the fifth of this number.
    fn apply<'r>(self, rows: &[&'r Row], fifth: u64) -> (Vec<&'r Row>, Vec<&'r Row>) {
        let mut asked = HashSet::new();
        let (mut training, mut held_out) = (Vec::new(), Vec::new());
        for (number, row) in (0u64..).zip(rows) {
            let drawn_by = if self == Split::Rows {
                number
            } else {
                row.sameness
            };
            if part(drawn_by, HELD_OUT_DRAW, PARTS) != fifth {
                training.push(*row);
            } else if self == Split::Rows || asked.insert(row.sameness) {
                held_out.push(*row);
            }
        }
        (training, held_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_held_out_text_was_learned_from() {
        let corpus = Corpus::shipped();
        let rows: Vec<&Row> = corpus.rows.iter().collect();
        let (training, held_out) = Split::UnseenTexts.apply(&rows, 0);
        let learned: HashSet<u64> = training.iter().map(|row| row.sameness).collect();
        assert!(held_out.iter().all(|row| !learned.contains(&row.sameness)));
        let distinct: HashSet<u64> = rows.iter().map(|row| row.sameness).collect();
        let share = held_out.len() as f64 / distinct.len() as f64;
        assert!((0.19..0.21).contains(&share), "{share}");
        let (training, held_out) = Split::Rows.apply(&rows, 0);
        assert_eq!(training.len() + held_out.len(), rows.len());
        let share = held_out.len() as f64 / rows.len() as f64;
        assert!((0.195..0.205).contains(&share), "{share}");
    }

    #[test]
    fn the_model_beats_naive_bayes_on_every_question() {
        let corpus = Corpus::shipped();
        for question in &trial::QUESTIONS {
            for split in [Split::Rows, Split::UnseenTexts] {
                let trial = question.trial(&corpus, split);
                let (model, plain) = (&trial.model, &trial.plain);
                let to_beat = trial.to_beat.expect("it was measured");
                assert!(
                    model.accuracy > plain.accuracy.max(to_beat.accuracy),
                    "{trial}"
                );
                assert!(
                    model.macro_f1 > plain.macro_f1.max(to_beat.macro_f1),
                    "{trial}"
                );
                assert!(model.log_loss < plain.log_loss, "{trial}");
                assert!(model.calibration_error < 0.03, "{trial}");
            }
        }
    }

    #[test]
    fn nine_in_ten_violent_texts_are_found() {
        let trials = trial::whole_model(&Corpus::shipped());
        let violence: Vec<&Trial> = trials.iter().filter(|t| t.model.yes.is_some()).collect();
        assert_eq!(violence.len(), 2);
        for trial in violence {
            let found = trial.model.yes.as_ref().map(|yes| yes.recall);
            assert!(found > Some(0.9), "{trial}");
        }
    }
}
