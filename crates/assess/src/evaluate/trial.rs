//! Putting one question to what was learned, and to plain naive Bayes.

use super::measure::Tally;
use super::plain::Plain;
use super::{Split, ToBeat, Trial};
use crate::Category;
use crate::corpus::{Corpus, Origin, Row};
use crate::evidence;
use crate::fit::{self, HEADS_MAX, Head, Lanes, UNKNOWN};
use crate::labels::{COARSE_NAMES, EventGroup};
use crate::learn::{self, Learned, Task};
use crate::model::{self, Model, SETTINGS};
use crate::report::Report;
use crate::text::Words;

/// A question for one data set, learned by itself.
pub(super) struct Question {
    name: &'static str,
    classes: &'static [&'static str],
    head: Head,
    answer: fn(&Row) -> Option<u8>,
    answers: fn(&Row) -> [u8; HEADS_MAX],
    to_beat: ToBeat,
}

pub(super) const QUESTIONS: [Question; 3] = [
    Question {
        name: "crimes, ten coarse classes",
        classes: &COARSE_NAMES,
        head: Head {
            first: 0,
            classes: COARSE_NAMES.len(),
        },
        answer: |row| row.coarse,
        answers: |row| [row.coarse.unwrap_or(UNKNOWN), UNKNOWN, UNKNOWN],
        to_beat: ToBeat {
            accuracy: 0.78,
            macro_f1: 0.68,
        },
    },
    Question {
        name: "injuries, taken to hospital or not",
        classes: &["no", "yes"],
        head: Head {
            first: 0,
            classes: 1,
        },
        answer: |row| row.hospitalised.map(u8::from),
        answers: |row| [row.hospitalised.map_or(UNKNOWN, u8::from), UNKNOWN, UNKNOWN],
        to_beat: ToBeat {
            accuracy: 0.88,
            macro_f1: 0.84,
        },
    },
    Question {
        name: "injuries, nine groups of events",
        classes: &EventGroup::NAMES,
        head: Head {
            first: 0,
            classes: EventGroup::NAMES.len(),
        },
        answer: |row| row.event_group.map(|group| group as u8),
        answers: |row| {
            [
                row.event_group.map_or(UNKNOWN, |group| group as u8),
                UNKNOWN,
                UNKNOWN,
            ]
        },
        to_beat: ToBeat {
            accuracy: 0.79,
            macro_f1: 0.60,
        },
    },
];

impl Question {
    pub(super) fn trial(&self, corpus: &Corpus, split: Split) -> Trial {
        let rows: Vec<&Row> = corpus
            .rows
            .iter()
            .filter(|row| (self.answer)(row).is_some())
            .collect();
        let (training, held_out) = split.apply(&rows);
        let heads = [self.head];
        let learned = learn::learn(
            &training,
            Task {
                heads: &heads,
                answers: self.answers,
                prior: &[],
                settings: SETTINGS,
            },
        );
        let asked = Asked {
            name: self.name,
            classes: self.classes,
            place: 0,
            head: self.head,
            answer: self.answer,
            to_beat: Some(self.to_beat),
        };
        asked.trial(split, &learned, &training, &held_out)
    }
}

/// The shipped questions, learned together from all sets as the shipped model is. The San Francisco
/// descriptions are learned from and not asked about: they almost spell out their label.
pub(super) fn whole_model(corpus: &Corpus) -> Vec<Trial> {
    let rows: Vec<&Row> = corpus.rows.iter().collect();
    let (training, held_out) = Split::UnseenTexts.apply(&rows);
    let learned = Model::of_rows(&training).into_learned();
    let of = |origin| {
        held_out
            .iter()
            .copied()
            .filter(|row| row.origin == origin)
            .collect::<Vec<&Row>>()
    };
    let (narratives, crimes) = (of(Origin::Narratives), of(Origin::Crimes));
    let both: Vec<&Row> = narratives.iter().chain(&crimes).copied().collect();
    let [category, violent, _] = model::HEADS;
    let violence = |name| Asked {
        name,
        classes: &["no", "yes"],
        place: 1,
        head: violent,
        answer: |row| row.violent.map(u8::from),
        to_beat: None,
    };
    let categories = Asked {
        name: "crimes and injuries, our categories",
        classes: &CATEGORY_NAMES,
        place: 0,
        head: category,
        answer: |row| row.category.map(|category| category as u8),
        to_beat: None,
    };
    vec![
        categories.trial(Split::UnseenTexts, &learned, &training, &both),
        violence("injuries, violence or not").trial(
            Split::UnseenTexts,
            &learned,
            &training,
            &narratives,
        ),
        violence("crimes, violence or not").trial(Split::UnseenTexts, &learned, &training, &crimes),
    ]
}

const CATEGORY_NAMES: [&str; Category::ALL.len()] = {
    let mut names = [""; Category::ALL.len()];
    let mut place = 0;
    while place < names.len() {
        names[place] = Category::ALL[place].id();
        place += 1;
    }
    names
};

/// A question put to something that has learned already.
struct Asked {
    name: &'static str,
    classes: &'static [&'static str],
    place: usize,
    head: Head,
    answer: fn(&Row) -> Option<u8>,
    to_beat: Option<ToBeat>,
}

impl Asked {
    fn trial(
        &self,
        split: Split,
        learned: &Learned,
        training: &[&Row],
        held_out: &[&Row],
    ) -> Trial {
        let answered = |row: &&Row| (self.answer)(row).map(usize::from);
        let known = training
            .iter()
            .filter_map(|row| Some((row.text.as_str(), answered(row)?)));
        let plain = Plain::train(known.clone(), self.classes.len());
        let is_yes_or_no = self.head.classes == 1;
        let threshold = f64::from(learned.thresholds[self.place]);
        let mut ours = Tally::new(self.classes.len(), is_yes_or_no.then_some(threshold));
        let mut theirs = Tally::new(self.classes.len(), is_yes_or_no.then_some(0.5));
        let mut reader = Reader::default();
        for (row, truth) in held_out
            .iter()
            .filter_map(|row| Some((row, answered(row)?)))
        {
            let logits = reader.logits(learned, row);
            ours.add(
                truth,
                &probabilities(&logits, self.head, learned.temperatures[self.place]),
            );
            theirs.add(truth, &plain.probabilities(&row.text));
        }
        Trial {
            name: self.name,
            split,
            trained_on: known.count() as u32,
            tested_on: ours.count(),
            model: ours.measures(),
            plain: theirs.measures(),
            to_beat: self.to_beat,
            classes: self.classes.to_vec(),
            confusion: ours.confusion,
        }
    }
}

#[derive(Default)]
struct Reader {
    words: Words,
}

impl Reader {
    fn logits(&mut self, learned: &Learned, row: &Row) -> Lanes {
        let mut evidence = Vec::new();
        self.words.read(&row.text);
        evidence::list(
            &Report {
                text: &row.text,
                ..Report::default()
            },
            &self.words,
            &mut evidence,
        );
        learned.logits(&evidence)
    }
}

fn probabilities(logits: &Lanes, head: Head, temperature: f32) -> Vec<f64> {
    if head.classes == 1 {
        let yes = f64::from(fit::sigmoid(logits[head.first] / temperature));
        return vec![1.0 - yes, yes];
    }
    let mut probabilities = vec![0.0; head.classes];
    fit::softmax(
        &logits[head.first..head.first + head.classes],
        temperature,
        &mut probabilities,
    );
    probabilities.into_iter().map(f64::from).collect()
}
