//! `If-Match` and `If-None-Match` of an edit (RFC 9110 section 13.1): which version it was made on.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};

use crate::house::Shared;
use crate::problem::{Problem, kind};

/// The version that an edit was made on; 0 makes a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expected(pub(crate) u64);

impl FromRequestParts<Shared> for Expected {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        let text = |name: HeaderName| parts.headers.get(name).map(HeaderValue::as_bytes);
        match (text(header::IF_MATCH), text(header::IF_NONE_MATCH)) {
            (None, Some(b"*")) => Ok(Self(0)),
            (Some(tag), None) => version(tag).map(Self),
            (None, None) => Err(Problem::parameter(
                kind::VERSION_REQUIRED,
                "If-Match",
                "send the ETag that was read, or If-None-Match: * to make a new one",
            )),
            _ => Err(Problem::parameter(
                kind::INVALID_HEADER,
                "If-None-Match",
                "must be *, and without If-Match beside it",
            )),
        }
    }
}

/// The version of an ETag; the texts of two are compared (RFC 9110 section 8.8.3.2), so one that is written
/// otherwise is none of ours. What is there already has no version 0.
fn version(tag: &[u8]) -> Result<u64, Problem> {
    let read = || {
        let tag = std::str::from_utf8(tag).ok()?;
        let text = tag.strip_prefix('"')?.strip_suffix('"')?;
        let version: u64 = text.parse().ok()?;
        (version > 0 && version.to_string() == text).then_some(version)
    };
    read().ok_or_else(|| {
        let text = "must be one ETag as it was read, with its quotes, such as \"3\"";
        Problem::parameter(kind::INVALID_HEADER, "If-Match", text)
    })
}

/// The `ETag` header of a version.
pub(crate) fn etag(version: u64) -> (HeaderName, HeaderValue) {
    let text = format!("\"{version}\"");
    let value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("\"0\""));
    (header::ETAG, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_read_is_a_version() {
        for known in [1, 3, u64::MAX] {
            let (_, tag) = etag(known);
            assert_eq!(version(tag.as_bytes()).ok(), Some(known));
        }
        for text in [
            "\"0\"",
            "\"03\"",
            "\"+3\"",
            "\"-1\"",
            "\"\"",
            "3",
            "W/\"3\"",
            "\"3\", \"4\"",
            "*",
        ] {
            assert!(version(text.as_bytes()).is_err(), "{text}");
        }
    }
}
