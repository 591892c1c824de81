//! What machines said since the gateway last called: sent in batches, now and then twice, as gateways do.

use serde_json::Value;

use super::door::Door;
use crate::demo::chain::{self, GATEWAY};
use crate::demo::chance::Chance;

/// Events in one batch.
const EVENTS_MAX: usize = 500;
/// Bytes in one batch; the house takes a mebibyte.
const BYTES_MAX: usize = 500_000;
/// How many batches the gateway sends again because it did not hear the answer.
const AGAIN_SHARE: f64 = 0.02;

/// Events on their way.
#[derive(Debug)]
pub(super) struct Outbox {
    events: Vec<String>,
    bytes: usize,
}

impl Outbox {
    pub(super) fn new() -> Self {
        Self {
            events: Vec::new(),
            bytes: 0,
        }
    }

    pub(super) fn say(&mut self, event: &Value) {
        self.put(event.to_string());
    }

    pub(super) fn put(&mut self, event: String) {
        self.bytes += event.len() + 1;
        self.events.push(event);
    }

    pub(super) fn is_full(&self) -> bool {
        self.events.len() >= EVENTS_MAX || self.bytes >= BYTES_MAX
    }

    /// What there is, as the text of one CloudEvent each.
    pub(super) fn take(&mut self) -> Vec<String> {
        self.bytes = 0;
        std::mem::take(&mut self.events)
    }

    /// Sends what there is, and some of it a second time: Outcry knows an event by its source and id.
    pub(super) async fn flush(&mut self, door: &Door, chance: &mut Chance) {
        let events = self.take();
        if events.is_empty() {
            return;
        }
        let body = format!("[{}]", events.join(","));
        let gateway = chain::slug(GATEWAY);
        door.publish(&gateway, body.clone()).await;
        if chance.happens(AGAIN_SHARE) {
            door.publish(&gateway, body).await;
        }
    }
}
