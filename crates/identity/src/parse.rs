//! Read a token that somebody shows.
//! Never looks anything up: a token that parses may still be unknown, expired or revoked.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::issue::checksum;
use crate::token::{Kind, RANDOM_BYTES, Token, TokenHash};

/// Characters of base64url that 32 bytes take.
const SECRET_CHARS: usize = 43;
/// Characters of base64url that the checksum takes.
const CHECKSUM_CHARS: usize = 6;

/// Why a text is not a token that can be used here, and what to do. Repeats nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// It begins with no known prefix.
    #[error(
        "this is not an Outcry token: a token begins with oc_api_, oc_ses_ or oc_in_. Copy it again from where it was shown"
    )]
    NotAToken,
    /// It is too short or too long.
    #[error(
        "this token is {found} characters long, not {expected}: a part is missing or something was added. Copy it again, whole"
    )]
    Length {
        /// How long such a token is.
        expected: usize,
        /// How long the text is.
        found: usize,
    },
    /// The checksum does not fit.
    #[error(
        "this token has a typing error: its checksum does not fit. Copy it again, do not type it"
    )]
    Checksum,
    /// It is a token, but for another door.
    #[error("this is {}, but {} is needed here", found.words(), needed.words())]
    WrongKind {
        /// What belongs here.
        needed: Kind,
        /// What was shown.
        found: Kind,
    },
    /// The `Authorization` header holds something else.
    #[error("the Authorization header must be: Bearer, one space, then an API token (oc_api_…)")]
    NotBearer,
    /// Two different session cookies were sent.
    #[error(
        "the browser sent two different sessions. Sign out, delete the cookies of this site and sign in again"
    )]
    TwoSessions,
}

impl Token {
    /// Reads a token; white space around it is ignored. What it accepts is exactly what `issue` makes.
    ///
    /// # Errors
    /// [`ParseError::NotAToken`], [`ParseError::Length`] or [`ParseError::Checksum`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let text = text.trim_ascii();
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| text.starts_with(kind.prefix()))
            .ok_or(ParseError::NotAToken)?;
        let expected = kind.prefix().len() + SECRET_CHARS + CHECKSUM_CHARS;
        if text.len() != expected {
            let found = text.chars().count();
            // As many characters but more bytes: a look-alike letter has crept in.
            return Err(if found == expected {
                ParseError::Checksum
            } else {
                ParseError::Length { expected, found }
            });
        }
        let (body, check) = text
            .split_at_checked(expected - CHECKSUM_CHARS)
            .ok_or(ParseError::Checksum)?;
        if checksum(body) != check {
            return Err(ParseError::Checksum);
        }
        let mut random = [0; RANDOM_BYTES];
        match URL_SAFE_NO_PAD.decode_slice(&body[kind.prefix().len()..], &mut random) {
            Ok(RANDOM_BYTES) => Ok(Self {
                kind,
                text: text.to_owned(),
                hash: TokenHash::of(kind, &random),
            }),
            _ => Err(ParseError::Checksum),
        }
    }

    /// The same token, if it is of the kind that belongs here.
    ///
    /// # Errors
    /// [`ParseError::WrongKind`].
    pub fn only(self, needed: Kind) -> Result<Self, ParseError> {
        if self.kind == needed {
            Ok(self)
        } else {
            Err(ParseError::WrongKind {
                needed,
                found: self.kind,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue;
    use proptest::prelude::*;

    #[test]
    fn each_mistake_is_told_apart() {
        let text = issue(Kind::Session, [3; 32]).0.reveal().to_owned();
        assert_eq!(Token::parse("hunter2").unwrap_err(), ParseError::NotAToken);
        assert_eq!(Token::parse("").unwrap_err(), ParseError::NotAToken);
        assert_eq!(
            Token::parse(&text[..40]).unwrap_err(),
            ParseError::Length {
                expected: 56,
                found: 40
            }
        );
        assert_eq!(
            Token::parse(&text.replace("oc_ses", "oc_api")).unwrap_err(),
            ParseError::Checksum
        );
        assert_eq!(
            Token::parse(&text)
                .unwrap()
                .only(Kind::Api)
                .unwrap_err()
                .to_string(),
            "this is a session token, but an API token is needed here"
        );
    }

    #[test]
    fn white_space_around_it_is_ignored() {
        let (token, hash) = issue(Kind::SignIn, [4; 32]);
        assert_eq!(
            Token::parse(&format!(" {}\r\n", token.reveal()))
                .unwrap()
                .hash(),
            hash
        );
    }

    fn kinds() -> impl Strategy<Value = Kind> {
        prop::sample::select(Kind::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn what_is_issued_parses_back(kind in kinds(), random: [u8; 32]) {
            let (token, hash) = issue(kind, random);
            let shown = Token::parse(token.reveal()).unwrap();
            prop_assert_eq!(shown.kind(), kind);
            prop_assert_eq!(shown.hash(), hash);
            prop_assert_eq!(shown.reveal(), token.reveal());
        }

        #[test]
        fn one_wrong_character_is_a_typing_error(kind in kinds(), random: [u8; 32], at in 7usize..55, wrong: char) {
            let (token, _) = issue(kind, random);
            let mut chars: Vec<char> = token.reveal().chars().collect();
            prop_assume!(chars[at % chars.len()] != wrong && !wrong.is_ascii_whitespace());
            prop_assume!(at % chars.len() >= kind.prefix().len());
            let at = at % chars.len();
            chars[at] = wrong;
            let text: String = chars.into_iter().collect();
            prop_assert_eq!(Token::parse(&text).unwrap_err(), ParseError::Checksum);
        }

        #[test]
        fn two_swapped_neighbours_are_a_typing_error(kind in kinds(), random: [u8; 32], at in 8usize..54) {
            let (token, _) = issue(kind, random);
            let mut bytes = token.reveal().as_bytes().to_vec();
            prop_assume!(bytes[at - 1] != bytes[at]);
            bytes.swap(at - 1, at);
            prop_assert_eq!(Token::parse(std::str::from_utf8(&bytes).unwrap()).unwrap_err(), ParseError::Checksum);
        }

        #[test]
        fn no_text_panics_and_what_is_accepted_is_canonical(text in "(oc_(api|ses|in)_)?.{0,60}") {
            if let Ok(token) = Token::parse(&text) {
                prop_assert_eq!(token.reveal(), text.trim_ascii());
            }
        }

        #[test]
        fn different_random_bytes_never_share_a_hash(a: [u8; 32], b: [u8; 32]) {
            prop_assume!(a != b);
            prop_assert_ne!(issue(Kind::Api, a).1, issue(Kind::Api, b).1);
        }
    }
}
