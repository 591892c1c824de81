//! Letters to a real mail server.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outcry_channels::{
    DedupeKey, Lane, Letter, MailSettings, Message, Outbound, Outcome, Security, Settings,
};
use serde_json::{Value, json};

use crate::peers::{Certificates, Peer};

/// Sun, 22 Nov 2026 21:00:00 UTC
const NOW_US: i64 = 1_795_381_200_000_000;

pub(crate) fn settings(peer: &Peer) -> MailSettings {
    let mut mail = MailSettings::new("localhost", "Outcry <outcry@shop.example>");
    mail.port = Some(peer.port);
    mail.security = Security::Plain;
    mail.ehlo_name = Some("outcry.shop.example".into());
    mail.timeout_s = 2;
    mail.connect_timeout_s = 2;
    mail
}

pub(crate) fn open(mail: MailSettings) -> Outbound {
    Outbound::open(&Settings {
        mail: Some(mail),
        ..Settings::default()
    })
    .unwrap()
}

pub(crate) fn panic_letter(to: &str) -> Letter {
    Letter {
        to: to.into(),
        priority: 1,
        what: "Panic".into(),
        place: "Camden High St".into(),
        reference: "INC-7F3K-92QX".into(),
        text:
            "The panic button at till 3 was pressed at 14:07.\n\n.\nCall the shop: 020 7946 0000.\n"
                .into(),
    }
}

pub(crate) fn key(text: &str) -> DedupeKey {
    DedupeKey::new(text).unwrap()
}

pub(crate) async fn send(outbound: &Outbound, lane: Lane, to: &str) -> Outcome {
    let letter = Message::Mail(panic_letter(to));
    outbound
        .send(lane, &key("INC-7F3K-92QX/1/anna/mail"), &letter, NOW_US)
        .await
}

fn header<'a>(letter: &'a Value, name: &str) -> &'a str {
    let headers = letter["headers"].as_array().unwrap();
    let mut found = headers
        .iter()
        .filter(|pair| pair[0].as_str().unwrap().eq_ignore_ascii_case(name));
    let value = found.next().unwrap_or_else(|| panic!("no {name}"))[1]
        .as_str()
        .unwrap();
    assert!(found.next().is_none(), "{name} twice");
    value
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let mut peer = Peer::start("smtp.py", &json!({})).await;
    let outbound = open(settings(&peer));
    let outcome = send(&outbound, Lane::Panic, "duty.manager@shop.example").await;
    assert_eq!(
        outcome,
        Outcome::Accepted {
            provider_text: "250 2.0.0 Ok: queued as 4F2A".into()
        }
    );
    let letter = peer.next("letter").await;
    assert_eq!(letter["greeting"], "outcry.shop.example");
    assert_eq!(letter["sender"], "outcry@shop.example");
    assert_eq!(letter["recipients"], json!(["duty.manager@shop.example"]));
    let raw = String::from_utf8(STANDARD.decode(letter["raw"].as_str().unwrap()).unwrap()).unwrap();
    assert_eq!(
        raw,
        "Date: Sun, 22 Nov 2026 21:00:00 +0000\r\n\
         From: Outcry <outcry@shop.example>\r\n\
         To: duty.manager@shop.example\r\n\
         Subject: [P1] Panic at Camden High St: INC-7F3K-92QX\r\n\
         Message-ID: <b6f432c4550d1acc106c296629ed5512@shop.example>\r\n\
         Auto-Submitted: auto-generated\r\n\
         X-Outcry-Incident: INC-7F3K-92QX\r\n\
         X-Outcry-Delivery: INC-7F3K-92QX/1/anna/mail\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 7bit\r\n\
         \r\n\
         The panic button at till 3 was pressed at 14:07.\r\n\
         \r\n\
         .\r\n\
         Call the shop: 020 7946 0000.\r\n"
    );
}

