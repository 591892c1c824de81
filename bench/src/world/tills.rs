//! Till events as a till server sends them: batches of CloudEvents 1.0 with ids that never repeat.

use std::fmt::Write as _;
use std::time::Instant;

use outcry_domain::Time;
use tokio::task::JoinHandle;

use super::house::House;
use super::{chain, clock, pace};

/// Events of one batch.
pub(crate) const BATCH: usize = 500;
/// The form of a batch.
pub(crate) const FORM: &str = "application/cloudevents-batch+json";
/// Digits of an event's number.
const DIGITS: usize = 12;
/// How late the last batch of a load behind something else may be.
const LATE_MAX_S: f64 = 5.0;
/// Stands where the number goes.
const BLANK: &str = "############";

/// A batch whose events get new numbers each time it is sent.
#[derive(Clone)]
pub(crate) struct Batch {
    /// The JSON.
    pub(crate) json: Vec<u8>,
    /// Where the numbers are.
    blanks: Vec<usize>,
}

impl Batch {
    /// Events of this moment, of all stores: sales of two lines, now and then a refund.
    pub(crate) fn at(now: Time, variety: usize) -> Self {
        let mut json = String::from("[");
        for place in 0..BATCH {
            let number = place + variety * BATCH;
            if place > 0 {
                json.push(',');
            }
            let kind = if place % 20 == 0 { "refund" } else { "sale" };
            let site = chain::site(number.wrapping_mul(2_654_435_761) >> 7);
            let till = number % 2 + 1;
            let sku = 20_000 + number % 4_000;
            let time = now.plus_us(-(place as i64) * 1_000).rfc3339();
            let written = write!(
                json,
                r#"{{"specversion":"1.0","type":"outcry.till.{kind}","source":"/sites/{site}/tills/till-{till}","id":"{BLANK}","subject":"{site}","time":"{time}","data":{{"till":"till-{till}","transaction":"{BLANK}","currency":"GBP","total_minor":765,"lines":[{{"sku":"{sku}","name":"WHITE HANGING HEART","quantity":2,"unit_minor":255}},{{"sku":"{}","name":"RED MUG","quantity":1,"unit_minor":255}}]}}}}"#,
                sku + 1
            );
            written.expect("text can be written");
        }
        json.push(']');
        let blanks = json.match_indices(BLANK).map(|(at, _)| at).collect();
        Self {
            json: json.into_bytes(),
            blanks,
        }
    }

    /// Numbers its events from `first`.
    pub(crate) fn number(&mut self, first: u64) {
        for (place, pair) in (0_u64..).zip(self.blanks.chunks(2)) {
            let digits = format!("{:0DIGITS$}", first + place);
            for at in pair {
                self.json[*at..*at + DIGITS].copy_from_slice(digits.as_bytes());
            }
        }
    }
}

/// Sends so many events a second, open loop, until `for_s` seconds are over; gives how many were accepted.
pub(crate) fn background(house: &House, per_s: f64, for_s: f64) -> JoinHandle<anyhow::Result<u64>> {
    let address = house.address;
    tokio::spawn(async move {
        let mut client = super::http::Client::open(address, &chain::token(chain::GATEWAY)).await?;
        let mut due = pace::every(per_s / BATCH as f64, for_s);
        let first = clock::now().0.unsigned_abs() / 1_000 % 100_000_000 * 10_000;
        let (mut sent, mut variety) = (0, 0);
        let begun = Instant::now();
        while due.recv().await.is_some() {
            let mut batch = Batch::at(clock::now(), variety);
            batch.number(first + sent);
            variety += 1;
            client
                .post_as("/api/v1/events", FORM, &batch.json)
                .await?
                .expect(202)?;
            sent += BATCH as u64;
        }
        let late_s = begun.elapsed().as_secs_f64() - for_s;
        anyhow::ensure!(
            late_s < LATE_MAX_S,
            "the event load came {late_s:.1} s late"
        );
        Ok(sent)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_gets_its_own_number() {
        let mut batch = Batch::at(Time(1_790_000_000_000_000), 3);
        batch.number(41);
        let events: Vec<serde_json::Value> = serde_json::from_slice(&batch.json).expect("JSON");
        assert_eq!(events.len(), BATCH);
        assert_eq!(events[1]["id"], "000000000042");
        assert_eq!(events[1]["data"]["transaction"], "000000000042");
        let ids: std::collections::BTreeSet<&str> = events
            .iter()
            .filter_map(|event| event["id"].as_str())
            .collect();
        assert_eq!(ids.len(), BATCH);
    }
}
