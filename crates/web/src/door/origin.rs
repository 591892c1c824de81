//! Whether a request with a session cookie came from our own pages.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};

use crate::problem::{Problem, kind};

/// Every browser says where a request that changes something came from: in `Sec-Fetch-Site` (Fetch
/// Metadata) or in `Origin` (RFC 6454). What says neither is no browser and needs no cookie.
pub(crate) fn same_origin(parts: &Parts) -> Result<(), Problem> {
    let text = |name: HeaderName| one(&parts.headers, &name);
    let ours = match (
        text(HeaderName::from_static("sec-fetch-site")),
        text(header::ORIGIN),
    ) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = text(header::HOST).or_else(|| parts.uri.authority().map(|a| a.as_str()));
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            authority.is_some() && authority == host
        }
        (None, None) => false,
    };
    if ours {
        return Ok(());
    }
    Err(Problem::new(
        kind::CROSS_SITE,
        outcry_words::phrase("answer-elsewhere"),
    ))
}

fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn asked(headers: &[(&str, &str)]) -> bool {
        let mut request = Request::post("/sign-out");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        same_origin(&request.body(()).expect("builds").into_parts().0).is_ok()
    }

    #[test]
    fn only_our_own_pages_count() {
        let host = ("host", "outcry.example:8443");
        assert!(asked(&[("sec-fetch-site", "same-origin"), host]));
        assert!(asked(&[("sec-fetch-site", "none"), host]));
        assert!(asked(&[("origin", "https://outcry.example:8443"), host]));
        for strange in [
            vec![host],
            vec![
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://outcry.example:8443"),
                host,
            ],
            vec![("sec-fetch-site", "same-site"), host],
            vec![("origin", "https://evil.example"), host],
            vec![("origin", "null"), host],
            vec![("origin", "https://outcry.example"), host],
        ] {
            assert!(!asked(&strange), "{strange:?}");
        }
    }
}
