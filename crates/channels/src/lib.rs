//! How words leave the house: letters over SMTP and signed webhooks over HTTP.
//! Never knows the ledger, roles, when or why something is sent, nor when it is tried again.
//!
//! One [`Outbound`] is opened from [`Settings`]; every attempt to send is one call that ends in an [`Outcome`]:
//! the provider took it, it is worth another try, or it never will be.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use outcry_channels::{DedupeKey, Lane, Letter, Message, Outbound, Outcome, Settings};
//!
//! let outbound = Outbound::open(&Settings::default())?;
//! let letter = Letter {
//!     to: "duty.manager@shop.example".into(),
//!     priority: 1,
//!     what: "Panic".into(),
//!     place: "Camden High St".into(),
//!     reference: "INC-7F3K-92QX".into(),
//!     text: "The panic button at till 3 was pressed at 14:07.".into(),
//! };
//! let key = DedupeKey::new("INC-7F3K-92QX/1/duty-manager/mail")?;
//! match outbound.send(Lane::Panic, &key, &Message::Mail(letter), 1_764_000_000_000_000).await {
//!     Outcome::Accepted { .. } => {}
//!     Outcome::Retry { after_s, .. } => drop(after_s),
//!     Outcome::Failed { .. } => {}
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Where further channels go
//! The outside world is a closed enum, [`Channel`]: a new way out is a variant there, a payload in [`Message`], a
//! folder beside `mail/` and `webhook/` and a part of [`Settings`]; the compiler then names every place that must
//! speak of it. Web Push is `push/` (RFC 8030, 8291 and 8292; the webhook's address rules and slots are its own too),
//! text messages are `sms/` (SMPP, or a gateway over HTTP), calls are `voice/` (SIP), sirens and lamps are `siren/`
//! (MQTT). What each needs from here is a lane of its own ([`Lane`]) and an honest [`Outcome`].

mod dedupe;
mod lane;
mod mail;
mod outbound;
mod outcome;
mod secret;
mod settings;
mod text;
mod trust;
mod webhook;

pub use dedupe::{DedupeKey, NotADedupeKey};
pub use lane::Lane;
pub use mail::{Letter, Security, Settings as MailSettings};
pub use outbound::{Channel, Message, Outbound};
pub use outcome::{Outcome, PROVIDER_TEXT_CHARS_MAX};
pub use secret::Secret;
pub use settings::{Settings, SettingsError};
pub use webhook::{
    BODY_BYTES_MAX, Call, Receiver, Settings as WebhookSettings, SigningKey, VerifyError, sign,
    verify,
};
