//! A trained model: terms, their weights, and how far to trust them.

mod file;
mod score;
mod train;
mod update;

use std::sync::OnceLock;

pub use file::ModelFileError;
pub use score::{Probabilities, Reason, Score};
pub(crate) use train::SETTINGS;
pub use train::Training;

use crate::fit::Head;
use crate::learn::Learned;

pub(crate) const CATEGORIES: usize = 14;
/// Lane of "force or a weapon against a person".
pub(crate) const VIOLENT: usize = 14;
/// Lane of "somebody had to go to hospital".
pub(crate) const SEVERE: usize = 15;
/// The questions of the model.
pub(crate) const HEADS: [Head; 3] = [
    Head {
        first: 0,
        classes: CATEGORIES,
    },
    Head {
        first: VIOLENT,
        classes: 1,
    },
    Head {
        first: SEVERE,
        classes: 1,
    },
];

/// Turns a report into probabilities with reasons. The same model and report give the same score on
/// every machine.
#[derive(Debug, Clone)]
pub struct Model {
    learned: Learned,
    /// From training; lessons taken since are told by [`Model::name`].
    trained_name: String,
    lessons: u32,
}

impl Model {
    /// The model that is part of the program, trained on the data that ships with it.
    ///
    /// # Panics
    /// Never: a test reads it and trains it again.
    #[must_use]
    pub fn shipped() -> Self {
        Self::from_file(include_bytes!("../model/shipped.txt"))
            .expect("the shipped model is read by a test")
    }

    /// What decisions of this model are filed under: kind, version of the file format, the start of
    /// the checksum, and how many overrides it has learned from, as in `bayes-1-3f9a2c1e+12`.
    #[must_use]
    pub fn name(&self) -> String {
        match self.lessons {
            0 => self.trained_name.clone(),
            lessons => format!("{}+{lessons}", self.trained_name),
        }
    }

    /// From this probability of violence on a report counts as violent: low enough to find nearly all.
    #[must_use]
    pub fn violent_from(&self) -> f32 {
        self.learned.thresholds[1]
    }

    pub(crate) fn into_learned(self) -> Learned {
        self.learned
    }

    /// How many terms it knows.
    #[must_use]
    pub fn terms(&self) -> usize {
        self.learned.vocabulary.terms.len()
    }
}

/// The shipped model, read once.
#[must_use]
pub fn shipped() -> &'static Model {
    static SHIPPED: OnceLock<Model> = OnceLock::new();
    SHIPPED.get_or_init(Model::shipped)
}
