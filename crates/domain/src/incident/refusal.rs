//! Why a command is refused: reasons that a person can act on.

use outcry_words::{phrase, say};

use super::State;
use crate::{Action, ActorId, Faults, SiteId, Time};

/// A refusal is an answer, not a failure: nothing changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The actor has no such right here.
    #[error("{}", say("refusal-forbidden-here", [("right", .0.words().into())]))]
    Forbidden(Action),
    /// No such incident, or none that the actor may see.
    #[error("{}", phrase("refusal-not-found"))]
    NotFound,
    /// These fields do not fit.
    #[error("{0}")]
    Invalid(Faults),
    /// The id is taken.
    #[error("{}", phrase("refusal-already-reported"))]
    AlreadyReported,
    /// Somebody was faster.
    #[error("{}", phrase("refusal-already-acknowledged"))]
    AlreadyAcknowledged {
        /// By whom.
        by: ActorId,
        /// When.
        at: Time,
        /// In which store: when it was there.
        site: SiteId,
    },
    /// The incident is past that.
    #[error("{}", say("refusal-not-live", [("state", .0.words().into())]))]
    NotLive(State),
    /// The incident is not that far yet.
    #[error("{}", say("refusal-not-yet", [("state", .state.words().into()), ("needs", .needs.to_string().into())]))]
    NotYet {
        /// Where it is.
        state: State,
        /// What must come first.
        needs: &'static str,
    },
    /// It is merged with itself, or not merged at all.
    #[error("{0}")]
    Merge(&'static str),
    /// Its personal texts are gone, so nothing that is said about it could be kept.
    #[error("{}", phrase("refusal-erased"))]
    Erased,
    /// A loop asked for what was done already: nothing to do.
    #[error("{}", phrase("refusal-nothing"))]
    Nothing,
}

impl Refusal {
    pub(super) fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(Faults::of(pointer, detail))
    }

    /// The stable name at the end of the problem's type.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "forbidden",
            Self::NotFound => "not-found",
            Self::Invalid(_) => "invalid-field",
            Self::AlreadyReported => "already-reported",
            Self::AlreadyAcknowledged { .. } => "already-acknowledged",
            Self::NotLive(_) => "not-live",
            Self::NotYet { .. } => "not-yet",
            Self::Merge(_) => "cannot-merge",
            Self::Erased => "erased",
            Self::Nothing => "nothing-to-do",
        }
    }
}

impl From<Faults> for Refusal {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}
