//! A mail server that takes every letter and delivers none (RFC 5321, without TLS, on loopback only).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Inbox, Letter};
use crate::clock::Clock;

/// Bytes of a command or of a line of a letter.
const LINE_BYTES_MAX: u64 = 4_096;
/// Bytes of a letter.
const LETTER_BYTES_MAX: usize = 1024 * 1024;
/// Recipients of a letter.
const RECIPIENTS_MAX: usize = 100;
/// Conversations at once.
const CONVERSATIONS_MAX: usize = 64;
/// Characters of a letter's text that are kept.
const TEXT_CHARS_MAX: usize = 2_000;
/// How long a silent client is kept.
const SILENCE_MAX: Duration = Duration::from_secs(300);

pub(super) async fn listen(listener: TcpListener, inbox: Arc<Inbox>, clock: Clock) {
    let mut conversations = JoinSet::new();
    loop {
        while conversations.len() >= CONVERSATIONS_MAX {
            conversations.join_next().await;
        }
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        while conversations.try_join_next().is_some() {}
        let conversation = Conversation::new(stream, inbox.clone(), clock.clone());
        // A client that breaks off ends its own conversation.
        conversations.spawn(async move { drop(conversation.hold().await) });
    }
}

struct Conversation {
    from_client: BufReader<OwnedReadHalf>,
    to_client: OwnedWriteHalf,
    inbox: Arc<Inbox>,
    clock: Clock,
    sender: bool,
    recipients: Vec<String>,
}

/// One line of the client.
enum Line {
    Text(String),
    TooLong,
    End,
}

impl Conversation {
    fn new(stream: TcpStream, inbox: Arc<Inbox>, clock: Clock) -> Self {
        let (from_client, to_client) = stream.into_split();
        let from_client = BufReader::new(from_client);
        Self {
            from_client,
            to_client,
            inbox,
            clock,
            sender: false,
            recipients: Vec::new(),
        }
    }

    async fn hold(mut self) -> io::Result<()> {
        self.say("220 outcry-demo simulated mail server, delivers nothing")
            .await?;
        loop {
            let line = match self.line().await? {
                Line::Text(line) => line,
                Line::TooLong => {
                    self.say("500 line too long").await?;
                    continue;
                }
                Line::End => return Ok(()),
            };
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    self.forget();
                    let size = format!(
                        "250-outcry-demo\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {LETTER_BYTES_MAX}"
                    );
                    self.say(&size).await?;
                }
                "HELO" => {
                    self.forget();
                    self.say("250 outcry-demo").await?;
                }
                "MAIL" => self.mail(rest).await?,
                "RCPT" => self.recipient(rest).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.forget();
                    self.say("250 forgotten").await?;
                }
                "NOOP" => self.say("250 fine").await?,
                "VRFY" => self.say("252 send it and see").await?,
                "QUIT" => return self.say("221 goodbye").await,
                _ => self.say("502 not known here").await?,
            }
        }
    }

    async fn mail(&mut self, rest: &str) -> io::Result<()> {
        if self.sender {
            return self.say("503 one letter at a time").await;
        }
        if path(rest, "FROM:").is_none() {
            return self.say("501 MAIL FROM:<address>").await;
        }
        self.sender = true;
        self.say("250 go on").await
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<()> {
        let address = path(rest, "TO:").filter(|address| !address.is_empty());
        let reply = match address {
            _ if !self.sender => "503 MAIL first",
            None => "501 RCPT TO:<address>",
            Some(_) if self.recipients.len() >= RECIPIENTS_MAX => "452 too many recipients",
            Some(address) => {
                self.recipients.push(address.to_owned());
                "250 go on"
            }
        };
        self.say(reply).await
    }

    async fn data(&mut self) -> io::Result<()> {
        if self.recipients.is_empty() {
            return self.say("503 RCPT first").await;
        }
        self.say("354 end with a dot on a line of its own").await?;
        let mut text = String::new();
        let mut fits = true;
        loop {
            match self.line().await? {
                Line::Text(line) if line == "." => break,
                // Dots that stood at the beginning of a line were doubled (section 4.5.2).
                Line::Text(line) => {
                    fits = fits && text.len() + line.len() < LETTER_BYTES_MAX;
                    if fits {
                        text.push_str(line.strip_prefix('.').unwrap_or(&line));
                        text.push('\n');
                    }
                }
                Line::TooLong => fits = false,
                Line::End => return Ok(()),
            }
        }
        let reply = if fits {
            self.take(&text)
        } else {
            "552 too long".to_owned()
        };
        self.forget();
        self.say(&reply).await
    }

    fn take(&self, text: &str) -> String {
        let mut kept = self.inbox.kept();
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let body = if is_quoted(head) {
            unquoted(body)
        } else {
            body.to_owned()
        };
        kept.letters.put(Letter {
            at: self.clock.now(),
            to: self.recipients.join(", "),
            subject: subject(head),
            text: body.chars().take(TEXT_CHARS_MAX).collect(),
        });
        format!("250 taken as simulated letter {}", kept.letters.taken)
    }

    fn forget(&mut self) {
        self.sender = false;
        self.recipients.clear();
    }

    async fn say(&mut self, reply: &str) -> io::Result<()> {
        self.to_client
            .write_all(format!("{reply}\r\n").as_bytes())
            .await
    }

    async fn line(&mut self) -> io::Result<Line> {
        let mut bytes = Vec::new();
        let mut limited = (&mut self.from_client).take(LINE_BYTES_MAX);
        let read = timeout(SILENCE_MAX, limited.read_until(b'\n', &mut bytes)).await;
        read.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        match bytes.pop() {
            None => Ok(Line::End),
            Some(b'\n') => {
                let text = String::from_utf8_lossy(&bytes);
                Ok(Line::Text(text.trim_end_matches('\r').to_owned()))
            }
            Some(_) => self.rest_of_line().await,
        }
    }

    /// Reads on to the end of a line that is too long, a piece at a time.
    async fn rest_of_line(&mut self) -> io::Result<Line> {
        loop {
            let mut piece = Vec::new();
            let mut limited = (&mut self.from_client).take(LINE_BYTES_MAX);
            let read = timeout(SILENCE_MAX, limited.read_until(b'\n', &mut piece)).await;
            read.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
            match piece.last() {
                None => return Ok(Line::End),
                Some(b'\n') => return Ok(Line::TooLong),
                Some(_) => {}
            }
        }
    }
}

