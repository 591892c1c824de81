//! What the mail server's answer means for the letter (RFC 5321 section 4.2.1).
//! Never knows what is done about it.

use std::error::Error as _;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;
use outcry_words::{phrase, say};

use crate::Outcome;

/// The server is closing the connection (RFC 5321 section 3.8): it says nothing about the letter.
const CLOSING: u16 = 421;

/// Why a letter was not handed over.
#[derive(Debug)]
pub(super) enum Problem {
    /// No usable connection; what went wrong in words.
    NotReached(String),
    /// The server's answers do not belong to our commands.
    OutOfStep,
    /// The server said no before the letter was announced, at its greeting or the sign-in: whatever
    /// the code, it says nothing about the letter.
    TurnedAway(Error),
    /// The connection failed or the server said no.
    Smtp(Error),
}

impl Problem {
    /// An error from before the letter was announced.
    pub(super) fn connecting(error: Error) -> Self {
        if error.status().is_some() {
            Self::TurnedAway(error)
        } else {
            Self::NotReached(deepest(&error))
        }
    }
}

impl From<std::io::Error> for Problem {
    /// An error from before anything was said.
    fn from(error: std::io::Error) -> Self {
        Self::NotReached(error.to_string())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Smtp(error)
    }
}

/// Whether the server judged the letter, rather than the connection having failed.
pub(super) fn is_about_the_letter(problem: &Problem) -> bool {
    matches!(problem, Problem::Smtp(error) if error.status().is_some_and(|code| u16::from(code) != CLOSING))
}

pub(super) fn accepted(response: &Response, recipient: &str) -> Outcome {
    let words: Vec<&str> = response.message().collect();
    Outcome::accepted(&without(
        &format!("{} {}", response.code(), words.join(" ")),
        recipient,
    ))
}

pub(super) fn refused(problem: &Problem, recipient: &str) -> Outcome {
    let error = match problem {
        Problem::NotReached(why) => {
            return Outcome::retry(&without(
                &say("outcome-mail-unreached", [("why", why.into())]),
                recipient,
            ));
        }
        Problem::OutOfStep => {
            return Outcome::retry(phrase("outcome-mail-confused"));
        }
        Problem::TurnedAway(error) | Problem::Smtp(error) => error,
    };
    let Some(code) = error.status() else {
        let text = say("outcome-mail-broken", [("why", deepest(error).into())]);
        return Outcome::retry(&without(&text, recipient));
    };
    let words = error.source().map(ToString::to_string).unwrap_or_default();
    let text = without(&format!("{code} {words}"), recipient);
    if is_about_the_letter(problem) && error.is_permanent() {
        Outcome::failed(&text)
    } else {
        Outcome::retry(&text)
    }
}

/// The innermost cause, which is the one that says what happened.
fn deepest(error: &Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// Servers like to repeat the recipient's address; it is personal and stays out of what is kept.
fn without(text: &str, recipient: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let needle = recipient.trim().to_ascii_lowercase();
    if needle.is_empty() {
        return text.to_owned();
    }
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for (at, found) in lower.match_indices(&needle) {
        kept.push_str(&text[from..at]);
        kept.push_str("(recipient)");
        from = at + found.len();
    }
    kept.push_str(&text[from..]);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recipient_is_taken_out_of_the_answer() {
        assert_eq!(
            without(
                "550 <Anna.Z@Shop.example>: no such user anna.z@shop.example",
                "anna.z@shop.example"
            ),
            "550 <(recipient)>: no such user (recipient)"
        );
        assert_eq!(without("550 no", " "), "550 no");
    }
}
