//! What the log holds: one thing that happened, where it stands, and the hash that chains it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::BadIncidentId;
use crate::personal::{Personal, Visit};
use crate::{ActorId, IncidentId, RegionId, Time, incident, organisation};

/// The thing whose story a fact continues.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Stream {
    /// One incident.
    Incident(IncidentId),
    /// The settings of the organisation: sites, people, queues, policies, templates.
    Organisation,
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incident(id) => id.0.simple().fmt(f),
            Self::Organisation => f.write_str("organisation"),
        }
    }
}

impl FromStr for Stream {
    type Err = BadIncidentId;
    fn from_str(text: &str) -> Result<Self, BadIncidentId> {
        match text {
            "organisation" => Ok(Self::Organisation),
            id => id.parse().map(Self::Incident),
        }
    }
}

/// Everything that can happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Event {
    /// To an incident.
    Incident(incident::Event),
    /// To the settings.
    Organisation(organisation::Event),
}

impl Event {
    /// The kind, such as `incident.reported`: the name on the live event stream.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Incident(event) => event.kind(),
            Self::Organisation(
                organisation::Event::ShiftStarted { .. } | organisation::Event::ShiftEnded { .. },
            ) => "organisation.shift",
            Self::Organisation(_) => "organisation.changed",
        }
    }

    /// Reads the event of a stream from its (sealed) JSON text.
    pub fn read(stream: &Stream, text: &str) -> Result<Self, serde_json::Error> {
        match stream {
            Stream::Incident(_) => serde_json::from_str(text).map(Self::Incident),
            Stream::Organisation => serde_json::from_str(text).map(Self::Organisation),
        }
    }
}

impl Visit for Event {
    fn personal(&mut self, f: &mut dyn FnMut(&mut Personal)) {
        match self {
            Self::Incident(event) => event.personal(f),
            Self::Organisation(event) => event.personal(f),
        }
    }
}

/// One entry of a region's log.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Whose log.
    pub region: RegionId,
    /// 1, 2, 3 … without a gap in that log.
    pub sequence: u64,
    /// Whose story.
    pub stream: Stream,
    /// 1, 2, 3 … in that story.
    pub version: u64,
    /// When it was decided.
    pub at: Time,
    /// Whose command it came with (see [`Fact::doer`]).
    pub actor: ActorId,
    /// What happened.
    pub event: Event,
    /// SHA-256 over the hash before and this fact (see `ledger::chain`).
    pub hash: [u8; 32],
}

impl Fact {
    /// Whom people read as the one who did it. One commit has one actor, that of the command; what
    /// follows from it by rule was Outcry's doing.
    pub fn doer(&self) -> ActorId {
        let by_rule = match (&self.event, &self.actor) {
            (Event::Incident(event), ActorId::Person(_) | ActorId::Device(_)) => event.by_rule(),
            _ => None,
        };
        by_rule.map_or_else(|| self.actor.clone(), ActorId::System)
    }
}
