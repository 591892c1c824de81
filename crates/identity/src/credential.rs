//! What the house keeps of a token, how long it is good for, and whether a shown token opens it.
//! Never knows the clock: now is an argument.

use crate::{Kind, Token, TokenHash};

/// Seconds that a sign-in link is good for: long enough to open a mail, short enough to be useless in a stolen one.
const SIGN_IN_S: u64 = 15 * 60;
/// Seconds that a session is good for: a long shift.
const SESSION_S: u64 = 12 * 60 * 60;

/// What is kept of a token that was issued. Revoking it is deleting it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credential {
    /// What a shown token must hash to.
    pub hash: TokenHash,
    /// What it is for.
    pub kind: Kind,
    /// From when on it is refused, in microseconds since 1970 UTC; `None` is until it is revoked.
    pub expires_at_us: Option<i64>,
}

/// Why a token does not open a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is another token.
    #[error("this token is not known here. Sign in again, or ask an administrator for a new one")]
    Unknown,
    /// It was good once.
    #[error("{}", expired(*.0))]
    Expired(Kind),
}

fn expired(kind: Kind) -> &'static str {
    match kind {
        Kind::Api => "this API token has expired: ask an administrator for a new one",
        Kind::Session => "your session has ended: sign in again",
        Kind::SignIn => "this sign-in link has expired: ask for a new one",
    }
}

impl Credential {
    /// Whether `shown` opens this credential at `now_us`, which is microseconds since 1970 UTC.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] for another token, [`Refusal::Expired`] from the moment of expiry on.
    pub fn check(&self, shown: &Token, now_us: i64) -> Result<(), Refusal> {
        if shown.kind() != self.kind || !self.hash.matches(&shown.hash()) {
            return Err(Refusal::Unknown);
        }
        match self.expires_at_us {
            Some(end_us) if end_us <= now_us => Err(Refusal::Expired(self.kind)),
            _ => Ok(()),
        }
    }
}

/// How long newly issued tokens are good for, in seconds; `None` is until revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// API tokens.
    pub api_s: Option<u64>,
    /// Sessions.
    pub session_s: Option<u64>,
    /// Sign-in links.
    pub sign_in_s: Option<u64>,
}

impl Default for Lifetimes {
    /// API tokens until revoked, sessions 12 hours, sign-in links 15 minutes.
    fn default() -> Self {
        Self {
            api_s: None,
            session_s: Some(SESSION_S),
            sign_in_s: Some(SIGN_IN_S),
        }
    }
}

impl Lifetimes {
    /// The demo's: its sign-in links are good for as long as it runs.
    #[must_use]
    pub fn demo() -> Self {
        Self {
            sign_in_s: None,
            ..Self::default()
        }
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
    use crate::issue;
    use proptest::prelude::*;

    const NOON_US: i64 = 1_764_000_000_000_000;

    fn kept(kind: Kind, lifetimes: Lifetimes) -> (Token, Credential) {
        let (token, hash) = issue(kind, [8; 32]);
        (
            token,
            Credential {
                hash,
                kind,
                expires_at_us: lifetimes.expires_at_us(kind, NOON_US),
            },
        )
    }

    #[test]
    fn a_sign_in_link_is_good_for_fifteen_minutes_to_the_microsecond() {
        let (link, credential) = kept(Kind::SignIn, Lifetimes::default());
        let end_us = NOON_US + 15 * 60 * 1_000_000;
        assert_eq!(credential.check(&link, end_us - 1), Ok(()));
        assert_eq!(
            credential.check(&link, end_us),
            Err(Refusal::Expired(Kind::SignIn))
        );
    }

    #[test]
    fn a_session_lasts_a_long_shift_and_an_api_token_until_revoked() {
        let (session, credential) = kept(Kind::Session, Lifetimes::default());
        assert_eq!(
            credential.check(&session, NOON_US + 12 * 3_600_000_000 - 1),
            Ok(())
        );
        assert_eq!(
            credential
                .check(&session, NOON_US + 12 * 3_600_000_000)
                .unwrap_err()
                .to_string(),
            "your session has ended: sign in again"
        );
        let (api, credential) = kept(Kind::Api, Lifetimes::default());
        assert_eq!(credential.check(&api, i64::MAX), Ok(()));
    }

    #[test]
    fn a_demo_link_is_good_for_the_whole_run_but_its_sessions_are_not() {
        let (link, credential) = kept(Kind::SignIn, Lifetimes::demo());
        assert_eq!(credential.check(&link, i64::MAX), Ok(()));
        assert_eq!(Lifetimes::demo().session_s, Some(43_200));
    }

    #[test]
    fn a_token_of_another_kind_or_holder_opens_nothing() {
        let (_, credential) = kept(Kind::Session, Lifetimes::default());
        for (kind, byte) in [(Kind::Session, 9), (Kind::Api, 8), (Kind::SignIn, 8)] {
            assert_eq!(
                credential.check(&issue(kind, [byte; 32]).0, NOON_US),
                Err(Refusal::Unknown)
            );
        }
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
