//! The rest of a body that nobody read. Over HTTP/1.1 a connection that is closed in the middle of a sentence is
//! reset, and its sender never reads why it was refused: so the answer goes out, and the rest is read away beside it.

use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum::Error;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::response::Response;
use futures_util::FutureExt;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tokio::sync::Semaphore;

use crate::limits::{DRAIN_WAIT, DRAINED_BYTES_MAX};

/// What is left of a request's body once its handler is done with it.
pub(super) struct Rest(Option<Shelf>);

type Shelf = Arc<Mutex<Left>>;

#[derive(Default)]
enum Left {
    #[default]
    Nothing,
    /// The sender waits to be asked for it (RFC 9110 section 10.1.1), and was not.
    Unasked,
    Coming(Body),
}

impl Rest {
    /// Follows the body of a request, where another request may come after it.
    pub(super) fn of(request: Request) -> (Request, Self) {
        if request.version() >= Version::HTTP_2 || request.body().is_end_stream() {
            return (request, Self(None));
        }
        let unasked = waits(&request);
        let shelf = Shelf::default();
        let left = shelf.clone();
        let followed = |body| {
            Body::new(Followed {
                body: Some(body),
                unasked,
                left,
            })
        };
        (request.map(followed), Self(Some(shelf)))
    }

    /// Sees to it that what is left is read away, which holds up nobody. The answer says so where the connection
    /// ends with it: to a sender that waits, is slow or announces too much, and where too many bodies are read
    /// away already. Where it says so before, nothing is read.
    pub(super) fn read_away(self, response: &mut Response, drains: &Arc<Semaphore>) {
        let left = self.0.map(|left| mem::take(&mut *lock(&left)));
        let slow = response.status() == StatusCode::REQUEST_TIMEOUT;
        let ends = match left.unwrap_or_default() {
            Left::Nothing => return,
            Left::Unasked => true,
            Left::Coming(_) if response.headers().contains_key(header::CONNECTION) => true,
            Left::Coming(body) => !goes_on(body, drains) || slow,
        };
        if ends {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(header::CONNECTION, close);
        }
    }
}

/// Whether the sender waits for a `100 Continue` before it sends the body.
fn waits(request: &Request) -> bool {
    let expects = request.headers().get(header::EXPECT);
    request.version() == Version::HTTP_11
        && expects.is_some_and(|what| what.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

/// Reads the body away, at once as far as it is there, then in a task. Whether the connection can go on after
/// it, as far as is known by now.
fn goes_on(body: Body, drains: &Arc<Semaphore>) -> bool {
    let fits = body.size_hint().lower() <= DRAINED_BYTES_MAX;
    let mut reading = Box::pin(ends(body));
    if let Some(ended) = reading.as_mut().now_or_never() {
        return ended;
    }
    let Ok(room) = drains.clone().try_acquire_owned() else {
        return false;
    };
    tokio::spawn(async move {
        // Without an end the connection has none either: whoever drives it sees that the body is let go.
        reading.await;
        drop(room);
    });
    fits
}

/// Whether the body came to its end within bytes and time.
async fn ends(mut body: Body) -> bool {
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
    /// Whether the sender still waits to be asked for it.
    unasked: bool,
    left: Shelf,
}

impl HttpBody for Followed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        self.unasked = false;
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
        let body = self.body.take().filter(|body| !body.is_end_stream());
        *lock(&self.left) = match body {
            None => Left::Nothing,
            Some(_) if self.unasked => Left::Unasked,
            Some(body) => Left::Coming(body),
        };
    }
}

fn lock(left: &Shelf) -> MutexGuard<'_, Left> {
    left.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::{Sender, channel};

    /// A request whose body comes as it is sent.
    fn coming(expects: &str) -> (Sender<&'static str>, Request) {
        let (send, mut come) = channel(1);
        let parts = futures_util::stream::poll_fn(move |context| {
            let part = come.poll_recv(context);
            part.map(|part| part.map(Ok::<_, Error>))
        });
        let request = Request::post("/api/v1/reports").header(header::EXPECT, expects);
        let body = Body::from_stream(parts);
        (send, request.body(body).expect("valid"))
    }

    /// Whether the refusal of a request nobody read says that the connection ends.
    fn closes(request: Request, drains: &Arc<Semaphore>, status: StatusCode) -> bool {
        let (request, rest) = Rest::of(request);
        drop(request);
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        rest.read_away(&mut response, drains);
        response.headers().contains_key(header::CONNECTION)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_is_read_away_beside_its_answer_where_there_is_room_for_it() {
        let drains = Arc::new(Semaphore::new(1));
        let refused = |request| closes(request, &drains, StatusCode::FORBIDDEN);
        let (first, request) = coming("");
        assert!(!refused(request), "answered before it has come");
        let (second, request) = coming("");
        assert!(refused(request), "one too many");
        assert!(second.is_closed());
        let here = Request::post("/").body(Body::from("here")).expect("valid");
        assert!(!refused(here), "what is there needs no room");
        for part in ["a", "b", "c"] {
            first.send(part).await.expect("is read");
        }
        drop(first);
        let room = drains.clone().acquire_owned().await.expect("given back");
        drop(room);
        let (never, request) = coming("");
        assert!(!refused(request));
        tokio::time::timeout(DRAIN_WAIT * 2, never.closed())
            .await
            .expect("is not waited for any longer");
        let (large, request) = coming("");
        assert!(!refused(request));
        let most = "x".repeat(1 << 20).leak();
        let mut sent = 0;
        while large.send(most).await.is_ok() {
            sent += most.len() as u64;
        }
        assert!(sent <= DRAINED_BYTES_MAX + (2 << 20), "{sent}");
    }

    #[tokio::test]
    async fn a_sender_that_waits_or_is_slow_is_told_that_the_connection_ends() {
        let drains = Arc::new(Semaphore::new(1));
        let (waits, request) = coming("100-Continue");
        assert!(closes(request, &drains, StatusCode::FORBIDDEN));
        assert!(waits.is_closed(), "it is not asked for");
        let (slow, request) = coming("");
        assert!(closes(request, &drains, StatusCode::REQUEST_TIMEOUT));
        assert!(!slow.is_closed(), "it is in the middle of a sentence");
    }
}
