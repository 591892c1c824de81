//! What all pages have around them.

use maud::{DOCTYPE, Markup, html};
use outcry_words::{phrase, say};

use crate::asset::folder;

/// A page in plain HTML.
pub(super) fn page(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title))
            body {
                header.name { a href="/" { img src={ (folder()) "/mark.svg" } alt="" width="32" height="32"; (phrase("page-name")) } }
                main.page { (content) }
            }
        }
    }
}

fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (say("page-title", [("page", title.into())])) }
            link rel="icon" href={ (folder()) "/mark.svg" } type="image/svg+xml";
            link rel="stylesheet" href={ (folder()) "/app.css" };
            link rel="stylesheet" href={ (folder()) "/styles/parts.css" };
            link rel="stylesheet" href={ (folder()) "/styles/plain.css" };
        }
    }
}

/// Stands in a sentence for a part of it that is more than text.
pub(super) const PART: &str = "\u{1}";

/// The sentence with that part in its place.
pub(super) fn with_part(sentence: &str, part: &Markup) -> Markup {
    let (before, after) = sentence.split_once(PART).unwrap_or((sentence, ""));
    html! { (before) (part) (after) }
}

/// Words with what stands between backticks as code.
pub(super) fn prose(words: &str) -> Markup {
    html! {
        @for (n, part) in words.split('`').enumerate() {
            @if n % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
