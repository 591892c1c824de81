//! How wrong a till's clock is, told from when its events arrive.

/// With fewer events than this nothing can be said.
const SAMPLES_MIN: usize = 3;

/// Milliseconds by which the clock is ahead (positive) or behind (negative), from the arrival minus the
/// time of each event, in any order.
///
/// An event cannot arrive before it happened, so the quickest deliveries show the clock. The lowest
/// tenth is passed over, because a clock that was set meanwhile leaves a few stray values. Ahead is
/// certain; behind cannot be told from a till whose quickest delivery takes that long.
pub(super) fn error_ms(delays_us: &mut [i64]) -> Option<i64> {
    if delays_us.len() < SAMPLES_MIN {
        return None;
    }
    let tenth = delays_us.len() / 10;
    let (_, quick_us, _) = delays_us.select_nth_unstable(tenth);
    Some(-quick_us.div_euclid(1_000))
}

#[cfg(test)]
mod tests {
    use super::error_ms;

    #[test]
    fn a_clock_ahead_shows_whatever_the_network_does() {
        let ahead_us = 42_000_000;
        let mut delays: Vec<i64> = (0..100)
            .map(|n| (n * 37 % 90) * 1_000_000 - ahead_us)
            .collect();
        delays.push(-500_000_000);
        let error = error_ms(&mut delays).expect("enough events");
        assert!((32_000..=42_000).contains(&error), "{error}");
    }

    #[test]
    fn a_clock_behind_shows_too() {
        let mut delays = [95_000_000, 90_100_000, 91_000_000, 400_000_000];
        assert_eq!(error_ms(&mut delays), Some(-90_100));
    }

    #[test]
    fn two_events_say_nothing() {
        assert_eq!(error_ms(&mut [1, 2]), None);
        assert_eq!(error_ms(&mut []), None);
    }
}