/// The address of `FROM:<a@b> SIZE=1` and its like.
fn path<'a>(rest: &'a str, word: &str) -> Option<&'a str> {
    let (given, rest) = rest.trim().split_at_checked(word.len())?;
    if !given.eq_ignore_ascii_case(word) {
        return None;
    }
    let (address, _) = rest.trim_start().strip_prefix('<')?.split_once('>')?;
    Some(address)
}

/// The subject, its folded lines joined (RFC 5322 section 2.2.3), as it came otherwise.
fn subject(head: &str) -> String {
    let mut lines = head
        .lines()
        .skip_while(|line| !line.to_ascii_lowercase().starts_with("subject:"));
    let first = lines
        .next()
        .unwrap_or_default()
        .get("subject:".len()..)
        .unwrap_or_default();
    let folded = lines.take_while(|line| line.starts_with([' ', '\t']));
    std::iter::once(first)
        .chain(folded)
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether the body is quoted-printable.
fn is_quoted(head: &str) -> bool {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .any(|(name, value)| {
            name.eq_ignore_ascii_case("content-transfer-encoding")
                && value.trim().eq_ignore_ascii_case("quoted-printable")
        })
}

/// A quoted-printable body as it was written (RFC 2045 section 6.7), so that its links can be copied. What is
/// quoted wrongly stays as it came.
fn unquoted(body: &str) -> String {
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend(before.as_bytes());
        rest = after;
        if let Some(next_line) = after.strip_prefix('\n') {
            rest = next_line;
        } else if let Some((hex, further)) = after
            .split_at_checked(2)
            .filter(|(hex, _)| hex.bytes().all(|digit| digit.is_ascii_hexdigit()))
            && let Ok(byte) = u8::from_str_radix(hex, 16)
        {
            bytes.push(byte);
            rest = further;
        } else {
            bytes.push(b'=');
        }
    }
    bytes.extend(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_reads_as_it_was_written() {
        assert!(is_quoted(
            "To: x\ncontent-transfer-encoding: Quoted-Printable"
        ));
        assert!(!is_quoted("To: x\nContent-Transfer-Encoding: 7bit"));
        for (quoted, written) in [
            (
                "Open it: http://a.exa=\nmple/x?y=3D1\n",
                "Open it: http://a.example/x?y=1\n",
            ),
            ("Caf=C3=A9", "Caf\u{e9}"),
            ("1=2, =Z\u{e9}, =", "1=2, =Z\u{e9}, ="),
        ] {
            assert_eq!(unquoted(quoted), written);
        }
    }

    #[test]
    fn addresses_and_subjects_are_read() {
        assert_eq!(
            path("FROM:<a@example.test> SIZE=10", "FROM:"),
            Some("a@example.test")
        );
        assert_eq!(path("from:<>", "FROM:"), Some(""));
        assert_eq!(path("TO: <b@example.test>", "TO:"), Some("b@example.test"));
        assert_eq!(path("a@example.test", "FROM:"), None);
        assert_eq!(
            subject("From: x\nSubject: [P1] Panic,\n Camden\nTo: y"),
            "[P1] Panic, Camden"
        );
        assert_eq!(subject("From: x"), "");
    }
}
