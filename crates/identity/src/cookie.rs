//! The session cookie: what the house sets and what it reads back (RFC 6265).
//! Never knows HTTP beyond the headers' text.

use std::net::IpAddr;

use crate::{Kind, ParseError, Token};

/// The cookie's name.
pub const COOKIE: &str = "outcry_session";

/// The value of a `Set-Cookie` header that keeps a session: hidden from scripts (`HttpOnly`), sent from our own pages
/// only (`SameSite=Strict`), over TLS only when `secure` (see [`needs_secure`]). Without `max_age_s` the browser
/// forgets it when it closes.
#[must_use]
pub fn session_cookie(session: &Token, secure: bool, max_age_s: Option<u64>) -> String {
    let age = max_age_s
        .map(|age_s| format!("; Max-Age={age_s}"))
        .unwrap_or_default();
    format!("{COOKIE}={}{}{age}", session.reveal(), attributes(secure))
}

/// The value of a `Set-Cookie` header that makes the browser forget its session.
#[must_use]
pub fn clear_cookie(secure: bool) -> String {
    format!("{COOKIE}={}; Max-Age=0", attributes(secure))
}

fn attributes(secure: bool) -> &'static str {
    if secure {
        "; Path=/; HttpOnly; SameSite=Strict; Secure"
    } else {
        "; Path=/; HttpOnly; SameSite=Strict"
    }
}

/// The session in the values of all `Cookie` headers of a request; `None` if there is none.
///
/// # Errors
/// [`ParseError::TwoSessions`] when different sessions are sent (a neighbouring site may have planted one),
/// [`ParseError::WrongKind`] for another kind of token, else what [`Token::parse`] says.
pub fn session_from<'a>(
    cookies: impl IntoIterator<Item = &'a str>,
) -> Result<Option<Token>, ParseError> {
    let mut found: Option<&str> = None;
    let pairs = cookies
        .into_iter()
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.split_once('='));
    for value in pairs
        .filter(|(name, _)| name.trim_ascii() == COOKIE)
        .map(|(_, value)| value.trim_ascii())
    {
        match found {
            Some(first) if first != value => return Err(ParseError::TwoSessions),
            _ => found = Some(value),
        }
    }
    found
        .map(|value| Token::parse(value)?.only(Kind::Session))
        .transpose()
}

/// Whether the cookie of a house that people reach at `base_url` must be marked `Secure`: always, except over plain
/// `http` to this very machine, where there is nothing in between that could listen.
#[must_use]
pub fn needs_secure(base_url: &str) -> bool {
    let Some((scheme, rest)) = base_url.split_once("://") else {
        return true;
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("http") || authority.contains('@') {
        return true;
    }
    let host = match authority.strip_prefix('[') {
        Some(literal) => literal.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let loopback = host
        .parse::<IpAddr>()
        .is_ok_and(|address| address.is_loopback());
    !(loopback || host.eq_ignore_ascii_case("localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue;
    use proptest::prelude::*;

    fn session(byte: u8) -> Token {
        issue(Kind::Session, [byte; 32]).0
    }

    #[test]
    fn the_cookie_is_hidden_strict_and_secure() {
        let text = session(1).reveal().to_owned();
        assert_eq!(
            session_cookie(&session(1), true, Some(43_200)),
            format!(
                "outcry_session={text}; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=43200"
            )
        );
        assert_eq!(
            session_cookie(&session(1), false, None),
            format!("outcry_session={text}; Path=/; HttpOnly; SameSite=Strict")
        );
        assert_eq!(
            clear_cookie(true),
            "outcry_session=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0"
        );
    }

    #[test]
    fn the_session_is_found_among_other_cookies_and_headers() {
        let mine = session(2);
        let header = format!("theme=dark; {COOKIE}={}; x=a=b;", mine.reveal());
        assert_eq!(
            session_from(["lang=en", &header]).unwrap().unwrap().hash(),
            mine.hash()
        );
        assert!(
            session_from(["theme=dark; my_outcry_session=1; outcry_session"])
                .unwrap()
                .is_none()
        );
        assert!(session_from([]).unwrap().is_none());
    }

    #[test]
    fn two_sessions_are_refused_but_the_same_twice_is_one() {
        let (a, b) = (session(3), session(4));
        let pair =
            |x: &Token, y: &Token| format!("{COOKIE}={}; {COOKIE}={}", x.reveal(), y.reveal());
        assert_eq!(
            session_from([pair(&a, &b).as_str()]).unwrap_err(),
            ParseError::TwoSessions
        );
        assert_eq!(
            session_from([pair(&a, &a).as_str()])
                .unwrap()
                .unwrap()
                .hash(),
            a.hash()
        );
    }

    #[test]
    fn another_kind_of_token_is_no_session() {
        let link = issue(Kind::SignIn, [5; 32]).0;
        let header = format!("{COOKIE}={}", link.reveal());
        assert_eq!(
            session_from([header.as_str()]).unwrap_err(),
            ParseError::WrongKind {
                needed: Kind::Session,
                found: Kind::SignIn
            }
        );
    }

    #[test]
    fn only_plain_http_to_this_machine_goes_without_secure() {
        for here in [
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://127.9.9.9:1/x",
            "HTTP://[::1]:80/",
        ] {
            assert!(!needs_secure(here), "{here}");
        }
        for elsewhere in [
            "https://localhost",
            "http://shop.example",
            "http://192.168.1.5:8080",
            "http://localhost.evil.example",
            "http://127.0.0.1@evil.example",
            "http://localhost:x@evil.example/",
            "http://evil.example/[::1]",
            "localhost",
            "",
        ] {
            assert!(needs_secure(elsewhere), "{elsewhere}");
        }
    }

    proptest! {
        #[test]
        fn what_is_set_is_read_back(random: [u8; 32], secure: bool, before in "[a-z]{1,5}=[!-:<-~]{0,9}") {
            let (token, hash) = issue(Kind::Session, random);
            let set = session_cookie(&token, secure, None);
            let sent = format!("{before}; {}", set.split(';').next().unwrap());
            prop_assert_eq!(session_from([sent.as_str()]).unwrap().unwrap().hash(), hash);
        }

        #[test]
        fn no_header_panics(header in ".{0,200}", url in ".{0,60}") {
            let _ = session_from([header.as_str()]);
            let _ = needs_secure(&url);
        }
    }
}
