//! Pages about problems: what happened, and what each kind means.

use axum::http::StatusCode;
use maud::{Markup, html};
use outcry_words::{phrase, say};

use super::layout::{PART, page, prose, with_part};
use crate::problem::{Kind, Problem, kind as kinds};

/// What happened to a request.
pub(super) fn happened(problem: &Problem, request_id: &str) -> Markup {
    let kind = problem.kind;
    let number = say("page-help-number", [("number", PART.into())]);
    page(
        kind.title(),
        &html! {
            h1 { (kind.title()) }
            p { (for_people(kind.status)) }
            p { a.btn href="/" { (phrase("page-to-start")) } }
            p.muted { small { (with_part(&number, &html! { code { (request_id) } })) } }
        },
    )
}

/// What somebody can do who looks at a page: the way out of the kind speaks to those who write programs.
fn for_people(status: StatusCode) -> &'static str {
    phrase(match status {
        StatusCode::NOT_FOUND => "page-failed-not-found",
        StatusCode::UNAUTHORIZED => "page-failed-not-signed-in",
        StatusCode::FORBIDDEN => "page-failed-forbidden",
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "page-failed-busy",
        status if status.is_server_error() => "page-failed-inside",
        _ => "page-failed",
    })
}

/// One kind of problem: what it means and the way out.
pub(crate) fn kind(kind: &Kind) -> Markup {
    page(
        kind.title(),
        &html! {
            h1 { (kind.title()) }
            p { (prose(kind.way_out)) }
            dl {
                dt { "Type" } dd { code { "/problems/" (kind.slug) } }
                dt { "Status" } dd { (kind.status.as_u16()) }
            }
            p { a href="/problems" { "All kinds of problems" } " · " a href="/api/docs" { "The API" } }
        },
    )
}

/// All kinds.
pub(crate) fn all_kinds() -> Markup {
    page(
        "Problems",
        &html! {
            h1 { "Problems" }
            p { "Every error of the API is an " code { "application/problem+json" } " (RFC 9457) of one of these types." }
            dl {
                @for kind in kinds::ALL {
                    dt { (kind.status.as_u16()) " " a href={ "/problems/" (kind.slug) } { (kind.title()) } }
                    dd { (prose(kind.way_out)) }
                }
            }
        },
    )
}
