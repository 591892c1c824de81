//! Pages that work without JavaScript, and the shell of the app. What anybody reads is in the catalogue of
//! words; what speaks to those who write programs is here, beside its markup.

mod explorer;
mod layout;
mod problems;
mod shell;
mod sign_in;

use maud::Markup;

pub(crate) use explorer::explorer;
pub(crate) use problems::{all_kinds, kind};
pub(crate) use shell::shell;
pub(crate) use sign_in::{sign_in, sign_in_closed, sign_in_expired};

use crate::problem::Problem;

/// A failed request, for a person.
pub(crate) fn problem(problem: &Problem, request_id: &str) -> Markup {
    problems::happened(problem, request_id)
}
