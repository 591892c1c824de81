//! What was answered and is not read. Over HTTP/2 an answer waits for the window of its own stream (RFC 9113
//! section 5.2) while the socket has nothing to write, so the bytes themselves tell whether anybody takes them.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::Body;
use hyper::body::{Buf, Bytes, Frame, SizeHint};
use tokio::time::Instant;

/// The bytes of one connection that wait to be read. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Unread(Arc<Mutex<Waiting>>);

#[derive(Debug)]
struct Waiting {
    parts: usize,
    /// When something of them was last taken, or came when nothing waited.
    moved: Instant,
}

impl Unread {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Waiting {
            parts: 0,
            moved: Instant::now(),
        })))
    }

    /// Since when nothing was taken of what waits; `None` when nothing waits.
    pub(super) fn since(&self) -> Option<Instant> {
        let waiting = self.lock();
        (waiting.parts > 0).then_some(waiting.moved)
    }

    fn note(&self, bytes: Bytes) -> Part {
        let mut waiting = self.lock();
        if waiting.parts == 0 {
            waiting.moved = Instant::now();
        }
        waiting.parts += 1;
        Part {
            bytes,
            noted: Some(self.clone()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer whose bytes are noted until they are gone, if there is somewhere to note them.
#[derive(Debug)]
pub(super) struct Answer {
    body: Body,
    unread: Option<Unread>,
}

impl Answer {
    pub(super) fn new(body: Body, unread: Option<Unread>) -> Self {
        Self { body, unread }
    }
}

impl hyper::body::Body for Answer {
    type Data = Part;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Part>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let part = |bytes| match &self.unread {
            Some(unread) => unread.note(bytes),
            None => Part { bytes, noted: None },
        };
        Poll::Ready(frame.map(|frame| frame.map(|frame| frame.map_data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Bytes on their way to a reader.
#[derive(Debug)]
pub(super) struct Part {
    bytes: Bytes,
    noted: Option<Unread>,
}

impl Buf for Part {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
        if let Some(unread) = &self.noted {
            unread.lock().moved = Instant::now();
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(unread) = &self.noted {
            unread.lock().parts -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test(start_paused = true)]
    async fn bytes_wait_until_they_are_taken() {
        let unread = Unread::new();
        let begun = Instant::now();
        let after = |s| Some(begun + Duration::from_secs(s));
        let later = || tokio::time::advance(Duration::from_secs(10));
        assert_eq!(unread.since(), None, "nothing was answered");
        later().await;
        let mut first = unread.note(Bytes::from_static(b"first"));
        later().await;
        let second = unread.note(Bytes::from_static(b"second"));
        assert_eq!(unread.since(), after(10), "what comes later takes nothing");
        first.advance(1);
        assert_eq!((first.chunk(), first.remaining()), (&b"irst"[..], 4));
        assert_eq!(unread.since(), after(20));
        drop(first);
        later().await;
        assert_eq!(unread.since(), after(20), "the second still waits");
        drop(second);
        assert_eq!(unread.since(), None);
    }
}
