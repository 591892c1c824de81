//! Putting one question to what was learned, and to plain naive Bayes.

use super::measure::Tally;
use super::plain::Plain;
use super::{PARTS, Split, ToBeat, Trial};
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
        let (training, held_out) = split.apply(&rows, 0);
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
        let mut answers = Answers::new(&asked);
        answers.ask(&asked, &learned, &training, &held_out);
        answers.trial(&asked, split)
    }
}

/// The shipped questions, learned together from all sets as the shipped model is. The San Francisco
/// descriptions are learned from and not asked about: they almost spell out their label.
pub(super) fn whole_model(corpus: &Corpus) -> Vec<Trial> {
    let rows: Vec<&Row> = corpus.rows.iter().collect();
    let mut asked = WHOLE.map(|(asked, origins)| (Answers::new(&asked), asked, origins));
    for fifth in 0..PARTS {
        let (training, held_out) = Split::EveryTextUnseen.apply(&rows, fifth);
        let learned = Model::of_rows(&training).into_learned();
        for (answers, asked, origins) in &mut asked {
            let held_out: Vec<&Row> = held_out
                .iter()
                .copied()
                .filter(|row| origins.contains(&row.origin))
                .collect();
            answers.ask(asked, &learned, &training, &held_out);
        }
    }
    asked
        .map(|(answers, asked, _)| answers.trial(&asked, Split::EveryTextUnseen))
        .into()
}

/// The questions of the shipped model, and the sets whose texts are asked about.
const WHOLE: [(Asked, &[Origin]); 3] = [
    (
        Asked {
            name: "crimes and injuries, our categories",
            classes: &CATEGORY_NAMES,
            place: 0,
            head: model::HEADS[0],
            answer: |row| row.category.map(|category| category as u8),
            to_beat: None,
        },
        &[Origin::Narratives, Origin::Crimes],
    ),
    (
        Asked {
            name: "injuries, violence or not",
            ..VIOLENCE
        },
        &[Origin::Narratives],
    ),
    (
        Asked {
            name: "crimes, violence or not",
            ..VIOLENCE
        },
        &[Origin::Crimes],
    ),
];

const VIOLENCE: Asked = Asked {
    name: "",
    classes: &["no", "yes"],
    place: 1,
    head: model::HEADS[1],
    answer: |row| row.violent.map(u8::from),
    to_beat: None,
};

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

/// What the model and plain naive Bayes answered.
struct Answers {
    ours: Tally,
    theirs: Tally,
    trained_on: usize,
}

impl Answers {
    fn new(asked: &Asked) -> Self {
        let none = Tally::new(asked.classes.len());
        Self {
            ours: none.clone(),
            theirs: none,
            trained_on: 0,
        }
    }

    fn ask(&mut self, asked: &Asked, learned: &Learned, training: &[&Row], held_out: &[&Row]) {
        let answered = |row: &Row| (asked.answer)(row).map(usize::from);
        let known: Vec<(&str, usize)> = training
            .iter()
            .filter_map(|row| Some((row.text.as_str(), answered(row)?)))
            .collect();
        let plain = Plain::train(known.iter().copied(), asked.classes.len());
        self.trained_on = known.len();
        if asked.head.classes == 1 {
            self.ours
                .count_yes_from(f64::from(learned.thresholds[asked.place]));
            self.theirs.count_yes_from(0.5);
        }
        let mut reader = Reader::default();
        for row in held_out {
            let Some(truth) = answered(row) else { continue };
            let logits = reader.logits(learned, row);
            let temperature = learned.temperatures[asked.place];
            self.ours
                .add(truth, &probabilities(&logits, asked.head, temperature));
            self.theirs.add(truth, &plain.probabilities(&row.text));
        }
    }

    fn trial(self, asked: &Asked, split: Split) -> Trial {
        Trial {
            name: asked.name,
            split,
            trained_on: self.trained_on as u32,
            tested_on: self.ours.count(),
            model: self.ours.measures(),
            plain: self.theirs.measures(),
            to_beat: asked.to_beat,
            classes: asked.classes.to_vec(),
            confusion: self.ours.confusion,
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
