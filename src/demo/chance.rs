//! Chance that anybody can repeat: every number follows from the seed and from what it is for.

use std::ops::Range;

use fastrand::Rng;

/// A stream of random numbers of its own.
#[derive(Debug, Clone)]
pub(crate) struct Chance(Rng);

impl Chance {
    /// The stream of this seed for this purpose. Streams of different purposes do not disturb each other, so a new
    /// one leaves the rest of the demo as it was.
    pub(crate) fn of(seed: u64, purpose: &str) -> Self {
        Self(Rng::with_seed(
            seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ hash(purpose.as_bytes()),
        ))
    }

    /// True in `share` of the cases, 0.0 to 1.0.
    pub(crate) fn happens(&mut self, share: f64) -> bool {
        self.0.f64() < share
    }

    /// A number of the range, which must not be empty.
    pub(crate) fn within(&mut self, range: Range<i64>) -> i64 {
        self.0.i64(range)
    }

    /// One of them; there must be at least one.
    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.0.usize(..among.len())]
    }

    /// The place of one of the weights, each as likely as it is heavy; their sum must not be zero.
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let sum: u64 = weights.clone().map(u64::from).sum();
        place_of(weights, self.0.u64(..sum))
    }

    /// Puts them in any order.
    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        self.0.shuffle(all);
    }

    /// How long until the next of things that come `per_hour` on average, one not knowing of the other, in
    /// microseconds: exponential, and at most a day.
    pub(crate) fn until_next_us(&mut self, per_hour: f64) -> i64 {
        let hours = -(1.0 - self.0.f64()).ln() / per_hour;
        ((hours * 3.6e9) as i64).min(86_400_000_000)
    }

    /// How long a person takes, in microseconds: half of them less than `median_s`, a few much longer (log-normal
    /// with a spread of 0.6, the Box-Muller way), between a quarter and six times the median.
    pub(crate) fn person_takes_us(&mut self, median_s: f64) -> i64 {
        let normal = (-2.0 * (1.0 - self.0.f64()).ln()).sqrt()
            * (std::f64::consts::TAU * self.0.f64()).cos();
        let s = (median_s * (0.6 * normal).exp()).clamp(median_s / 4.0, median_s * 6.0);
        (s * 1e6) as i64
    }
}

/// The place of the weight in which `at` lies when all are laid end to end.
pub(crate) fn place_of(weights: impl Iterator<Item = u32>, at: u64) -> usize {
    let mut end = 0;
    weights
        .take_while(|weight| {
            end += u64::from(*weight);
            end <= at
        })
        .count()
}

/// FNV-1a, 64 bits, with a last mixing so that the low bits count too: the same on every machine, for ever.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let fnv = bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (fnv ^ (fnv >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ (mixed >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_purpose_give_the_same_numbers() {
        let draw = |seed, purpose| {
            let mut chance = Chance::of(seed, purpose);
            (0..8)
                .map(|_| chance.within(0..1_000_000))
                .collect::<Vec<_>>()
        };
        assert_eq!(draw(7, "tills"), draw(7, "tills"));
        assert_ne!(draw(7, "tills"), draw(8, "tills"));
        assert_ne!(draw(7, "tills"), draw(7, "staff"));
    }

    #[test]
    fn weights_are_kept() {
        assert_eq!(
            [0, 2, 3, 9].map(|at| place_of([3, 0, 7].into_iter(), at)),
            [0, 0, 2, 2]
        );
        let mut chance = Chance::of(1, "weights");
        let heavy = (0..10_000)
            .filter(|_| chance.weighted([1, 3].into_iter()) == 1)
            .count();
        assert!((7_200..7_800).contains(&heavy), "{heavy}");
    }

    #[test]
    fn people_are_slow_and_things_come_at_their_rate() {
        let mut chance = Chance::of(1, "times");
        let mut took: Vec<i64> = (0..9_999).map(|_| chance.person_takes_us(20.0)).collect();
        took.sort_unstable();
        assert!(
            (18_000_000..22_000_000).contains(&took[5_000]),
            "{}",
            took[5_000]
        );
        assert!(took[0] >= 5_000_000 && took[9_998] <= 120_000_000);
        let all: i64 = (0..10_000).map(|_| chance.until_next_us(60.0)).sum();
        assert!(
            (58_000_000..62_000_000).contains(&(all / 10_000)),
            "{}",
            all / 10_000
        );
    }
}
