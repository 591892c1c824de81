//! How one attempt to send ended.
//! Never knows what follows from it.

use crate::text::one_line;

/// Characters of a provider's own words that are kept.
pub const PROVIDER_TEXT_CHARS_MAX: usize = 500;

/// How one attempt ended. `provider_text` is what the provider said, or why it could not be asked: one line of at
/// most [`PROVIDER_TEXT_CHARS_MAX`] characters, without control characters and without the recipient's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider answered that the message is now its business (SMTP 250, HTTP 2xx). Nobody has read it yet.
    Accepted {
        /// The provider's words.
        provider_text: String,
    },
    /// It did not work this time: busy, stalled, broken off, not reachable. Send the same message with the same key
    /// again later; it may also have arrived.
    Retry {
        /// The provider's words.
        provider_text: String,
        /// Seconds that the provider asked to be left alone.
        after_s: Option<u64>,
    },
    /// It will never work as it is: the provider refused it for good, or it cannot be sent at all. Reach the person
    /// another way now.
    Failed {
        /// The provider's words.
        provider_text: String,
    },
}

impl Outcome {
    pub(crate) fn accepted(text: &str) -> Self {
        Self::Accepted {
            provider_text: one_line(text, PROVIDER_TEXT_CHARS_MAX),
        }
    }

    pub(crate) fn retry(text: &str) -> Self {
        Self::retry_after(text, None)
    }

    pub(crate) fn retry_after(text: &str, after_s: Option<u64>) -> Self {
        Self::Retry {
            provider_text: one_line(text, PROVIDER_TEXT_CHARS_MAX),
            after_s,
        }
    }

    pub(crate) fn failed(text: &str) -> Self {
        Self::Failed {
            provider_text: one_line(text, PROVIDER_TEXT_CHARS_MAX),
        }
    }

    /// What the provider said, whatever the outcome.
    #[must_use]
    pub fn provider_text(&self) -> &str {
        match self {
            Self::Accepted { provider_text }
            | Self::Retry { provider_text, .. }
            | Self::Failed { provider_text } => provider_text,
        }
    }
}
