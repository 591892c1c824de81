//! Whom our signatures convince: another library, the shell lines of the manual, the right receiver only.

use std::process::Command;

use outcry_channels::{
    Call, Lane, Message, Outcome, Receiver as OwnSecrets, SigningKey, WebhookSettings, verify,
};

use crate::mail::key;
use crate::peers::{Certificates, Peer};
use crate::receiver::{Receiver, status};
use crate::webhook::{BODY, SECRET, call, open, settings};

const OTHER: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[tokio::test]
async fn another_library_believes_our_signature_over_tls() {
    let certificates = Certificates::new();
    let mut options = certificates.server();
    options["secret"] = SECRET.into();
    let mut peer = Peer::start("verifier.py", &options).await;
    let url = format!("https://localhost:{}/hook", peer.port);
    let message = Message::Webhook(Call {
        url: url.clone(),
        body: BODY.into(),
    });
    let now_us = peer.now_s * 1_000_000;
    let with = |secrets: &[&str]| {
        let secrets = secrets.iter().map(|secret| (*secret).into()).collect();
        open(WebhookSettings {
            secrets,
            ca_file: Some(certificates.ca()),
            ..settings()
        })
    };
    // The right secret; then both, as while it is being changed.
    for secrets in [&[SECRET][..], &[OTHER, SECRET]] {
        let outcome = with(secrets)
            .send(Lane::Normal, &key("a"), &message, now_us)
            .await;
        assert_eq!(
            outcome,
            Outcome::Accepted {
                provider_text: "204 No Content".into()
            }
        );
        assert_eq!(peer.next("called").await["status"], 204);
    }
    // The wrong secret, and the right one an hour late.
    let wrong = with(&[OTHER])
        .send(Lane::Normal, &key("a"), &message, now_us)
        .await;
    assert_eq!(
        wrong,
        Outcome::Failed {
            provider_text: "401 Unauthorized".into()
        }
    );
    let late = with(&[SECRET])
        .send(Lane::Normal, &key("a"), &message, now_us - 3_600_000_000)
        .await;
    assert_eq!(
        late,
        Outcome::Failed {
            provider_text: "401 Unauthorized".into()
        }
    );
    // An authority that nobody vouches for.
    let outcome = open(settings())
        .send(Lane::Normal, &key("a"), &message, now_us)
        .await;
    assert!(
        matches!(&outcome, Outcome::Retry { provider_text, .. } if provider_text.contains("certificate")),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_receiver_with_secrets_of_its_own_gets_no_other_signature() {
    let receiver = Receiver::start(|_| status("200 OK", "", "")).await;
    let own = OwnSecrets {
        origin: format!("http://127.0.0.1:{}", receiver.port),
        secrets: vec![OTHER.into()],
    };
    let outbound = open(WebhookSettings {
        receivers: vec![own],
        ..settings()
    });
    call(&outbound, Lane::Normal, &receiver.url("/hook")).await;
    let request = &receiver.requests()[0];
    let check = |secret: &str| {
        let keys: [SigningKey; 1] = [secret.parse().unwrap()];
        let [id, at, signature] = ["webhook-id", "webhook-timestamp", "webhook-signature"]
            .map(|name| request.header(name));
        verify(&keys, id, at, signature, &request.body, 784_111_777)
    };
    assert!(check(OTHER).is_ok() && check(SECRET).is_err());
}

#[tokio::test]
async fn the_shell_lines_of_the_manual_tell_genuine_from_forged() {
    let manual = include_str!("../../../../docs/webhooks.md");
    let lines = manual
        .split("```sh\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let receiver = Receiver::start(|_| status("204 No Content", "", "")).await;
    let clock = Command::new("date").arg("+%s").output().unwrap();
    let now_s: i64 = String::from_utf8(clock.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let message = Message::Webhook(Call {
        url: receiver.url("/"),
        body: BODY.into(),
    });
    let both = open(WebhookSettings {
        secrets: vec![OTHER.into(), SECRET.into()],
        ..settings()
    });
    for (at_s, body, said) in [
        (now_s, BODY, "genuine\n"),
        (now_s, "{}", "forged\n"),
        (now_s - 400, BODY, "too old\n"),
        (now_s + 400, BODY, "too old\n"),
    ] {
        both.send(Lane::Normal, &key("a"), &message, at_s * 1_000_000)
            .await;
        let request = receiver.requests().pop().unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("body.json"), body).unwrap();
        let output = Command::new("sh")
            .current_dir(folder.path())
            .args(["-euc", lines])
            .env("SECRET", SECRET)
            .env("ID", request.header("webhook-id"))
            .env("TIMESTAMP", request.header("webhook-timestamp"))
            .env("SIGNATURE", request.header("webhook-signature"))
            .output()
            .unwrap();
        let (heard, errors) = (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        );
        assert_eq!((heard.as_str(), errors.as_str()), (said, ""));
        assert_eq!(output.status.success(), said == "genuine\n");
    }
}
