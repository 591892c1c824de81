//! Letters over SMTP (RFC 5321), each to one mailbox.
//! Never knows whose mailbox it is.

mod connections;
mod letter;
mod reply;
mod settings;
mod wire;

use std::time::Duration;

use lettre::message::Mailbox;
use outcry_words::{phrase, say};
use tokio::time::timeout;

pub use letter::Letter;
pub use settings::{Security, Settings};

use crate::lane::{Lane, Slots};
use crate::{DedupeKey, Outcome, SettingsError};
use connections::Connections;

/// One mail server with its two lanes.
#[derive(Debug)]
pub(crate) struct Mail {
    from: Mailbox,
    slots: Slots,
    connections: [Connections; 2],
    timeout: Duration,
}

impl Mail {
    pub(crate) fn open(settings: &Settings) -> Result<Self, SettingsError> {
        let server = settings.server()?;
        Ok(Self {
            from: settings.sender()?,
            slots: Slots::new(settings.limits()?),
            connections: [Connections::new(server.clone()), Connections::new(server)],
            timeout: settings.timeout()?,
        })
    }

    pub(crate) async fn send(
        &self,
        lane: Lane,
        key: &DedupeKey,
        letter: &Letter,
        now_us: i64,
    ) -> Outcome {
        let written = match letter.write(&self.from, key, now_us) {
            Ok(written) => written,
            Err(problem) => return Outcome::failed(&problem),
        };
        let Some(_slot) = self.slots.take(lane, self.timeout).await else {
            return Outcome::retry(phrase("outcome-mail-busy"));
        };
        let delivery = self.connections[lane.index()].deliver(&written.envelope, &written.text);
        match timeout(self.timeout, delivery).await {
            Ok(Ok(response)) => reply::accepted(&response, &letter.to),
            Ok(Err(error)) => reply::refused(&error, &letter.to),
            Err(_) => Outcome::retry(&say(
                "outcome-mail-silent",
                [("seconds", self.timeout.as_secs().into())],
            )),
        }
    }
}
