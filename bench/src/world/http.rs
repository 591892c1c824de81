//! A lean HTTP/1.1 client with keep-alive: the client shares two cores with what it measures.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const JSON: &str = "application/json";
/// A connection that was silent for longer is not used again: the other side may be about to close it.
const SILENT_MAX: Duration = Duration::from_secs(5);
/// The longest head of an answer.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// One connection.
#[derive(Debug)]
pub(crate) struct Client {
    stream: TcpStream,
    fixed: String,
    out: Vec<u8>,
    heard: Vec<u8>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// Whether it says when to come back.
    pub(crate) retry_after: bool,
    /// The body as text.
    pub(crate) body: String,
}

impl Answer {
    /// The incident's id that the body names.
    pub(crate) fn incident(&self) -> anyhow::Result<String> {
        super::listen::incident_in(&self.body)
            .map(str::to_owned)
            .with_context(|| format!("status {}: {}", self.status, self.body))
    }

    /// The answer, if its status is the one that is expected.
    pub(crate) fn expect(self, status: u16) -> anyhow::Result<Self> {
        ensure!(
            self.status == status,
            "status {} instead of {status}: {}",
            self.status,
            self.body
        );
        Ok(self)
    }
}

impl Client {
    /// Connects; every request shows `token`, unless it is empty.
    pub(crate) async fn open(address: SocketAddr, token: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut fixed = format!("Host: {address}\r\n");
        if !token.is_empty() {
            fixed += &format!("Authorization: Bearer {token}\r\n");
        }
        Ok(Self {
            stream,
            fixed,
            out: Vec::new(),
            heard: Vec::with_capacity(HEAD_BYTES_MAX),
        })
    }

    /// GET.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.out.clear();
        self.out
            .extend_from_slice(format!("GET {path} HTTP/1.1\r\n{}\r\n", self.fixed).as_bytes());
        self.talk().await
    }

    /// POST of JSON.
    pub(crate) async fn post(&mut self, path: &str, body: &str) -> anyhow::Result<Answer> {
        self.post_as(path, JSON, body.as_bytes()).await
    }

    /// POST.
    pub(crate) async fn post_as(
        &mut self,
        path: &str,
        form: &str,
        body: &[u8],
    ) -> anyhow::Result<Answer> {
        self.out.clear();
        let head = format!(
            "POST {path} HTTP/1.1\r\n{}Content-Type: {form}\r\nContent-Length: {}\r\n\r\n",
            self.fixed,
            body.len()
        );
        self.out.extend_from_slice(head.as_bytes());
        self.out.extend_from_slice(body);
        self.talk().await
    }

    async fn talk(&mut self) -> anyhow::Result<Answer> {
        self.stream.write_all(&self.out).await?;
        self.heard.clear();
        let head = loop {
            if let Some(end) = find(&self.heard, b"\r\n\r\n") {
                break end + 4;
            }
            ensure!(
                self.heard.len() < HEAD_BYTES_MAX,
                "the answer's head has no end"
            );
            self.more().await?;
        };
        let text = std::str::from_utf8(&self.heard[..head])?.to_ascii_lowercase();
        let status: u16 = text.get(9..12).context("no status")?.parse()?;
        let length = header(&text, "content-length");
        let retry_after = header(&text, "retry-after").is_some();
        let length: usize = match length {
            Some(length) => length.parse()?,
            None if status == 204 => 0,
            None => bail!("an answer without a length: {text}"),
        };
        while self.heard.len() < head + length {
            self.more().await?;
        }
        let body = String::from_utf8_lossy(&self.heard[head..head + length]).into_owned();
        Ok(Answer {
            status,
            retry_after,
            body,
        })
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        let count = self.stream.read_buf(&mut self.heard).await?;
        ensure!(count > 0, "the connection was closed");
        Ok(())
    }
}

/// Where a pattern begins.
pub(crate) fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes
        .windows(pattern.len())
        .position(|window| window == pattern)
}

/// A header of a head in lower case.
pub(crate) fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .map(str::trim)
}

/// Connections that open-loop load takes from and gives back to.
#[derive(Clone)]
pub(crate) struct Pool {
    address: SocketAddr,
    token: String,
    /// The one used last at the end.
    idle: Arc<Mutex<Vec<(Client, Instant)>>>,
}

impl Pool {
    /// No connection yet.
    pub(crate) fn new(address: SocketAddr, token: String) -> Self {
        Self {
            address,
            token,
            idle: Arc::default(),
        }
    }

    /// Opens so many connections ahead.
    pub(crate) async fn warm(&self, count: usize) -> anyhow::Result<()> {
        for _ in 0..count {
            self.give(Client::open(self.address, &self.token).await?);
        }
        Ok(())
    }

    /// A connection that was in use a moment ago, or a new one.
    pub(crate) async fn take(&self) -> anyhow::Result<Client> {
        let idle = {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.pop().filter(|(_, used)| used.elapsed() < SILENT_MAX)
        };
        match idle {
            Some((client, _)) => Ok(client),
            None => Client::open(self.address, &self.token).await,
        }
    }

    /// Gives a connection back that still works.
    pub(crate) fn give(&self, client: Client) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((client, Instant::now()));
    }

    /// One POST of JSON.
    pub(crate) async fn post(&self, path: &str, body: &str) -> anyhow::Result<Answer> {
        let mut client = self.take().await?;
        let answer = client.post(path, body).await?;
        self.give(client);
        Ok(answer)
    }

    /// One GET.
    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        let mut client = self.take().await?;
        let answer = client.get(path).await?;
        self.give(client);
        Ok(answer)
    }
}
