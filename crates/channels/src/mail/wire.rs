//! The bytes between us and a mail server, of which no answer is without end.
//! Never knows what they say.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// Bytes that may come between two commands; a line of an answer has up to 512 (RFC 5321 section 4.5.3.1.5).
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Lines of them: with each, the SMTP client reads the answer from its beginning.
const ANSWER_LINES_MAX: usize = 512;

/// A connection, protected or not. What is read is plain: answers are in ASCII (RFC 5321 section 2.4), and any
/// other byte becomes a question mark, so that the code before it counts.
#[derive(Debug)]
pub(super) struct Wire<S> {
    stream: S,
    /// What is read before the stream is.
    greeting: &'static [u8],
    bytes: usize,
    lines: usize,
}

impl<S> Wire<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            greeting: b"",
            bytes: 0,
            lines: 0,
        }
    }

    /// For a server that has greeted, and does not a second time after STARTTLS.
    pub(super) fn greeted(stream: S) -> Self {
        Self {
            greeting: b"220 ready\r\n",
            ..Self::new(stream)
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = &mut *self;
        if !wire.greeting.is_empty() {
            let (now, later) = wire
                .greeting
                .split_at(buf.remaining().min(wire.greeting.len()));
            buf.put_slice(now);
            wire.greeting = later;
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut wire.stream).poll_read(cx, buf))?;
        let fresh = &mut buf.filled_mut()[before..];
        wire.bytes += fresh.len();
        wire.lines += fresh.iter().filter(|byte| **byte == b'\n').count();
        if wire.bytes > ANSWER_BYTES_MAX || wire.lines > ANSWER_LINES_MAX {
            return Poll::Ready(Err(io::Error::other("an answer does not end")));
        }
        for byte in fresh.iter_mut().filter(|byte| !byte.is_ascii()) {
            *byte = b'?';
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        (self.bytes, self.lines) = (0, 0);
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Wire<TcpStream> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncTokioStream for Wire<TlsStream<TcpStream>> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get_ref().0.peer_addr()
    }
}
