//! Pages about problems: what happened, and what each kind means.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::layout::{page, prose};
use crate::problem::{Kind, Problem, kind as kinds};

/// What happened to a request.
pub(super) fn happened(problem: &Problem, request_id: &str) -> Markup {
    let kind = problem.kind;
    page(
        kind.title,
        &html! {
            h1 { (kind.title) }
            p { (for_people(kind.status)) }
            p { a.btn href="/" { "Go to the start page" } }
            p.muted { small { "If you ask for help, give this number: " code { (request_id) } } }
        },
    )
}

/// What somebody can do who looks at a page: the way out of the kind speaks to those who write programs.
fn for_people(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "There is no page at this address, or it is not yours to see.",
        StatusCode::UNAUTHORIZED => {
            "Open your sign-in link. Your administrator can make a new one."
        }
        StatusCode::FORBIDDEN => "Ask your administrator if you need it.",
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            "Wait a moment, then load the page again."
        }
        status if status.is_server_error() => "The fault is on our side. Try again in a moment.",
        _ => "Go back and try again.",
    }
}

/// One kind of problem: what it means and the way out.
pub(crate) fn kind(kind: &Kind) -> Markup {
    page(
        kind.title,
        &html! {
            h1 { (kind.title) }
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
                    dt { (kind.status.as_u16()) " " a href={ "/problems/" (kind.slug) } { (kind.title) } }
                    dd { (prose(kind.way_out)) }
                }
            }
        },
    )
}
