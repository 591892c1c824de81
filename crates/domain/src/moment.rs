//! Everything a decision may know about the world outside: when it is, who acts, and fresh ids.

use uuid::Uuid;

use crate::{Actor, IncidentId, Time};

/// The arguments that the domain would otherwise have to ask for.
#[derive(Debug, Clone)]
pub struct Moment {
    /// When the command is decided.
    pub now: Time,
    /// Who gives it.
    pub actor: Actor,
    /// 128 random bits, fresh for every command; a simulation takes them from its seed.
    pub entropy: u128,
}

impl Moment {
    /// A new incident's id: UUIDv7 of `now` and the entropy.
    pub fn incident_id(&self) -> IncidentId {
        let ms = u64::try_from(self.now.0.max(0) / 1_000).unwrap_or(0);
        let bits = (u128::from(ms) << 80) | (self.entropy & ((1 << 80) - 1));
        let mut bytes = bits.to_be_bytes();
        bytes[6] = (bytes[6] & 0x0f) | 0x70;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        IncidentId(Uuid::from_bytes(bytes))
    }

    /// A number in `0..=bound_us`, the same for the same entropy: the jitter of retries.
    pub fn jitter_us(&self, bound_us: i64) -> i64 {
        let bound = u128::from(bound_us.max(0).unsigned_abs()) + 1;
        i64::try_from((self.entropy >> 64) % bound).unwrap_or(0)
    }
}
