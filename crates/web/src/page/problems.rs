//! Pages about problems: what happened, and what each kind means.

use maud::{Markup, html};

use super::layout::page;
use crate::problem::{Kind, Problem, kind as kinds};

/// What happened to a request.
pub(super) fn happened(problem: &Problem, request_id: &str) -> Markup {
    let kind = problem.kind;
    page(
        kind.title,
        &html! {
            h1 { (kind.title) }
            @if problem.detail != kind.way_out { p { (problem.detail) } }
            p { (kind.way_out) }
            p { a href="/" { "To the start page" } }
            p.muted { small { "Request " code { (request_id) } } }
        },
    )
}

/// One kind of problem: what it means and the way out.
pub(crate) fn kind(kind: &Kind) -> Markup {
    page(
        kind.title,
        &html! {
            h1 { (kind.title) }
            p { (kind.way_out) }
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
                    dd { (kind.way_out) }
                }
            }
        },
    )
}
