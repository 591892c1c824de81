//! The only clock and the only source of randomness of the house. Everybody else gets them as arguments.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use outcry_domain::actor::SystemId;
use outcry_domain::{Actor, Moment, Time};

/// What time it is.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's; where that is set back by minutes, it goes on a tenth slower until both agree: steps
    /// of an escalation fall due by it. What is set back further was wrong before, and is followed.
    System(Arc<Steady>),
    /// One that a simulation turns by hand, with dice of its own.
    Simulated(Arc<Turned>),
}

/// A clock that stands still until somebody turns it.
#[derive(Debug)]
pub struct Turned {
    /// Now, in microseconds since 1970 UTC.
    pub now_us: AtomicI64,
    /// The last number that the dice gave.
    pub dice: AtomicU64,
}

impl Clock {
    /// The machine's. Its copies never disagree.
    pub fn system() -> Self {
        Self::System(Arc::new(Steady::over(machine)))
    }

    /// Now.
    pub fn now(&self) -> Time {
        match self {
            Clock::System(steady) => steady.now(),
            Clock::Simulated(turned) => Time(turned.now_us.load(Ordering::SeqCst)),
        }
    }

    /// 128 random bits.
    fn entropy(&self) -> u128 {
        match self {
            Clock::System(_) => entropy(),
            Clock::Simulated(turned) => {
                let roll = || {
                    // SplitMix64: a counter, well mixed.
                    let step = 0x9E37_79B9_7F4A_7C15_u64;
                    let mut z = turned
                        .dice
                        .fetch_add(step, Ordering::SeqCst)
                        .wrapping_add(step);
                    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                    u128::from(z ^ (z >> 31))
                };
                roll() << 64 | roll()
            }
        }
    }

    /// The moment of a command that one of Outcry's own loops gives.
    pub fn moment(&self, who: SystemId) -> Moment {
        Moment {
            now: self.now(),
            actor: Actor::system(who),
            entropy: self.entropy(),
        }
    }
}

/// A clock over another one that somebody may set.
#[derive(Debug)]
pub struct Steady {
    /// What that one shows, in microseconds since 1970 UTC.
    wall: fn() -> i64,
    /// What this one showed last, and when that was by a clock that nobody sets.
    shown: Mutex<Option<(Shown, Instant)>>,
}

impl Steady {
    fn over(wall: fn() -> i64) -> Self {
        let shown = Mutex::default();
        Self { wall, shown }
    }

    fn now(&self) -> Time {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let (wall_us, here) = ((self.wall)(), Instant::now());
        let next = match shown.take() {
            None => Shown::begin(wall_us),
            Some((last, at)) => {
                let passed = here.saturating_duration_since(at).as_micros();
                last.next(wall_us, i64::try_from(passed).unwrap_or(i64::MAX))
            }
        };
        *shown = Some((next, here));
        Time(next.now_us)
    }
}

#[allow(clippy::disallowed_methods)] // the one place that may ask
fn machine() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// From this difference on, in microseconds, somebody is told.
const SET_BACK_US: i64 = 1_000_000;
/// Up to this difference, in microseconds, nothing goes back: as much as receivers of webhooks bear.
const SET_BACK_US_MAX: i64 = 300_000_000;

/// What a clock shows that goes back for nothing but a great mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shown {
    now_us: i64,
    /// Whether the machine's clock was set back, and somebody was told.
    ahead: bool,
}

impl Shown {
    fn begin(wall_us: i64) -> Self {
        Self {
            now_us: wall_us,
            ahead: false,
        }
    }

    /// What it shows when the machine's clock shows `wall_us`, so long after.
    fn next(self, wall_us: i64, passed_us: i64) -> Self {
        let at_least = self.now_us.saturating_add(passed_us.saturating_mul(9) / 10);
        if at_least - wall_us > SET_BACK_US_MAX {
            tracing::error!(
                back_s = (at_least - wall_us) / 1_000_000,
                "the machine's clock was set back far: what was to fall due waits so much longer"
            );
            return Self::begin(wall_us);
        }
        let now_us = wall_us.max(at_least);
        let ahead_us = now_us - wall_us;
        let ahead = match self.ahead {
            false => ahead_us >= SET_BACK_US,
            true => ahead_us > 0,
        };
        if ahead && !self.ahead {
            tracing::warn!(
                ahead_s = ahead_us / 1_000_000,
                "the machine's clock was set back: Outcry's goes on, a tenth slower, until both agree"
            );
        } else if self.ahead && !ahead {
            tracing::info!("Outcry's clock and the machine's agree again");
        }
        Self { now_us, ahead }
    }
}

/// 128 random bits from the operating system.
pub fn entropy() -> u128 {
    u128::from_be_bytes(random())
}

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

/// Fills a buffer with random bytes from the operating system.
pub fn fill(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes)
        .expect("the operating system gives random bytes or the process cannot run");
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;
    const HOUR: i64 = 3_600 * SECOND;

    #[test]
    fn a_clock_that_is_set_back_delays_no_step_by_more_than_a_tenth() {
        let mut shown = Shown::begin(10 * HOUR);
        let mut wall = 10 * HOUR - 240 * SECOND;
        for second in 1..=2_400 {
            wall += SECOND;
            let before = shown;
            shown = shown.next(wall, SECOND);
            assert_eq!(shown.now_us - before.now_us, SECOND * 9 / 10, "{second}");
            assert_eq!(shown.ahead, wall < shown.now_us, "{second}");
        }
        assert_eq!(shown.now_us, wall, "forty minutes later both agree");
        let on = shown.next(wall + SECOND, SECOND);
        assert_eq!(on, Shown::begin(wall + SECOND));
    }

    #[test]
    fn a_clock_that_is_set_forward_or_mended_a_little_is_followed() {
        let shown = Shown::begin(HOUR);
        assert_eq!(shown.next(5 * HOUR, SECOND), Shown::begin(5 * HOUR));
        let mended = shown.next(HOUR + SECOND / 2, SECOND);
        assert!(!mended.ahead, "nobody is told of half a second");
        assert!(mended.now_us > HOUR, "and nothing goes back");
        assert_eq!(
            shown.next(HOUR + SECOND, SECOND),
            Shown::begin(HOUR + SECOND)
        );
    }

    #[test]
    fn a_clock_that_was_hours_ahead_is_followed() {
        let shown = Shown::begin(10 * HOUR);
        assert_eq!(shown.next(9 * HOUR, SECOND), Shown::begin(9 * HOUR));
    }

    #[test]
    fn the_houses_clock_and_its_copies_do_not_go_back_with_the_machines() {
        static WALL: AtomicI64 = AtomicI64::new(10 * HOUR);
        let clock = Clock::System(Arc::new(Steady::over(|| WALL.load(Ordering::SeqCst))));
        let copy = clock.clone();
        assert_eq!(clock.now(), Time(10 * HOUR));
        WALL.fetch_sub(60 * SECOND, Ordering::SeqCst);
        let mut last = Time(10 * HOUR);
        for clock in [&copy, &clock].into_iter().cycle().take(1_000) {
            let now = clock.now();
            assert!(now >= last);
            last = now;
        }
        WALL.fetch_add(HOUR, Ordering::SeqCst);
        assert_eq!(copy.now(), Time(11 * HOUR - 60 * SECOND));
    }
}
