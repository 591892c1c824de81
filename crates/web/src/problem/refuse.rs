//! What the rooms below say, in the words of the counter. Their own texts of failures never get out.

use outcry_domain::{Organisation, SiteId, Time, incident, organisation};
use outcry_stream as stream;
use outcry_words::{phrase, say};

use super::{Problem, kind};
use crate::ask::syntax;
use crate::limits::RETRY_AFTER_S;

impl From<incident::Refusal> for Problem {
    fn from(refusal: incident::Refusal) -> Self {
        match &refusal {
            incident::Refusal::Invalid(faults) => Self::fields(faults),
            other => {
                let kind = kind::of_slug(other.slug()).unwrap_or(kind::INTERNAL);
                Self::new(kind, other.to_string())
            }
        }
    }
}

impl From<organisation::Refusal> for Problem {
    fn from(refusal: organisation::Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            organisation::Refusal::Invalid(faults) => Self::fields(&faults),
            organisation::Refusal::Forbidden(_) => Self::new(kind::FORBIDDEN, text),
            organisation::Refusal::Exists { .. } => Self::new(kind::EXISTS, text),
            organisation::Refusal::Stale { .. } => Self::new(kind::STALE, text),
            organisation::Refusal::Unknown(_) => Self::not_found(text),
            organisation::Refusal::NotTheirStore { .. } => {
                Self::field("/person", phrase("answer-not-their-store"))
            }
            organisation::Refusal::OnShift { .. } => Self::new(kind::ON_SHIFT, text),
            organisation::Refusal::NotOnShift { .. } => Self::new(kind::NOT_ON_SHIFT, text),
        }
    }
}

impl From<outcry_ledger::Error> for Problem {
    fn from(error: outcry_ledger::Error) -> Self {
        use outcry_ledger::Error;
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::RefusedSetting(refusal) => refusal.into(),
            Error::Reused => Self::new(
                kind::KEY_REUSED,
                "this key was used before, with another method, address or body",
            ),
            Error::InFlight => Self::new(
                kind::KEY_IN_FLIGHT,
                "the first request with this key has no answer yet",
            )
            .retry_after(RETRY_AFTER_S),
            Error::Busy { retry_after_s } => {
                Self::new(kind::OVERLOADED, phrase("answer-busy")).retry_after(retry_after_s)
            }
            Error::Stopped => Self::new(kind::STOPPED, phrase("answer-stopped")).retry_after(5),
            other => {
                tracing::error!(error = %other, "the ledger failed");
                Self::new(kind::UNAVAILABLE, phrase("answer-no-record")).retry_after(5)
            }
        }
    }
}

impl From<stream::Error> for Problem {
    fn from(error: stream::Error) -> Self {
        use stream::Error;
        let text = error.to_string();
        match error {
            Error::Malformed {
                line,
                column,
                detail,
            } => {
                let detail = format!("line {line}, column {column}: {}", syntax(&detail));
                Self::new(kind::MALFORMED_JSON, detail)
            }
            Error::NotABatch => Self::field("", text),
            Error::TooManyEvents { .. } | Error::TooLarge { .. } => {
                Self::new(kind::TOO_LARGE, text)
            }
            Error::Busy { retry_after_s } => {
                Self::new(kind::STREAM_BEHIND, text).retry_after(retry_after_s)
            }
            // The counter closes before the stream does, so this is no restart: its disk has refused a write.
            Error::Stopped => Self::new(kind::UNAVAILABLE, text).retry_after(5),
            other => {
                tracing::error!(error = %other, "the event stream failed");
                Self::new(kind::UNAVAILABLE, "the event stream did not answer").retry_after(5)
            }
        }
    }
}

/// With the name of whoever was faster, for those who may read it.
pub(crate) fn named(
    problem: Problem,
    refusal: &incident::Refusal,
    in_house: &Organisation,
) -> Problem {
    match refusal {
        incident::Refusal::AlreadyAcknowledged { by, at, site } => Problem {
            detail: say(
                "answer-acknowledged",
                [
                    ("who", in_house.name_of(by).into()),
                    ("at", said_at(*at, site, in_house).into()),
                ],
            ),
            ..problem
        },
        _ => problem,
    }
}

/// A moment as the people of a store say it.
pub(crate) fn said_at(at: Time, site: &SiteId, in_house: &Organisation) -> String {
    let store = in_house.site(site);
    at.said_in(store.map_or("UTC", |store| &store.timezone))
}
