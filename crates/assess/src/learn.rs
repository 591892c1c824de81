//! Learning one set of questions from rows: terms, weights, and how far to trust them.

use std::collections::HashSet;
use std::thread;

use crate::corpus::{Origin, Row, is_drawn};
use crate::evidence::Evidence;
use crate::fit::{self, Example, HEADS_MAX, Head, Lanes, Lessons, Settings, UNKNOWN, Weights};
use crate::prior::PRIOR_COUNT;
use crate::vocabulary::{self, Index, Vocabulary};

/// One text in so many is kept back to find out how far to trust the weights.
const FOLD: u64 = 8;
const FOLD_DRAW: u64 = 2;
/// Weights are kept in hundredths: more digits are noise, and a file of them can be read.
pub(crate) const PER_UNIT: f32 = 100.0;
/// The threshold of a yes-or-no question finds this share of what it should, in hundredths.
const RECALL_PERCENT: usize = 97;

/// And it lies this much above where a text stands of which nothing is known: silence is no yes.
const NOTHING_TIMES: f32 = 1.15;

/// The questions to learn.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a> {
    pub(crate) heads: &'a [Head],
    pub(crate) answers: fn(&Row) -> [u8; HEADS_MAX],
    /// Terms and weights known beforehand.
    pub(crate) prior: &'a [(String, u64, Lanes)],
    pub(crate) settings: Settings,
}

/// What was learned.
#[derive(Debug, Clone, Default)]
pub(crate) struct Learned {
    pub(crate) vocabulary: Vocabulary,
    pub(crate) weights: Weights,
    /// Per head: logits are divided by it.
    pub(crate) temperatures: [f32; HEADS_MAX],
    /// Per yes-or-no head: from this probability on the answer is yes.
    pub(crate) thresholds: [f32; HEADS_MAX],
}

impl Learned {
    /// Bias plus the weights of what is known of `evidence`.
    pub(crate) fn logits(&self, evidence: &[Evidence<'_>]) -> Lanes {
        let mut total = self.weights.bias;
        for row in evidence.iter().filter_map(|piece| self.row(piece.id)) {
            for (total, weight) in total.iter_mut().zip(row) {
                *total += weight;
            }
        }
        total
    }

    /// The weights of a term.
    pub(crate) fn row(&self, id: u64) -> Option<&Lanes> {
        self.vocabulary
            .index
            .get(&id)
            .map(|row| &self.weights.rows[*row as usize])
    }

    /// Keeps the terms that are in `known` and says how many it dropped.
    pub(crate) fn keep_terms(&mut self, known: &Index) -> usize {
        let Vocabulary {
            index,
            terms,
            counts,
        } = std::mem::take(&mut self.vocabulary);
        let rows = std::mem::take(&mut self.weights.rows);
        let mut kept: Vec<(u32, u64)> = index
            .iter()
            .filter(|(id, _)| known.contains_key(id))
            .map(|(id, row)| (*row, *id))
            .collect();
        kept.sort_unstable();
        for (next, (row, id)) in (0..).zip(&kept) {
            let row = *row as usize;
            self.vocabulary.index.insert(*id, next);
            self.vocabulary.terms.push(terms[row].clone());
            self.vocabulary.counts.push(counts[row]);
            self.weights.rows.push(rows[row]);
        }
        terms.len() - kept.len()
    }
}

/// Learns `task` from `rows`: once from all of them for the weights, and at the same time once from
/// most of them, to see on the rest how far such weights can be trusted.
pub(crate) fn learn(rows: &[&Row], task: Task<'_>) -> Learned {
    let known = task.prior.iter().map(|(term, id, _)| (term.clone(), *id));
    let (mut vocabulary, lessons) = vocabulary::read(rows, task.answers, known);
    let prior = prior(&vocabulary, task);
    let is_kept_back = |row: &Row| is_drawn(row.sameness, FOLD_DRAW, FOLD);
    let (mut weights, trial) = thread::scope(|scope| {
        let trial = scope.spawn(|| {
            fit::fit(&lessons, task.heads, &prior, task.settings, |at| {
                !is_kept_back(rows[at])
            })
        });
        let weights = fit::fit(&lessons, task.heads, &prior, task.settings, |_| true);
        (weights, trial.join().expect("fitting does not panic"))
    });
    let fold = distinct(
        rows.iter()
            .copied()
            .zip(&lessons.examples)
            .filter(|(row, _)| is_kept_back(row)),
    );
    let mut temperatures = [1.0; HEADS_MAX];
    let mut thresholds = [0.5; HEADS_MAX];
    for (place, head) in task.heads.iter().enumerate() {
        let answered = answered(&fold, place, &lessons, &trial);
        temperatures[place] = temperature(&answered, *head);
        if head.classes == 1 {
            let nothing = fit::sigmoid(weights.bias[head.first] / temperatures[place]);
            let found = threshold(&answered, *head, temperatures[place]);
            thresholds[place] = found.max(hundredth_above(nothing * NOTHING_TIMES)).min(0.5);
        }
    }
    round(&mut weights);
    for (_, id, _) in task.prior {
        if let Some(row) = vocabulary.index.get(id) {
            vocabulary.counts[*row as usize] += PRIOR_COUNT;
        }
    }
    Learned {
        vocabulary,
        weights,
        temperatures,
        thresholds,
    }
}

/// Each text once: a phrase that a thousand reports share must not decide alone.
fn distinct<'a>(
    texts: impl Iterator<Item = (&'a Row, &'a Example)>,
) -> Vec<(&'a Row, &'a Example)> {
    let mut met = HashSet::new();
    texts.filter(|(row, _)| met.insert(row.sameness)).collect()
}

