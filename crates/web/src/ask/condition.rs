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

fn version(tag: &[u8]) -> Result<u64, Problem> {
    std::str::from_utf8(tag)
        .ok()
        .and_then(|tag| {
            tag.trim()
                .strip_prefix('"')?
                .strip_suffix('"')?
                .parse()
                .ok()
        })
        .ok_or_else(|| {
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
