//! Queues and their service levels.

use serde::{Deserialize, Serialize};

use crate::category::Priority;
use crate::{PolicyId, QueueId};

/// Where incidents wait for somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    /// Its id.
    pub id: QueueId,
    /// What people call it.
    pub name: String,
    /// Incidents of this priority come here.
    pub priority: Priority,
    /// Where a person must look before the score counts; takes no incident by priority.
    #[serde(default)]
    pub checkpoint: bool,
    /// Somebody must have acknowledged within, in seconds.
    pub acknowledge_within_s: u32,
    /// It must be resolved within, in seconds.
    pub resolve_within_s: u32,
    /// Who is told, and who next.
    pub policy: PolicyId,
}
