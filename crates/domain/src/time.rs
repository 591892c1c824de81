//! Points in time as the log keeps them.

use std::ops::{Add, Sub};

use outcry_words::say;
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
    /// As people say it where the clocks go by that zone (IANA), such as `22 Nov, 14:02 GMT`; in UTC if there is
    /// no such zone.
    pub fn said_in(self, zone: &str) -> String {
        let zone = jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let Ok(at) = jiff::Timestamp::from_microsecond(self.0) else {
            return self.rfc3339();
        };
        let at = at.to_zoned(zone);
        say(
            "moment-local",
            [
                ("day", at.day().into()),
                ("month", at.month().into()),
                ("clock", at.strftime("%H:%M").to_string().into()),
                ("zone", at.strftime("%Z").to_string().into()),
            ],
        )
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

    #[test]
    fn people_hear_the_time_of_the_place() {
        let winter = Time::parse("2026-11-22T23:02:07.125Z").expect("valid");
        for (zone, said) in [
            ("Europe/London", "22 Nov, 23:02 GMT"),
            ("Europe/Berlin", "23 Nov, 00:02 CET"),
            ("Asia/Kolkata", "23 Nov, 04:32 IST"),
            ("Mars/Olympus", "22 Nov, 23:02 UTC"),
        ] {
            assert_eq!(winter.said_in(zone), said);
        }
        let summer = Time::parse("2026-06-01T12:00:00Z").expect("valid");
        assert_eq!(summer.said_in("Europe/London"), "1 Jun, 13:00 BST");
        assert_eq!(Time(i64::MAX).said_in("UTC"), "out of range");
    }
}
