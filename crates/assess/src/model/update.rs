//! Learning from one human override.

use super::{CATEGORIES, HEADS, Model, VIOLENT};
use crate::Category;
use crate::evidence;
use crate::fit::{self, LANES, Lanes, UNKNOWN};
use crate::report::Report;
use crate::text::Words;

/// One override moves the log-odds of any report by no more than this.
pub(crate) const UPDATE_LOG_ODDS_MAX: f32 = 2.0;
/// First step of a term that no text had; the n-th is this over the square root of n.
const RATE: f32 = 0.8;
/// No weight grows beyond this, however often the same is taught.
const WEIGHT_MAX: f32 = 8.0;

impl Model {
    /// Learns that `report` was in truth a case of `label`.
    ///
    /// Influence is bounded: what a word has been seen in often moves little, and all steps together
    /// move no report's log-odds by more than two (`UPDATE_LOG_ODDS_MAX`). Only terms that the model
    /// knows already are taught: no word of a report ever enters the model, nor therefore its file.
    pub fn update(&mut self, report: &Report<'_>, label: Category) {
        let mut words = Words::default();
        words.read(report.text);
        let mut evidence = Vec::new();
        evidence::list(report, &words, &mut evidence);
        let error = self.error(&self.learned.logits(&evidence), label);
        let rows: Vec<usize> = evidence
            .iter()
            .filter_map(|piece| self.learned.vocabulary.index.get(&piece.id))
            .map(|row| *row as usize)
            .collect();
        let rates: Vec<f32> = rows
            .iter()
            .map(|row| RATE / (1.0 + self.learned.vocabulary.counts[*row] as f32).sqrt())
            .collect();
        let together: f32 = rates.iter().sum();
        // Errors lie between -1 and 1, so the sum of the steps bounds what any report can move by.
        let scale = if together > UPDATE_LOG_ODDS_MAX {
            UPDATE_LOG_ODDS_MAX / together
        } else {
            1.0
        };
        for (row, rate) in rows.into_iter().zip(rates) {
            let weights = &mut self.learned.weights.rows[row];
            for lane in 0..LANES {
                weights[lane] =
                    (weights[lane] + scale * rate * error[lane]).clamp(-WEIGHT_MAX, WEIGHT_MAX);
            }
            self.learned.vocabulary.counts[row] =
                self.learned.vocabulary.counts[row].saturating_add(1);
        }
        self.lessons = self.lessons.saturating_add(1);
    }

    fn error(&self, logits: &Lanes, label: Category) -> Lanes {
        let mut calm = *logits;
        for logit in &mut calm[..CATEGORIES] {
            *logit /= self.learned.temperatures[0];
        }
        calm[VIOLENT] /= self.learned.temperatures[1];
        fit::error(
            &calm,
            &HEADS,
            &[label as u8, u8::from(label.is_violent()), UNKNOWN],
        )
    }
}
