//! The key that tells a second copy of a delivery from a new one.
//! Never knows how keys are made.

use std::fmt;

/// Characters that a key may have.
const CHARS_MAX: usize = 200;

/// The same on every attempt at one delivery, so that whoever gets two copies can drop one. 1 to 200 visible ASCII
/// characters without a full stop (a webhook's signature joins its parts with full stops).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DedupeKey(String);

/// The text cannot be a dedupe key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a dedupe key is 1 to 200 visible ASCII characters without a full stop")]
pub struct NotADedupeKey;

impl DedupeKey {
    /// Checks the text and keeps it.
    ///
    /// # Errors
    /// [`NotADedupeKey`].
    pub fn new(text: impl Into<String>) -> Result<Self, NotADedupeKey> {
        let text = text.into();
        let fits = (1..=CHARS_MAX).contains(&text.len());
        if fits
            && text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'.')
        {
            Ok(Self(text))
        } else {
            Err(NotADedupeKey)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DedupeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_safe_in_a_header_and_a_signature_is_a_key() {
        assert_eq!(
            DedupeKey::new("019a-7f3k/2/anna/mail").unwrap().as_str(),
            "019a-7f3k/2/anna/mail"
        );
        for bad in ["", "a b", "a\r\nBcc: x", "a.b", "é", &"x".repeat(201)] {
            assert_eq!(DedupeKey::new(bad), Err(NotADedupeKey), "{bad}");
        }
    }
}
