//! Bayesian logistic regression over sparse evidence: the most probable weights given the texts and
//! a Gaussian prior around weights known beforehand.
//!
//! One row of [`LANES`] weights per term serves several questions at once (see [`Head`]). Only
//! additions, multiplications, divisions and square roots are used, which IEEE 754 fixes to the bit,
//! so that the same texts give the same weights on every machine.

/// Weights per term: all questions of a model together.
pub(crate) const LANES: usize = 16;
/// Questions per model.
pub(crate) const HEADS_MAX: usize = 3;
/// "This text does not say."
pub(crate) const UNKNOWN: u8 = u8::MAX;

pub(crate) type Lanes = [f32; LANES];

/// A question: which of several classes, or, with one class, yes or no.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) first: usize,
    pub(crate) classes: usize,
}

/// A text as terms, with the answers that are known.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    /// Its terms: a stretch of [`Lessons::terms`].
    pub(crate) terms: std::ops::Range<u32>,
    /// Per head the class, 0 or 1 for yes or no, or [`UNKNOWN`].
    pub(crate) answers: [u8; HEADS_MAX],
}

/// Texts to learn from, with their terms as row numbers.
#[derive(Debug, Default)]
pub(crate) struct Lessons {
    pub(crate) terms: Vec<u32>,
    pub(crate) examples: Vec<Example>,
}

/// How to learn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// How often every text is read.
    pub(crate) epochs: u32,
    /// First step of a term; the n-th is `rate / sqrt(n)`.
    pub(crate) rate: f32,
    /// Strength of the prior: the share of the distance to it that a step of 1 takes back.
    pub(crate) pull: f32,
}

/// Weights of all terms.
#[derive(Debug, Clone, Default)]
pub(crate) struct Weights {
    pub(crate) bias: Lanes,
    pub(crate) rows: Vec<Lanes>,
}

/// Learns from those lessons that `choose` accepts (by their number), starting from `prior`.
pub(crate) fn fit(
    lessons: &Lessons,
    heads: &[Head],
    prior: &Weights,
    settings: Settings,
    choose: impl Fn(usize) -> bool,
) -> Weights {
    let mut weights = prior.clone();
    let mut seen = vec![0u32; prior.rows.len() + 1];
    let mut order: Vec<usize> = (0..lessons.examples.len())
        .filter(|number| choose(*number))
        .collect();
    let mut shuffle = Shuffle(0x9e37_79b9_7f4a_7c15);
    for _ in 0..settings.epochs {
        shuffle.apply(&mut order);
        for number in &order {
            let example = &lessons.examples[*number];
            let terms = &lessons.terms[example.terms.start as usize..example.terms.end as usize];
            let error = error(&sum(&weights, terms), heads, &example.answers);
            let steps = seen.len() - 1;
            step(
                &mut weights.bias,
                &prior.bias,
                &error,
                &mut seen[steps],
                Settings {
                    pull: 0.0,
                    ..settings
                },
            );
            for term in terms {
                let term = *term as usize;
                step(
                    &mut weights.rows[term],
                    &prior.rows[term],
                    &error,
                    &mut seen[term],
                    settings,
                );
            }
        }
    }
    weights
}

fn step(row: &mut Lanes, prior: &Lanes, error: &Lanes, seen: &mut u32, settings: Settings) {
    *seen += 1;
    let rate = settings.rate / (*seen as f32).sqrt();
    let pull = rate * settings.pull;
    for lane in 0..LANES {
        row[lane] += rate * error[lane] - pull * (row[lane] - prior[lane]);
    }
}

/// Bias plus the rows of `terms`.
pub(crate) fn sum(weights: &Weights, terms: &[u32]) -> Lanes {
    let mut total = weights.bias;
    for term in terms {
        let row = &weights.rows[*term as usize];
        for lane in 0..LANES {
            total[lane] += row[lane];
        }
    }
    total
}

