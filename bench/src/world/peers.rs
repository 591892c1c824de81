//! A mail server and a webhook receiver that remember when they first got something about each incident.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::http::{find, header};
use super::listen::incident_linked;

/// When each incident was first told over one channel.
type Told = Arc<Mutex<HashMap<String, Instant>>>;

/// Both receivers; they end when this is dropped.
pub(crate) struct Peers {
    /// Where mail is taken.
    pub(crate) mail: SocketAddr,
    /// Where webhooks are taken.
    pub(crate) webhook_url: String,
    mails: Told,
    calls: Told,
    stalled: watch::Sender<bool>,
    _tasks: JoinSet<()>,
}

impl Peers {
    /// Starts both on free ports.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let mail_door = TcpListener::bind(("127.0.0.1", 0)).await?;
        let hook_door = TcpListener::bind(("127.0.0.1", 0)).await?;
        let mail = mail_door.local_addr()?;
        let webhook_url = format!("http://{}/hook", hook_door.local_addr()?);
        let (mails, calls) = (Told::default(), Told::default());
        let (stalled, stall) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let told = mails.clone();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = mail_door.accept().await {
                open.spawn(take_letters(stream, told.clone(), stall.clone()));
            }
        });
        let told = calls.clone();
        tasks.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = hook_door.accept().await {
                open.spawn(take_calls(stream, told.clone()));
            }
        });
        Ok(Self {
            mail,
            webhook_url,
            mails,
            calls,
            stalled,
            _tasks: tasks,
        })
    }

    /// From now on the mail server is silent, as a hung one is, or goes on where it fell silent.
    pub(crate) fn stall_mail(&self, stalled: bool) {
        self.stalled.send_replace(stalled);
    }

    /// When the first letter about an incident was there to its last byte.
    pub(crate) fn mailed(&self, incident: &str) -> Option<Instant> {
        self.mails
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(incident)
            .copied()
    }

    /// When the first call about an incident was there to its last byte.
    pub(crate) fn called(&self, incident: &str) -> Option<Instant> {
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(incident)
            .copied()
    }
}

fn note(told: &Told, text: &str, when: Instant) {
    if let Some(incident) = incident_linked(text) {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        told.entry(incident.to_owned()).or_insert(when);
    }
}

/// SMTP (RFC 5321) as far as one client needs it.
async fn take_letters(mut stream: TcpStream, told: Told, mut stalled: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
    let (from, mut to) = stream.split();
    let mut from = BufReader::new(from);
    let mut reply = "220 bench\r\n";
    let mut line = String::new();
    loop {
        if stalled.wait_for(|stalled| !stalled).await.is_err() {
            return;
        }
        if to.write_all(reply.as_bytes()).await.is_err() {
            return;
        }
        line.clear();
        if !matches!(from.read_line(&mut line).await, Ok(count) if count > 0) {
            return;
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        reply = match verb.as_str() {
            "EHLO" => "250-bench\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            "QUIT" => return,
            "DATA" => {
                if to.write_all(b"354 go on\r\n").await.is_err() {
                    return;
                }
                let mut letter = String::new();
                while !letter.ends_with("\r\n.\r\n") {
                    if !matches!(from.read_line(&mut letter).await, Ok(count) if count > 0) {
                        return;
                    }
                }
                let when = Instant::now();
                // Long lines are cut softly (RFC 2045 section 6.7).
                note(&told, &letter.replace("=\r\n", ""), when);
                "250 taken\r\n"
            }
            _ => "250 fine\r\n",
        };
    }
}

async fn take_calls(mut stream: TcpStream, told: Told) {
    let _ = stream.set_nodelay(true);
    let mut bytes = Vec::with_capacity(1 << 14);
    loop {
        let head = find(&bytes, b"\r\n\r\n").map(|end| end + 4);
        let whole = head.and_then(|head| {
            let text = std::str::from_utf8(&bytes[..head])
                .ok()?
                .to_ascii_lowercase();
            let length: usize = header(&text, "content-length")?.parse().ok()?;
            (bytes.len() >= head + length).then_some((head, head + length))
        });
        let Some((head, end)) = whole else {
            match stream.read_buf(&mut bytes).await {
                Ok(count) if count > 0 => continue,
                _ => return,
            }
        };
        let when = Instant::now();
        note(&told, &String::from_utf8_lossy(&bytes[head..end]), when);
        bytes.drain(..end);
        if stream
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .await
            .is_err()
        {
            return;
        }
    }
}
