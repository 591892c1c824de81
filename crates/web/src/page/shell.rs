//! The shell of the browser app: one script, one style sheet, one element to fill.

use maud::{DOCTYPE, Markup, html};

use super::layout::head;

/// The page of every address of the app.
pub(crate) fn shell() -> Markup {
    let app = html! {
        link rel="manifest" href="/manifest.webmanifest";
        script type="module" src="/assets/app.js" {}
    };
    html! {
        (DOCTYPE)
        html lang="en" {
            (head("Outcry", &app))
            body {
                div #app {
                    noscript {
                        main.page {
                            h1 { "This page needs JavaScript" }
                            p { "Turn JavaScript on for this address and load the page again." }
                            p { "In an emergency use the phone: do not wait for this page." }
                        }
                    }
                }
            }
        }
    }
}
