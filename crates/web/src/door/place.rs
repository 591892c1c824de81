//! The place of a request that changes something. While the body is on its way the place is lent to others:
//! a slow sender holds up nobody. Never knows what is asked.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use outcry_words::phrase;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::lane::{Lane, refuse};
use crate::limits::{HEAD_BYTES_MAX, WAITING_KIB_MAX};
use crate::problem::Problem;

/// The places of a lane, and what requests whose bodies are on their way may take together.
#[derive(Debug)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    /// In KiB.
    waiting: Arc<Semaphore>,
}

impl Places {
    pub(super) fn new(most: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(most)),
            waiting: Arc::new(Semaphore::new(WAITING_KIB_MAX)),
        }
    }

    /// A place, if one is free.
    pub(super) fn take(&self) -> Option<Place> {
        let permit = self.free.clone().try_acquire_owned().ok()?;
        Some(Place {
            free: self.free.clone(),
            waiting: self.waiting.clone(),
            held: Arc::new(Mutex::new(Some(permit))),
        })
    }

    /// One that is given back by whoever dropped it.
    pub(super) fn lend(&self) -> Option<OwnedSemaphorePermit> {
        self.free.clone().try_acquire_owned().ok()
    }
}

/// One place. Whoever has the request finds it among its extensions.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    free: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    held: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl Place {
    /// What arrives of a body of at most that many bytes. What is there already keeps the place; what is
    /// awaited gives it back, and needs another one once it is there. Fails where too much is awaited, or no
    /// place is free. A body that does not arrive needs none.
    pub(crate) async fn arrival<T, E>(
        &self,
        bytes_max: usize,
        body: impl Future<Output = Result<T, E>>,
    ) -> Result<Result<T, E>, Problem> {
        let mut body = std::pin::pin!(body);
        if let Some(here) = body.as_mut().now_or_never() {
            return Ok(here);
        }
        // The head is held as well: without it the shortest bodies could wait in any number.
        let kib = bytes_max.saturating_add(HEAD_BYTES_MAX).div_ceil(1024);
        let kib = u32::try_from(kib).unwrap_or(u32::MAX);
        let room = self.waiting.try_acquire_many(kib);
        let room = room.map_err(|_| refuse(Lane::Write, phrase("answer-arriving")))?;
        self.hold(None);
        let arrived = body.await;
        drop(room);
        if arrived.is_err() {
            return Ok(arrived);
        }
        let again = self.free.clone().try_acquire_owned();
        self.hold(Some(
            again.map_err(|_| refuse(Lane::Write, phrase("answer-full")))?,
        ));
        Ok(arrived)
    }

    /// Gives the place back, also where somebody still has the request.
    pub(super) fn leave(&self) {
        self.hold(None);
    }

    fn hold(&self, permit: Option<OwnedSemaphorePermit>) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = permit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn a_body_on_its_way_lends_its_place_and_needs_one_when_it_is_there() {
        let places = Places::new(1);
        let slow = places.take().expect("the only one");
        assert!(places.take().is_none());
        let here = slow.arrival(10, async { Ok::<_, ()>(1) }).await;
        assert_eq!(here.unwrap(), Ok(1));
        assert!(places.take().is_none(), "what is there keeps its place");
        let (send, body) = oneshot::channel();
        let mut arrival = std::pin::pin!(slow.arrival(10, body));
        assert!(arrival.as_mut().now_or_never().is_none());
        let other = places.take().expect("lent");
        send.send(2).expect("awaited");
        assert!(arrival.await.is_err(), "the other has it");
        let (broken, body) = oneshot::channel::<()>();
        drop(broken);
        let never = slow.arrival(10, async {
            tokio::task::yield_now().await;
            body.await
        });
        assert!(never.await.expect("needs no place").is_err());
        drop(other);
        let (send, body) = oneshot::channel();
        let mut arrival = std::pin::pin!(slow.arrival(10, body));
        assert!(arrival.as_mut().now_or_never().is_none());
        send.send(3).expect("awaited");
        assert_eq!(arrival.await.unwrap(), Ok(3));
        assert!(places.take().is_none(), "and has it again");
        slow.leave();
        assert!(places.take().is_some());
    }

    #[tokio::test]
    async fn what_is_awaited_is_bounded_in_bytes() {
        let places = Places::new(2);
        let (first, second) = (places.take().unwrap(), places.take().unwrap());
        let whole = WAITING_KIB_MAX * 1024 - HEAD_BYTES_MAX;
        let mut waits =
            std::pin::pin!(first.arrival(whole, std::future::pending::<Result<(), ()>>()));
        assert!(waits.as_mut().now_or_never().is_none());
        let refused = second
            .arrival(1, std::future::pending::<Result<(), ()>>())
            .await;
        assert!(refused.unwrap_err().retry_after_s.is_some());
        assert!(
            second.arrival(1, async { Ok::<_, ()>(()) }).await.is_ok(),
            "it is there"
        );
    }

    #[tokio::test]
    async fn short_bodies_do_not_wait_in_any_number() {
        let most = WAITING_KIB_MAX * 1024 / HEAD_BYTES_MAX;
        let places = Places::new(1);
        let mut waiting = Vec::new();
        let mut refused = 0;
        for _ in 0..2 * most {
            let place = places.take().expect("lent by those before");
            let wait = async move {
                place
                    .arrival(1, std::future::pending::<Result<(), ()>>())
                    .await
            };
            let mut wait = Box::pin(wait);
            match wait.as_mut().now_or_never() {
                None => waiting.push(wait),
                Some(answer) => refused += usize::from(answer.is_err()),
            }
        }
        assert!(waiting.len() < most && waiting.len() + refused == 2 * most);
    }
}
