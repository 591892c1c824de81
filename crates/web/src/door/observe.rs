//! What is measured and logged of a request: its route, never its address, so that neither secrets
//! of sign-in links nor what was searched for end up in a log.

use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::response::Response;

use super::RequestId;

/// The name of the access log, for a log filter.
const ACCESS: &str = "outcry_web::access";
/// A request that takes this long is worth a line.
const SLOW: Duration = Duration::from_secs(1);

pub(super) struct Seen {
    method: &'static str,
    route: String,
}

impl Seen {
    pub(super) fn of(request: &Request) -> Self {
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map_or("unmatched", MatchedPath::as_str);
        Self {
            method: method(request.method()),
            route: route.to_owned(),
        }
    }

    pub(super) fn record(self, response: &Response, took: Duration, id: &RequestId) {
        let status = response.status().as_u16();
        let labels = [
            ("route", self.route.clone()),
            ("method", self.method.to_owned()),
        ];
        metrics::histogram!("outcry_http_request_seconds", &labels).record(took);
        metrics::counter!("outcry_http_requests_total",
            "route" => self.route.clone(), "method" => self.method, "status" => status.to_string())
        .increment(1);
        if self.route == "/api/v1/panic" {
            metrics::histogram!("outcry_panic_seconds").record(took);
        }
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let (method, route, request_id) = (self.method, &self.route, id.as_str());
        // What went well and fast is in the metrics; thousands of lines a second would only hide the rest.
        if status >= 400 || took >= SLOW {
            tracing::info!(target: ACCESS, method, route, status, took_us, request_id);
        } else {
            tracing::debug!(target: ACCESS, method, route, status, took_us, request_id);
        }
    }
}

/// The methods that are counted apart; a caller cannot make up more.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        "PATCH" => "PATCH",
        _ => "other",
    }
}
