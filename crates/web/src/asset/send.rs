//! Sends files: kept for good in the folder of their version, else fresh by ETag; compressed where the
//! browser takes it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::files::{self, File};
use crate::problem::Problem;

/// A browser may keep the file for good: at this address it never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A browser asks each time whether the file is still the same.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// `GET /assets/{*path}`: in the folder of this version for good, without one as it is now. Files of
/// another version are not there: half a page of each would be worse than none.
pub(crate) async fn asset(
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let version = files::folder().rsplit('/').next().unwrap_or_default();
    let within = path.strip_prefix(version);
    let within = within.and_then(|rest| rest.strip_prefix('/'));
    let file = found(within.unwrap_or(&path))?;
    let keep = within.map_or(ASK_AGAIN, |_| FOR_EVER);
    Ok(send(&file, &headers, keep))
}

/// `GET /sw.js`: at the root, so that it may serve the whole app; it knows the folder of its version.
pub(crate) async fn worker(headers: HeaderMap) -> Result<Response, Problem> {
    let file = found("sw.js")?.filled();
    let mut response = send(&file, &headers, ASK_AGAIN);
    let allowed = HeaderName::from_static("service-worker-allowed");
    response
        .headers_mut()
        .insert(allowed, HeaderValue::from_static("/"));
    Ok(response)
}

/// `GET /manifest.webmanifest`.
pub(crate) async fn manifest(headers: HeaderMap) -> Result<Response, Problem> {
    let file = found("manifest.webmanifest")?;
    Ok(send(&file, &headers, ASK_AGAIN))
}

fn found(path: &str) -> Result<Arc<File>, Problem> {
    files::find(path).ok_or_else(|| Problem::not_found("there is no such file"))
}

fn send(file: &File, headers: &HeaderMap, keep: HeaderValue) -> Response {
    let text = |name: HeaderName| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let fresh = text(header::IF_NONE_MATCH)
        .split(',')
        .any(|tag| tag.trim().trim_start_matches("W/") == file.tag);
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body(file, takes_gzip(&text(header::ACCEPT_ENCODING)))
    };
    let out = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&file.tag) {
        out.insert(header::ETAG, tag);
    }
    out.insert(header::CACHE_CONTROL, keep);
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn body(file: &File, takes_gzip: bool) -> Response {
    let packed = file.gzip.as_ref().filter(|_| takes_gzip);
    let bytes = packed.unwrap_or(&file.plain).clone();
    let mut response = Response::new(Body::from(bytes));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.form));
    if packed.is_some() {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// RFC 9110 section 12.5.3, as far as one coding needs it.
fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|part| {
        let mut parts = part.split(';').map(str::trim);
        let named = matches!(parts.next(), Some("gzip" | "*"));
        named && !parts.any(|quality| matches!(quality, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

#[cfg(test)]
mod tests {
    use super::takes_gzip;

    #[test]
    fn gzip_is_sent_only_to_those_who_take_it() {
        for yes in ["gzip", "br, gzip;q=0.5", "*"] {
            assert!(takes_gzip(yes), "{yes}");
        }
        for no in ["", "br", "gzip;q=0", "identity, gzip; q=0.0"] {
            assert!(!takes_gzip(no), "{no}");
        }
    }
}
