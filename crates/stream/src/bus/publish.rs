//! Takes events in: reads them on the caller's task, waits for the writer to make them durable.

use tokio::sync::oneshot;

use super::Bus;
use super::queue::Job;
use crate::batch::Batch;
use crate::cloudevent::{self, Form, Rejected, Rules};
use crate::error::Error;
use crate::event::Event;
use crate::limits::{BATCH_EVENTS_MAX, FUTURE_US_MAX};

/// What became of the events of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Events that are durable now and were not known before.
    pub accepted: usize,
    /// Events that were durable already.
    pub duplicate: usize,
    /// Events that were refused, in order.
    pub rejected: Vec<Rejected>,
}

impl Bus {
    /// Takes CloudEvents 1.0 in JSON; the receipt comes when the accepted ones survive a power cut.
    /// `known_site` says whether a site exists, `now_us` is the arrival in microseconds since 1970 UTC.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::NotABatch`], [`Error::TooManyEvents`], [`Error::TooLarge`]: nothing
    /// was taken, and the same text never will be. [`Error::Busy`]: nothing was taken, send it again.
    /// [`Error::Stopped`]: perhaps taken, perhaps not; sending it again does no harm.
    pub async fn publish(
        &self,
        bytes: &[u8],
        form: Form,
        known_site: &(dyn Fn(&str) -> bool + Sync),
        now_us: i64,
    ) -> Result<Receipt, Error> {
        let shared = self.shared();
        shared.queue.check()?;
        let mut batch = Batch::new(shared.keys.clone(), now_us);
        let rules = Rules {
            oldest_us: now_us.saturating_sub(shared.settings.keep_us),
            newest_us: now_us.saturating_add(FUTURE_US_MAX),
            known_site,
        };
        cloudevent::read(bytes, form, rules, &mut batch)?;
        let rejected = std::mem::take(&mut batch.rejected);
        count("rejected", rejected.len());
        if batch.entries.is_empty() {
            return Ok(Receipt {
                rejected,
                ..Receipt::default()
            });
        }
        let (reply, answer) = oneshot::channel();
        shared.queue.put(Job::Publish { batch, reply })?;
        let counts = answer.await.map_err(|_| Error::Stopped)??;
        count("accepted", counts.accepted);
        count("duplicate", counts.duplicate);
        Ok(Receipt {
            accepted: counts.accepted,
            duplicate: counts.duplicate,
            rejected,
        })
    }

    /// Takes events from within the process through the same door, in parts of [`BATCH_EVENTS_MAX`].
    /// The sites are taken as known.
    ///
    /// # Errors
    /// As [`Bus::publish`]; the parts before the one that failed were taken.
    pub async fn publish_events(
        &self,
        events: &[Event<'_>],
        now_us: i64,
    ) -> Result<Receipt, Error> {
        let mut all = Receipt::default();
        for (part, events) in events.chunks(BATCH_EVENTS_MAX).enumerate() {
            let json: Vec<serde_json::Value> = events.iter().map(Event::to_json).collect();
            let bytes = serde_json::Value::Array(json).to_string();
            let receipt = self
                .publish(bytes.as_bytes(), Form::Batch, &|_| true, now_us)
                .await?;
            all.accepted += receipt.accepted;
            all.duplicate += receipt.duplicate;
            let moved = receipt.rejected.into_iter().map(|rejected| Rejected {
                index: part * BATCH_EVENTS_MAX + rejected.index,
                ..rejected
            });
            all.rejected.extend(moved);
        }
        Ok(all)
    }
}

fn count(outcome: &'static str, events: usize) {
    if events > 0 {
        metrics::counter!("outcry_stream_events_total", "outcome" => outcome)
            .increment(events as u64);
    }
}
