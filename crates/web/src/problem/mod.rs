//! What goes wrong, as RFC 9457 problems: a stable type, the field, and the way out.

pub(crate) mod kind;
mod refuse;
mod render;

use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use outcry_domain::Fault;
use outcry_words::say;
use serde::Serialize;

pub(crate) use kind::Kind;
pub(crate) use refuse::{named, said_at};
pub(crate) use render::{Body, render, wants_page};

/// The most fields that the sentence of a problem names; its errors name them all.
const SAID_MAX: usize = 3;

/// Why a request was not done.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) kind: &'static Kind,
    pub(crate) detail: String,
    pub(crate) errors: Vec<FieldError>,
    pub(crate) retry_after_s: Option<u32>,
    /// Whether the connection ends with the answer.
    pub(crate) closes: bool,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct FieldError {
    /// JSON pointer (RFC 6901) into the body; left out when the fault is not in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/occurred_at")]
    pub(crate) pointer: Option<String>,
    /// Name of the query parameter, path parameter or header; left out when the fault is in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parameter: Option<String>,
    /// What it must be.
    #[schema(example = "lies in the future; check the clock or leave it out")]
    pub(crate) detail: String,
}

impl Problem {
    pub(crate) fn new(kind: &'static Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after_s: None,
            closes: false,
        }
    }

    /// A field of the body does not fit.
    pub(crate) fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let (pointer, detail) = (pointer.into(), detail.into());
        Self::fields(&[Fault { pointer, detail }])
    }

    /// These fields of the body do not fit.
    pub(crate) fn fields(faults: &[Fault]) -> Self {
        let error = |fault: &Fault| FieldError {
            pointer: Some(fault.pointer.clone()),
            parameter: None,
            detail: fault.detail.clone(),
        };
        Self {
            errors: faults.iter().map(error).collect(),
            ..Self::new(kind::INVALID_FIELD, sentence(faults))
        }
    }

    /// A parameter of the query, the path or a header does not fit.
    pub(crate) fn parameter(kind: &'static Kind, name: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self {
            errors: vec![FieldError {
                pointer: None,
                parameter: Some(name.to_owned()),
                detail: detail.clone(),
            }],
            ..Self::new(kind, format!("{name}: {detail}"))
        }
    }

    pub(crate) fn not_found(what: impl Into<String>) -> Self {
        Self::new(kind::NOT_FOUND, what)
    }

    /// With the time after which to come back.
    pub(crate) fn retry_after(mut self, s: u32) -> Self {
        self.retry_after_s = Some(s);
        self
    }
}

/// The first fields in words; of the others how many there are.
fn sentence(faults: &[Fault]) -> String {
    let said: Vec<String> = faults.iter().take(SAID_MAX).map(Fault::to_string).collect();
    let fields = said.join("; ");
    match faults.len().saturating_sub(SAID_MAX) {
        0 => fields,
        more => say(
            "answer-more-fields",
            [("fields", fields.into()), ("count", more.into())],
        ),
    }
}

/// The body is written on the way out, where the request id is known (see `render`).
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status.into_response();
        if let Some(s) = self.retry_after_s {
            response
                .headers_mut()
                .insert(axum::http::header::RETRY_AFTER, HeaderValue::from(s));
        }
        if self.kind.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(
                axum::http::header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"outcry\""),
            );
        }
        if self.closes {
            let close = HeaderValue::from_static("close");
            response
                .headers_mut()
                .insert(axum::http::header::CONNECTION, close);
        }
        response.extensions_mut().insert(self);
        response
    }
}
