//! Changes of the organisation: who may, what must hold, and which version a setting was read at.

use outcry_words::say;

use super::{Credential, Event, Organisation, Person, Shelf};
use crate::permission::granted;
use crate::{Action, Actor, Faults, Moment, PersonId, Reach, Role, SiteId, Time};

/// What may be asked.
#[derive(Debug, Clone)]
pub enum Command {
    /// Put this in place. `expected` is the version it was made against: 0 for a new one,
    /// `None` only at set-up.
    Put {
        /// The new text.
        event: Event,
        /// The version read before the edit.
        expected: Option<u64>,
    },
    /// Give somebody a credential.
    Issue {
        /// To whom.
        person: PersonId,
        /// Only its hash.
        credential: Credential,
    },
    /// Let the session of a terminal that counts end later.
    Prolong {
        /// Its hash.
        hash: String,
        /// When it ends from now on.
        expires_at: Time,
    },
    /// Take a credential back.
    Revoke {
        /// Its hash.
        hash: String,
    },
    /// Take every credential of somebody back: sessions, links and tokens.
    RevokeAll {
        /// Whose.
        person: PersonId,
    },
    /// Somebody begins work in a store.
    StartShift {
        /// Who.
        person: PersonId,
        /// Where.
        site: SiteId,
    },
    /// Somebody ends work in a store.
    EndShift {
        /// Who.
        person: PersonId,
        /// Where.
        site: SiteId,
    },
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The actor has no right to.
    #[error("{}", say("refusal-forbidden", [("right", .0.words().into())]))]
    Forbidden(Action),
    /// These fields of the noun do not fit.
    #[error("{0}")]
    Invalid(Faults),
    /// Somebody made one as new that is there already.
    #[error("{}", say("refusal-exists", [("actual", .actual.into())]))]
    Exists {
        /// The version of the one in place.
        actual: u64,
    },
    /// Somebody else was faster.
    #[error("{}", say("refusal-changed", [("actual", .actual.into()), ("expected", .expected.into())]))]
    Stale {
        /// The edit's.
        expected: u64,
        /// The one in place.
        actual: u64,
    },
    /// There is no such thing.
    #[error("{}", say("refusal-unknown", [("what", .0.into())]))]
    Unknown(String),
    /// They do not work in that store.
    #[error("{}", say("refusal-not-their-store", [("person", .person.as_str().into()), ("site", .site.as_str().into())]))]
    NotTheirStore {
        /// Who.
        person: PersonId,
        /// Where not.
        site: SiteId,
    },
    /// They are at work already.
    #[error("{}", say("refusal-on-shift", [("person", .person.as_str().into()), ("site", .site.as_str().into()), ("since", .since.rfc3339().into())]))]
    OnShift {
        /// Who.
        person: PersonId,
        /// Where.
        site: SiteId,
        /// Since when.
        since: Time,
    },
    /// They are not at work there.
    #[error("{}", say("refusal-not-on-shift", [("person", .person.as_str().into()), ("site", .site.as_str().into())]))]
    NotOnShift {
        /// Who.
        person: PersonId,
        /// Where not.
        site: SiteId,
    },
}

impl From<Faults> for Refusal {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults)
    }
}

impl Organisation {
    /// Decides a change of the organisation.
    pub fn decide(&self, command: Command, moment: &Moment) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Put { event, expected } => {
                permit(&moment.actor, action_for(&event))?;
                if let Some(expected) = expected {
                    self.fresh(&event, expected)?;
                }
                self.check(&event).none()?;
                let ended = self.ended_by(&event, moment.now);
                Ok(std::iter::once(event).chain(ended).collect())
            }
            Command::Issue { person, credential } => {
                let own = moment.actor.id == crate::ActorId::Person(person.clone());
                if !own {
                    permit(&moment.actor, Action::EditPeople)?;
                }
                if self.person(&person).is_none_or(|p| !p.active) {
                    return Err(Refusal::Unknown(say(
                        "refusal-unknown-active-person",
                        [("person", person.as_str().into())],
                    )));
                }
                Ok(vec![Event::CredentialIssued { person, credential }])
            }
            Command::Prolong { hash, expires_at } => self.prolong(&hash, expires_at, moment),
            Command::Revoke { hash } => match self.credentials.get(&hash) {
                Some((person, _)) => {
                    if moment.actor.id != crate::ActorId::Person(person.clone()) {
                        permit(&moment.actor, Action::EditPeople)?;
                    }
                    Ok(vec![Event::CredentialRevoked { hash }])
                }
                None => Err(Refusal::Unknown(say("refusal-unknown-credential", []))),
            },
            Command::RevokeAll { person } => {
                if moment.actor.id != crate::ActorId::Person(person.clone()) {
                    permit(&moment.actor, Action::EditPeople)?;
                }
                if self.person(&person).is_none() {
                    return Err(Refusal::Unknown(say(
                        "refusal-unknown-person",
                        [("person", person.as_str().into())],
                    )));
                }
                Ok(self.ways_in(&person))
            }
            Command::StartShift { person, site } => self.start_shift(person, site, moment),
            Command::EndShift { person, site } => self.end_shift(person, site, moment),
        }
    }

    /// What an edit ends: who leaves or moves is no longer on shift, who leaves can no longer come in, and who
    /// comes back, or is a terminal no longer, must sign in anew.
    fn ended_by(&self, event: &Event, now: Time) -> Vec<Event> {
        let Event::Person(after) = event else {
            return Vec::new();
        };
        let shift = self.shift_ended_by(after, now);
        let before = self.person(&after.id);
        // The long session of a terminal is good for nobody else.
        let same = |before: &Person| before.role != Role::Terminal || after.role == before.role;
        let stays = after.active && before.is_none_or(|before| before.active && same(before));
        let ways_in = match stays {
            true => Vec::new(),
            false => self.ways_in(&after.id),
        };
        shift.into_iter().chain(ways_in).collect()
    }

    /// The end of every credential that somebody holds.
    fn ways_in(&self, person: &PersonId) -> Vec<Event> {
        let held = self.credentials.iter();
        held.filter(|(_, (holder, _))| holder == person)
            .map(|(hash, _)| Event::CredentialRevoked { hash: hash.clone() })
            .collect()
    }

    fn fresh(&self, event: &Event, expected: u64) -> Result<(), Refusal> {
        fn at<K: Ord, V>(shelf: &Shelf<K, V>, key: &K) -> u64 {
            shelf.get(key).map_or(0, |held| held.version)
        }
        let actual = match event {
            Event::Region(r) => at(&self.regions, &r.id),
            Event::Site(s) => at(&self.sites, &s.id),
            Event::Person(p) => at(&self.people, &p.id),
            Event::Queue(q) => at(&self.queues, &q.id),
            Event::Policy(p) => at(&self.policies, &p.id),
            Event::Schedule(s) => at(&self.schedules, &s.id),
            Event::Template(t) => at(&self.templates, &t.category),
            Event::CredentialIssued { .. }
            | Event::CredentialRevoked { .. }
            | Event::ShiftStarted { .. }
            | Event::ShiftEnded { .. } => expected,
        };
        match expected {
            expected if actual == expected => Ok(()),
            0 => Err(Refusal::Exists { actual }),
            expected => Err(Refusal::Stale { expected, actual }),
        }
    }
}

