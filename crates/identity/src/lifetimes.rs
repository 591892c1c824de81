//! How long a token is good for.
//! Never knows the clock: now is an argument.

use crate::Kind;

/// Seconds that a sign-in link is good for: long enough to open a mail, short enough to be useless in a stolen one.
const SIGN_IN_S: u64 = 15 * 60;
/// Seconds that a session is good for: a long shift.
const SESSION_S: u64 = 12 * 60 * 60;
/// Seconds that the session of a shop-floor terminal is good for after its last use: it belongs to a place and not to
/// a shift, and must not end in the middle of one. Long enough for a closed store, short enough for a lost tablet.
const TERMINAL_SESSION_S: u64 = 30 * 24 * 60 * 60;
/// Seconds between two prolongations of one session.
const PROLONGED_EVERY_S: i64 = 24 * 60 * 60;

/// How long newly issued tokens are good for, in seconds; `None` is until revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// API tokens.
    pub api_s: Option<u64>,
    /// Sessions.
    pub session_s: Option<u64>,
    /// Sessions of shop-floor terminals, from their last use on.
    pub terminal_session_s: Option<u64>,
    /// Sign-in links.
    pub sign_in_s: Option<u64>,
}

impl Default for Lifetimes {
    /// API tokens until revoked, sessions 12 hours, those of terminals 30 days from their last use, sign-in links 15
    /// minutes.
    fn default() -> Self {
        Self {
            api_s: None,
            session_s: Some(SESSION_S),
            terminal_session_s: Some(TERMINAL_SESSION_S),
            sign_in_s: Some(SIGN_IN_S),
        }
    }
}

impl Lifetimes {
    /// The same for whoever signs in on a shop-floor terminal.
    #[must_use]
    pub fn of_terminal(self) -> Self {
        Self {
            session_s: self.terminal_session_s,
            ..self
        }
    }

    /// When a session that is used at `now_us` and ends at `expires_at_us` ends from now on: only once a day does
    /// that change, so that use costs nothing in between.
    #[must_use]
    pub fn prolonged_us(&self, expires_at_us: i64, now_us: i64) -> Option<i64> {
        let until_us = self.expires_at_us(Kind::Session, now_us)?;
        let gained_us = until_us.saturating_sub(expires_at_us);
        (gained_us >= PROLONGED_EVERY_S * 1_000_000).then_some(until_us)
    }

    /// How long a token of this kind is good for.
    #[must_use]
    pub fn seconds(&self, kind: Kind) -> Option<u64> {
        match kind {
            Kind::Api => self.api_s,
            Kind::Session => self.session_s,
            Kind::SignIn => self.sign_in_s,
        }
    }

    /// When a token of this kind that is issued at `now_us` expires, in microseconds since 1970 UTC.
    #[must_use]
    pub fn expires_at_us(&self, kind: Kind, now_us: i64) -> Option<i64> {
        let life_us =
            i64::try_from(self.seconds(kind)?.saturating_mul(1_000_000)).unwrap_or(i64::MAX);
        Some(now_us.saturating_add(life_us))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON_US: i64 = 1_764_000_000_000_000;

    #[test]
    fn a_link_lasts_fifteen_minutes_a_session_a_long_shift_and_an_api_token_until_revoked() {
        let lifetimes = Lifetimes::default();
        let minutes = |kind| {
            let end_us = lifetimes.expires_at_us(kind, NOON_US)?;
            Some((end_us - NOON_US) / 60_000_000)
        };
        assert_eq!(minutes(Kind::SignIn), Some(15));
        assert_eq!(minutes(Kind::Session), Some(12 * 60));
        assert_eq!(minutes(Kind::Api), None);
    }

    #[test]
    fn the_session_of_a_terminal_is_prolonged_by_use_once_a_day() {
        const DAY_US: i64 = 24 * 60 * 60 * 1_000_000;
        let lifetimes = Lifetimes::default().of_terminal();
        let end_us = lifetimes.expires_at_us(Kind::Session, NOON_US).unwrap();
        assert_eq!(end_us - NOON_US, 30 * DAY_US);
        assert_eq!(lifetimes.prolonged_us(end_us, NOON_US + DAY_US - 1), None);
        assert_eq!(
            lifetimes.prolonged_us(end_us, NOON_US + DAY_US),
            Some(end_us + DAY_US)
        );
    }

    proptest! {
        #[test]
        fn expiry_never_overflows_and_never_lies_in_the_past(now_us: i64, life_s: Option<u64>) {
            let lifetimes = Lifetimes { api_s: life_s, ..Lifetimes::default() };
            let end_us = lifetimes.expires_at_us(Kind::Api, now_us);
            prop_assert_eq!(end_us.is_none(), life_s.is_none());
            prop_assert!(end_us.is_none_or(|end_us| end_us >= now_us));
        }
    }
}
