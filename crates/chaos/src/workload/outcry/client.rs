//! One client: posts reports and calls for help one after another, and asks again with the same key
//! whatever a kill left unanswered.

use std::time::Duration;

use reqwest::header::{COOKIE, ORIGIN};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::Promises;
use super::set_up::SITE;

/// How long an answer may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);
/// A client's pause between two posts, so that many cycles fit on a small machine.
const PAUSE: Duration = Duration::from_millis(5);
/// How long a client waits that was told to come back later.
const COME_BACK: Duration = Duration::from_millis(200);
/// Every so many posts is a call for help.
const PANIC_EVERY: u64 = 8;

/// What the program promised.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Receipt {
    /// The incident's id.
    pub(super) incident: String,
    /// Whose log.
    pub(super) region: String,
    /// The place in it.
    pub(super) sequence: i64,
    /// The chain's hash there, in hexadecimal.
    pub(super) hash: String,
}

#[derive(Deserialize)]
struct Filed {
    incident: Id,
    receipt: Place,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Place {
    region: String,
    sequence: i64,
    hash: String,
}

enum Answer {
    Filed(Receipt),
    /// Not now; the same again later.
    Busy,
    /// No answer: it may or may not be on record.
    None,
    Wrong(String),
}

/// A client and where it stands.
#[derive(Debug)]
pub(super) struct Client {
    number: usize,
    http: reqwest::Client,
    /// The request that is next, or that got no answer.
    request: u64,
    unanswered: bool,
    /// The receipt of the request before.
    last: Option<Receipt>,
}

impl Client {
    pub(super) fn new(number: usize, http: reqwest::Client) -> Self {
        Self {
            number,
            http,
            request: 1,
            unanswered: false,
            last: None,
        }
    }

    /// Whether a request got no answer, so that it may or may not be on record.
    pub(super) fn waits(&self) -> bool {
        self.unanswered
    }

    /// Asks again what is unanswered, and posts until the program is gone.
    pub(super) async fn post_until_gone(
        &mut self,
        url: &str,
        cookie: &str,
        promises: &Promises,
        promise: &watch::Sender<u64>,
    ) {
        if !self.ask_again(url, cookie, promises).await {
            return;
        }
        while self.post(url, cookie, promises).await {
            promise.send_modify(|count| *count += 1);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Sends the last answered request once more, which must get the same receipt, and then the
    /// unanswered one. False if the program is gone.
    pub(super) async fn ask_again(&mut self, url: &str, cookie: &str, promises: &Promises) -> bool {
        if let Some(receipt) = &self.last {
            match self.send(self.request - 1, url, cookie).await {
                Answer::Filed(again) if again == *receipt => {}
                Answer::Filed(again) => {
                    promises.complain(format!("{receipt:?} became {again:?} when asked again"));
                    return false;
                }
                Answer::Wrong(words) => {
                    promises.complain(words);
                    return false;
                }
                Answer::Busy | Answer::None => return false,
            }
        }
        !self.unanswered || self.post(url, cookie, promises).await
    }

    /// Sends the next request until it is answered. False if the program is gone.
    async fn post(&mut self, url: &str, cookie: &str, promises: &Promises) -> bool {
        self.unanswered = true;
        loop {
            match self.send(self.request, url, cookie).await {
                Answer::Filed(receipt) => {
                    promises.receipts().push(receipt.clone());
                    self.last = Some(receipt);
                    self.request += 1;
                    self.unanswered = false;
                    return true;
                }
                Answer::Busy => tokio::time::sleep(COME_BACK).await,
                Answer::None => return false,
                Answer::Wrong(words) => {
                    promises.complain(words);
                    return false;
                }
            }
        }
    }

    async fn send(&self, request: u64, url: &str, cookie: &str) -> Answer {
        let (door, body) = self.body(request);
        let sent = self
            .http
            .post(format!("{url}/api/v1/{door}"))
            .header(COOKIE, cookie)
            .header(ORIGIN, url)
            .header(
                "Idempotency-Key",
                format!("client-{}-{request}", self.number),
            )
            .json(&body)
            .send()
            .await;
        let Ok(response) = sent else {
            return Answer::None;
        };
        let status = response.status().as_u16();
        let Ok(text) = response.text().await else {
            return Answer::None;
        };
        match status {
            201 => match serde_json::from_str::<Filed>(&text) {
                Ok(filed) => Answer::Filed(Receipt {
                    incident: filed.incident.id,
                    region: filed.receipt.region,
                    sequence: filed.receipt.sequence,
                    hash: filed.receipt.hash,
                }),
                Err(error) => Answer::Wrong(format!("201 with a body that is none: {error}")),
            },
            // In flight or too much to do: nothing was promised and nothing refused.
            409 if text.contains("idempotency-in-flight") => Answer::Busy,
            429 | 503 => Answer::Busy,
            _ => Answer::Wrong(format!("{door} was answered with {status}: {text}")),
        }
    }

    fn body(&self, request: u64) -> (&'static str, Value) {
        if request.is_multiple_of(PANIC_EVERY) {
            return ("panic", json!({"site": SITE}));
        }
        let narrative = format!(
            "Report {request} of client {}: two people filled a bag with razor blades and left \
             without paying.",
            self.number
        );
        let report = json!({"site": SITE, "category": "theft", "narrative": narrative});
        ("reports", report)
    }
}
