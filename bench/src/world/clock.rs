//! The wall clock and randomness of the measuring program.

use outcry_domain::{Actor, Moment, Time};

/// Now.
#[allow(clippy::disallowed_methods)] // the one place that may ask
pub(crate) fn now() -> Time {
    Time(jiff::Timestamp::now().as_microsecond())
}

/// Fills a buffer with random bytes.
pub(crate) fn fill(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).expect("the operating system gives random bytes");
}

/// The moment of a command.
pub(crate) fn moment(now: Time, actor: &Actor) -> Moment {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    Moment {
        now,
        actor: actor.clone(),
        entropy: u128::from_be_bytes(bytes),
    }
}
