use outcry_channels::{
    DedupeKey, Lane, Letter, MailSettings, Message, Outbound, Outcome, Security, Settings,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

fn letter(text: &str) -> Message {
    Message::Mail(Letter {
        to: "desk-1@example.test".into(),
        priority: 1,
        what: "Panic".into(),
        place: "Camden High Street".into(),
        reference: "INC-7F3K-92QX".into(),
        text: text.into(),
    })
}

/// The real channels of Outcry, set up for these peers as the demo does.
fn outbound(peers: &Peers) -> Outbound {
    let mut mail = MailSettings::new(
        peers.smtp_addr.ip().to_string(),
        "Outcry <outcry@example.test>",
    );
    mail.port = Some(peers.smtp_addr.port());
    mail.security = Security::Plain;
    let mut settings = Settings {
        mail: Some(mail),
        ..Settings::default()
    };
    settings.webhook.secrets = vec![peers.webhook_secret.as_str().into()];
    settings.webhook.allow_private = true;
    Outbound::open(&settings).expect("the settings fit")
}

async fn page(peers: &Peers) -> String {
    let address = peers
        .page_url
        .trim_start_matches("http://")
        .trim_end_matches('/');
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn letters_are_taken_and_shown() {
    let peers = Peers::start(Clock::system()).await.unwrap();
    let outbound = outbound(&peers);
    for number in 0..3 {
        let key = DedupeKey::new(format!("test/{number}")).unwrap();
        let sent = outbound
            .send(
                Lane::Panic,
                &key,
                &letter(".a dot at the beginning"),
                Clock::system().now().0,
            )
            .await;
        assert!(
            matches!(&sent, Outcome::Accepted { provider_text } if provider_text.contains("simulated")),
            "{sent:?}"
        );
    }
    assert_eq!(peers.taken(), (3, 0));
    let page = page(&peers).await;
    assert!(
        page.contains("SIMULATED") && page.contains("3 letters taken"),
        "{page}"
    );
    assert!(
        page.contains("to desk-1@example.test") && page.contains("Panic"),
        "{page}"
    );
    assert!(page.contains("| .a dot at the beginning"), "{page}");
}

#[tokio::test]
async fn calls_are_checked_and_some_stumble_once() {
    let peers = Peers::start(Clock::system()).await.unwrap();
    let outbound = outbound(&peers);
    let call = Message::Webhook(outcry_channels::Call {
        url: format!("{}/desk-1", peers.webhook_url),
        body: br#"{"type":"outcry.test"}"#.to_vec(),
    });
    let mut stumbled = 0;
    for number in 0..100 {
        let key = DedupeKey::new(format!("test/{number}")).unwrap();
        let now_us = Clock::system().now().0;
        match outbound.send(Lane::Normal, &key, &call, now_us).await {
            Outcome::Accepted { .. } => {}
            Outcome::Retry { .. } => {
                stumbled += 1;
                let again = outbound.send(Lane::Normal, &key, &call, now_us).await;
                assert!(matches!(again, Outcome::Accepted { .. }), "{again:?}");
            }
            failed => panic!("{failed:?}"),
        }
    }
    assert!((1..15).contains(&stumbled), "{stumbled}");
    assert!(page(&peers).await.contains("for desk-1"));

    let mut forged = Settings::default();
    forged.webhook.secrets = vec![format!("whsec_{}", STANDARD.encode([9; 32])).into()];
    forged.webhook.allow_private = true;
    let key = DedupeKey::new("test/forged").unwrap();
    let refused = Outbound::open(&forged)
        .unwrap()
        .send(Lane::Normal, &key, &call, Clock::system().now().0)
        .await;
    assert!(matches!(refused, Outcome::Failed { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_rude_client_harms_nobody() {
    let peers = Peers::start(Clock::system()).await.unwrap();
    let mut rude = TcpStream::connect(peers.smtp_addr).await.unwrap();
    let noise = [
        &[b'x'; 100_000][..],
        b"\r\nDATA\r\nRCPT TO:<a@b>\r\nMAIL FROM:<a@b>\r\nRCPT TO:nobody\r\nBOO\r\nQUIT\r\n",
    ]
    .concat();
    rude.write_all(&noise).await.unwrap();
    let mut said = String::new();
    rude.read_to_string(&mut said).await.unwrap();
    let codes: Vec<&str> = said.lines().map(|line| &line[..3]).collect();
    assert_eq!(
        codes,
        ["220", "500", "503", "503", "250", "501", "502", "221"]
    );
    assert_eq!(peers.taken(), (0, 0));
    let key = DedupeKey::new("test/after").unwrap();
    let sent = outbound(&peers)
        .send(Lane::Normal, &key, &letter("fine"), Clock::system().now().0)
        .await;
    assert!(matches!(sent, Outcome::Accepted { .. }), "{sent:?}");
}
