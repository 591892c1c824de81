//! A peer's server: its process, until it is ready and until it has stopped; and clients that load it with posts.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tokio::task::JoinSet;

use crate::measure::Samples;
use crate::report_64::CLIENTS;
use crate::world::http::Client;

/// How long it may take to be ready.
const READY_MAX: Duration = Duration::from_secs(60);
/// How often that is asked.
const ASK_EVERY: Duration = Duration::from_millis(200);
/// How long it may take to stop.
const STOP_MAX: Duration = Duration::from_secs(10);

/// A running server; asked to stop when dropped, so that its workers go with it.
pub(super) struct Server(Child);

impl Server {
    /// Starts it.
    pub(super) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let program = command.get_program().to_owned();
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.with_context(|| format!("{} cannot be started", program.display()))?;
        Ok(Self(child))
    }

    /// Asks until it answers as it should; gives what it answered.
    pub(super) async fn ready<A>(
        &mut self,
        ask: impl AsyncFn() -> anyhow::Result<A>,
    ) -> anyhow::Result<A> {
        let begun = Instant::now();
        loop {
            match ask().await {
                Ok(answer) => return Ok(answer),
                Err(why) if begun.elapsed() > READY_MAX => {
                    return Err(why.context(format!("it is not ready after {READY_MAX:?}")));
                }
                Err(_) => tokio::time::sleep(ASK_EVERY).await,
            }
            if let Some(status) = self.0.try_wait()? {
                bail!("it ended before it was ready: {status}");
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let begun = Instant::now();
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        while begun.elapsed() < STOP_MAX {
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An address that nobody listens on.
pub(super) fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

/// What clients send.
#[derive(Clone)]
pub(super) struct Posts {
    /// Where to.
    pub(super) address: SocketAddr,
    /// Shown with each; none if empty.
    pub(super) token: String,
    pub(super) path: String,
    /// The JSON of each, by its number.
    pub(super) body: fn(usize) -> String,
    /// Of an answer that says that it is kept.
    pub(super) status: u16,
}

impl Posts {
    /// Posts for so long, by as many clients as our own reports have; how long each answer took.
    pub(super) async fn load(&self, time: Duration) -> anyhow::Result<Samples> {
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            clients.spawn(self.clone().one_by_one(number, time));
        }
        let mut samples = Samples::default();
        while let Some(done) = clients.join_next().await {
            samples.extend(done??.all());
        }
        Ok(samples)
    }

    /// Sends the next when the one before is answered.
    async fn one_by_one(self, number: usize, time: Duration) -> anyhow::Result<Samples> {
        let mut client = Client::open(self.address, &self.token).await?;
        let mut samples = Samples::default();
        let begun = Instant::now();
        while begun.elapsed() < time {
            let body = (self.body)(number + samples.len() * CLIENTS);
            let sent = Instant::now();
            client.post(&self.path, &body).await?.expect(self.status)?;
            samples.push(sent.elapsed());
        }
        Ok(samples)
    }
}
