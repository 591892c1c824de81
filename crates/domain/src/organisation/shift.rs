//! Shifts: who is at work in which store, because they said so, or somebody who may said it for them.
//! What a rota says is an event of the stream, and none of these.

use std::collections::{BTreeMap, BTreeSet};

use outcry_words::say;

use super::{Event, Organisation, Person, Refusal};
use crate::{Action, Actor, ActorId, Moment, PersonId, Reach, Role, SiteId, Time};

/// A shift that nobody ended counts no longer than this, in seconds: sixteen hours.
pub const SHIFT_MAX_S: u32 = 57_600;

/// A shift of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shift {
    /// In which store.
    pub site: SiteId,
    /// From then.
    pub since: Time,
    /// Until then; `None` while nobody ended it.
    pub ended_at: Option<Time>,
}

impl Shift {
    pub(super) fn new(site: SiteId, since: Time, ended_at: Option<Time>) -> Self {
        Self {
            site,
            since,
            ended_at,
        }
    }

    /// Whether it goes on: nobody ended it, and it is not forgotten either.
    fn goes_on(&self, now: Time) -> bool {
        self.ended_at.is_none() && now < self.since.plus_s(SHIFT_MAX_S)
    }

    /// Whether it was going on at that time.
    fn held(&self, at: Time) -> bool {
        let forgotten = self.since.plus_s(SHIFT_MAX_S);
        let end = self.ended_at.unwrap_or(forgotten).min(forgotten);
        self.since <= at && at < end
    }
}

/// Everybody's latest shift, and who had theirs in a store. Follows the facts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Shifts {
    latest: BTreeMap<PersonId, Shift>,
    at: BTreeMap<SiteId, BTreeSet<PersonId>>,
}

impl Shifts {
    /// The last fact of somebody's shift tells all of it, so nobody needs the ones before.
    pub(super) fn put(&mut self, person: PersonId, shift: Shift) {
        if let Some(before) = self.latest.get(&person)
            && let Some(there) = self.at.get_mut(&before.site)
        {
            there.remove(&person);
            if there.is_empty() {
                self.at.remove(&before.site);
            }
        }
        let here = self.at.entry(shift.site.clone()).or_default();
        here.insert(person.clone());
        self.latest.insert(person, shift);
    }
}

impl Organisation {
    /// Who was on shift in a store at that time, and since when, in the order of their ids. Only the latest
    /// shift of everybody is known: that of a day ago is in the log.
    pub fn on_shift(&self, site: &SiteId, at: Time) -> impl Iterator<Item = (&Person, Time)> {
        let people = self.shifts.at.get(site).into_iter().flatten();
        people.filter_map(move |id| {
            let shift = self.shifts.latest.get(id).filter(|shift| shift.held(at))?;
            Some((self.person(id)?, shift.since))
        })
    }

    /// The shift that somebody is on.
    fn shift(&self, person: &PersonId, now: Time) -> Option<&Shift> {
        let latest = self.shifts.latest.get(person);
        latest.filter(|shift| shift.goes_on(now))
    }

    pub(super) fn start_shift(
        &self,
        person: PersonId,
        site: SiteId,
        moment: &Moment,
    ) -> Result<Vec<Event>, Refusal> {
        let own = self.may_say(&person, &site, &moment.actor)?;
        self.works_there(&person, &site, &moment.actor, own)?;
        if let Some(shift) = self.shift(&person, moment.now) {
            return Err(Refusal::OnShift {
                person,
                site: shift.site.clone(),
                since: shift.since,
            });
        }
        Ok(vec![Event::ShiftStarted {
            person,
            site,
            since: moment.now,
        }])
    }

    pub(super) fn end_shift(
        &self,
        person: PersonId,
        site: SiteId,
        moment: &Moment,
    ) -> Result<Vec<Event>, Refusal> {
        let own = self.may_say(&person, &site, &moment.actor)?;
        let shift = self.shift(&person, moment.now);
        // Whoever is at work in a store is seen there, however far they reach.
        if let Some(shift) = shift.filter(|shift| shift.site == site) {
            return Ok(vec![shift.end(person, moment.now)]);
        }
        self.works_there(&person, &site, &moment.actor, own)?;
        Err(Refusal::NotOnShift { person, site })
    }

    /// The end of a shift by an edit: who left, or moved, no longer works where they were.
    pub(super) fn shift_ended_by(&self, after: &Person, now: Time) -> Option<Event> {
        let shift = self.shift(&after.id, now)?;
        let there = after.active && self.can_be_at(after, &shift.site);
        (!there).then(|| shift.end(after.id.clone(), now))
    }

    /// Whether the actor may say of somebody that they begin or end work in that store; whether it is their own shift.
    fn may_say(&self, person: &PersonId, site: &SiteId, actor: &Actor) -> Result<bool, Refusal> {
        let own = actor.id == ActorId::Person(person.clone());
        let right = if own {
            Action::Shift
        } else {
            Action::ShiftOthers
        };
        if !actor.may(right) {
            return Err(Refusal::Forbidden(right));
        }
        let store = self.site(site);
        if !store.is_some_and(|store| actor.reach.covers(&store.region, site)) {
            return Err(Refusal::Unknown(say(
                "refusal-unknown-store-near",
                [("site", site.as_str().into())],
            )));
        }
        Ok(own)
    }

    /// Whether that is a person whom the actor knows of, or the actor's `own` self, and they may work there. Whoever
    /// the actor may not know of is as unknown as nobody.
    fn works_there(
        &self,
        person: &PersonId,
        site: &SiteId,
        actor: &Actor,
        own: bool,
    ) -> Result<(), Refusal> {
        let known = self.person(person).filter(|known| known.active);
        match known.filter(|known| own || self.reaches(actor, known)) {
            None => Err(Refusal::Unknown(say(
                "refusal-unknown-person-near",
                [("person", person.as_str().into())],
            ))),
            Some(known) if self.can_be_at(known, site) => Ok(()),
            Some(_) => Err(Refusal::NotTheirStore {
                person: person.clone(),
                site: site.clone(),
            }),
        }
    }

    /// Whether all that somebody reaches lies within the actor's own reach.
    fn reaches(&self, actor: &Actor, person: &Person) -> bool {
        match &person.reach {
            Reach::Site(id) => self
                .site(id)
                .is_some_and(|site| actor.reach.covers(&site.region, id)),
            wider => actor.reach == Reach::All || actor.reach == *wider,
        }
    }

    /// Whether somebody can be at work in a store at all: it lies within their reach, and they are no machine.
    fn can_be_at(&self, person: &Person, site: &SiteId) -> bool {
        let machine = matches!(
            person.role,
            Role::Terminal | Role::Integration | Role::System
        );
        let within = |region| person.reach.covers(region, site);
        !machine && self.site(site).is_some_and(|store| within(&store.region))
    }
}

impl Shift {
    fn end(&self, person: PersonId, at: Time) -> Event {
        Event::ShiftEnded {
            person,
            site: self.site.clone(),
            since: self.since,
            at,
        }
    }
}

#[cfg(test)]
mod tests;
