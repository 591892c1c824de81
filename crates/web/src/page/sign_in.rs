//! The pages of a sign-in link.

use axum::http::StatusCode;
use maud::{Markup, html};
use outcry_words::{phrase, say};

use super::layout::{PART, page, with_part};

/// The link is good: one button. A program that only looks at links never presses it.
pub(crate) fn sign_in(name: &str, role: &str) -> Markup {
    let sentence = say(
        "page-sign-in-as",
        [("name", PART.into()), ("role", role.into())],
    );
    page(
        phrase("page-sign-in"),
        &html! {
            h1 { (phrase("page-sign-in-to")) }
            p { (with_part(&sentence, &html! { strong { (name) } })) }
            form method="post" {
                button.primary type="submit" { (phrase("page-sign-in")) }
            }
            p { (phrase("page-sign-in-not-you")) }
        },
    )
}

/// No link at all.
pub(crate) fn sign_in_closed() -> Markup {
    page(
        phrase("page-sign-in"),
        &html! {
            h1 { (phrase("page-link-needed")) }
            p { (phrase("page-link-needed-open")) }
            p { (phrase("page-link-needed-ask")) }
        },
    )
}

/// The link is not good, whatever the reason: the answer does not tell which links exist.
pub(crate) fn sign_in_expired() -> (StatusCode, Markup) {
    let markup = page(
        phrase("page-sign-in"),
        &html! {
            h1 { (phrase("page-link-ended")) }
            p { (phrase("page-link-ended-why")) }
            p { (phrase("page-link-ended-ask")) }
        },
    );
    (StatusCode::GONE, markup)
}
