//! How wrong a till's clock is, told from when its events arrive.

/// With fewer events than this nothing can be said.
const SAMPLES_MIN: usize = 3;

/// Milliseconds by which the clock is ahead (positive) or behind (negative), from the arrival minus the
/// time of each event, in any order.
///
/// An event cannot arrive before it happened, so the quickest deliveries show the clock. The lowest
/// tenth is passed over, because a clock that was set meanwhile leaves a few stray values. Ahead is
/// certain; behind cannot be told from a till whose quickest delivery takes that long.
pub(super) fn error_ms(delays_ms: &mut [i32]) -> Option<i64> {
    if delays_ms.len() < SAMPLES_MIN {
        return None;
    }
    let tenth = delays_ms.len() / 10;
    let (_, quick_ms, _) = delays_ms.select_nth_unstable(tenth);
    Some(-i64::from(*quick_ms))
}

#[cfg(test)]
mod tests {
    use super::error_ms;

    #[test]
    fn a_clock_ahead_shows_whatever_the_network_does() {
        let ahead_ms = 42_000;
        let mut delays: Vec<i32> = (0..100).map(|n| (n * 37 % 90) * 1_000 - ahead_ms).collect();
        delays.push(-500_000);
        let error = error_ms(&mut delays).expect("enough events");
        assert!((32_000..=42_000).contains(&error), "{error}");
    }

    #[test]
    fn a_clock_behind_shows_too() {
        let mut delays = [95_000, 90_100, 91_000, 400_000];
        assert_eq!(error_ms(&mut delays), Some(-90_100));
    }

    #[test]
    fn two_events_say_nothing() {
        assert_eq!(error_ms(&mut [1, 2]), None);
        assert_eq!(error_ms(&mut []), None);
    }
}
