//! Seldom: what could be said of every report is said now and then.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long it is not said again.
const PAUSE: Duration = Duration::from_secs(60);

/// When something was said last.
#[derive(Debug, Default)]
pub(super) struct Seldom(Mutex<Option<Instant>>);

impl Seldom {
    /// Whether it is to be said now, which then counts as said.
    pub(super) fn say(&self, now: Instant) -> bool {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if said.is_some_and(|said| now.duration_since(said) < PAUSE) {
            return false;
        }
        *said = Some(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_once_a_minute() {
        let (seldom, begin) = (Seldom::default(), Instant::now());
        let said = (0..180).filter(|s| seldom.say(begin + Duration::from_secs(*s)));
        assert_eq!(said.collect::<Vec<_>>(), [0, 60, 120]);
    }
}