/// What the answers say minus what the weights expect; zero where nothing is known.
pub(crate) fn error(logits: &Lanes, heads: &[Head], answers: &[u8; HEADS_MAX]) -> Lanes {
    let mut error = Lanes::default();
    for (head, answer) in heads
        .iter()
        .zip(answers)
        .filter(|(_, answer)| **answer != UNKNOWN)
    {
        let lanes = head.first..head.first + head.classes;
        if head.classes == 1 {
            error[head.first] = f32::from(*answer) - sigmoid(logits[head.first]);
        } else {
            softmax(&logits[lanes.clone()], 1.0, &mut error[lanes.clone()]);
            for value in &mut error[lanes] {
                *value = -*value;
            }
            error[head.first + usize::from(*answer)] += 1.0;
        }
    }
    error
}

/// Probabilities of classes from their logits divided by `temperature`.
pub(crate) fn softmax(logits: &[f32], temperature: f32, probabilities: &mut [f32]) {
    let highest = logits.iter().copied().fold(f32::MIN, f32::max);
    let mut total = 0.0;
    for (probability, logit) in probabilities.iter_mut().zip(logits) {
        *probability = exp((logit - highest) / temperature);
        total += *probability;
    }
    for probability in probabilities {
        *probability /= total;
    }
}

/// The probability of a logit.
pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + exp(-logit))
}

/// e to the power of `x`, to a relative error of 1e-6; the same bits everywhere, which the
/// platform's own function does not promise.
pub(crate) fn exp(x: f32) -> f32 {
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    /// Adding and taking it away rounds to a whole number.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-80.0, 80.0);
    let power = (x * std::f32::consts::LOG2_E + ROUND) - ROUND;
    let rest = (x - power * LN_2_HIGH) - power * LN_2_LOW;
    // Taylor to the sixth: the rest is at most 0.35.
    let series = 1.0
        + rest
            * (1.0
                + rest
                    * (0.5
                        + rest
                            * (1.0 / 6.0
                                + rest * (1.0 / 24.0 + rest * (1.0 / 120.0 + rest / 720.0)))));
    series * f32::from_bits(((power as i32 + 127) as u32) << 23)
}

/// A fixed order that looks random.
struct Shuffle(u64);

impl Shuffle {
    fn apply(&mut self, order: &mut [usize]) {
        for last in (1..order.len()).rev() {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let place = (u128::from(self.0) * (last as u128 + 1)) >> 64;
            order.swap(last, place as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_exact_enough() {
        for step in -8000..8000 {
            let x = step as f32 / 100.0;
            let exact = f64::from(x).exp();
            assert!(
                (f64::from(exp(x)) - exact).abs() <= exact * 1e-6,
                "exp({x})"
            );
        }
        assert!(exp(f32::INFINITY).is_finite());
        assert!(exp(f32::NEG_INFINITY) > 0.0);
    }

    #[test]
    fn a_term_that_decides_is_learned_and_one_that_does_not_is_left_alone() {
        let mut lessons = Lessons::default();
        for number in 0..200u32 {
            let from = lessons.terms.len() as u32;
            lessons.terms.extend([number % 2, 2]);
            let answers = [(number % 2) as u8, UNKNOWN, UNKNOWN];
            lessons.examples.push(Example {
                terms: from..from + 2,
                answers,
            });
        }
        let prior = Weights {
            bias: Lanes::default(),
            rows: vec![Lanes::default(); 4],
        };
        let settings = Settings {
            epochs: 5,
            rate: 0.5,
            pull: 0.001,
        };
        let heads = [Head {
            first: 0,
            classes: 2,
        }];
        let learned = fit(&lessons, &heads, &prior, settings, |_| true);
        assert!(learned.rows[0][0] > 1.0 && learned.rows[1][1] > 1.0);
        assert!(
            learned.rows[2][0].abs() < 0.3,
            "says nothing: {:?}",
            learned.rows[2]
        );
        assert_eq!(learned.rows[3], Lanes::default(), "never seen");
    }
}