/// Settings hold for everybody, so only whoever reaches everything may change them.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody else.
pub fn permit(actor: &Actor, action: Action) -> Result<(), Refusal> {
    if granted(actor.role, action) && actor.reach == Reach::All {
        Ok(())
    } else {
        Err(Refusal::Forbidden(action))
    }
}

fn action_for(event: &Event) -> Action {
    match event {
        Event::Region(_) | Event::Site(_) => Action::EditSites,
        Event::Person(_) | Event::CredentialIssued { .. } | Event::CredentialRevoked { .. } => {
            Action::EditPeople
        }
        Event::Queue(_) | Event::Policy(_) | Event::Schedule(_) => Action::EditPolicies,
        Event::Template(_) => Action::EditTemplates,
        Event::ShiftStarted { .. } | Event::ShiftEnded { .. } => Action::ShiftOthers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::given::{by, shop, slug};
    use crate::organisation::CredentialKind;
    use crate::{Personal, Time};

    /// Ann and Mo hold a token and a session each.
    fn signed_in() -> Organisation {
        let mut shop = shop();
        for (who, hash, kind) in [
            ("ann", "a1", CredentialKind::Api),
            ("ann", "a2", CredentialKind::Session),
            ("mo", "m1", CredentialKind::Api),
            ("mo", "m2", CredentialKind::Session),
        ] {
            let credential = Credential {
                hash: hash.into(),
                kind,
                expires_at: None,
            };
            let person = slug(who);
            shop.apply(&Event::CredentialIssued { person, credential }, 1_000);
        }
        shop
    }

    fn put_ann(shop: &mut Organisation, name: &str, active: bool) -> usize {
        let mut ann = shop.person(&slug("ann")).expect("works here").clone();
        ann.name = Personal::new(name);
        ann.active = active;
        let command = Command::Put {
            event: Event::Person(ann),
            expected: None,
        };
        let events = shop.decide(command, &by("root", 1)).expect("decided");
        events.iter().for_each(|event| shop.apply(event, 1_001));
        events.len()
    }

    fn comes_in(shop: &Organisation) -> Vec<&str> {
        let hashes = ["a1", "a2", "m1", "m2"];
        let valid = |hash: &&str| shop.bearer(hash, Time(0)).is_some();
        hashes.into_iter().filter(valid).collect()
    }

    #[test]
    fn who_leaves_and_comes_back_must_sign_in_anew() {
        let mut shop = signed_in();
        assert_eq!(put_ann(&mut shop, "Ann", true), 1);
        assert_eq!(comes_in(&shop), ["a1", "a2", "m1", "m2"]);
        assert_eq!(put_ann(&mut shop, "Ann", false), 3, "both ways in end");
        put_ann(&mut shop, "Ann", true);
        assert_eq!(comes_in(&shop), ["m1", "m2"]);
    }

    #[test]
    fn who_left_before_that_was_the_rule_does_not_come_in_either() {
        let mut shop = signed_in();
        let mut ann = shop.person(&slug("ann")).expect("works here").clone();
        ann.active = false;
        shop.apply(&Event::Person(ann), 1_002);
        put_ann(&mut shop, "Ann", true);
        assert_eq!(comes_in(&shop), ["m1", "m2"]);
    }

    #[test]
    fn what_is_a_terminal_no_longer_must_sign_in_anew() {
        let mut shop = signed_in();
        let mut put = |role| {
            let mut ann = shop.person(&slug("ann")).expect("works here").clone();
            ann.role = role;
            let command = Command::Put {
                event: Event::Person(ann),
                expected: None,
            };
            let events = shop.decide(command, &by("root", 1)).expect("decided");
            events.iter().for_each(|event| shop.apply(event, 1_001));
            comes_in(&shop).len()
        };
        assert_eq!(put(Role::Terminal), 4, "a short session does no harm");
        assert_eq!(put(Role::Clerk), 2, "both ways in end");
    }
}
