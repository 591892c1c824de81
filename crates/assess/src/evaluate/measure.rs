//! How good a set of answers is.

use serde::Serialize;

/// Answers are grouped by their confidence into so many groups to see whether confidence is earned.
const BINS: usize = 10;
/// A probability of less counts as this much, so that one wrong certainty is not infinitely bad.
const PROBABILITY_MIN: f64 = 1e-12;

/// What was measured on a held-out part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measures {
    /// Share of right answers.
    pub accuracy: f64,
    /// Mean over classes of the harmonic mean of precision and recall; rare classes count like others.
    pub macro_f1: f64,
    /// Mean surprise at the right answer, in nats.
    pub log_loss: f64,
    /// Mean distance between confidence and accuracy in ten groups of equal width, weighted by size.
    pub calibration_error: f64,
    /// For a yes-or-no question.
    pub yes: Option<YesMeasures>,
}

/// How the yes answers of a yes-or-no question are found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct YesMeasures {
    /// From this probability on the answer is yes; where several models were asked, that of the last.
    pub from: f64,
    /// Texts that should be answered with yes.
    pub positives: u32,
    /// Share of them that are.
    pub recall: f64,
    /// Share of the yes answers that are right.
    pub precision: f64,
}

/// Answers collected one by one.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    /// Rows are what it is, columns what was answered.
    pub(super) confusion: Vec<Vec<u32>>,
    surprise: f64,
    bins: [Bin; BINS],
    yes: Option<Yes>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Bin {
    count: f64,
    confidence: f64,
    right: f64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Yes {
    from: f64,
    found: u32,
    missed: u32,
    wrong: u32,
}

impl Tally {
    pub(super) fn new(classes: usize) -> Self {
        Self {
            confusion: vec![vec![0; classes]; classes],
            surprise: 0.0,
            bins: Default::default(),
            yes: None,
        }
    }

    /// From now on a yes is a probability of `from` or more; for questions with two classes, no and yes.
    pub(super) fn count_yes_from(&mut self, from: f64) {
        self.yes.get_or_insert_default().from = from;
    }

    pub(super) fn add(&mut self, truth: usize, probabilities: &[f64]) {
        let (answer, confidence) = probabilities
            .iter()
            .copied()
            .enumerate()
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .unwrap_or_default();
        self.confusion[truth][answer] += 1;
        self.surprise -= probabilities[truth].max(PROBABILITY_MIN).ln();
        let bin = &mut self.bins[((confidence * BINS as f64) as usize).min(BINS - 1)];
        bin.count += 1.0;
        bin.confidence += confidence;
        bin.right += f64::from(u8::from(answer == truth));
        if let Some(yes) = &mut self.yes {
            match (truth == 1, probabilities[1] >= yes.from) {
                (true, true) => yes.found += 1,
                (true, false) => yes.missed += 1,
                (false, true) => yes.wrong += 1,
                (false, false) => {}
            }
        }
    }

    pub(super) fn count(&self) -> u32 {
        self.confusion.iter().flatten().sum()
    }

    pub(super) fn measures(&self) -> Measures {
        let count = f64::from(self.count()).max(1.0);
        let right: u32 = (0..self.confusion.len())
            .map(|class| self.confusion[class][class])
            .sum();
        let gap = |bin: &Bin| (bin.confidence - bin.right).abs();
        Measures {
            accuracy: f64::from(right) / count,
            macro_f1: self.macro_f1(),
            log_loss: self.surprise / count,
            calibration_error: self.bins.iter().map(gap).sum::<f64>() / count,
            yes: self.yes.map(|yes| YesMeasures {
                from: yes.from,
                positives: yes.found + yes.missed,
                recall: share(yes.found, yes.found + yes.missed),
                precision: share(yes.found, yes.found + yes.wrong),
            }),
        }
    }

    /// Over the classes that are there or were answered.
    fn macro_f1(&self) -> f64 {
        let f1: Vec<f64> = (0..self.confusion.len())
            .filter_map(|class| {
                let hit = self.confusion[class][class];
                let there: u32 = self.confusion[class].iter().sum();
                let answered: u32 = self.confusion.iter().map(|row| row[class]).sum();
                (there + answered > 0).then(|| share(2 * hit, there + answered))
            })
            .collect();
        f1.iter().sum::<f64>() / (f1.len() as f64).max(1.0)
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 {
        0.0
    } else {
        f64::from(part) / f64::from(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_by_hand() {
        let mut tally = Tally::new(2);
        tally.count_yes_from(0.3);
        tally.add(1, &[0.1, 0.9]);
        tally.add(1, &[0.6, 0.4]);
        tally.add(0, &[0.8, 0.2]);
        tally.add(0, &[0.3, 0.7]);
        assert_eq!(tally.confusion, [[1, 1], [1, 1]]);
        let measures = tally.measures();
        assert_eq!((measures.accuracy, measures.macro_f1), (0.5, 0.5));
        let surprise = -(0.9f64.ln() + 0.4f64.ln() + 0.8f64.ln() + 0.3f64.ln()) / 4.0;
        assert!((measures.log_loss - surprise).abs() < 1e-12);
        // 0.9 right, 0.6 wrong, 0.8 right, 0.7 wrong, each in a group of its own.
        assert!((measures.calibration_error - (0.1 + 0.6 + 0.2 + 0.7) / 4.0).abs() < 1e-12);
        let yes = measures.yes.unwrap();
        assert_eq!((yes.positives, yes.recall), (2, 1.0));
        assert!((yes.precision - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_answered_is_no_division_by_zero() {
        let measures = Tally::new(3).measures();
        assert_eq!(
            (measures.accuracy, measures.macro_f1, measures.log_loss),
            (0.0, 0.0, 0.0)
        );
    }
}
