//! Erase: the personal texts of an incident go for ever, and the log says who did it and why. The
//! facts stay, so that an auditor can tell what was erased from what was lost.

use serde::{Deserialize, Serialize};

use super::{Event, Incident, Refusal};

/// Why personal texts are erased. Never free text: nothing could seal it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// A person whom it concerns asked for it (GDPR article 17).
    Requested,
    /// The time for which it may be kept is over.
    RetentionOver,
    /// It should never have been written down.
    NotNeeded,
    /// A court or an authority ordered it.
    Ordered,
}

impl Ground {
    /// All of them.
    pub const ALL: [Ground; 4] = [
        Ground::Requested,
        Ground::RetentionOver,
        Ground::NotNeeded,
        Ground::Ordered,
    ];

    /// As a person says it.
    pub fn words(self) -> &'static str {
        outcry_words::phrase(self.key())
    }

    /// As the catalogues of words know it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Requested => "ground-requested",
            Self::RetentionOver => "ground-retention-over",
            Self::NotNeeded => "ground-not-needed",
            Self::Ordered => "ground-ordered",
        }
    }
}

/// Whoever still works on an incident needs to read it.
pub(super) fn erase(incident: &Incident, ground: Ground) -> Result<Vec<Event>, Refusal> {
    if incident.state.live() {
        return Err(Refusal::NotYet {
            state: incident.state,
            needs: outcry_words::phrase("refusal-needs-end"),
        });
    }
    Ok(vec![Event::Erased { ground }])
}

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::super::{Command, State, words};
    use super::*;
    use crate::{Action, Personal, Role, permission::granted};

    const ERASE: Command = Command::Erase {
        ground: Ground::Requested,
    };

    fn over() -> Tale {
        let mut theft = Tale::theft();
        theft
            .when(Command::FalseAlarm { note: None }, &by("priya", 1))
            .expect("over");
        theft
    }

    #[test]
    fn an_administrator_erases_what_is_over_and_the_fact_says_why() {
        let early = Tale::theft().when(ERASE, &by("root", 1)).map(<[_]>::len);
        assert!(matches!(early, Err(Refusal::NotYet { .. })), "{early:?}");
        let mut tale = over();
        let events = tale.when(ERASE, &by("root", 2)).expect("erased").to_vec();
        assert_eq!(
            words::of(&events[0], &tale.shop),
            "Personal texts erased: a person concerned asked for it"
        );
        let who = tale.incident.erased.clone().map(|(who, _)| who.to_string());
        assert_eq!(who.as_deref(), Some("person:root"));
        assert_eq!(tale.incident.state, State::FalseAlarm);
    }

    #[test]
    fn nobody_but_an_administrator_erases() {
        for role in Role::ALL {
            assert_eq!(
                granted(role, Action::Erase),
                role == Role::Admin,
                "{role:?}"
            );
        }
        let refused = over().when(ERASE, &by("priya", 2)).map(<[_]>::len);
        assert_eq!(refused, Err(Refusal::Forbidden(Action::Erase)));
    }

    #[test]
    fn nothing_is_said_after_it() {
        let mut tale = over();
        tale.when(ERASE, &by("root", 2)).expect("erased");
        let text = Personal::new("one more thing");
        for (command, who) in [(Command::Comment { text }, "priya"), (ERASE, "root")] {
            let refused = tale.when(command, &by(who, 3)).map(<[_]>::len);
            assert_eq!(refused, Err(Refusal::Erased));
        }
    }
}
