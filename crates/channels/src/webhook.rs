//! Signed calls to other people's programs (Standard Webhooks 1.0, CloudEvents 1.0 as JSON over HTTP).
//! Never knows what the body says.

mod answer;
mod reach;
mod receivers;
mod settings;
mod signature;

use std::time::Duration;

use outcry_words::{phrase, say};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, RequestBuilder};

pub use settings::{Receiver, Settings};
pub use signature::{SigningKey, VerifyError, sign, verify};

use crate::lane::{Lane, Limits};
use crate::{DedupeKey, Outcome, SettingsError, trust};
use reach::{Reach, Resolver, Target};
use receivers::{Keys, Receivers};

/// Bytes that a body may have; receivers commonly take no more.
pub const BODY_BYTES_MAX: usize = 256 * 1024;

/// How long an unused connection is kept.
const IDLE_MAX: Duration = Duration::from_secs(60);

/// One call: a CloudEvents 1.0 envelope in JSON for one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Where to: an `https` address without user name and password.
    pub url: String,
    /// What: the envelope's bytes, at most [`BODY_BYTES_MAX`]; they are signed and sent exactly as they are.
    pub body: Vec<u8>,
}

/// The way out to every receiver.
#[derive(Debug)]
pub(crate) struct Webhook {
    clients: [Client; 2],
    receivers: Receivers,
    keys: Keys,
    reach: Reach,
    timeout: Duration,
}

impl Webhook {
    pub(crate) fn open(settings: &Settings) -> Result<Self, SettingsError> {
        let limits = settings.limits()?;
        let reach = Reach {
            private: settings.allow_private,
        };
        let client = |lane| {
            let built = settings
                .client(limits, lane)?
                .dns_resolver(Resolver(reach))
                .build();
            built.map_err(|error| SettingsError::new("webhook", error))
        };
        Ok(Self {
            clients: [client(Lane::ALL[0])?, client(Lane::ALL[1])?],
            receivers: Receivers::new(limits),
            keys: settings.keys()?,
            reach,
            timeout: settings.timeout()?,
        })
    }

    pub(crate) fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    pub(crate) async fn send(
        &self,
        lane: Lane,
        key: &DedupeKey,
        call: &Call,
        now_us: i64,
    ) -> Outcome {
        let target = match self.reach.target(&call.url) {
            Ok(target) => target,
            Err(problem) => return Outcome::failed(&problem),
        };
        if call.body.len() > BODY_BYTES_MAX {
            let most = BODY_BYTES_MAX / 1024;
            return Outcome::failed(&say("outcome-hook-large", [("most", most.into())]));
        }
        let keys = self.keys.of(&target.origin);
        if keys.is_empty() {
            return Outcome::failed(phrase("outcome-hook-unset"));
        }
        let slots = self.receivers.slots(&target.origin);
        let Some(_slot) = slots.take(lane, self.timeout).await else {
            return Outcome::retry(phrase("outcome-hook-busy"));
        };
        match self
            .request(lane, key, keys, target, call, now_us)
            .send()
            .await
        {
            Ok(response) => answer::judge(response, now_us).await,
            Err(error) => answer::unanswered(error, self.timeout),
        }
    }

    fn request(
        &self,
        lane: Lane,
        key: &DedupeKey,
        keys: &[SigningKey],
        target: Target,
        call: &Call,
        now_us: i64,
    ) -> RequestBuilder {
        let at_s = now_us.div_euclid(1_000_000);
        self.clients[lane.index()]
            .post(target.url)
            .header(
                "content-type",
                "application/cloudevents+json; charset=utf-8",
            )
            .header("webhook-id", key.as_str())
            .header("webhook-timestamp", at_s)
            .header(
                "webhook-signature",
                sign(keys, key.as_str(), at_s, &call.body),
            )
            .body(call.body.clone())
    }
}

impl Settings {
    fn client(&self, limits: Limits, lane: Lane) -> Result<ClientBuilder, SettingsError> {
        let ca = self
            .ca_file
            .as_deref()
            .map(|path| trust::ca_file("webhook.ca_file", path))
            .transpose()?;
        Ok(Client::builder()
            .tls_backend_preconfigured(trust::https("webhook.ca_file", ca.as_deref())?)
            .user_agent(concat!("Outcry/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            // A proxy named in the environment would be reached instead of the address that was checked.
            .no_proxy()
            .referer(false)
            .connect_timeout(self.connect_timeout()?)
            .timeout(self.timeout()?)
            .pool_idle_timeout(IDLE_MAX)
            .pool_max_idle_per_host(limits.of(lane)))
    }
}
