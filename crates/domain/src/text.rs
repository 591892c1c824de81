//! What a name or a text may be made of, so that people read what is there.

/// Whether this may be a name: one line of up to so many characters, of which a person sees at least one,
/// and none that hides or turns the others.
pub(crate) fn names(text: &str, chars_max: usize) -> bool {
    let seen = text.chars().any(|c| !c.is_whitespace() && !unseen(c));
    seen && text.chars().count() <= chars_max && !text.chars().any(|c| c.is_control() || turns(c))
}

/// Whether this may be a text of some lines; nothing is one too.
pub(crate) fn reads(text: &str, chars_max: usize) -> bool {
    let odd = |c: char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || turns(c);
    text.chars().count() <= chars_max && !text.chars().any(odd)
}

/// What turns the direction of the letters after it (Unicode Standard Annex 9, section 2): with it,
/// a name reads as another.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What leaves no ink: Default_Ignorable_Code_Point of the Unicode Character Database, the blank
/// Braille pattern, and what is no character.
fn unseen(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    ) || (u32::from(c) & 0xfffe) == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        for name in [
            "Leeds",
            "O'Neil & Söhne",
            "田中",
            "الكل",
            "👩‍👩‍👧‍👦 Toys",
            "\u{200f}א",
        ] {
            assert!(names(name, 20), "{name:?}");
        }
        for name in [
            "",
            " \u{3000}",
            "\u{200b}\u{feff}",
            "\u{3164}",
            "\u{2800}",
            "\u{202e}txt.exe",
            "a\u{2066}b",
            "a\u{0}b",
            "a\u{85}b",
            "two\nlines",
            "a name of many letters",
        ] {
            assert!(!names(name, 20), "{name:?}");
        }
    }

    #[test]
    fn a_text_has_lines_and_nothing_hidden() {
        assert!(reads("", 20) && reads("1 High St\r\n\tLeeds", 20));
        for text in [
            "a\u{0}",
            "\u{1b}[2J",
            "a\u{202e}b",
            "a text of many letters",
        ] {
            assert!(!reads(text, 20), "{text:?}");
        }
    }
}
