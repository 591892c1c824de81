//! What every request passes on its way in and out: an id, a place in a lane, a deadline, headers
//! that keep browsers strict, the log. It never knows what the request is about.

mod headers;
mod lane;
mod observe;
mod origin;
mod place;
mod request_id;
mod rest;
mod stranger;

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderValue, Method, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use outcry_words::{phrase, say};

pub(crate) use lane::{Crowded, Lanes};
pub(crate) use origin::same_origin;
pub(crate) use place::Place;
pub(crate) use request_id::RequestId;
pub(crate) use stranger::{Stranger, Strangers};

use crate::house::Shared;
use crate::limits::REQUEST_WAIT;
use crate::problem::{self, Problem, kind};
use lane::Lane;
use rest::Rest;

/// The outermost layer of the router.
pub(crate) async fn pass(
    State(counter): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let id = RequestId::of(&request, &counter);
    request.extensions_mut().insert(id.clone());
    let seen = observe::Seen::of(&request);
    let path = request.uri().path().to_owned();
    let wants_page = problem::wants_page(&path, request.headers());

    let lane = lane(request.method(), request.extensions());
    let (request, rest) = Rest::of(request);
    let fits = one_host(&request).and_then(|()| plainly_sent(&request, lane));
    let mut response = match fits {
        Ok(()) => within_limits(&counter, (request, lane), next, &id).await,
        Err(problem) => problem.into_response(),
    };
    let took = started.elapsed();
    rest.read_away(&mut response, &counter.drains);

    let mut response = problem::render(response, id.as_str(), wants_page);
    headers::add(
        &mut response,
        &path,
        counter.house.settings.public_url.starts_with("https://"),
    );
    id.add(&mut response);
    seen.record(&response, took, &id);
    response
}

/// Which host is asked must be said once, and by HTTP/1.1 it must be said (RFC 9112 section 3.2): a
/// proxy in between could mean another one of two than we do.
fn one_host(request: &Request) -> Result<(), Problem> {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let missing = hosts == 0 && request.version() == Version::HTTP_11;
    if hosts > 1 || missing {
        let words = if missing {
            "is missing"
        } else {
            "is there more than once"
        };
        return Err(Problem::new(
            kind::BAD_REQUEST,
            format!("the Host header {words}"),
        ));
    }
    Ok(())
}

/// Of transfer codings only `chunked` is known, and that once; the answer to any other is 501 (RFC 9112 section 6.1). A
/// call for help is taken nevertheless: what cannot be read of it is left out.
fn plainly_sent(request: &Request, lane: Lane) -> Result<(), Problem> {
    let mut codings = request.headers().get_all(header::TRANSFER_ENCODING).iter();
    let known = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"chunked");
    let fits = codings.next().is_none_or(known) && codings.next().is_none();
    if lane == Lane::Panic || fits {
        return Ok(());
    }
    Err(Problem::new(
        kind::TRANSFER_CODING,
        "Transfer-Encoding is only taken as chunked, once and not with another coding",
    ))
}

/// Whether this is a call for help.
pub(crate) fn calls_for_help(parts: &Parts) -> bool {
    lane(&parts.method, &parts.extensions) == Lane::Panic
}

fn lane(method: &Method, extensions: &Extensions) -> Lane {
    let route = extensions.get::<MatchedPath>();
    Lane::of(method, route.map_or("", MatchedPath::as_str))
}

async fn within_limits(
    counter: &Shared,
    (mut request, lane): (Request, Lane),
    next: Next,
    id: &RequestId,
) -> Response {
    let crowded = request.extensions().get::<Crowded>().is_some();
    let place = match counter.lanes.enter(lane, crowded) {
        Ok(place) => place,
        Err(problem) => return problem.into_response(),
    };
    if let Some(place) = &place {
        request.extensions_mut().insert(place.clone());
    }
    let wait = (lane != Lane::Live).then_some(REQUEST_WAIT);
    let response = guarded(next.run(request), wait, id).await;
    if let Some(place) = place {
        place.leave();
    }
    response
}

/// The answer of `work`, or a problem when it panics or takes longer than `wait`.
async fn guarded(
    work: impl Future<Output = Response>,
    wait: Option<Duration>,
    id: &RequestId,
) -> Response {
    let work = AssertUnwindSafe(work).catch_unwind();
    let done = match wait {
        None => work.await,
        Some(wait) => match tokio::time::timeout(wait, work).await {
            Ok(done) => done,
            Err(_) => {
                let text = say("answer-slow", [("seconds", wait.as_secs().into())]);
                return Problem::new(kind::TOO_SLOW, text).into_response();
            }
        },
    };
    done.unwrap_or_else(|_| {
        // The panic hook has written what and where.
        tracing::error!(request_id = id.as_str(), "a handler panicked");
        Problem::new(kind::INTERNAL, phrase("answer-failed")).into_response()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn answered(work: impl Future<Output = Response>) -> (u16, serde_json::Value) {
        let id = RequestId::fixed("r-1");
        let response = guarded(work, Some(REQUEST_WAIT), &id).await;
        let response = problem::render(response, id.as_str(), false);
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 10_000)
            .await
            .unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_one_failed_request() {
        let (status, body) = answered(async { panic!("a secret of the handler") }).await;
        assert_eq!((status, &body["request_id"]), (500, &"r-1".into()));
        assert_eq!(body["type"], "/problems/internal");
        assert!(!body.to_string().contains("secret"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_never_ends_is_cut_off() {
        let (status, body) = answered(std::future::pending()).await;
        assert_eq!((status, &body["type"]), (504, &"/problems/too-slow".into()));
    }

    #[tokio::test]
    async fn what_a_library_says_of_itself_becomes_a_problem() {
        let bare = async { axum::http::StatusCode::PAYLOAD_TOO_LARGE.into_response() };
        assert_eq!(answered(bare).await.1["type"], "/problems/too-large");
        let fine = async { "ok".into_response() };
        assert_eq!(answered(fine).await.0, 200);
    }
}
