//! People of the organisation.

use serde::{Deserialize, Serialize};

use super::Contact;
use crate::{PersonId, Personal, Reach, Role};

/// Somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their name.
    pub name: Personal,
    /// What they do.
    pub role: Role,
    /// Where they do it.
    pub reach: Reach,
    /// How they can be reached.
    pub contacts: Vec<Contact>,
    /// Where they are rung back, as E.164 writes it. Nothing is sent there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Personal>,
    /// Whether they still work here.
    pub active: bool,
}
