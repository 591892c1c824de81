//! Who acts, in which role, and how far their arm reaches.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{DeviceId, PersonId, RegionId, SiteId};

/// What somebody is to the organisation. Permissions hang on it (see `permission`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works on the shop floor.
    Clerk,
    /// Runs a store.
    Manager,
    /// Sits at the dispatch desk.
    Desk,
    /// Prevents losses.
    Analyst,
    /// Runs the installation.
    Admin,
    /// A terminal on the wall, used by whoever is on shift.
    Terminal,
    /// A till system, a rota, a partner.
    Integration,
    /// Outcry itself.
    System,
}

impl Role {
    /// All roles, for exhaustive tests and lists.
    pub const ALL: [Role; 8] = [
        Role::Clerk,
        Role::Manager,
        Role::Desk,
        Role::Analyst,
        Role::Admin,
        Role::Terminal,
        Role::Integration,
        Role::System,
    ];

    /// The name in the API and the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Clerk => "clerk",
            Role::Manager => "manager",
            Role::Desk => "desk",
            Role::Analyst => "analyst",
            Role::Admin => "admin",
            Role::Terminal => "terminal",
            Role::Integration => "integration",
            Role::System => "system",
        }
    }

    /// The role as people say it.
    pub fn words(self) -> &'static str {
        outcry_words::phrase(match self {
            Role::Clerk => "role-clerk",
            Role::Manager => "role-manager",
            Role::Desk => "role-desk",
            Role::Analyst => "role-analyst",
            Role::Admin => "role-admin",
            Role::Terminal => "role-terminal",
            Role::Integration => "role-integration",
            Role::System => "role-system",
        })
    }
}

/// How far a role reaches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Reach {
    /// One store.
    Site(SiteId),
    /// Every store of a region.
    Region(RegionId),
    /// The whole organisation.
    All,
}

impl Reach {
    /// Whether a site of a region lies within.
    pub fn covers(&self, region: &RegionId, site: &SiteId) -> bool {
        match self {
            Reach::Site(own) => own == site,
            Reach::Region(own) => own == region,
            Reach::All => true,
        }
    }
}

/// Who did something, as the log keeps it: never a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum ActorId {
    /// A person.
    Person(PersonId),
    /// A device.
    Device(DeviceId),
    /// Outcry itself: the loop that acted.
    System(SystemId),
}

/// The loops of the house that give commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemId {
    /// Puts incidents in context.
    Enrich,
    /// Scores and routes.
    Assess,
    /// Sends deliveries and reports what became of them.
    Courier,
    /// Fires deadlines.
    Escalate,
    /// Tells the other side of a merge.
    Merge,
    /// First start and the command line.
    Setup,
}

impl fmt::Display for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ActorId::Person(id) => write!(f, "person:{id}"),
            ActorId::Device(id) => write!(f, "device:{id}"),
            ActorId::System(id) => write!(f, "system:{}", id.as_str()),
        }
    }
}

/// Why a text names no actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be person:ID, device:ID or system:LOOP")]
pub struct BadActor;

impl FromStr for ActorId {
    type Err = BadActor;
    fn from_str(text: &str) -> Result<Self, BadActor> {
        let (kind, id) = text.split_once(':').ok_or(BadActor)?;
        match kind {
            "person" => id.parse().map(ActorId::Person).map_err(|_| BadActor),
            "device" => id.parse().map(ActorId::Device).map_err(|_| BadActor),
            "system" => SystemId::ALL
                .into_iter()
                .find(|system| system.as_str() == id)
                .map(ActorId::System)
                .ok_or(BadActor),
            _ => Err(BadActor),
        }
    }
}

impl SystemId {
    /// All of them.
    pub const ALL: [SystemId; 6] = [
        SystemId::Enrich,
        SystemId::Assess,
        SystemId::Courier,
        SystemId::Escalate,
        SystemId::Merge,
        SystemId::Setup,
    ];

    /// The loop's name in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            SystemId::Enrich => "enrich",
            SystemId::Assess => "assess",
            SystemId::Courier => "courier",
            SystemId::Escalate => "escalate",
            SystemId::Merge => "merge",
            SystemId::Setup => "setup",
        }
    }
}

/// Somebody at the door, proven by `identity` and looked up in the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: ActorId,
    /// As what.
    pub role: Role,
    /// How far.
    pub reach: Reach,
}

impl Actor {
    /// A loop of the house.
    pub fn system(id: SystemId) -> Self {
        Self {
            id: ActorId::System(id),
            role: Role::System,
            reach: Reach::All,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_reads_back() {
        for text in ["person:ann", "device:till-4", "system:escalate"] {
            let actor: ActorId = text.parse().expect("an actor");
            assert_eq!(actor.to_string(), text);
        }
        for text in ["ann", "person:Ann", "system:cron", "robot:r2"] {
            assert_eq!(text.parse::<ActorId>(), Err(BadActor), "{text}");
        }
    }
}
