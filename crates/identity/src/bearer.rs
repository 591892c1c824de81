//! Read the `Authorization` header of a program.
//! Never knows HTTP beyond the header's text.

use crate::{Kind, ParseError, Token};

/// The API token in the value of an `Authorization` header (`Bearer oc_api_…`, RFC 6750 section 2.1; the scheme in
/// any case).
///
/// # Errors
/// [`ParseError::NotBearer`] for another scheme, [`ParseError::WrongKind`] for a session or a sign-in link, else what
/// [`Token::parse`] says.
pub fn bearer(authorization: &str) -> Result<Token, ParseError> {
    match authorization.trim_ascii().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Token::parse(token)?.only(Kind::Api)
        }
        _ => Err(ParseError::NotBearer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue;

    #[test]
    fn an_api_token_is_read_whatever_the_case_of_the_scheme() {
        let (token, hash) = issue(Kind::Api, [5; 32]);
        for scheme in ["Bearer", "bearer", "BEARER"] {
            assert_eq!(
                bearer(&format!("{scheme} {}", token.reveal()))
                    .unwrap()
                    .hash(),
                hash
            );
        }
    }

    #[test]
    fn anything_else_is_refused_with_the_way_out() {
        let session = issue(Kind::Session, [5; 32]).0;
        assert_eq!(
            bearer("Basic dXNlcjpwYXNz").unwrap_err(),
            ParseError::NotBearer
        );
        assert_eq!(bearer("Bearer").unwrap_err(), ParseError::NotBearer);
        assert_eq!(bearer(session.reveal()).unwrap_err(), ParseError::NotBearer);
        assert_eq!(
            bearer(&format!("Bearer {}", session.reveal())).unwrap_err(),
            ParseError::WrongKind {
                needed: Kind::Api,
                found: Kind::Session
            }
        );
    }
}
