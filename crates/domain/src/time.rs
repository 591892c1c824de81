//! Points in time as the log keeps them.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01 UTC. In facts an integer; at the counter RFC 3339.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// This many microseconds later.
    pub fn plus_us(self, us: i64) -> Self {
        Self(self.0.saturating_add(us))
    }
    /// This many seconds later.
    pub fn plus_s(self, s: u32) -> Self {
        self.plus_us(i64::from(s) * 1_000_000)
    }
    /// RFC 3339 in UTC with milliseconds, such as `2026-11-22T14:02:07.125Z`.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_microsecond(self.0)
            .map(|t| format!("{t:.3}"))
            .unwrap_or_else(|_| "out of range".to_owned())
    }
    /// Reads RFC 3339 with any offset.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>()
            .ok()
            .map(|t| Self(t.as_microsecond()))
    }
}

impl Add<i64> for Time {
    type Output = Self;
    /// Adds microseconds.
    fn add(self, us: i64) -> Self {
        self.plus_us(us)
    }
}

impl Sub for Time {
    type Output = i64;
    /// The difference in microseconds.
    fn sub(self, other: Self) -> i64 {
        self.0.saturating_sub(other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_rfc3339() {
        let t = Time::parse("2026-11-22T15:02:07.125+01:00").expect("valid");
        assert_eq!(t.rfc3339(), "2026-11-22T14:02:07.125Z");
        assert_eq!(Time::parse("yesterday"), None);
    }
}
