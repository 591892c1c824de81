//! What all pages have around them.

use maud::{DOCTYPE, Markup, html};

/// A page in plain HTML.
pub(super) fn page(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title, &html! {}))
            body {
                main.page { (content) }
            }
        }
    }
}

/// The head with what `more` adds to it.
pub(super) fn head(title: &str, more: &Markup) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · Outcry" }
            link rel="icon" href="data:,";
            link rel="stylesheet" href="/assets/styles/app.css";
            (more)
        }
    }
}
