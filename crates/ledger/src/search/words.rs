//! From text to stems: words of any script, folded to lower case, English endings cut off.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_segmentation::UnicodeSegmentation as _;

/// The longest word that counts, in bytes; longer ones are cut.
const WORD_BYTES_MAX: usize = 64;
/// Words so common that finding them finds everything.
const STOP: [&str; 32] = [
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "from", "had", "has", "he",
    "her", "him", "his", "i", "in", "is", "it", "of", "on", "she", "that", "the", "they", "this",
    "to", "was", "were", "with",
];

/// The stems of a text, in order, with repetitions.
pub(super) fn stems(text: &str) -> impl Iterator<Item = String> + '_ {
    let stemmer = Stemmer::create(Algorithm::English);
    text.unicode_words().filter_map(move |word| {
        let word = word.to_lowercase();
        if STOP.binary_search(&word.as_str()).is_ok() {
            return None;
        }
        let mut stem = stemmer.stem(&word).into_owned();
        if stem.len() > WORD_BYTES_MAX {
            let cut = (0..=WORD_BYTES_MAX)
                .rev()
                .find(|at| stem.is_char_boundary(*at))
                .unwrap_or(0);
            stem.truncate(cut);
        }
        Some(stem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP.is_sorted());
    }

    #[test]
    fn endings_and_case_do_not_matter() {
        let found: Vec<String> =
            stems("He THREATENED the clerks; threatening, with a knife").collect();
        assert_eq!(found, ["threaten", "clerk", "threaten", "knife"]);
    }

    proptest! {
        #[test]
        fn any_text_has_bounded_stems(text in "\\PC{0,300}") {
            prop_assert!(stems(&text).all(|stem| stem.len() <= WORD_BYTES_MAX));
        }
    }
}
