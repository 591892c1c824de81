//! Escalation policies: whom, over which channels, after how long.

use serde::{Deserialize, Serialize};

use super::Means;
use crate::{PersonId, PolicyId, Role, ScheduleId};

/// The most steps of a policy.
pub const STEPS_MAX: usize = 20;
/// The shortest wait between two steps, in seconds.
pub const STEP_AFTER_MIN_S: u32 = 5;
/// The longest wait between two steps, in seconds.
pub const STEP_AFTER_MAX_S: u32 = 86_400;

/// An escalation policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Its id.
    pub id: PolicyId,
    /// What people call it.
    pub name: String,
    /// In this order until somebody acknowledges.
    pub steps: Vec<Step>,
    /// After the last step, begin again after this many seconds.
    pub repeat_after_s: u32,
}

/// One step of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Seconds after the step before (the first: after routing).
    pub after_s: u32,
    /// Whom.
    pub targets: Vec<Target>,
    /// Over what.
    pub channels: Vec<Means>,
}

/// Whom a step is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Target {
    /// Everybody of a role whose arm reaches the incident: of that site, of its region, or of the whole.
    Role {
        /// The role.
        role: Role,
        /// How wide the net is cast.
        reach: Width,
    },
    /// Whoever is on call.
    OnCall {
        /// By this schedule.
        schedule: ScheduleId,
    },
    /// One person.
    Person {
        /// That one.
        id: PersonId,
    },
}

/// Which people of a role are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Width {
    /// Those of the store.
    Site,
    /// Those of its region.
    Region,
    /// Those of the whole organisation.
    All,
}
