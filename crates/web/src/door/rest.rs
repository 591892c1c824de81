//! The rest of a body that nobody read: over HTTP/1.1 a sender that is cut off in the middle of its
//! sentence never reads why it was refused, and loses its connection without a word.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::Error;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tokio::sync::Semaphore;

use super::lane::Lane;
use crate::limits::{DRAIN_WAIT, DRAINED_BYTES_MAX};

/// Where the rest of a body is left.
type Left = Arc<Mutex<Option<Body>>>;

/// What may be left of a request's body.
pub(super) struct Rest(Option<Left>);

impl Rest {
    /// Follows the body of a request, if there is one that comes unasked. Who calls for help waits for
    /// nothing, not even for a refusal.
    pub(super) fn of(request: Request, lane: Lane) -> (Request, Self) {
        let asked = request.headers().contains_key(header::EXPECT);
        if asked
            || lane == Lane::Panic
            || request.version() >= Version::HTTP_2
            || request.body().is_end_stream()
        {
            return (request, Self(None));
        }
        let left = Left::default();
        let followed = |body| {
            Body::new(Followed {
                body: Some(body),
                left: left.clone(),
            })
        };
        (request.map(followed), Self(Some(left)))
    }

    /// Reads what is left away before a refusal, so that its sender comes to read it. One that sends
    /// too much or too slowly, or when too many are read away already, is told that the connection ends.
    pub(super) async fn read_away(self, response: &mut Response, drains: &Semaphore) {
        let left = self.0.and_then(|left| lock(&left).take());
        let headers = response.headers_mut();
        let Some(body) = left.filter(|_| !headers.contains_key(header::CONNECTION)) else {
            return;
        };
        let refuses = response.status().is_client_error() || response.status().is_server_error();
        let slow = response.status() == StatusCode::REQUEST_TIMEOUT;
        let room = drains.try_acquire();
        if !refuses || slow || room.is_err() || !ends(body).await {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
    }
}

/// Whether the body came to its end within bytes and time.
async fn ends(mut body: Body) -> bool {
    if body.size_hint().lower() > DRAINED_BYTES_MAX {
        return false;
    }
    let read = async {
        let mut size = 0;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else { return false };
            size += frame.data_ref().map_or(0, Bytes::len) as u64;
            if size > DRAINED_BYTES_MAX {
                return false;
            }
        }
        true
    };
    let ended = tokio::time::timeout(DRAIN_WAIT, read).await;
    ended.unwrap_or(false)
}

/// A body that leaves what was not read of it.
struct Followed {
    /// Until its end, or until it broke.
    body: Option<Body>,
    left: Left,
}

impl HttpBody for Followed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        let frame = Pin::new(body).poll_frame(context);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let hint = self.body.as_ref().map(HttpBody::size_hint);
        hint.unwrap_or_else(|| SizeHint::with_exact(0))
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        *lock(&self.left) = self.body.take().filter(|body| !body.is_end_stream());
    }
}

fn lock(left: &Left) -> std::sync::MutexGuard<'_, Option<Body>> {
    left.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_is_read_away_where_there_is_room_for_it() {
        for (room, closes) in [(1, false), (0, true)] {
            let body = Body::from_stream(futures_util::stream::iter([Ok::<_, Error>("rest")]));
            let request = Request::post("/api/v1/reports").body(body).expect("valid");
            let (request, rest) = Rest::of(request, Lane::Write);
            drop(request);
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::FORBIDDEN;
            rest.read_away(&mut response, &Semaphore::new(room)).await;
            let told = response.headers().get(header::CONNECTION);
            assert_eq!(told.is_some(), closes, "{room}");
        }
    }
}
