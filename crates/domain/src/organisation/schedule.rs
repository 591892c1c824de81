//! On-call schedules: people take turns, and somebody may stand in.

use serde::{Deserialize, Serialize};

use crate::{Action, Actor, PersonId, ScheduleId, Time};

/// The most people of a rotation, and the most stand-ins kept.
pub(crate) const TURNS_MAX: usize = 200;

/// People who take turns of equal length, with overrides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// Its id.
    pub id: ScheduleId,
    /// What people call it.
    pub name: String,
    /// In this order.
    pub people: Vec<PersonId>,
    /// When the first turn of the first person began.
    pub starts_at: Time,
    /// How long a turn is, in seconds.
    pub turn_s: u32,
    /// Who stands in, and when; the last one that fits wins.
    #[serde(default)]
    pub overrides: Vec<Turn>,
}

/// A person for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Who.
    pub person: PersonId,
    /// From this instant.
    pub from: Time,
    /// Up to, and without, this one.
    pub until: Time,
}

/// Who is on call now, until when, and who is next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnCall {
    /// Now.
    pub now: PersonId,
    /// When that changes.
    pub until: Time,
    /// After that.
    pub next: PersonId,
}

/// What somebody is told of a schedule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// In this order; nobody for whoever may not see people.
    pub people: Vec<PersonId>,
    /// Who stands in; nobody for whoever may not see people.
    pub overrides: Vec<Turn>,
    /// None: nobody is on call.
    pub on_call: Option<Covered>,
}

/// Somebody is on call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// Who is now and who is next, for whoever may see people.
    pub who: Option<(PersonId, PersonId)>,
    /// Until when the same person is.
    pub until: Time,
}

impl Schedule {
    /// What this actor may know of it at `now`: people are for those who may see people, everybody else
    /// learns that somebody is on call.
    pub fn told_to(&self, actor: &Actor, now: Time) -> Told {
        let named = actor.may(Action::ReadPeople);
        let on_call = self.on_call(now).map(|call| Covered {
            who: named.then_some((call.now, call.next)),
            until: call.until,
        });
        if !named {
            return Told {
                on_call,
                ..Told::default()
            };
        }
        Told {
            people: self.people.clone(),
            overrides: self.overrides.clone(),
            on_call,
        }
    }

    /// Who is on call at `now`; nobody when the schedule has no people or has not begun.
    pub fn on_call(&self, now: Time) -> Option<OnCall> {
        let (person, turn_end) = self.at(now)?;
        let until = self
            .overrides
            .iter()
            .flat_map(|turn| [turn.from, turn.until])
            .filter(|edge| *edge > now)
            .fold(turn_end, Time::min);
        let next = self
            .at(until)
            .map_or_else(|| person.clone(), |(next, _)| next);
        Some(OnCall {
            now: person,
            until,
            next,
        })
    }

    fn at(&self, now: Time) -> Option<(PersonId, Time)> {
        let turn_us = i64::from(self.turn_s.max(1)) * 1_000_000;
        let since = now - self.starts_at;
        let stand_in = self
            .overrides
            .iter()
            .rev()
            .find(|t| t.from <= now && now < t.until);
        let turn = since.div_euclid(turn_us);
        let turn_end = self.starts_at.plus_us((turn + 1).saturating_mul(turn_us));
        if let Some(stand_in) = stand_in {
            return Some((stand_in.person.clone(), stand_in.until));
        }
        if since < 0 || self.people.is_empty() {
            return None;
        }
        let place = usize::try_from(turn).ok()? % self.people.len();
        Some((self.people[place].clone(), turn_end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule() -> Schedule {
        Schedule {
            id: "night".parse().expect("slug"),
            name: "Night".into(),
            people: ["ann", "bob"].map(|p| p.parse().expect("slug")).to_vec(),
            starts_at: Time(0),
            turn_s: 100,
            overrides: vec![Turn {
                person: "cat".parse().expect("slug"),
                from: Time(50_000_000),
                until: Time(60_000_000),
            }],
        }
    }

    #[test]
    fn names_are_for_those_who_may_see_people() {
        use crate::{ActorId, Reach, Role};
        let told = Role::ALL.map(|role| {
            let id = ActorId::Person("eve".parse().expect("slug"));
            let reach = Reach::All;
            let told = schedule().told_to(&Actor { id, role, reach }, Time(0));
            let call = told.on_call.expect("somebody is, and everybody may know");
            assert_eq!(call.until, Time(50_000_000));
            let named = call.who.is_some();
            assert_eq!(named, !told.people.is_empty(), "{role:?}");
            assert_eq!(named, !told.overrides.is_empty(), "{role:?}");
            named.then_some(role)
        });
        let may: Vec<Role> = told.into_iter().flatten().collect();
        assert_eq!(may, [Role::Manager, Role::Desk, Role::Analyst, Role::Admin]);
    }

    #[test]
    fn turns_and_stand_ins() {
        let who = |s: i64| {
            let call = schedule().on_call(Time(s * 1_000_000)).expect("someone");
            (
                call.now.to_string(),
                call.until.0 / 1_000_000,
                call.next.to_string(),
            )
        };
        assert_eq!(who(0), ("ann".into(), 50, "cat".into()));
        assert_eq!(who(55), ("cat".into(), 60, "ann".into()));
        assert_eq!(who(60), ("ann".into(), 100, "bob".into()));
        assert_eq!(who(150), ("bob".into(), 200, "ann".into()));
        assert_eq!(schedule().on_call(Time(-1)), None);
    }
}
