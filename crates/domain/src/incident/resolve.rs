//! Resolve and close: how it ended.

use serde::{Deserialize, Serialize};

use super::{Event, Incident, Refusal, State, note};
use crate::Personal;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the documentation
pub enum Resolution {
    OffenderDetained,
    OffenderLeft,
    GoodsRecovered,
    PoliceAttended,
    NoAction,
    Other,
}

impl Resolution {
    /// All of them, in the order in which people see them.
    pub const ALL: [Resolution; 6] = [
        Resolution::OffenderDetained,
        Resolution::OffenderLeft,
        Resolution::GoodsRecovered,
        Resolution::PoliceAttended,
        Resolution::NoAction,
        Resolution::Other,
    ];

    /// As a person says it.
    pub fn words(self) -> &'static str {
        outcry_words::phrase(self.key())
    }

    /// As the catalogues of words know it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::OffenderDetained => "resolution-offender-detained",
            Self::OffenderLeft => "resolution-offender-left",
            Self::GoodsRecovered => "resolution-goods-recovered",
            Self::PoliceAttended => "resolution-police-attended",
            Self::NoAction => "resolution-no-action",
            Self::Other => "resolution-other",
        }
    }
}

pub(super) fn resolve(
    incident: &Incident,
    resolution: Resolution,
    text: Option<Personal>,
) -> Result<Vec<Event>, Refusal> {
    let resolved = Event::Resolved {
        resolution,
        note: note(text, "/note")?,
    };
    match incident.state {
        State::Reported | State::Open => Ok(vec![Event::Acknowledged, resolved]),
        State::Acknowledged | State::Responding => Ok(vec![resolved]),
        state => Err(Refusal::NotLive(state)),
    }
}

pub(super) fn close(incident: &Incident) -> Result<Vec<Event>, Refusal> {
    match incident.state {
        State::Resolved => Ok(vec![Event::Closed]),
        state if state.live() => Err(Refusal::NotYet {
            state,
            needs: outcry_words::phrase("refusal-needs-resolution"),
        }),
        state => Err(Refusal::NotLive(state)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::given::*;
    use super::*;

    #[test]
    fn how_it_ended_comes_before_the_end() {
        let mut tale = Tale::panic();
        let early = tale.when(Command::Close, &by("priya", 1)).map(<[_]>::len);
        assert!(matches!(early, Err(Refusal::NotYet { .. })));
        let resolve = Command::Resolve {
            resolution: Resolution::PoliceAttended,
            note: None,
        };
        let events = tale.when(resolve, &by("priya", 2)).expect("resolved").len();
        assert_eq!(events, 2, "resolving acknowledges");
        tale.when(Command::Close, &by("lee", 3)).expect("closed");
        assert_eq!(tale.incident.next_due(), None);
    }
}
