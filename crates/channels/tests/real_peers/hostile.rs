//! Mail servers that answer as no mail server does.

use std::time::{Duration, Instant};

use outcry_channels::{Lane, MailSettings, Outcome, Security};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::mail::{open, send};

/// What a server says when a line begins so; a connection begins with an empty one.
type Script = Vec<(&'static str, &'static [u8])>;

/// After this it says what follows for ever.
const ENDLESS: &[u8] = b"endless:";

/// A server that takes letters, but for what `odd` says first.
fn script(odd: (&'static str, &'static [u8])) -> Script {
    let ok = b"250 Ok\r\n";
    vec![
        odd,
        ("EHLO", ok),
        ("MAIL", ok),
        ("RCPT", ok),
        ("DATA", b"354 Go on\r\n"),
        (".\r\n", ok),
    ]
}

/// Where a server listens that follows the script.
async fn server(mut script: Script) -> MailSettings {
    script.push(("\0", b"220 Hello\r\n"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut mail = MailSettings::new("127.0.0.1", "Outcry <outcry@shop.example>");
    mail.port = Some(listener.local_addr().unwrap().port());
    mail.security = Security::Plain;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(talk(stream, script.clone()));
        }
    });
    mail
}

async fn talk(stream: TcpStream, script: Script) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = "\0".to_owned();
    while !line.is_empty() {
        if let Some((_, said)) = script.iter().find(|(begins, _)| line.starts_with(begins)) {
            if let Some(endless) = said.strip_prefix(ENDLESS) {
                let many = endless.repeat(4_096);
                loop {
                    stream.write_all(&many).await?;
                }
            }
            stream.write_all(said).await?;
        }
        line.clear();
        stream.read_line(&mut line).await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_without_end_is_a_broken_connection() {
    for odd in [
        ("\0", &b"endless:220-aaaaaaaaaaaa"[..]),
        ("\0", b"endless:220-a\r\n"),
        ("EHLO", b"endless:250-a\r\n"),
        ("RCPT", b"endless:550-aaaaaaaa"),
        (".\r\n", b"endless:250-a"),
        (".\r\n", b"endless:250-a\r\n"),
    ] {
        let mail = server(script(odd)).await;
        let started = Instant::now();
        let outcome = send(&open(mail), Lane::Panic, "anna@shop.example").await;
        assert!(
            matches!(&outcome, Outcome::Retry { provider_text, .. } if provider_text.ends_with("an answer does not end")),
            "{odd:?}: {outcome:?}"
        );
        assert!(started.elapsed() < Duration::from_secs(4), "{odd:?}");
    }
}

#[tokio::test]
async fn an_answer_counts_whatever_bytes_it_is_written_in() {
    let refusal = ("RCPT", &b"550 5.1.1 gel\xf6scht \xff\xfe\r\n"[..]);
    let mail = server(script(refusal)).await;
    let outcome = send(&open(mail), Lane::Panic, "anna@shop.example").await;
    let refused = Outcome::Failed {
        provider_text: "550 5.1.1 gel?scht ??".into(),
    };
    assert_eq!(outcome, refused);
    let acceptance = (".\r\n", &b"250 angenommen: gr\xc3\xbcn\r\n"[..]);
    let mail = server(script(acceptance)).await;
    let outcome = send(&open(mail), Lane::Panic, "anna@shop.example").await;
    let taken = Outcome::Accepted {
        provider_text: "250 angenommen: gr??n".into(),
    };
    assert_eq!(outcome, taken);
}
