//! The accept loop: who may connect, how long a client may take, and the graceful stop.

mod patience;
mod unread;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::asset;
use crate::door::{Crowded, Stranger, Strangers};
use crate::house::{Counter, House};
use crate::limits::{
    CONNECTIONS_RESERVED, FIRST_REQUEST_WAIT, HEAD_BYTES_MAX, HEAD_WAIT, HEADERS_MAX, STOP_WAIT,
    STREAMS_PER_CONNECTION_MAX, WRITE_WAIT,
};
use crate::router::router;
use patience::Patience;
use unread::{Answer, Unread};

/// How long the loop waits when the system has no more sockets to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves the house on `listener` until `shutdown`: HTTP/1.1 and HTTP/2 over plain TCP. Then no
/// connection is accepted any more, live streams end with a comment, requests in flight have ten
/// seconds to finish. Whatever was answered is on record. A listener that fails to accept is tried again.
pub async fn run(listener: TcpListener, house: House, shutdown: CancellationToken) {
    let counter = Counter::of(house);
    let router = router(&counter);
    let house = &counter.house;
    if !cfg!(debug_assertions) {
        // A debug build reads files from disk, where they may change at any time.
        tokio::task::spawn_blocking(asset::prepare);
    }
    let hub = house.live.clone();
    hub.begin(&house.ledger);
    let pump = tokio::spawn(hub.run(house.ledger.clone(), house.clock.clone(), shutdown.clone()));
    let tracker = TaskTracker::new();
    let open = Arc::new(AtomicUsize::new(0));
    let strangers = Strangers::default();
    let strangers_max = house.settings.strangers_max();
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let place = Place::take(&open, house.settings.connections_max);
                let stranger = strangers.admit(peer.ip(), strangers_max);
                let Some(stranger) = stranger.filter(|_| place.beyond <= CONNECTIONS_RESERVED)
                else {
                    metrics::counter!("outcry_http_refused_total", "lane" => "connection")
                        .increment(1);
                    continue;
                };
                let router = router.clone();
                tracker.spawn(serve(stream, router, place, stranger, shutdown.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    tracker.close();
    if tokio::time::timeout(STOP_WAIT, tracker.wait())
        .await
        .is_err()
    {
        tracing::warn!(
            connections = tracker.len(),
            "closed before every client had read its answer"
        );
    }
    let _ = pump.await;
}

async fn serve(
    stream: TcpStream,
    router: Router,
    place: Place,
    stranger: Arc<Stranger>,
    shutdown: CancellationToken,
) {
    // Small answers must not wait for more to come.
    let _ = stream.set_nodelay(true);
    let crowded = place.beyond > 0;
    let heard = Arc::new(AtomicBool::new(false));
    let first = Arc::clone(&heard);
    let unread = Unread::new();
    let notes = unread.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        first.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(Arc::clone(&stranger));
        if crowded {
            request.extensions_mut().insert(Crowded);
        }
        let router = router.clone();
        let notes = (request.version() == Version::HTTP_2).then(|| notes.clone());
        async move { Ok::<_, Infallible>(answer(router, request.map(Body::new), notes).await) }
    });
    let builder = builder();
    let io = TokioIo::new(Patience::new(stream, WRITE_WAIT));
    let connection = builder.serve_connection(io, service);
    tokio::pin!(connection);
    let silence = tokio::time::sleep(FIRST_REQUEST_WAIT);
    tokio::pin!(silence);
    let read = tokio::time::sleep(WRITE_WAIT);
    tokio::pin!(read);
    let mut watched = true;
    let mut stopping = false;
    loop {
        tokio::select! {
            ended = &mut connection => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                }
                break;
            }
            () = &mut silence, if watched => {
                watched = false;
                if !heard.load(Ordering::Relaxed) {
                    break;
                }
            }
            () = &mut read => {
                let since = unread.since().unwrap_or_else(Instant::now);
                if since.elapsed() >= WRITE_WAIT {
                    break;
                }
                read.as_mut().reset(since + WRITE_WAIT);
            }
            () = shutdown.cancelled(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
    drop(place);
}

async fn answer(router: Router, request: Request<Body>, notes: Option<Unread>) -> Response<Answer> {
    match router.oneshot(request).await {
        Ok(response) => response.map(|body| Answer::new(body, notes)),
        Err(never) => match never {},
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WAIT)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_BYTES_MAX.max(8 * 1024));
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_PER_CONNECTION_MAX)
        .max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX))
        .keep_alive_interval(Some(HEAD_WAIT))
        .keep_alive_timeout(HEAD_WAIT);
    builder
}

/// One of the connections that may be open at once.
struct Place {
    open: Arc<AtomicUsize>,
    /// How many more than there should be.
    beyond: usize,
}

impl Place {
    fn take(open: &Arc<AtomicUsize>, most: usize) -> Self {
        let number = open.fetch_add(1, Ordering::Relaxed) + 1;
        Self {
            open: Arc::clone(open),
            beyond: number.saturating_sub(most),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }
}
