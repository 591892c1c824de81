//! The shell of the browser app: `ui/shell.html` with its places filled.

use maud::{Markup, PreEscaped, html};
use outcry_words::phrase;

use crate::asset::filled;

const SHELL: &str = include_str!("../../ui/shell.html");

/// The page of an address of the app, in the colours that `cookies` asks for: those of the system
/// unless it says light or dark, so that a page is never drawn in one and then changed to the other.
pub(crate) fn shell(path: &str, cookies: &str) -> Markup {
    let page = path.split('/').nth(1).unwrap_or_default();
    let known = |page: &&str| page.bytes().all(|byte| byte.is_ascii_lowercase());
    let theme = cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().strip_prefix("outcry_theme="))
        .find(|theme| matches!(*theme, "light" | "dark"));
    let words = |key| html! { (phrase(key)) }.into_string();
    PreEscaped(
        filled(SHELL)
            .replace("{{title}}", &words("page-name"))
            .replace("{{needs_script}}", &words("page-needs-script"))
            .replace("{{page}}", Some(page).filter(known).unwrap_or_default())
            .replace("{{theme}}", theme.unwrap_or_default()),
    )
}

#[cfg(test)]
mod tests {
    use super::shell;

    #[test]
    fn every_place_is_filled() {
        let page = shell("/incidents/01a2", "a=b; outcry_theme=dark").into_string();
        assert!(page.contains(r#"data-page="incidents""#));
        assert!(page.contains(r#"data-theme="dark""#));
        assert!(page.contains("<title>Outcry</title>"));
        assert!(page.contains("<noscript><p>Outcry needs JavaScript on this page.</p></noscript>"));
        assert!(!page.contains("{{"));
    }

    #[test]
    fn nothing_foreign_gets_in() {
        let page = shell("/\"><script>/", "outcry_theme=\"><script>").into_string();
        assert!(!page.contains("\"><script>"));
    }
}
