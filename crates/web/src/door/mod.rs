//! What every request passes on its way in and out: an id, a place in a lane, a deadline, headers
//! that keep browsers strict, the log. It never knows what the request is about.

mod headers;
mod lane;
mod observe;
mod origin;
mod request_id;

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

pub(crate) use lane::{Crowded, Lanes};
pub(crate) use origin::same_origin;
pub(crate) use request_id::RequestId;

use crate::house::Shared;
use crate::limits::REQUEST_WAIT;
use crate::problem::{self, Problem, kind};
use lane::Lane;

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

    let response = within_limits(&counter, request, next, &id).await;

    let mut response = problem::render(response, id.as_str(), wants_page);
    headers::add(
        &mut response,
        &path,
        counter.house.settings.public_url.starts_with("https://"),
    );
    id.add(&mut response);
    seen.record(&response, started.elapsed(), &id);
    response
}

async fn within_limits(counter: &Shared, request: Request, next: Next, id: &RequestId) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    let lane = Lane::of(request.method(), route);
    let crowded = request.extensions().get::<Crowded>().is_some();
    let _place = match counter.lanes.enter(lane, crowded) {
        Ok(place) => place,
        Err(problem) => return problem.into_response(),
    };
    let work = AssertUnwindSafe(next.run(request)).catch_unwind();
    let done = if lane == Lane::Live {
        work.await
    } else {
        match tokio::time::timeout(REQUEST_WAIT, work).await {
            Ok(done) => done,
            Err(_) => {
                let text = format!("no answer within {} seconds", REQUEST_WAIT.as_secs());
                return Problem::new(kind::TOO_SLOW, text).into_response();
            }
        }
    };
    done.unwrap_or_else(|_| {
        // The panic hook has written what and where.
        tracing::error!(request_id = id.as_str(), "a handler panicked");
        Problem::new(kind::INTERNAL, "the request could not be handled").into_response()
    })
}
