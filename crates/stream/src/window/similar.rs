//! How much the name on a receipt is the article that somebody described.

/// A name alone never counts as certain.
const NAME_CONFIDENCE_MAX: f64 = 0.9;
/// Below this a name is another article's.
pub(super) const NAME_CONFIDENCE_MIN: f64 = 0.5;
/// How much it counts that all described words are there, against how much the rest of the name agrees.
const WORDS_FOUND_WEIGHT: f64 = 0.7;
/// Words of a name that are compared.
const WORDS_MAX: usize = 16;

/// A name in comparable words: letters and digits, lower case, without a plural's `s`.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    words: Vec<String>,
    /// One bit per first letter and length that a word has; nearly all others are told apart by it.
    hints: u64,
}

impl Words {
    pub(crate) fn of(name: &str) -> Words {
        let words = name
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty());
        let mut words: Vec<String> = words.take(WORDS_MAX).map(plain).collect();
        words.sort_unstable();
        words.dedup();
        Words::from(words)
    }

    /// All words of several names.
    pub(super) fn of_all<'w>(all: impl Iterator<Item = &'w Words>) -> Words {
        Words::from(all.flat_map(|words| words.words.clone()).collect())
    }

    fn from(words: Vec<String>) -> Words {
        let hints = words.iter().map(|word| hint(word.as_bytes()));
        Words {
            hints: hints.fold(0, |all, hint| all | hint),
            words,
        }
    }

    /// Whether any word could stand in `name`; if not, the confidence is 0. Takes a fraction of the time,
    /// and nearly all names are other articles'.
    pub(super) fn may_share(&self, name: &str) -> bool {
        if !name.is_ascii() {
            return true;
        }
        let words = name
            .as_bytes()
            .split(|letter| !letter.is_ascii_alphanumeric());
        words.filter(|word| !word.is_empty()).any(|word| {
            let word = match word {
                [stem @ .., last, b's' | b'S']
                    if stem.len() >= 2 && !last.eq_ignore_ascii_case(&b's') =>
                {
                    &word[..word.len() - 1]
                }
                whole => whole,
            };
            let is_same = |other: &String| other.as_bytes().eq_ignore_ascii_case(word);
            self.hints & hint(word) != 0 && self.words.iter().any(is_same)
        })
    }

    /// 0 to 0.9: the share of the described words (`self`) found in the name on the receipt, and less
    /// so how alike both are on the whole (Dice).
    pub(super) fn confidence(&self, receipt: &Words) -> f64 {
        if self.hints & receipt.hints == 0 {
            return 0.0;
        }
        let shared = self
            .words
            .iter()
            .filter(|word| receipt.words.binary_search(word).is_ok())
            .count() as f64;
        let found = shared / self.words.len() as f64;
        let alike = 2.0 * shared / (self.words.len() + receipt.words.len()) as f64;
        NAME_CONFIDENCE_MAX * (WORDS_FOUND_WEIGHT * found + (1.0 - WORDS_FOUND_WEIGHT) * alike)
    }
}

/// Equal for words that differ only in ASCII case.
fn hint(word: &[u8]) -> u64 {
    let first = word.first().map_or(0, u8::to_ascii_lowercase);
    1 << ((usize::from(first) * 5 + word.len()) % u64::BITS as usize)
}

fn plain(word: &str) -> String {
    let mut word = word.to_lowercase();
    if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        word.pop();
    }
    word
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_could_share_no_word_has_no_confidence(
            described in "[a-cSs \u{212a}é-]{0,12}",
            receipt in "[a-cA-CSsk -]{0,12}",
        ) {
            let words = Words::of(&described);
            let confidence = words.confidence(&Words::of(&receipt));
            prop_assert!(confidence == 0.0 || words.may_share(&receipt));
        }
    }

    fn confidence(described: &str, receipt: &str) -> f64 {
        Words::of(described).confidence(&Words::of(receipt))
    }

    #[test]
    fn the_same_words_are_nearly_certain() {
        assert_eq!(confidence("Mug, white", "WHITE MUGS"), NAME_CONFIDENCE_MAX);
    }

    #[test]
    fn a_short_description_of_a_long_name_counts() {
        assert!(confidence("gin", "GORDONS LONDON DRY GIN 70CL") > NAME_CONFIDENCE_MIN);
    }

    #[test]
    fn one_shared_word_of_two_does_not() {
        assert!(
            confidence("white mug", "WHITE HANGING HEART T-LIGHT HOLDER") < NAME_CONFIDENCE_MIN
        );
        assert_eq!(confidence("", "anything"), 0.0);
        assert_eq!(confidence("!?", "!?"), 0.0);
    }
}
