//! What an operator sets to connect a mail server.
//! Never knows who gets letters.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use rustls::pki_types::ServerName;
use serde::Deserialize;

use super::connections::{Protection, Server, Tls};
use crate::lane::Limits;
use crate::settings::{SettingsError, count, seconds};
use crate::{Secret, trust};

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Plain at first, then TLS, which the server must offer (RFC 3207): without it no password and no letter leaves.
    #[default]
    Starttls,
    /// TLS from the first byte (RFC 8314). Take this one where the server offers it.
    Tls,
    /// No protection: only to this very machine, or where `allow_plain_remote` says so.
    Plain,
}

/// The mail server that letters are handed to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name or address of the mail server. Its certificate must be made out to it.
    pub host: String,
    /// Port; 587 with `starttls`, 465 with `tls` and 25 with `plain` unless set.
    #[serde(default)]
    pub port: Option<u16>,
    /// `starttls` (the default), `tls` or `plain`.
    #[serde(default)]
    pub security: Security,
    /// Allows `plain` to another machine: everybody in between can then read every letter and the password.
    #[serde(default)]
    pub allow_plain_remote: bool,
    /// A file with further certificate authorities (PEM), for a server of the company's own. Mozilla's list is
    /// always trusted.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// User name; none means that the server asks for no password.
    #[serde(default)]
    pub username: Option<String>,
    /// Password, as text or as `{ file = "…" }`.
    #[serde(default)]
    pub password: Option<Secret>,
    /// Who the letters are from, such as `Outcry <outcry@shop.example>`.
    pub from: String,
    /// The name we greet the server with; this machine's name unless set.
    #[serde(default)]
    pub ehlo_name: Option<String>,
    /// Seconds that handing over one letter may take, 1 to 300. Thirty unless set.
    #[serde(default = "default_timeout_s")]
    pub timeout_s: u64,
    /// Seconds that connecting, TLS and signing in may take, 1 to 300. Five unless set.
    #[serde(default = "default_connect_timeout_s")]
    pub connect_timeout_s: u64,
    /// Letters that may be under way at once, 1 to 100. Four unless set.
    #[serde(default = "default_connections")]
    pub connections: usize,
    /// The same for panic presses, which have connections of their own. Sixteen unless set.
    #[serde(default = "default_panic_connections")]
    pub panic_connections: usize,
}

fn default_timeout_s() -> u64 {
    30
}

fn default_connect_timeout_s() -> u64 {
    5
}

fn default_connections() -> usize {
    4
}

fn default_panic_connections() -> usize {
    16
}

impl Settings {
    /// The settings of a server that needs nothing more.
    #[must_use]
    pub fn new(host: impl Into<String>, from: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port: None,
            security: Security::default(),
            allow_plain_remote: false,
            ca_file: None,
            username: None,
            password: None,
            from: from.into(),
            ehlo_name: None,
            timeout_s: default_timeout_s(),
            connect_timeout_s: default_connect_timeout_s(),
            connections: default_connections(),
            panic_connections: default_panic_connections(),
        }
    }

    pub(super) fn sender(&self) -> Result<Mailbox, SettingsError> {
        let wrong =
            || SettingsError::new("mail.from", "must look like Outcry <outcry@shop.example>");
        let from: Mailbox = self.from.parse().map_err(|_| wrong())?;
        let plain = from.email.to_string().is_ascii()
            && from
                .name
                .iter()
                .all(|name| !name.contains(char::is_control));
        if plain { Ok(from) } else { Err(wrong()) }
    }

    pub(super) fn limits(&self) -> Result<Limits, SettingsError> {
        Ok(Limits {
            panic: count("mail.panic_connections", self.panic_connections, 1..=100)?,
            normal: count("mail.connections", self.connections, 1..=100)?,
        })
    }

    pub(super) fn timeout(&self) -> Result<Duration, SettingsError> {
        seconds("mail.timeout_s", self.timeout_s)
    }

    pub(super) fn server(&self) -> Result<Server, SettingsError> {
        if self.host.is_empty() || !self.host.chars().all(is_host_char) {
            return Err(SettingsError::new(
                "mail.host",
                "must be the name or the address of a mail server",
            ));
        }
        if self.port == Some(0) {
            return Err(SettingsError::new(
                "mail.port",
                "0 is not between 1 and 65535",
            ));
        }
        let standard_port = match self.security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::Plain => 25,
        };
        Ok(Server {
            host: self.host.clone(),
            port: self.port.unwrap_or(standard_port),
            tls: self.tls()?,
            credentials: self.credentials()?,
            greeting: self.greeting()?,
            connect_timeout: seconds("mail.connect_timeout_s", self.connect_timeout_s)?,
        })
    }

    fn tls(&self) -> Result<Tls, SettingsError> {
        if self.security == Security::Plain {
            return if self.allow_plain_remote || is_this_machine(&self.host) {
                Ok(Tls::None)
            } else {
                Err(SettingsError::new(
                    "mail.security",
                    "plain is for a mail server on this machine. Use starttls or tls, or set allow_plain_remote = true \
                     if everybody in between may read every letter",
                ))
            };
        }
        let ca = self.ca_file.as_deref();
        let ca = ca.map(|path| trust::ca_file("mail.ca_file", path));
        let config = trust::tls("mail.ca_file", ca.transpose()?.as_deref())?;
        let name = ServerName::try_from(self.host.clone())
            .map_err(|_| SettingsError::new("mail.host", "is no name that a certificate has"))?;
        let protection = Protection {
            connector: Arc::new(config).into(),
            name,
        };
        Ok(if self.security == Security::Tls {
            Tls::Implicit(protection)
        } else {
            Tls::Starttls(protection)
        })
    }

    fn credentials(&self) -> Result<Option<Credentials>, SettingsError> {
        match (&self.username, &self.password) {
            (None, None) => Ok(None),
            (Some(username), Some(password)) => {
                let password = password
                    .reveal()
                    .map_err(|error| SettingsError::new("mail.password", error))?;
                Ok(Some(Credentials::new(username.clone(), password)))
            }
            (Some(_), None) => Err(SettingsError::new(
                "mail.password",
                "is missing: there is a username",
            )),
            (None, Some(_)) => Err(SettingsError::new(
                "mail.username",
                "is missing: there is a password",
            )),
        }
    }

    fn greeting(&self) -> Result<ClientId, SettingsError> {
        match &self.ehlo_name {
            None => Ok(ClientId::default()),
            Some(name) if !name.is_empty() && name.chars().all(is_host_char) => {
                Ok(ClientId::Domain(name.clone()))
            }
            Some(_) => Err(SettingsError::new(
                "mail.ehlo_name",
                "must be a host name such as outcry.shop.example",
            )),
        }
    }
}

