//! The only clock and the only source of randomness of the house. Everybody else gets them as arguments.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use outcry_domain::actor::SystemId;
use outcry_domain::{Actor, Moment, Time};

/// What time it is.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System,
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
    /// Now.
    #[allow(clippy::disallowed_methods)] // the one place that may ask
    pub fn now(&self) -> Time {
        match self {
            Clock::System => Time(jiff::Timestamp::now().as_microsecond()),
            Clock::Simulated(turned) => Time(turned.now_us.load(Ordering::SeqCst)),
        }
    }

    /// 128 random bits.
    fn entropy(&self) -> u128 {
        match self {
            Clock::System => entropy(),
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
