//! A listener on the desk's event stream: remembers when it first heard of each kind of fact of each incident.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::http::find;

/// Characters of an incident's id.
const ID_CHARS: usize = 36;

/// When each kind of fact of each incident was first heard.
type Heard = HashMap<(String, String), Instant>;

/// An open event stream; ends when dropped.
pub(crate) struct Listener {
    heard: Arc<Mutex<Heard>>,
    task: JoinHandle<()>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Listener {
    /// Opens the stream and waits for its greeting. Only `kinds` are remembered.
    pub(crate) async fn open(
        address: SocketAddr,
        token: &str,
        kinds: &[&str],
    ) -> anyhow::Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let request = format!(
            "GET /api/v1/live HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut chunks = Chunks::default();
        let mut bytes = Vec::with_capacity(1 << 16);
        let head = loop {
            if let Some(end) = find(&bytes, b"\r\n\r\n") {
                break end + 4;
            }
            ensure!(
                stream.read_buf(&mut bytes).await? > 0,
                "the event stream was closed"
            );
        };
        let told = std::str::from_utf8(&bytes[..head])?;
        ensure!(told.starts_with("HTTP/1.1 200"), "no event stream: {told}");
        chunks.take(&bytes[head..]);
        while !chunks.text.contains("event: hello") {
            bytes.clear();
            ensure!(
                stream.read_buf(&mut bytes).await? > 0,
                "the event stream was closed"
            );
            chunks.take(&bytes);
        }
        let heard = Arc::<Mutex<Heard>>::default();
        let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        let task = tokio::spawn(listen(stream, chunks, kinds, heard.clone()));
        Ok(Self { heard, task })
    }

    /// When a fact was first heard.
    pub(crate) fn when(&self, kind: &str, incident: &str) -> Option<Instant> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.get(&(kind.to_owned(), incident.to_owned())).copied()
    }

    /// Every incident of which such a fact was heard, and when.
    pub(crate) fn all(&self, kind: &str) -> Vec<(String, Instant)> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let own = heard.iter().filter(|((held, _), _)| held == kind);
        own.map(|((_, incident), when)| (incident.clone(), *when))
            .collect()
    }

    /// Whether the stream is still open.
    pub(crate) fn open_still(&self) -> bool {
        !self.task.is_finished()
    }
}

async fn listen(
    mut stream: TcpStream,
    mut chunks: Chunks,
    kinds: Vec<String>,
    heard: Arc<Mutex<Heard>>,
) {
    let mut bytes = Vec::with_capacity(1 << 16);
    loop {
        bytes.clear();
        match stream.read_buf(&mut bytes).await {
            Ok(count) if count > 0 => {}
            _ => return,
        }
        let now = Instant::now();
        chunks.take(&bytes);
        let Some(end) = chunks.text.rfind("\n\n") else {
            continue;
        };
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        for frame in chunks.text[..end].split("\n\n") {
            let Some(kind) = frame.lines().find_map(|line| line.strip_prefix("event: ")) else {
                continue;
            };
            if kinds.iter().any(|wanted| wanted == kind)
                && let Some(id) = incident_in(frame)
            {
                heard.entry((kind.to_owned(), id.to_owned())).or_insert(now);
            }
        }
        drop(heard);
        chunks.text.drain(..end + 2);
    }
}

/// The id of the incident in an answer or an event.
pub(crate) fn incident_in(json: &str) -> Option<&str> {
    const BEFORE: &str = "\"incident\":{\"id\":\"";
    let from = json.find(BEFORE)? + BEFORE.len();
    json.get(from..from + ID_CHARS)
}

/// The id of the incident in a link.
pub(crate) fn incident_linked(text: &str) -> Option<&str> {
    const BEFORE: &str = "/incidents/";
    let from = text.find(BEFORE)? + BEFORE.len();
    text.get(from..from + ID_CHARS)
}

/// The chunked transfer coding (RFC 9112 section 7.1), undone.
#[derive(Default)]
struct Chunks {
    raw: Vec<u8>,
    /// Bytes that the open chunk still has.
    open: usize,
    text: String,
}

impl Chunks {
    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        let mut at = 0;
        loop {
            if self.open > 0 {
                // A chunk ends with a line end of its own, which is counted as part of it.
                let count = self.open.min(self.raw.len() - at);
                if count == 0 {
                    break;
                }
                let own = count.min(self.open.saturating_sub(2));
                self.text
                    .push_str(&String::from_utf8_lossy(&self.raw[at..at + own]));
                self.open -= count;
                at += count;
            } else {
                let Some(end) = find(&self.raw[at..], b"\r\n") else {
                    break;
                };
                let size = std::str::from_utf8(&self.raw[at..at + end]).ok();
                let size = size.and_then(|hex| usize::from_str_radix(hex.trim(), 16).ok());
                at += end + 2;
                self.open = size.map_or(0, |size| size + 2);
            }
        }
        self.raw.drain(..at);
    }
}

/// Reads a whole stream for nothing: an open screen that costs its reader little.
pub(crate) async fn screen(address: SocketAddr, token: &str) -> anyhow::Result<JoinHandle<()>> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "GET /api/v1/live HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = vec![0; 1 << 18];
    let count = stream.read(&mut bytes).await?;
    let greeting = std::str::from_utf8(&bytes[..count]).context("no greeting")?;
    ensure!(
        greeting.starts_with("HTTP/1.1 200"),
        "no event stream: {greeting}"
    );
    Ok(tokio::spawn(async move {
        while stream.read(&mut bytes).await.is_ok_and(|count| count > 0) {}
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_however_they_are_cut() {
        let wire = b"5\r\nevent\r\n3\r\n: a\r\n2\r\n\n\n\r\n";
        for cut in 1..wire.len() {
            let mut chunks = Chunks::default();
            wire.chunks(cut).for_each(|part| chunks.take(part));
            assert_eq!(chunks.text, "event: a\n\n", "cut every {cut} bytes");
        }
    }
}