#[tokio::test]
async fn a_second_copy_is_recognisable_and_another_delivery_is_not_mistaken_for_it() {
    let mut peer = Peer::start("smtp.py", &json!({})).await;
    let outbound = open(settings(&peer));
    let letter = Message::Mail(panic_letter("anna@shop.example"));
    let mut ids = Vec::new();
    for (name, now_us) in [
        ("a/1", NOW_US),
        ("a/1", NOW_US + 60_000_000),
        ("a/2", NOW_US),
    ] {
        outbound
            .send(Lane::Normal, &key(name), &letter, now_us)
            .await;
        let arrived = peer.next("letter").await;
        assert_eq!(header(&arrived, "X-Outcry-Delivery"), name);
        ids.push(header(&arrived, "Message-ID").to_owned());
    }
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
}

#[tokio::test]
async fn over_starttls_and_tls_with_a_password() {
    let certificates = Certificates::new();
    for (name, security) in [
        ("starttls", Security::Starttls),
        ("implicit", Security::Tls),
    ] {
        let mut options = certificates.server();
        options["tls"] = name.into();
        options["login"] = json!(["outcry", "correct horse"]);
        let mut peer = Peer::start("smtp.py", &options).await;
        let mut mail = settings(&peer);
        mail.security = security;
        mail.ca_file = Some(certificates.ca());
        mail.username = Some("outcry".into());
        mail.password = Some("correct horse".into());
        let outcome = send(&open(mail.clone()), Lane::Panic, "anna@shop.example").await;
        assert!(
            matches!(outcome, Outcome::Accepted { .. }),
            "{name}: {outcome:?}"
        );
        let letter = peer.next("letter").await;
        assert_eq!(
            (&letter["tls"], &letter["user"]),
            (&json!(true), &json!("outcry")),
            "{name}"
        );

        mail.password = Some("wrong".into());
        let outcome = send(&open(mail.clone()), Lane::Panic, "anna@shop.example").await;
        // The letter is as good as before: once somebody has mended the password, it goes out.
        assert!(
            matches!(&outcome, Outcome::Retry { provider_text, .. } if provider_text.starts_with("535 ")),
            "{outcome:?}"
        );
        assert!(!format!("{outcome:?}").contains("wrong"));

        // A certificate for another name, and one from an authority that nobody vouches for.
        let mut other_name = mail.clone();
        other_name.host = "127.0.0.1".into();
        let mut unknown = mail.clone();
        unknown.ca_file = None;
        for mail in [other_name, unknown] {
            let outcome = send(&open(mail), Lane::Panic, "anna@shop.example").await;
            assert!(
                matches!(&outcome, Outcome::Retry { provider_text, .. } if provider_text.contains("certificate")),
                "{outcome:?}"
            );
        }
        let seen = peer.kinds_within(Duration::from_millis(300)).await;
        assert!(
            !seen.contains(&"mail".to_owned()),
            "{name}: a letter was offered to somebody unproven"
        );
    }
}

#[tokio::test]
async fn without_starttls_nothing_is_told() {
    let mut peer = Peer::start("smtp.py", &json!({})).await;
    let mut mail = settings(&peer);
    mail.security = Security::Starttls;
    let outcome = send(&open(mail), Lane::Panic, "anna@shop.example").await;
    assert!(
        matches!(&outcome, Outcome::Retry { provider_text, .. } if provider_text.contains("STARTTLS is not supported")),
        "{outcome:?}"
    );
    assert!(
        !peer
            .kinds_within(Duration::from_millis(300))
            .await
            .contains(&"mail".to_owned())
    );
}

