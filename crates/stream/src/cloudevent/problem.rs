//! What is wrong with one event, where, and the way out, in words for the person who wires up a till.

use crate::limits::PROBLEMS_MAX;

/// An event that was not taken. Nothing of it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// What is wrong with it: at least one, at most [`PROBLEMS_MAX`].
    pub problems: Vec<Problem>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field, as a JSON pointer (RFC 6901) into the event; empty for the event as a whole.
    pub pointer: String,
    /// What is wrong and what would be right. Never holds what was sent.
    pub detail: String,
}

impl Problem {
    pub(crate) fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Problem {
        Problem {
            pointer: pointer.into(),
            detail: detail.into(),
        }
    }
}

/// A field of an event, turned into a JSON pointer only when there is something to say.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    Attribute(&'static str),
    Data(&'static str),
    Line(usize, &'static str),
}

impl At {
    fn pointer(self) -> String {
        match self {
            At::Attribute(name) => format!("/{name}"),
            At::Data("") => "/data".to_owned(),
            At::Data(name) => format!("/data/{name}"),
            At::Line(index, "") => format!("/data/lines/{index}"),
            At::Line(index, name) => format!("/data/lines/{index}/{name}"),
        }
    }
}

/// Gathers problems up to the limit.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<Problem>,
}

impl Problems {
    pub(super) fn add(&mut self, at: At, detail: impl Into<String>) {
        if self.found.len() < PROBLEMS_MAX {
            self.found.push(Problem::new(at.pointer(), detail));
        }
    }

    pub(super) fn add_all(&mut self, more: &[Problem]) {
        let room = PROBLEMS_MAX - self.found.len();
        self.found.extend(more.iter().take(room).cloned());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn found(&self) -> &[Problem] {
        &self.found
    }

    pub(super) fn into_vec(self) -> Vec<Problem> {
        self.found
    }
}
