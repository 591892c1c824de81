//! What an operator sets for this room. The comments here and in `mail/settings.rs` and `webhook/settings.rs` are the manual.
//! Never knows where settings are kept.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::Deserialize;

/// The ways out of the house. A channel without settings refuses what it is given and says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The mail server. Without it no letter is sent.
    pub mail: Option<crate::mail::Settings>,
    /// Outgoing webhooks.
    pub webhook: crate::webhook::Settings,
}

/// A setting that cannot work, with the key to change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}")]
pub struct SettingsError {
    /// The key below the channels' settings, such as `mail.port`.
    pub key: &'static str,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl SettingsError {
    pub(crate) fn new(key: &'static str, problem: impl Display) -> Self {
        Self {
            key,
            problem: problem.to_string(),
        }
    }
}

/// Checks that a number of things lies within its limits.
pub(crate) fn count(
    key: &'static str,
    n: usize,
    limits: RangeInclusive<usize>,
) -> Result<usize, SettingsError> {
    if limits.contains(&n) {
        return Ok(n);
    }
    Err(SettingsError::new(
        key,
        format_args!("{n} is not between {} and {}", limits.start(), limits.end()),
    ))
}

/// Checks that a number of seconds is between 1 and 300.
pub(crate) fn seconds(key: &'static str, n: u64) -> Result<Duration, SettingsError> {
    if (1..=300).contains(&n) {
        return Ok(Duration::from_secs(n));
    }
    Err(SettingsError::new(
        key,
        format_args!("{n} is not between 1 and 300 seconds"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        for (json, key) in [
            (r#"{"fax": {}}"#, "fax"),
            (r#"{"mail": {"hots": "x"}}"#, "hots"),
            (r#"{"webhook": {"secret": "x"}}"#, "secret"),
            (
                r#"{"webhook": {"receivers": [{"origin": "https://a", "secrets": [], "key": 1}]}}"#,
                "key",
            ),
        ] {
            let error = serde_json::from_str::<Settings>(json)
                .unwrap_err()
                .to_string();
            assert!(error.contains(&format!("unknown field `{key}`")), "{error}");
        }
    }

    #[test]
    fn no_settings_at_all_are_fine() {
        assert_eq!(
            serde_json::from_str::<Settings>("{}").unwrap(),
            Settings::default()
        );
    }
}
