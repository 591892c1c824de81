//! Plain multinomial naive Bayes, as in any textbook: what the model has to beat.

use std::collections::HashMap;

/// Words shorter than this are not counted.
const LETTERS_MIN: usize = 3;
/// Added to every count.
const ALPHA: f64 = 0.3;

/// A trained plain naive Bayes classifier.
pub(super) struct Plain {
    words: HashMap<String, Vec<f64>>,
    prior: Vec<f64>,
}

impl Plain {
    /// Counts `texts` with their class.
    pub(super) fn train<'t>(texts: impl Iterator<Item = (&'t str, usize)>, classes: usize) -> Self {
        let mut words: HashMap<String, Vec<f64>> = HashMap::new();
        let mut totals = vec![0.0; classes];
        let mut prior = vec![0.0; classes];
        for (text, class) in texts {
            prior[class] += 1.0;
            for_each_word(text, |word| {
                totals[class] += 1.0;
                match words.get_mut(word) {
                    Some(counts) => counts[class] += 1.0,
                    None => {
                        words
                            .entry(word.to_owned())
                            .or_insert_with(|| vec![0.0; classes])[class] += 1.0;
                    }
                }
            });
        }
        let denominators: Vec<f64> = totals
            .iter()
            .map(|total| total + ALPHA * words.len() as f64)
            .collect();
        for counts in words.values_mut() {
            for (count, total) in counts.iter_mut().zip(&denominators) {
                *count = ((*count + ALPHA) / total).ln();
            }
        }
        let texts: f64 = prior.iter().sum();
        let prior = prior.iter().map(|count| (count / texts).ln()).collect();
        Self { words, prior }
    }

    /// The probability of each class.
    pub(super) fn probabilities(&self, text: &str) -> Vec<f64> {
        let mut logits = self.prior.clone();
        for_each_word(text, |word| {
            if let Some(weights) = self.words.get(word) {
                for (logit, weight) in logits.iter_mut().zip(weights) {
                    *logit += weight;
                }
            }
        });
        let highest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let odds: Vec<f64> = logits.iter().map(|logit| (logit - highest).exp()).collect();
        let total: f64 = odds.iter().sum();
        odds.iter().map(|odds| odds / total).collect()
    }
}

fn for_each_word(text: &str, mut each: impl FnMut(&str)) {
    let lower = text.to_lowercase();
    for word in lower
        .split(|letter: char| !letter.is_ascii_lowercase())
        .filter(|word| word.len() >= LETTERS_MIN)
    {
        each(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_decide_by_hand() {
        let plain = Plain::train([("ball ball bat", 0), ("cat cat dog", 1)].into_iter(), 2);
        // Class 0: ball (2+0.3)/(3+4*0.3), class 1: 0.3/(3+4*0.3); equal priors.
        let expected = 2.3 / 2.6;
        assert!((plain.probabilities("BALL!")[0] - expected).abs() < 1e-12);
        assert_eq!(plain.probabilities("unknown an"), [0.5, 0.5]);
    }
}
