//! The only clock and the only source of randomness of the house. Everybody else gets them as arguments.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use outcry_domain::actor::SystemId;
use outcry_domain::{Actor, Moment, Time};

/// What time it is.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System,
    /// One that a simulation turns by hand.
    Simulated(Arc<AtomicI64>),
}

impl Clock {
    /// Now.
    #[allow(clippy::disallowed_methods)] // the one place that may ask
    pub fn now(&self) -> Time {
        match self {
            Clock::System => Time(jiff::Timestamp::now().as_microsecond()),
            Clock::Simulated(now) => Time(now.load(Ordering::SeqCst)),
        }
    }

    /// The moment of a command that one of Outcry's own loops gives.
    pub fn moment(&self, who: SystemId) -> Moment {
        Moment { now: self.now(), actor: Actor::system(who), entropy: entropy() }
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
    aws_lc_rs::rand::fill(bytes).expect("the operating system gives random bytes or the process cannot run");
}
