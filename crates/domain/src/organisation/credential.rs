//! What proves who is at the door: only the hash of a secret, ever.

use serde::{Deserialize, Serialize};

use crate::Time;

/// What a credential is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// A bearer token for the API.
    Api,
    /// A browser's session.
    Session,
    /// A link that opens a session.
    SignIn,
}

/// A credential of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// SHA-256 of the secret, in hex.
    pub hash: String,
    /// What it is for.
    pub kind: CredentialKind,
    /// After this it is worth nothing; `None` lasts until revoked.
    pub expires_at: Option<Time>,
}

impl Credential {
    /// Whether it still counts.
    pub fn valid(&self, now: Time) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}
