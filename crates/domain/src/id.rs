//! Names of things: slugs that people choose, and time-ordered ids that nobody chooses.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The longest slug, in characters.
pub(crate) const SLUG_CHARS_MAX: usize = 40;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {SLUG_CHARS_MAX} characters of a-z, 0-9 and '-', was {0:?}")]
pub struct BadSlug(String);

fn slug(text: &str) -> Result<Arc<str>, BadSlug> {
    let fits = (1..=SLUG_CHARS_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        Ok(Arc::from(text))
    } else {
        Err(BadSlug(text.chars().take(SLUG_CHARS_MAX).collect()))
    }
}

macro_rules! slug_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = BadSlug;
            fn from_str(text: &str) -> Result<Self, BadSlug> {
                slug(text).map(Self)
            }
        }
        impl TryFrom<String> for $name {
            type Error = BadSlug;
            fn try_from(text: String) -> Result<Self, BadSlug> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.as_ref().to_owned()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

slug_id!(
    /// A region: own log, own keys, own retention. `organisation` is the log of the settings.
    RegionId
);
slug_id!(
    /// A site: one store.
    SiteId
);
slug_id!(
    /// An area of a site, such as an aisle or the tills.
    AreaId
);
slug_id!(
    /// A terminal, till, camera or button.
    DeviceId
);
slug_id!(
    /// Somebody who works for, or with, the organisation.
    PersonId
);
slug_id!(
    /// A queue of incidents with an SLA.
    QueueId
);
slug_id!(
    /// An escalation policy.
    PolicyId
);
slug_id!(
    /// An on-call schedule.
    ScheduleId
);

impl RegionId {
    /// The log that holds the settings of the whole organisation.
    pub fn organisation() -> Self {
        Self(Arc::from("organisation"))
    }
}

/// Letters and digits that nobody mistakes for one another on a phone line.
const REFERENCE_ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An incident: a UUIDv7, so that ids sort by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub Uuid);

impl IncidentId {
    /// The smallest id that an incident reported at that time can have: ids sort by time.
    pub fn first_at(time: crate::Time) -> Self {
        let ms = u128::from((time.0.max(0) / 1_000).unsigned_abs());
        Self(Uuid::from_u128((ms << 80) | (0x7 << 76) | (0b10 << 62)))
    }

    /// What people say and type: `INC-7F3K-92QX`, eight letters without look-alikes.
    /// Not a key: two of a million incidents may share one, so a look-up may find two.
    pub fn reference(self) -> String {
        let mut bits = (self.0.as_u128() & u128::from(u64::MAX)) as u64;
        // The low half of a v7 id is random but for two bits; mix so that all of it counts.
        bits ^= bits >> 31;
        bits = bits.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        bits ^= bits >> 29;
        let mut text = String::with_capacity(13);
        text.push_str("INC-");
        for place in 0..8 {
            if place == 4 {
                text.push('-');
            }
            text.push(REFERENCE_ALPHABET[(bits % 30) as usize] as char);
            bits /= 30;
        }
        text
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// Why a text is not the id of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the id of an incident, such as 01a2056a-b718-7563-a9e8-16b06c2c1489")]
pub struct BadIncidentId;

impl FromStr for IncidentId {
    type Err = BadIncidentId;
    fn from_str(text: &str) -> Result<Self, BadIncidentId> {
        Uuid::parse_str(text).map(Self).map_err(|_| BadIncidentId)
    }
}

/// One delivery of a notification. Its text is the dedupe key that goes out with every attempt:
/// incident, round, step, recipient and channel, so the same delivery has the same key for ever.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub String);

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_slug_reads_back_or_says_why(text in ".{0,60}") {
            match text.parse::<SiteId>() {
                Ok(id) => prop_assert_eq!(id.as_str(), text),
                Err(why) => prop_assert!(why.to_string().contains("a-z, 0-9")),
            }
        }

        #[test]
        fn a_reference_has_no_look_alikes(id: u128) {
            let text = IncidentId(Uuid::from_u128(id)).reference();
            prop_assert_eq!(text.len(), 13);
            prop_assert!(!text[4..].contains(['0', 'O', '1', 'I', 'L', 'U']));
        }
    }

    #[test]
    fn references_of_neighbours_differ() {
        let of = |low| IncidentId(Uuid::from_u128(low)).reference();
        assert_ne!(of(1), of(2));
    }
}
