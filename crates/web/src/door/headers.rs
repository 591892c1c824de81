//! Headers that keep browsers strict.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

/// What our pages may do (Content Security Policy level 3): nothing from elsewhere, nothing inline,
/// and only the one Trusted Types policy of the app, which makes the address of its service worker.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types outcry";

const ALWAYS: [(&str, &str); 6] = [
    ("content-security-policy", CONTENT_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    ),
];

pub(super) fn add(response: &mut Response, path: &str, over_tls: bool) {
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    if over_tls {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if path.starts_with("/api/") {
        let vary = HeaderValue::from_static("authorization, cookie");
        headers.entry(header::VARY).or_insert(vary);
    }
    let forget = HeaderValue::from_static("no-store");
    headers.entry(header::CACHE_CONTROL).or_insert(forget);
}
