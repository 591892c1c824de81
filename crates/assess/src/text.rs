//! Words of a text: lower case, stemmed, with a mark on what a negation takes back.
//! Bounded: a text of any length costs no more than [`TEXT_BYTES_MAX`] bytes of it.

use std::ops::Range;

/// How much of a text is read: the beginning and the end of a longer one.
pub(crate) const TEXT_BYTES_MAX: usize = HEAD_BYTES + TAIL_BYTES;
const HEAD_BYTES: usize = 6 * 1024;
const TAIL_BYTES: usize = 2 * 1024;
/// A longer word is cut; what follows it up to the next gap is skipped.
const WORD_BYTES_MAX: usize = 40;
/// How many words after "no" or "not" are taken back by it.
const NEGATION_REACH: u8 = 3;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// The stem's hash; another one where the word is negated.
    pub(crate) id: u64,
    /// Where the stem stands in [`Words::stems`].
    stem: Range<u32>,
    /// Where the word stands in the text, in bytes.
    pub(crate) span: Range<u32>,
    /// "no weapon": the word is there to say that the thing was not.
    pub(crate) negated: bool,
    /// The word before stands in the same clause.
    pub(crate) joined: bool,
}

/// The words of one text.
#[derive(Debug, Default)]
pub(crate) struct Words {
    stems: String,
    pub(crate) list: Vec<Word>,
}

impl Words {
    /// Reads `text`, forgetting what was read before.
    pub(crate) fn read(&mut self, text: &str) {
        self.stems.clear();
        self.list.clear();
        if text.len() <= TEXT_BYTES_MAX {
            self.read_piece(text, 0);
        } else {
            self.read_piece(&text[..text.floor_char_boundary(HEAD_BYTES)], 0);
            let tail = text.ceil_char_boundary(text.len() - TAIL_BYTES);
            self.read_piece(&text[tail..], tail);
        }
    }

    /// The stem of a word, with `!` before it where it is negated.
    pub(crate) fn term(&self, word: &Word) -> String {
        let stem = &self.stems[word.stem.start as usize..word.stem.end as usize];
        if word.negated {
            format!("!{stem}")
        } else {
            stem.to_owned()
        }
    }

    fn read_piece(&mut self, piece: &str, offset: usize) {
        let mut clause = Clause::default();
        let mut word_start = None;
        let stem_start = |words: &Self| words.stems.len();
        let mut stem = stem_start(self);
        for (at, letter) in piece.char_indices() {
            if letter.is_alphanumeric() {
                word_start.get_or_insert(at);
                if self.stems.len() - stem < WORD_BYTES_MAX {
                    push_lower(&mut self.stems, letter);
                }
            } else if !(is_apostrophe(letter) && word_start.is_some()) {
                if let Some(start) = word_start.take() {
                    self.end_word(stem, offset + start..offset + at, &mut clause);
                    stem = stem_start(self);
                }
                if ends_clause(letter) {
                    clause = Clause::default();
                }
            }
        }
        if let Some(start) = word_start {
            self.end_word(stem, offset + start..offset + piece.len(), &mut clause);
        }
    }

    fn end_word(&mut self, from: usize, span: Range<usize>, clause: &mut Clause) {
        match self.stems.get(from..).unwrap_or_default() {
            "no" | "not" | "never" | "without" | "nor" | "none" | "didnt" | "dont" | "doesnt"
            | "wasnt" | "werent" | "isnt" | "arent" | "hasnt" | "hadnt" | "havent" | "wont"
            | "denied" | "denies" => {
                clause.negated_words = NEGATION_REACH + 1;
            }
            "but" | "although" | "however" | "though" | "then" | "and" | "he" | "she" | "they"
            | "who" | "only" | "until" | "because" => clause.negated_words = 0,
            _ => {}
        }
        stem_in_place(&mut self.stems, from);
        // The negating word itself is not negated: its reach starts behind it.
        let negated = (1..=NEGATION_REACH).contains(&clause.negated_words);
        clause.negated_words = clause.negated_words.saturating_sub(1);
        let id = term_id(&self.stems[from..]);
        self.list.push(Word {
            id: if negated { negated_id(id) } else { id },
            stem: place(from)..place(self.stems.len()),
            span: place(span.start)..place(span.end),
            negated,
            joined: clause.begun,
        });
        clause.begun = true;
    }
}

#[derive(Default)]
struct Clause {
    begun: bool,
    negated_words: u8,
}

