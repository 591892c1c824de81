//! The name of a request in the log: brought by the caller (`x-request-id`) or made here.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use std::sync::Arc;

use crate::house::Counter;
use crate::limits::REQUEST_ID_CHARS_MAX;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request at hand.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(Arc<str>);

impl RequestId {
    /// The caller's, if it is harmless in a log, else a fresh one.
    pub(super) fn of(request: &Request, counter: &Counter) -> Self {
        let brought = request
            .headers()
            .get(HEADER)
            .and_then(|value| value.to_str().ok())
            .filter(|text| harmless(text));
        match brought {
            Some(text) => Self(text.into()),
            None => Self(format!("{:032x}", (counter.house.entropy)()).into()),
        }
    }

    #[cfg(test)]
    pub(super) fn fixed(text: &str) -> Self {
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn add(&self, response: &mut Response) {
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            response.headers_mut().insert(HEADER, value);
        }
    }
}

fn harmless(text: &str) -> bool {
    (1..=REQUEST_ID_CHARS_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'))
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn only_what_is_harmless_in_a_log_is_taken_over() {
        assert!(harmless("0193-ab_c.d:e"));
        for text in ["", "a b", "x\"y", &"a".repeat(65), "ä", "<script>"] {
            assert!(!harmless(text), "{text}");
        }
    }
}