#[tokio::test]
async fn every_answer_has_its_meaning() {
    let peer = Peer::start("smtp.py", &json!({})).await;
    let outbound = open(settings(&peer));
    let retry = |text: &str| Outcome::Retry {
        provider_text: text.into(),
        after_s: None,
    };
    let failed = |text: &str| Outcome::Failed {
        provider_text: text.into(),
    };
    let no_address = failed(
        "This is not a mail address that letters can be sent to: it must look like name@shop.example, in plain letters.",
    );
    for (to, outcome) in [
        (
            "greylisted@a.example",
            retry("451 4.7.1 Greylisted, try again in a minute"),
        ),
        (
            "nobody@a.example",
            failed("550 5.1.1 <(recipient)>: Recipient address rejected: no such user here"),
        ),
        (
            "rejected@a.example",
            failed("554 5.7.1 Rejected by content scanner"),
        ),
        ("full@a.example", retry("452 4.2.2 Mailbox full")),
        ("closing@a.example", retry("421 4.3.2 shutting down")),
        (
            "silent@a.example",
            retry("The mail server gave no answer within 2 s."),
        ),
        (
            "stalled@a.example",
            retry("The mail server gave no answer within 2 s."),
        ),
        (
            "ahead@a.example",
            retry("The mail server's answers do not fit what it was asked."),
        ),
        ("nobody at all", no_address.clone()),
        ("a@b.example\r\nRCPT TO:<c@d.example>", no_address.clone()),
        ("käthe@a.example", no_address.clone()),
    ] {
        assert_eq!(send(&outbound, Lane::Normal, to).await, outcome, "{to}");
    }
    for to in ["cut@a.example", "dropped@a.example", "nonsense@a.example"] {
        let outcome = send(&outbound, Lane::Normal, to).await;
        assert!(
            matches!(&outcome, Outcome::Retry { provider_text, .. } if provider_text.starts_with("The connection to the mail server broke off: ")),
            "{to}: {outcome:?}"
        );
    }
    let outcome = send(&outbound, Lane::Normal, "talkative@a.example").await;
    assert!(matches!(outcome, Outcome::Failed { .. }), "{outcome:?}");
    assert_eq!(outcome.provider_text().chars().count(), 500);
    assert!(!outcome.provider_text().contains(char::is_control));
    assert!(matches!(
        send(&outbound, Lane::Normal, "anna@a.example").await,
        Outcome::Accepted { .. }
    ));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again_later() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut mail = MailSettings::new("localhost", "outcry@shop.example");
    (mail.port, mail.security) = (Some(unused), Security::Plain);
    let outcome = send(&open(mail), Lane::Panic, "anna@shop.example").await;
    assert!(
        matches!(&outcome, Outcome::Retry { provider_text, .. } if provider_text.starts_with("The mail server could not be reached: ")),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn connections_are_used_again_but_never_a_doubtful_one() {
    let mut peer = Peer::start("smtp.py", &json!({})).await;
    let outbound = open(settings(&peer));
    for _ in 0..5 {
        assert!(matches!(
            send(&outbound, Lane::Normal, "anna@a.example").await,
            Outcome::Accepted { .. }
        ));
        assert_eq!(peer.next("letter").await["connection"], 1);
    }
    // The server hangs up on an idle connection: the next letter goes out at once, over a new one, and once.
    assert!(matches!(
        send(&outbound, Lane::Normal, "last@a.example").await,
        Outcome::Accepted { .. }
    ));
    peer.next("disconnected").await;
    assert!(matches!(
        send(&outbound, Lane::Normal, "anna@a.example").await,
        Outcome::Accepted { .. }
    ));
    assert_eq!(peer.next("letter").await["connection"], 2);
    // A sender that gives up in the middle of a letter leaves no connection behind that waits for the rest of it.
    let given_up = tokio::time::timeout(
        Duration::from_millis(300),
        send(&outbound, Lane::Normal, "stalled@a.example"),
    );
    assert!(given_up.await.is_err());
    peer.next("stalled").await;
    assert!(matches!(
        send(&outbound, Lane::Normal, "anna@a.example").await,
        Outcome::Accepted { .. }
    ));
    assert_eq!(peer.next("letter").await["connection"], 3);
}

#[tokio::test]
async fn without_a_mail_server_a_letter_fails_at_once() {
    let outcome = send(
        &Outbound::open(&Settings::default()).unwrap(),
        Lane::Panic,
        "anna@a.example",
    )
    .await;
    assert!(
        matches!(&outcome, Outcome::Failed { provider_text } if provider_text.contains("not set up"))
    );
}