fn is_host_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '_')
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Mail;

    fn refused(change: impl FnOnce(&mut Settings)) -> String {
        let mut settings = Settings::new("mail.shop.example", "Outcry <outcry@shop.example>");
        change(&mut settings);
        Mail::open(&settings).unwrap_err().to_string()
    }

    #[test]
    fn every_setting_that_cannot_work_is_named() {
        assert!(
            refused(|s| s.security = Security::Plain)
                .starts_with("mail.security: plain is for a mail server on")
        );
        assert!(refused(|s| s.from = "nobody".into()).starts_with("mail.from: "));
        assert!(
            refused(|s| s.from = "A\r\nBcc: x@x.example <a@b.example>".into())
                .starts_with("mail.from: ")
        );
        assert!(
            refused(|s| s.username = Some("a".into())).starts_with("mail.password: is missing")
        );
        assert!(
            refused(|s| s.password = Some("a".into())).starts_with("mail.username: is missing")
        );
        assert!(
            refused(|s| s.ehlo_name = Some("a\r\nMAIL".into())).starts_with("mail.ehlo_name: ")
        );
        assert!(refused(|s| s.host = "a b".into()).starts_with("mail.host: "));
        assert!(refused(|s| s.port = Some(0)).starts_with("mail.port: 0 is not between"));
        assert!(
            refused(|s| s.connections = 0)
                .starts_with("mail.connections: 0 is not between 1 and 100")
        );
        assert!(refused(|s| s.timeout_s = 301).starts_with("mail.timeout_s: 301"));
        assert!(refused(|s| s.ca_file = Some("/none".into())).starts_with("mail.ca_file: /none: "));
    }

    #[test]
    fn plain_is_for_this_machine_unless_allowed() {
        for host in ["localhost", "127.0.0.1", "::1"] {
            let mut settings = Settings::new(host, "a@b.example");
            settings.security = Security::Plain;
            assert!(matches!(settings.tls(), Ok(Tls::None)), "{host}");
        }
        let mut settings = Settings::new("10.0.0.7", "a@b.example");
        settings.security = Security::Plain;
        settings.allow_plain_remote = true;
        assert!(matches!(settings.tls(), Ok(Tls::None)));
    }

    #[test]
    fn the_password_is_hidden_in_debug() {
        let mut settings = Settings::new("mail.shop.example", "a@b.example");
        (settings.username, settings.password) = (Some("outcry".into()), Some("hunter2".into()));
        assert!(!format!("{settings:?} {:?}", Mail::open(&settings).unwrap()).contains("hunter2"));
    }
}