/// The id of a term: FNV-1a over its bytes, 64 bits.
pub(crate) fn term_id(term: &str) -> u64 {
    term.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The id of a term from the model file: a word, `!word`, or two of them with a gap between.
pub(crate) fn written_term_id(term: &str) -> u64 {
    let word = |term: &str| match term.strip_prefix('!') {
        Some(stem) => negated_id(term_id(stem)),
        None => term_id(term),
    };
    match term.split_once(' ') {
        Some((first, second)) => pair_id(word(first), word(second)),
        None => word(term),
    }
}

/// The id of two words that follow each other.
pub(crate) fn pair_id(first: u64, second: u64) -> u64 {
    (first.rotate_left(23) ^ second).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn negated_id(id: u64) -> u64 {
    (id ^ 0x6e6f_7400_6e6f_7400).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn push_lower(to: &mut String, letter: char) {
    if letter.is_ascii() {
        to.push(letter.to_ascii_lowercase());
    } else {
        to.extend(letter.to_lowercase());
    }
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '\u{2019}')
}

fn ends_clause(letter: char) -> bool {
    matches!(
        letter,
        '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '\n' | '|' | '\u{3002}' | '\u{2014}'
    )
}

/// Cuts English endings off the word that starts at `from`. Coarser than Snowball, which takes 300 ns
/// for a word where this takes less than 35 on the shipped texts; "robbed" and "robs" still meet.
fn stem_in_place(stems: &mut String, from: usize) {
    let word = &stems[from..];
    if word.len() < 4 || !word.is_ascii() || word.ends_with(|last: char| last.is_ascii_digit()) {
        return;
    }
    let (kept, doubled) = if word.ends_with("ies") {
        (word.len() - 2, false)
    } else if let Some(stem) = word.strip_suffix("ing").or_else(|| word.strip_suffix("ed"))
        && stem.len() >= 3
        && stem.contains(['a', 'e', 'i', 'o', 'u', 'y'])
    {
        (stem.len(), true)
    } else if word.ends_with('s')
        && !word.ends_with("ss")
        && !word.ends_with("us")
        && !word.ends_with("is")
    {
        (word.len() - 1, false)
    } else {
        (word.len(), false)
    };
    let stem = &word.as_bytes()[..kept];
    let kept = match stem {
        [.., before, last] if doubled && before == last && !matches!(last, b'l' | b's' | b'z') => {
            kept - 1
        }
        [.., b'e'] if kept >= 5 => kept - 1,
        [.., b'i'] if kept >= 3 && word.ends_with("ies") => {
            stems.truncate(from + kept - 1);
            stems.push('y');
            return;
        }
        _ => kept,
    };
    stems.truncate(from + kept);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(text: &str) -> Vec<String> {
        let mut words = Words::default();
        words.read(text);
        words.list.iter().map(|word| words.term(word)).collect()
    }

    #[test]
    fn forms_of_one_word_meet() {
        for forms in [
            &["rob", "robs", "robbed", "robbing"][..],
            &["punch", "punched", "punches", "punching"],
            &["threaten", "threatens", "threatened", "threatening"],
            &["damage", "damaged", "damages", "damaging"],
            &["lady", "ladies"],
            &["kick", "Kicked", "KICKING"],
        ] {
            let stems: Vec<_> = forms.iter().map(|form| terms(form)).collect();
            assert!(
                stems.iter().all(|stem| *stem == stems[0]),
                "{forms:?} became {stems:?}"
            );
        }
    }

    #[test]
    fn a_negation_reaches_a_few_words_and_ends_with_its_clause() {
        assert_eq!(terms("no weapon seen"), ["no", "!weapon", "!seen"]);
        assert_eq!(
            terms("He didn’t have a knife"),
            ["he", "didnt", "!have", "!a", "!knif"]
        );
        assert_eq!(terms("not hurt, a knife"), ["not", "!hurt", "a", "knif"]);
        assert_eq!(
            terms("no bat but a knife"),
            ["no", "!bat", "but", "a", "knif"]
        );
        assert_eq!(terms("not only pushed"), ["not", "only", "push"]);
    }

    #[test]
    fn words_of_any_script_are_kept() {
        assert_eq!(terms("ÄRGER über 刀"), ["ärger", "über", "刀"]);
        assert_eq!(terms("\u{202e}\u{0}\u{feff}"), Vec::<String>::new());
    }

    #[test]
    fn a_long_text_is_read_at_both_ends() {
        let text = format!("first {} last", "filler ".repeat(200_000));
        let mut words = Words::default();
        words.read(&text);
        let spans = |word: &Word| &text[word.span.start as usize..word.span.end as usize];
        assert_eq!(spans(&words.list[0]), "first");
        assert_eq!(spans(words.list.last().unwrap()), "last");
        assert!(words.list.len() < TEXT_BYTES_MAX / 2);
        words.read(&"x".repeat(1 << 20));
        assert!(words.stems.len() <= 2 * WORD_BYTES_MAX);
    }

    #[test]
    fn a_written_term_has_the_id_of_its_words() {
        let mut words = Words::default();
        words.read("no weapon");
        let [no, weapon] = &words.list[..] else {
            panic!("two words")
        };
        assert_eq!(written_term_id("!weapon"), weapon.id);
        assert_eq!(written_term_id("no !weapon"), pair_id(no.id, weapon.id));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_spans_are_words(text in "\\PC*") {
            let mut words = Words::default();
            words.read(&text);
            for word in &words.list {
                let span = text.get(word.span.start as usize..word.span.end as usize);
                prop_assert!(span.is_some_and(|word| !word.is_empty()));
            }
        }
    }
}
