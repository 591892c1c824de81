//! The connections of one lane to the mail server: opened when needed, kept while they are good.
//! Never knows what the letters say.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use super::reply::{self, Problem};

/// How long an unused connection is kept. Servers hang up after 5 minutes (RFC 5321 section 4.5.3.2.7).
const IDLE_MAX: Duration = Duration::from_secs(60);

/// The answer to DATA, and to nothing else (RFC 5321 section 4.3.2).
const GO_ON: u16 = 354;

/// How the connection is protected, with the certificates that are trusted.
#[derive(Clone)]
pub(super) enum Tls {
    None,
    Starttls(TlsParameters),
    Implicit(TlsParameters),
}

/// How to reach the mail server.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Tls,
    pub(super) credentials: Option<Credentials>,
    pub(super) greeting: ClientId,
    pub(super) connect_timeout: Duration,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({}:{})", self.host, self.port)
    }
}

impl Server {
    async fn connect(&self) -> Result<AsyncSmtpConnection, Problem> {
        let opened = timeout(self.connect_timeout, self.greet()).await;
        opened.map_err(|_| {
            Problem::NotReached(format!(
                "no greeting within {} s",
                self.connect_timeout.as_secs()
            ))
        })?
    }

    async fn greet(&self) -> Result<AsyncSmtpConnection, Problem> {
        let implicit = match &self.tls {
            Tls::Implicit(parameters) => Some(parameters.clone()),
            Tls::None | Tls::Starttls(_) => None,
        };
        // Half of the time per address, so that a dead first address leaves time for the second.
        let per_address = Some(self.connect_timeout / 2);
        let address = (self.host.as_str(), self.port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            address,
            per_address,
            &self.greeting,
            implicit,
            None,
        )
        .await
        .map_err(Problem::connecting)?;
        if let Tls::Starttls(parameters) = &self.tls {
            connection
                .starttls(parameters.clone(), &self.greeting)
                .await
                .map_err(Problem::connecting)?;
        }
        if let Some(credentials) = &self.credentials {
            connection
                .auth(DEFAULT_MECHANISMS, credentials)
                .await
                .map_err(Problem::connecting)?;
        }
        Ok(connection)
    }
}

struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

/// The connections of one lane. How many there are at once is the lane's number of slots, which the caller holds.
pub(super) struct Connections {
    server: Server,
    idle: Mutex<Vec<Idle>>,
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Connections({:?})", self.server)
    }
}

impl Connections {
    pub(super) fn new(server: Server) -> Self {
        Self {
            server,
            idle: Mutex::default(),
        }
    }

    /// Hands one letter over. Whatever goes wrong, and when the future is dropped half-way, the connection is closed
    /// and not used again: nobody could know what the server takes the next bytes for.
    pub(super) async fn deliver(
        &self,
        envelope: &Envelope,
        letter: &str,
    ) -> Result<Response, Problem> {
        let mut connection = match self.reused(envelope).await? {
            Some(connection) => connection,
            None => {
                let mut connection = self.server.connect().await?;
                announce(&mut connection, envelope).await?;
                connection
            }
        };
        // Also proves that answers and commands are in step, so that the last answer is about the letter: whoever sits
        // between could have slipped in an answer before TLS began.
        if !connection.command(Data).await?.has_code(GO_ON) {
            return Err(Problem::OutOfStep);
        }
        let response = connection.command(on_the_wire(letter)).await?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(Idle {
            connection,
            since: Instant::now(),
        });
        Ok(response)
    }

    /// The most recently used idle connection, with the letter announced on it; `None` when there is none that still
    /// works. Until the letter is announced the server has nothing of it, so a fresh connection is no second copy.
    async fn reused(&self, envelope: &Envelope) -> Result<Option<AsyncSmtpConnection>, Problem> {
        let Some(mut connection) = self.idle_connection() else {
            return Ok(None);
        };
        match timeout(
            self.server.connect_timeout,
            announce(&mut connection, envelope),
        )
        .await
        {
            Ok(Ok(())) => Ok(Some(connection)),
            Ok(Err(error)) if reply::is_about_the_letter(&error) => Err(error),
            // The server hung up or went silent; its other connections are most likely gone, too.
            Ok(Err(_)) | Err(_) => {
                self.idle
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clear();
                Ok(None)
            }
        }
    }

    fn idle_connection(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|idle| idle.since.elapsed() < IDLE_MAX);
        idle.pop().map(|idle| idle.connection)
    }
}

async fn announce(
    connection: &mut AsyncSmtpConnection,
    envelope: &Envelope,
) -> Result<(), Problem> {
    connection
        .command(Mail::new(envelope.from().cloned(), Vec::new()))
        .await?;
    for recipient in envelope.to() {
        connection
            .command(Rcpt::new(recipient.clone(), Vec::new()))
            .await?;
    }
    Ok(())
}

/// The letter as DATA wants it: a second full stop before each that begins a line, and the line that ends it (RFC 5321
/// section 4.5.2). All in one piece, because a last piece of its own would wait 40 ms for the server's delayed
/// acknowledgement of the piece before.
fn on_the_wire(letter: &str) -> String {
    let first = if letter.starts_with('.') { "." } else { "" };
    format!("{first}{}\r\n.\r\n", letter.replace("\r\n.", "\r\n.."))
}