fn hundredth_above(probability: f32) -> f32 {
    (probability * PER_UNIT).ceil() / PER_UNIT
}

fn prior(vocabulary: &Vocabulary, task: Task<'_>) -> Weights {
    let mut prior = Weights {
        bias: Lanes::default(),
        rows: vec![Lanes::default(); vocabulary.terms.len()],
    };
    for (_, id, lanes) in task.prior {
        if let Some(row) = vocabulary.index.get(id) {
            prior.rows[*row as usize] = *lanes;
        }
    }
    prior
}

fn round(weights: &mut Weights) {
    for row in weights.rows.iter_mut().chain([&mut weights.bias]) {
        for weight in row {
            *weight = (*weight * PER_UNIT).round() / PER_UNIT;
        }
    }
}

/// A text that was kept back and answers the question.
struct Answered {
    logits: Lanes,
    answer: u8,
    origin: Origin,
}

fn answered(
    fold: &[(&Row, &Example)],
    place: usize,
    lessons: &Lessons,
    weights: &Weights,
) -> Vec<Answered> {
    fold.iter()
        .filter(|(_, example)| example.answers[place] != UNKNOWN)
        .map(|(row, example)| {
            let terms = &lessons.terms[example.terms.start as usize..example.terms.end as usize];
            Answered {
                logits: fit::sum(weights, terms),
                answer: example.answers[place],
                origin: row.origin,
            }
        })
        .collect()
}

/// The temperature at which the log loss on `answered` is lowest, in hundredths (Guo et al. 2017,
/// "On Calibration of Modern Neural Networks"). The slope of the loss over the inverse temperature
/// only ever rises, so halving the range finds where it crosses zero.
fn temperature(answered: &[Answered], head: Head) -> f32 {
    let (mut low, mut high) = (50u32, 400u32);
    while high - low > 1 {
        let middle = u32::midpoint(low, high);
        let tried = middle as f32 / PER_UNIT;
        let slope: f32 = answered.iter().map(|text| slope(text, head, tried)).sum();
        if slope > 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    high as f32 / PER_UNIT
}

fn slope(text: &Answered, head: Head, temperature: f32) -> f32 {
    if head.classes == 1 {
        let logit = text.logits[head.first];
        return logit * (fit::sigmoid(logit / temperature) - f32::from(text.answer));
    }
    let logits = &text.logits[head.first..head.first + head.classes];
    let mut probabilities = Lanes::default();
    fit::softmax(logits, temperature, &mut probabilities[..head.classes]);
    let expected: f32 = logits
        .iter()
        .zip(probabilities)
        .map(|(logit, probability)| logit * probability)
        .sum();
    expected - logits[usize::from(text.answer)]
}

/// The highest probability, in hundredths and at most a half, from which on [`RECALL_PERCENT`] of the
/// yes answers of each data set are found: the many of one set must not drown the few of another.
fn threshold(answered: &[Answered], head: Head, temperature: f32) -> f32 {
    let lowest = |origin| {
        let mut positive: Vec<f32> = answered
            .iter()
            .filter(|text| text.answer == 1 && text.origin == origin)
            .map(|text| fit::sigmoid(text.logits[head.first] / temperature))
            .collect();
        positive.sort_by(f32::total_cmp);
        let missed = positive.len() * (100 - RECALL_PERCENT) / 100;
        positive.get(missed).copied().unwrap_or(0.5)
    };
    let lowest = [Origin::Narratives, Origin::Crimes, Origin::Incidents]
        .map(lowest)
        .into_iter()
        .fold(0.5, f32::min);
    ((lowest * PER_UNIT).floor() / PER_UNIT).max(0.01)
}
