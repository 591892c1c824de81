//! Percentiles of durations.

use std::time::Duration;

/// Durations, in any order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    /// Adds one.
    pub(crate) fn push(&mut self, sample: Duration) {
        self.0.push(sample);
    }

    /// All of them.
    pub(crate) fn all(self) -> Vec<Duration> {
        self.0
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The duration that so many percent do not exceed (nearest rank), in milliseconds; NaN of none.
    pub(crate) fn percentile_ms(&self, percent: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
        sorted
            .get(rank.max(1) - 1)
            .map_or(f64::NAN, |sample| sample.as_secs_f64() * 1_000.0)
    }

    /// As many of them, drawn again and again: the middle one of each draw, in milliseconds. Says how far the
    /// middle one could as well have been elsewhere (Efron's bootstrap).
    pub(crate) fn redrawn_p50_ms(&self, draws: usize, random: fn(&mut [u8])) -> Vec<f64> {
        let mut bytes = vec![0; self.0.len() * size_of::<u32>()];
        let draw = |_| {
            random(&mut bytes);
            let places = bytes.as_chunks().0.iter().copied().map(u32::from_le_bytes);
            let drawn = places.map(|place| self.0[place as usize % self.0.len()]);
            Samples(drawn.collect()).p50_ms()
        };
        (0..draws).map(draw).collect()
    }

    /// The middle one, in milliseconds.
    pub(crate) fn p50_ms(&self) -> f64 {
        self.percentile_ms(50.0)
    }

    /// What 99 of 100 do not exceed, in milliseconds.
    pub(crate) fn p99_ms(&self) -> f64 {
        self.percentile_ms(99.0)
    }
}

impl Extend<Duration> for Samples {
    fn extend<I: IntoIterator<Item = Duration>>(&mut self, samples: I) {
        self.0.extend(samples);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_the_sorted_samples() {
        let mut samples = Samples::default();
        samples.extend((1..=100).rev().map(Duration::from_millis));
        assert!((samples.p50_ms() - 50.0).abs() < 1e-9);
        assert!((samples.p99_ms() - 99.0).abs() < 1e-9);
        assert!((samples.percentile_ms(100.0) - 100.0).abs() < 1e-9);
        assert!(Samples::default().p50_ms().is_nan());
    }
}
