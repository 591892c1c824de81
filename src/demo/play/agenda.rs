//! What is to happen, and when. Times are microseconds of the demo's own day: 0 is when it began.

use std::collections::BTreeMap;

use outcry_domain::Time;

/// The demo's day on the real clock: the past at its real pace, the future `speed` times as fast.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    started: Time,
    speed: f64,
}

/// How much slower or faster than life a day may go.
const SPEED: std::ops::RangeInclusive<f64> = 0.01..=1_000.0;

impl Pace {
    pub(crate) fn new(started: Time, speed: f64) -> Self {
        let speed = if speed.is_finite() { speed } else { 1.0 };
        Self {
            started,
            speed: speed.clamp(*SPEED.start(), *SPEED.end()),
        }
    }

    /// When on the real clock.
    pub(crate) fn on_the_clock(self, day_us: i64) -> Time {
        let us = if day_us < 0 {
            day_us
        } else {
            (day_us as f64 / self.speed) as i64
        };
        self.started.plus_us(us)
    }

    /// How far the day has come.
    pub(crate) fn so_far(self, now: Time) -> i64 {
        ((now - self.started) as f64 * self.speed) as i64
    }

    /// When the demo began, on the real clock.
    pub(crate) fn started(self) -> Time {
        self.started
    }
}

/// Things to do, soonest first; of two at the same instant, the one put first.
#[derive(Debug)]
pub(crate) struct Agenda<A> {
    entries: BTreeMap<(i64, u64), A>,
    put: u64,
}

impl<A> Default for Agenda<A> {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            put: 0,
        }
    }
}

impl<A> Agenda<A> {
    pub(crate) fn put(&mut self, at_us: i64, act: A) {
        self.entries.insert((at_us, self.put), act);
        self.put += 1;
    }

    /// The next thing that is due by then, and when it was due.
    pub(crate) fn due(&mut self, by_us: i64) -> Option<(i64, A)> {
        let entry = self.entries.first_entry()?;
        let at_us = entry.key().0;
        (at_us <= by_us).then(|| (at_us, entry.remove()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_happen_in_order_and_not_too_early() {
        let mut agenda = Agenda::default();
        for (at_us, what) in [(30, "c"), (10, "a"), (30, "d"), (20, "b")] {
            agenda.put(at_us, what);
        }
        assert_eq!(agenda.due(9), None);
        let done: Vec<_> = std::iter::from_fn(|| agenda.due(30))
            .map(|(_, what)| what)
            .collect();
        assert_eq!(done, ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_fast_day_keeps_the_past_as_it_was() {
        let pace = Pace::new(Time(1_000_000_000), 10.0);
        assert_eq!(pace.on_the_clock(-60_000_000), Time(940_000_000));
        assert_eq!(pace.on_the_clock(60_000_000), Time(1_006_000_000));
        assert_eq!(pace.so_far(Time(1_006_000_000)), 60_000_000);
    }
}
