//! Numbers that look random and follow from a seed alone, so that a failed run can be run again.

/// SplitMix64 (Steele, Lea, Flood 2014): one 64-bit state, any seed is good.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The same seed throws the same numbers, on every machine and in every version.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice of their own for one subject: what they throw does not depend on how often others were
    /// thrown before, only on the seed and the subject.
    pub fn fork(seed: u64, subject: u64) -> Self {
        Self(Self(seed ^ subject.rotate_left(32)).throw())
    }

    /// Any number.
    pub fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound` − 1; 0 when `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound.max(1) as u64;
        // The remainder's bias is below 2⁻⁴⁰ for the bounds of a test.
        usize::try_from(self.throw() % bound).unwrap_or_default()
    }

    /// True in `eighths` of eight throws.
    pub fn chance(&mut self, eighths: usize) -> bool {
        self.below(8) < eighths
    }
}
