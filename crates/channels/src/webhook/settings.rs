//! What an operator sets for outgoing webhooks.
//! Never knows what is told to whom.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::reach;
use super::receivers::Keys;
use super::signature::SigningKey;
use crate::Secret;
use crate::lane::Limits;
use crate::settings::{SettingsError, count, seconds};

/// Outgoing webhooks. They need a signing secret to be sent at all.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Signing secrets for every receiver that has none of its own below: `whsec_` and 24 to 64 bytes in base64
    /// (`echo whsec_$(openssl rand -base64 32)`). To change one, put the new one first, give it to the receivers,
    /// then take the old one out: while both stand here every call carries both signatures.
    pub secrets: Vec<Secret>,
    /// Receivers with secrets of their own. Whoever knows a secret can forge calls to all that share it.
    pub receivers: Vec<Receiver>,
    /// Allows receivers in private networks and on this machine, and plain `http`. Off unless set. Link-local
    /// addresses and those where clouds keep machine credentials are refused even then.
    pub allow_private: bool,
    /// A file with further certificate authorities (PEM), for receivers of the company's own. Mozilla's list is
    /// always trusted.
    pub ca_file: Option<PathBuf>,
    /// Seconds that one call may take, 1 to 300. Ten unless set.
    pub timeout_s: u64,
    /// Seconds that connecting may take, 1 to 300. Three unless set.
    pub connect_timeout_s: u64,
    /// Calls that may be under way to one receiver at once, 1 to 100. Four unless set.
    pub connections: usize,
    /// The same for panic presses, which have connections of their own. Sixteen unless set.
    pub panic_connections: usize,
}

/// A receiver with secrets of its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// Scheme, host and port of its addresses: `https://hooks.partner.example`.
    pub origin: String,
    /// Its signing secrets, the newest first.
    pub secrets: Vec<Secret>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            secrets: Vec::new(),
            receivers: Vec::new(),
            allow_private: false,
            ca_file: None,
            timeout_s: 10,
            connect_timeout_s: 3,
            connections: 4,
            panic_connections: 16,
        }
    }
}

impl Settings {
    pub(super) fn timeout(&self) -> Result<Duration, SettingsError> {
        seconds("webhook.timeout_s", self.timeout_s)
    }

    pub(super) fn connect_timeout(&self) -> Result<Duration, SettingsError> {
        seconds("webhook.connect_timeout_s", self.connect_timeout_s)
    }

    pub(super) fn limits(&self) -> Result<Limits, SettingsError> {
        Ok(Limits {
            panic: count("webhook.panic_connections", self.panic_connections, 1..=100)?,
            normal: count("webhook.connections", self.connections, 1..=100)?,
        })
    }

    pub(super) fn keys(&self) -> Result<Keys, SettingsError> {
        let mut keys = Keys::new(signing_keys("webhook.secrets", &self.secrets)?);
        for receiver in &self.receivers {
            let origin = reach::origin(&receiver.origin)
                .map_err(|problem| SettingsError::new("webhook.receivers.origin", problem))?;
            let own = signing_keys("webhook.receivers.secrets", &receiver.secrets)?;
            if own.is_empty() {
                return Err(SettingsError::new(
                    "webhook.receivers.secrets",
                    format_args!("{origin} has none"),
                ));
            }
            if keys.add(origin.clone(), own) {
                return Err(SettingsError::new(
                    "webhook.receivers.origin",
                    format_args!("{origin} stands there twice"),
                ));
            }
        }
        Ok(keys)
    }
}

/// Secrets that one receiver may have at once: the old, the new, and one that went wrong.
const KEYS_MAX: usize = 3;

fn signing_keys(key: &'static str, secrets: &[Secret]) -> Result<Vec<SigningKey>, SettingsError> {
    count(key, secrets.len(), 0..=KEYS_MAX)?;
    let problem = |error: &dyn std::fmt::Display| SettingsError::new(key, error);
    secrets
        .iter()
        .map(|secret| {
            let text = secret.reveal().map_err(|error| problem(&error))?;
            text.parse().map_err(|error| problem(&error))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::Webhook;

    const GOOD: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    fn refused(change: impl FnOnce(&mut Settings)) -> String {
        let mut settings = Settings::default();
        change(&mut settings);
        Webhook::open(&settings).unwrap_err().to_string()
    }

    #[test]
    fn every_setting_that_cannot_work_is_named() {
        let own = |origin: &str| Receiver {
            origin: origin.into(),
            secrets: vec![GOOD.into()],
        };
        assert!(
            refused(|s| s.secrets = vec!["abc".into()])
                .starts_with("webhook.secrets: a signing secret is whsec_")
        );
        assert!(
            refused(|s| s.secrets = vec![GOOD.into(); 4])
                .starts_with("webhook.secrets: 4 is not between 0 and 3")
        );
        assert!(
            refused(|s| s.receivers = vec![own("hooks.example")])
                .starts_with("webhook.receivers.origin: ")
        );
        assert!(
            refused(|s| s.receivers = vec![own("https://a.example/x")])
                .starts_with("webhook.receivers.origin: ")
        );
        assert_eq!(
            refused(|s| s.receivers = vec![own("https://A.example"), own("https://a.example:443/")]),
            "webhook.receivers.origin: https://a.example stands there twice"
        );
        assert!(
            refused(|s| s.receivers = vec![Receiver {
                origin: "https://a.example".into(),
                secrets: vec![]
            }])
            .ends_with("has none")
        );
        assert!(refused(|s| s.timeout_s = 0).starts_with("webhook.timeout_s: 0"));
        assert!(
            refused(|s| s.panic_connections = 101).starts_with("webhook.panic_connections: 101")
        );
    }

    #[test]
    fn the_secrets_are_hidden_in_debug() {
        let settings = Settings {
            secrets: vec![GOOD.into()],
            ..Settings::default()
        };
        let shown = format!("{settings:?} {:?}", Webhook::open(&settings).unwrap());
        assert!(!shown.contains("C2FVsBQIhrscChlQIMV"), "{shown}");
    }
}
