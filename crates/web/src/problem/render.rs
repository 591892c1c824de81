//! Writes a problem: JSON for programs, a small page for people.

use axum::body::Body as HttpBody;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde::Serialize;

use super::{FieldError, Problem, kind};
use crate::page;

/// An error, by RFC 9457.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Body<'a> {
    /// What kind of problem it is: an address of this server with a page about the way out.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid-field")]
    pub(crate) kind: String,
    /// The kind in words.
    pub(crate) title: &'a str,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What went wrong this time.
    pub(crate) detail: &'a str,
    /// The id under which the log knows this request.
    pub(crate) request_id: &'a str,
    /// What is wrong with which field.
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    pub(crate) errors: &'a [FieldError],
}

impl Problem {
    /// The members of the problem, for use inside another answer too.
    pub(crate) fn body<'a>(&'a self, request_id: &'a str) -> Body<'a> {
        Body {
            kind: format!("/problems/{}", self.kind.slug),
            title: self.kind.title(),
            status: self.kind.status.as_u16(),
            detail: &self.detail,
            request_id,
            errors: &self.errors,
        }
    }
}

/// Gives every failed response its body; others pass. `wants_page`: a person is looking.
pub(crate) fn render(mut response: Response, request_id: &str, wants_page: bool) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if has_its_own_words(&response) => return response,
        None => {
            let kind = kind::of_status(status);
            // What a library refuses it does not explain: the way out is all there is to say.
            Problem::new(kind, kind.way_out)
        }
    };
    let (kind, text) = if wants_page {
        (
            "text/html; charset=utf-8",
            page::problem(&problem, request_id).into_string(),
        )
    } else {
        let body = serde_json::to_string(&problem.body(request_id)).unwrap_or_default();
        ("application/problem+json", body)
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Response::from_parts(parts, HttpBody::from(text))
}

/// A page or a report of ours; what a library says of itself is plain text or nothing.
fn has_its_own_words(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|form| !form.as_bytes().starts_with(b"text/plain"))
}

/// Whether whoever asks would rather read a page than JSON.
pub(crate) fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    !path.starts_with("/api/v1/")
        && headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
}
