//! The `Idempotency-Key` of a request (draft-ietf-httpapi-idempotency-key-header-07).

use axum::http::HeaderMap;

use crate::limits::KEY_CHARS_MAX;
use crate::problem::{Problem, kind};

/// 1 to 200 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Key {
    pub(super) fn of(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let mut brought = headers.get_all("idempotency-key").into_iter();
        let Some(value) = brought.next() else {
            return Ok(None);
        };
        let text = value.to_str().unwrap_or_default();
        let fits = (1..=KEY_CHARS_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits && brought.next().is_none() {
            return Ok(Some(Self(text.to_owned())));
        }
        Err(Problem::parameter(
            kind::INVALID_HEADER,
            "Idempotency-Key",
            format!("must be one value of 1 to {KEY_CHARS_MAX} visible ASCII characters"),
        ))
    }

    #[cfg(test)]
    pub(super) fn named(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
