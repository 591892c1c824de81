//! A machine that sends batches of events, and after every start sends the latest answered ones
//! again: what is on record is counted as a repetition, what was lost would be taken as new.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, COOKIE, ORIGIN};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Promises;
use super::set_up::SITE;

/// Events of one batch.
const BATCH_EVENTS: u64 = 20;
/// Batches that are sent again after a start.
const AGAIN_BATCHES: u64 = 10;
/// Batches that are sent again at the end.
const AGAIN_AT_THE_END_BATCHES: u64 = 500;
/// The pause between two batches.
const PAUSE: Duration = Duration::from_millis(10);
/// How long it waits when it is told to come back later.
const COME_BACK: Duration = Duration::from_millis(200);

#[derive(Deserialize)]
struct Taken {
    accepted: u64,
    duplicate: u64,
}

/// The machine and where it stands: all batches before the next are answered.
#[derive(Debug)]
pub(super) struct Till {
    pub(super) http: reqwest::Client,
    /// The session that it sends with.
    pub(super) cookie: String,
    /// The time of all its events.
    pub(super) time: String,
    /// The number of the batch that is next, or that got no answer.
    pub(super) next: u64,
}

impl Till {
    /// Sends the latest batches again, then new ones until the program is gone.
    pub(super) async fn send_until_gone(&mut self, url: &str, promises: &Promises) {
        if !self.send_again(AGAIN_BATCHES, url, promises).await {
            return;
        }
        while self.send(self.next, url, promises).await.is_some() {
            self.next += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Sends the answered batches again, as many as are sure to be remembered.
    pub(super) async fn send_all_again(&mut self, url: &str, promises: &Promises) {
        self.send_again(AGAIN_AT_THE_END_BATCHES, url, promises)
            .await;
    }

    async fn send_again(&mut self, batches: u64, url: &str, promises: &Promises) -> bool {
        for number in self.next.saturating_sub(batches)..self.next {
            match self.send(number, url, promises).await {
                Some(taken) if taken.accepted == 0 => {}
                Some(taken) => {
                    let lost = taken.accepted;
                    promises.complain(format!(
                        "{lost} events of batch {number} were acknowledged and are gone"
                    ));
                    return false;
                }
                None => return false,
            }
        }
        true
    }

    /// What became of the batch; None if the program is gone.
    async fn send(&self, number: u64, url: &str, promises: &Promises) -> Option<Taken> {
        loop {
            let request = self.http.post(format!("{url}/api/v1/events"));
            let response = request
                .header(COOKIE, &self.cookie)
                .header(ORIGIN, url)
                .header(CONTENT_TYPE, "application/cloudevents-batch+json")
                .body(self.batch(number).to_string())
                .send()
                .await
                .ok()?;
            let status = response.status().as_u16();
            let text = response.text().await.ok()?;
            match (status, serde_json::from_str::<Taken>(&text)) {
                (202, Ok(taken)) if taken.accepted + taken.duplicate == BATCH_EVENTS => {
                    return Some(taken);
                }
                (429 | 503, _) => tokio::time::sleep(COME_BACK).await,
                _ => {
                    promises.complain(format!("events were answered with {status}: {text}"));
                    return None;
                }
            }
        }
    }

    fn batch(&self, number: u64) -> Value {
        let event = |index| {
            json!({
                "specversion": "1.0", "type": "outcry.footfall", "source": "/doors",
                "id": format!("{number}-{index}"), "time": self.time, "subject": SITE,
                "data": {"count": 1},
            })
        };
        (0..BATCH_EVENTS).map(event).collect()
    }
}
