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
pub(super) struct Words(Vec<String>);

impl Words {
    pub(super) fn of(name: &str) -> Words {
        let words = name
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty());
        let mut words: Vec<String> = words.take(WORDS_MAX).map(plain).collect();
        words.sort_unstable();
        words.dedup();
        Words(words)
    }

    /// 0 to 0.9: the share of the described words (`self`) found in the name on the receipt, and less
    /// so how alike both are on the whole (Dice).
    pub(super) fn confidence(&self, receipt: &Words) -> f64 {
        if self.0.is_empty() || receipt.0.is_empty() {
            return 0.0;
        }
        let shared = self
            .0
            .iter()
            .filter(|word| receipt.0.binary_search(word).is_ok())
            .count() as f64;
        let found = shared / self.0.len() as f64;
        let alike = 2.0 * shared / (self.0.len() + receipt.0.len()) as f64;
        NAME_CONFIDENCE_MAX * (WORDS_FOUND_WEIGHT * found + (1.0 - WORDS_FOUND_WEIGHT) * alike)
    }
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
    use super::*;

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
