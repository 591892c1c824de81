//! The one way out: every channel behind one door.
//! Never knows why, when or how often something is sent.

use outcry_words::phrase;

use crate::mail::{Letter, Mail};
use crate::webhook::{Call, Webhook};
use crate::{DedupeKey, Lane, Outcome, Settings, SettingsError};

/// The ways out that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Letters over SMTP.
    Mail,
    /// Signed calls over HTTP.
    Webhook,
}

/// What is to be sent, with its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A letter to one mailbox.
    Mail(Letter),
    /// A call to one receiver.
    Webhook(Call),
}

impl Message {
    /// The way out that it takes.
    #[must_use]
    pub fn channel(&self) -> Channel {
        match self {
            Self::Mail(_) => Channel::Mail,
            Self::Webhook(_) => Channel::Webhook,
        }
    }
}

/// The open channels with their connections. Share one among all senders.
#[derive(Debug)]
pub struct Outbound {
    mail: Option<Mail>,
    webhook: Webhook,
}

impl Outbound {
    /// Checks the settings and opens the channels. Nothing is connected yet.
    ///
    /// # Errors
    /// [`SettingsError`], with the key that cannot work.
    pub fn open(settings: &Settings) -> Result<Self, SettingsError> {
        Ok(Self {
            mail: settings.mail.as_ref().map(Mail::open).transpose()?,
            webhook: Webhook::open(&settings.webhook)?,
        })
    }

    /// Whether a channel is set up at all.
    #[must_use]
    pub fn has(&self, channel: Channel) -> bool {
        match channel {
            Channel::Mail => self.mail.is_some(),
            Channel::Webhook => self.webhook.has_keys(),
        }
    }

    /// One attempt at one delivery, at `now_us` (microseconds since 1970 UTC). It always ends: at the latest after
    /// the channel's `timeout_s` spent waiting for a free slot and `timeout_s` spent with the provider. Dropping the
    /// future gives the attempt up. Any number may run at once: each lane of each provider takes as many as set and
    /// lets the others wait.
    pub async fn send(
        &self,
        lane: Lane,
        key: &DedupeKey,
        message: &Message,
        now_us: i64,
    ) -> Outcome {
        match message {
            Message::Mail(letter) => match &self.mail {
                Some(mail) => mail.send(lane, key, letter, now_us).await,
                None => Outcome::failed(phrase("outcome-mail-unset")),
            },
            Message::Webhook(call) => self.webhook.send(lane, key, call, now_us).await,
        }
    }
}
