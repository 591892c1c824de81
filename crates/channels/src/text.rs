//! Text from elsewhere made fit to travel: bounded, and without what steers a terminal, a header or a reader's eye.
//! Never knows what the text means.

/// What replaces the rest of a text that was too long.
const MORE: char = '…';

/// One line of at most `chars_max` characters: every run of white space and control characters becomes one space.
pub(crate) fn one_line(text: &str, chars_max: usize) -> String {
    let mut line = String::new();
    let mut chars = 0;
    for c in text.chars().filter(|c| !is_steering(*c)) {
        let c = if c.is_whitespace() || c.is_control() {
            ' '
        } else {
            c
        };
        if c == ' ' && (line.is_empty() || line.ends_with(' ')) {
            continue;
        }
        line.push(c);
        chars += 1;
        if chars > chars_max + 1 {
            break;
        }
    }
    line.truncate(line.trim_end().len());
    shortened(line, chars_max)
}

/// A text of several lines, at most `chars_max` characters: line ends become `\n` (none at the end), tabs stay, other
/// control characters go.
pub(crate) fn paragraphs(text: &str, chars_max: usize) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let kept = |c: &char| matches!(c, '\n' | '\t') || !(c.is_control() || is_steering(*c));
    let text: String = text.chars().filter(kept).collect();
    shortened(text.trim_end().to_owned(), chars_max)
}

fn shortened(mut text: String, chars_max: usize) -> String {
    if text.chars().count() > chars_max {
        let end = text
            .char_indices()
            .nth(chars_max.saturating_sub(1))
            .map_or(text.len(), |(at, _)| at);
        text.truncate(end);
        text.push(MORE);
    }
    text
}

/// Characters that show nothing but change how the rest is shown: direction overrides, tags, byte-order marks
/// (Unicode Technical Report 36, section 2.5). Joiners stay, several scripts need them.
fn is_steering(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_bounded_and_has_no_control_characters() {
        assert_eq!(
            one_line("  550\r\n\t5.1.1 \u{7}no\u{202E} such user ", 500),
            "550 5.1.1 no such user"
        );
        assert_eq!(one_line("abcdef", 4), "abc…");
        assert_eq!(one_line("\r\n", 4), "");
    }

    #[test]
    fn paragraphs_keep_their_lines() {
        assert_eq!(paragraphs("a\r\nb\rc\n\n\u{0}d\n\n", 100), "a\nb\nc\n\nd");
        assert_eq!(paragraphs("\n", 100), "");
    }

    proptest! {
        #[test]
        fn any_text_becomes_a_clean_line(text in any::<String>(), chars_max in 1usize..80) {
            let line = one_line(&text, chars_max);
            prop_assert!(line.chars().count() <= chars_max);
            prop_assert!(!line.chars().any(|c| c.is_control() || is_steering(c)));
            prop_assert_eq!(line.trim(), line.as_str());
            prop_assert_eq!(one_line(&line, chars_max), line.clone());
        }

        #[test]
        fn any_text_becomes_clean_paragraphs(text in any::<String>(), chars_max in 1usize..80) {
            let clean = paragraphs(&text, chars_max);
            prop_assert!(clean.chars().count() <= chars_max);
            prop_assert!(!clean.contains('\r') && !clean.ends_with('\n'));
            prop_assert_eq!(paragraphs(&clean, chars_max), clean.clone());
        }
    }
}
