//! The pages of a sign-in link.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::layout::page;

/// The link is good: one button. A program that only looks at links never presses it.
pub(crate) fn sign_in(name: &str, role: &str) -> Markup {
    page(
        "Sign in",
        &html! {
            h1 { "Sign in to Outcry" }
            p { "You are signing in as " strong { (name) } " (" (role) ")." }
            form method="post" {
                button.primary type="submit" { "Sign in" }
            }
            p { "Not you? Close this page and tell whoever sent you the link." }
        },
    )
}

/// No link at all.
pub(crate) fn sign_in_closed() -> Markup {
    page(
        "Sign in",
        &html! {
            h1 { "You need a sign-in link" }
            p { "Open the link that you were given. Each link is for one person." }
            p { "You have none, or it no longer works? Ask your administrator for a new one: People, your name, Make a link." }
        },
    )
}

/// The link is not good, whatever the reason: the answer does not tell which links exist.
pub(crate) fn sign_in_expired() -> (StatusCode, Markup) {
    let markup = page(
        "Sign in",
        &html! {
            h1 { "This link does not work" }
            p { "It has expired, was used already, or a part of it is missing." }
            p { "Copy the whole link once more, or ask your administrator for a new one." }
        },
    );
    (StatusCode::GONE, markup)
}
