//! The connections of one lane to the mail server: opened when needed, kept while they are good.
//! Never knows what the letters say.

use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Starttls};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use outcry_words::say;
use rustls::pki_types::ServerName;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::reply::{self, Problem};
use super::wire::Wire;

/// How long an unused connection is kept. Servers hang up after 5 minutes (RFC 5321 section 4.5.3.2.7).
const IDLE_MAX: Duration = Duration::from_secs(60);

/// The answer to DATA, and to nothing else (RFC 5321 section 4.3.2).
const GO_ON: u16 = 354;

/// How the connection is protected, with the certificates that are trusted.
#[derive(Clone)]
pub(super) enum Tls {
    None,
    Starttls(Protection),
    Implicit(Protection),
}

/// Whom we believe to be the mail server.
#[derive(Clone)]
pub(super) struct Protection {
    pub(super) connector: TlsConnector,
    pub(super) name: ServerName<'static>,
}

impl Protection {
    async fn over(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.connector.connect(self.name.clone(), stream).await
    }
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
            let seconds = self.connect_timeout.as_secs().into();
            Problem::NotReached(say("outcome-why-greeting", [("seconds", seconds)]))
        })?
    }

    async fn greet(&self) -> Result<AsyncSmtpConnection, Problem> {
        let stream = self.reach().await?;
        let wire: Box<dyn AsyncTokioStream> = match &self.tls {
            Tls::None => Box::new(Wire::new(stream)),
            Tls::Implicit(protection) => Box::new(Wire::new(protection.over(stream).await?)),
            Tls::Starttls(protection) => {
                let stream = self.start_tls(stream).await?;
                Box::new(Wire::greeted(protection.over(stream).await?))
            }
        };
        let mut connection = AsyncSmtpConnection::connect_with_transport(wire, &self.greeting)
            .await
            .map_err(Problem::connecting)?;
        if let Some(credentials) = &self.credentials {
            connection
                .auth(DEFAULT_MECHANISMS, credentials)
                .await
                .map_err(Problem::connecting)?;
        }
        Ok(connection)
    }

    async fn reach(&self) -> Result<TcpStream, Problem> {
        // Half of the time per address, so that a dead first address leaves time for the second.
        let per_address = self.connect_timeout / 2;
        let mut why = say("outcome-why-nowhere", []);
        for address in lookup_host((self.host.as_str(), self.port)).await? {
            match timeout(per_address, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => why = error.to_string(),
                Err(_) => why = say("outcome-why-slow", []),
            }
        }
        Err(Problem::NotReached(why))
    }

    /// Agrees with the server that TLS begins now. What it had said by then is dropped with the connection that
    /// read it: after TLS everything is asked anew (RFC 3207 section 4.2).
    async fn start_tls(&self, stream: TcpStream) -> Result<TcpStream, Problem> {
        let stream = stream.into_std()?;
        let plain = Wire::new(TcpStream::from_std(stream.try_clone()?)?);
        let mut connection =
            AsyncSmtpConnection::connect_with_transport(Box::new(plain), &self.greeting)
                .await
                .map_err(Problem::connecting)?;
        if !connection.can_starttls() {
            return Err(Problem::NotReached(say("outcome-why-plain", [])));
        }
        let agreed = connection.command(Starttls).await;
        agreed.map_err(Problem::connecting)?;
        Ok(TcpStream::from_std(stream)?)
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
