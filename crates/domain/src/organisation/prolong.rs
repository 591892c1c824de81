//! Lets the session of a shop-floor terminal end later than it was said to. Sessions of people end when they were
//! said to, and what was taken back stays so.

use outcry_words::say;

use super::decide::{Refusal, permit};
use super::{CredentialKind, Event, Organisation};
use crate::{Action, ActorId, Moment, Role, Time};

/// A session that ends later by less than this stays as it is: of requests that come together one prolongs.
const GAINED_MIN_US: i64 = 60 * 60 * 1_000_000;

impl Organisation {
    pub(super) fn prolong(
        &self,
        hash: &str,
        expires_at: Time,
        moment: &Moment,
    ) -> Result<Vec<Event>, Refusal> {
        let Some((person, credential)) = self.bearer(hash, moment.now) else {
            return Err(Refusal::Unknown(say("refusal-unknown-credential", [])));
        };
        if moment.actor.id != ActorId::Person(person.id.clone()) {
            permit(&moment.actor, Action::EditPeople)?;
        }
        let prolongs = person.role == Role::Terminal
            && credential.kind == CredentialKind::Session
            && credential
                .expires_at
                .is_some_and(|ends| expires_at.0.saturating_sub(ends.0) >= GAINED_MIN_US);
        if !prolongs {
            return Ok(Vec::new());
        }
        let (person, mut credential) = (person.id.clone(), credential.clone());
        credential.expires_at = Some(expires_at);
        Ok(vec![Event::CredentialIssued { person, credential }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::given::{SECOND, by, shop, slug};
    use crate::organisation::{Command, Credential, Person};

    const DAY_S: i64 = 86_400;

    fn at(second: i64) -> Time {
        Time(second * SECOND)
    }

    /// A shop in which somebody of that role holds a credential of that kind until the end of the first day.
    fn holding(role: Role, kind: CredentialKind) -> Organisation {
        let mut shop = shop();
        let ann = shop.person(&slug("ann")).expect("works here").clone();
        let wall = Person {
            id: slug("wall"),
            role,
            ..ann
        };
        shop.apply(&Event::Person(wall), 1_000);
        let credential = Credential {
            hash: "h".into(),
            kind,
            expires_at: Some(at(DAY_S)),
        };
        let issued = Event::CredentialIssued {
            person: slug("wall"),
            credential,
        };
        shop.apply(&issued, 1_001);
        shop
    }

    /// When the credential ends after somebody asked for an end at that second; `None` where nothing happened.
    fn asked(shop: &mut Organisation, who: &str, until: i64) -> Result<Option<Time>, Refusal> {
        let actor = Organisation::actor(shop.person(&slug(who)).expect("works here"));
        let moment = Moment {
            actor,
            ..by("root", 10)
        };
        let command = Command::Prolong {
            hash: "h".into(),
            expires_at: at(until),
        };
        let events = shop.decide(command, &moment)?;
        events.iter().for_each(|event| shop.apply(event, 1_002));
        let ends = shop.bearer("h", at(11)).and_then(|(_, c)| c.expires_at);
        Ok(ends.filter(|_| !events.is_empty()))
    }

    #[test]
    fn of_two_that_ask_at_once_one_prolongs() {
        let mut shop = holding(Role::Terminal, CredentialKind::Session);
        assert_eq!(asked(&mut shop, "wall", 2 * DAY_S), Ok(Some(at(2 * DAY_S))));
        for until in [2 * DAY_S, 2 * DAY_S + 1, DAY_S] {
            assert_eq!(asked(&mut shop, "wall", until), Ok(None), "{until}");
        }
    }

    #[test]
    fn only_the_session_of_a_terminal_ends_later() {
        for (role, kind) in [
            (Role::Clerk, CredentialKind::Session),
            (Role::Terminal, CredentialKind::Api),
            (Role::Terminal, CredentialKind::SignIn),
        ] {
            let mut shop = holding(role, kind);
            assert_eq!(
                asked(&mut shop, "wall", 2 * DAY_S),
                Ok(None),
                "{role:?} {kind:?}"
            );
        }
    }

    #[test]
    fn nobody_prolongs_what_is_not_theirs() {
        let mut shop = holding(Role::Terminal, CredentialKind::Session);
        let refused = asked(&mut shop, "ann", 2 * DAY_S);
        assert_eq!(refused, Err(Refusal::Forbidden(Action::EditPeople)));
        shop.apply(&Event::CredentialRevoked { hash: "h".into() }, 1_002);
        let refused = asked(&mut shop, "wall", 2 * DAY_S);
        assert!(matches!(refused, Err(Refusal::Unknown(_))), "{refused:?}");
    }
}
