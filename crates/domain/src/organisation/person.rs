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
    /// Whether they still work here.
    pub active: bool,
}
