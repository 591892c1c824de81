//! Peers for a demo that has none: a mail server and a webhook receiver on this machine, both simulated and saying so.
//! Never knows who sends; what arrives is kept in memory, shown on one plain page and forgotten at the end.

mod hooks;
mod page;
mod smtp;

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use outcry_domain::Time;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::clock::{self, Clock};

/// Letters and calls that are kept, each.
const KEPT_MAX: usize = 200;

/// The simulated peers. They end when this is dropped.
#[derive(Debug)]
pub struct Peers {
    /// Where the mail server listens, without TLS and without a password.
    pub smtp_addr: SocketAddr,
    /// Where webhooks are received; anything may follow after another `/`.
    pub webhook_url: String,
    /// The signing secret of the receiver (Standard Webhooks).
    pub webhook_secret: String,
    /// The page that shows what arrived.
    pub page_url: String,
    inbox: Arc<Inbox>,
    _tasks: JoinSet<()>,
}

impl Peers {
    /// Starts both on free ports of the loopback interface.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(clock: Clock) -> io::Result<Self> {
        let letters = TcpListener::bind(("127.0.0.1", 0)).await?;
        let calls = TcpListener::bind(("127.0.0.1", 0)).await?;
        let (smtp_addr, http_addr) = (letters.local_addr()?, calls.local_addr()?);
        let webhook_secret = format!("whsec_{}", STANDARD.encode(clock::random::<32>()));
        let inbox = Arc::new(Inbox::default());
        let receiver = hooks::Receiver::new(&webhook_secret, inbox.clone(), clock.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(smtp::listen(letters, inbox.clone(), clock));
        tasks.spawn(hooks::listen(calls, receiver));
        Ok(Self {
            smtp_addr,
            webhook_url: format!("http://{http_addr}/hooks"),
            page_url: format!("http://{http_addr}/"),
            webhook_secret,
            inbox,
            _tasks: tasks,
        })
    }

    /// How many letters and how many calls were taken since the start.
    pub fn taken(&self) -> (u64, u64) {
        let kept = self.inbox.kept();
        (kept.letters.taken, kept.calls.taken)
    }
}

/// What arrived.
#[derive(Debug, Default)]
struct Inbox(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    letters: Shelf<Letter>,
    calls: Shelf<Call>,
}

impl Inbox {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last of many.
#[derive(Debug)]
struct Shelf<T> {
    last: VecDeque<T>,
    taken: u64,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self {
            last: VecDeque::new(),
            taken: 0,
        }
    }
}

impl<T> Shelf<T> {
    fn put(&mut self, one: T) {
        self.taken += 1;
        self.last.push_back(one);
        if self.last.len() > KEPT_MAX {
            self.last.pop_front();
        }
    }
}

/// A letter that was taken.
#[derive(Debug)]
struct Letter {
    at: Time,
    to: String,
    subject: String,
    text: String,
}

/// A call that came, and what it was answered.
#[derive(Debug)]
struct Call {
    at: Time,
    to: String,
    id: String,
    answered: &'static str,
    body: String,
}

#[cfg(test)]
mod tests;
