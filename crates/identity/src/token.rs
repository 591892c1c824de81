//! A token (what somebody shows) and its hash (what the house keeps).
//! Never knows who holds it or what it opens.

use std::fmt;

use aws_lc_rs::digest;

/// Random bytes in every token: 256 bits, so that no token can be guessed and a fast hash is enough.
pub const RANDOM_BYTES: usize = 32;

/// What a token is for. The prefix of its text says the same to people and to secret scanners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `oc_api_…`: a bearer token of a program or a device, good until it is revoked.
    Api,
    /// `oc_ses_…`: a browser's session, carried in a cookie.
    Session,
    /// `oc_in_…`: the secret of a sign-in link, good once.
    SignIn,
}

impl Kind {
    /// Every kind there is.
    pub const ALL: [Self; 3] = [Self::Api, Self::Session, Self::SignIn];

    /// What the text of such a token begins with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Api => "oc_api_",
            Self::Session => "oc_ses_",
            Self::SignIn => "oc_in_",
        }
    }

    /// What a person calls it, with its article.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Api => "an API token",
            Self::Session => "a session token",
            Self::SignIn => "a sign-in link",
        }
    }
}

/// A secret that opens the door: prefix, 43 characters of base64url (256 random bits, RFC 4648 section 5 without
/// padding) and a checksum of 6 characters. Shown once to its holder and never stored; `Debug` hides it.
#[derive(Clone)]
pub struct Token {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) hash: TokenHash,
}

impl Token {
    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The whole text. Whoever reads it can sign in: give it to its holder only, and never log it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What to look it up by.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        self.hash
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}…)", self.kind.prefix())
    }
}

/// SHA-256 over the prefix and the 32 random bytes of a token; safe to store and to index. Printed as 64 lower-case
/// hexadecimal digits. A slow password hash would add nothing: there are 256 random bits to guess.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    pub(crate) fn of(kind: Kind, random: &[u8; RANDOM_BYTES]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(kind.prefix().as_bytes());
        context.update(random);
        let mut hash = [0; 32];
        hash.copy_from_slice(context.finish().as_ref());
        Self(hash)
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenHash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue;

    #[test]
    fn the_hash_is_plain_sha256_of_prefix_and_random_bytes() {
        // printf 'oc_api_\0…\0' (32 zero bytes) | sha256sum
        let (_, hash) = issue(Kind::Api, [0; 32]);
        assert_eq!(
            hash.to_string(),
            "1a6515d42d8a5a08ba4959d0212266777104baf04cdf2cc94164c0e8ad9edf70"
        );
    }

    #[test]
    fn debug_shows_no_secret() {
        let (token, _) = issue(Kind::SignIn, [9; 32]);
        assert_eq!(format!("{token:?}"), "Token(oc_in_…)");
    }

    #[test]
    fn the_kind_is_part_of_the_hash() {
        let hash = |kind| issue(kind, [1; 32]).1;
        assert_ne!(hash(Kind::Api), hash(Kind::Session));
    }
}
