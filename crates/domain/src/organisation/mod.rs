//! The organisation: regions, sites, people, queues, policies, schedules and templates, folded from
//! their facts. Never knows where they are kept or who asks.

mod check;
mod contact;
mod credential;
mod decide;
pub mod defaults;
mod person;
mod phone;
mod policy;
mod prolong;
mod queue;
mod schedule;
mod shift;
mod site;
mod staff;
mod template;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use contact::{Contact, Means};
pub use credential::{Credential, CredentialKind};
pub use decide::{Command, Refusal, permit};
pub use person::Person;
pub use phone::dialled;
pub use policy::{Policy, STEP_AFTER_MAX_S, STEP_AFTER_MIN_S, STEPS_MAX, Step, Target, Width};
pub use queue::Queue;
pub use schedule::{Covered, OnCall, Schedule, Told, Turn};
pub use shift::SHIFT_MAX_S;
pub use site::{Area, Device, DeviceKind, PanicMode, Region, Site};
pub use template::{Choice, Flag, Question, QuestionKind, Template};

use shift::{Shift, Shifts};
use staff::Staff;

use crate::incident::Recipient;
use crate::personal::{Personal, Visit};
use crate::{
    Actor, ActorId, Category, PersonId, PolicyId, QueueId, RegionId, ScheduleId, SiteId, Time,
};

/// What can happen to the organisation. A setting carries the whole new text of its noun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "set", rename_all = "snake_case")]
#[allow(missing_docs)] // each variant is its noun
pub enum Event {
    Region(Region),
    Site(Site),
    Person(Person),
    Queue(Queue),
    Policy(Policy),
    Schedule(Schedule),
    Template(Template),
    CredentialIssued {
        person: PersonId,
        credential: Credential,
    },
    CredentialRevoked {
        hash: String,
    },
    /// Somebody is at work in a store from then on.
    ShiftStarted {
        person: PersonId,
        site: SiteId,
        since: Time,
    },
    /// And was so until `at`.
    ShiftEnded {
        person: PersonId,
        site: SiteId,
        since: Time,
        at: Time,
    },
}

impl Visit for Event {
    fn personal(&mut self, f: &mut dyn FnMut(&mut Personal)) {
        if let Self::Person(person) = self {
            f(&mut person.name);
            person.phone.iter_mut().for_each(&mut *f);
            for contact in &mut person.contacts {
                f(&mut contact.address);
            }
        }
    }
}

/// Something set, and how often: the version that an edit must name.
#[derive(Debug, Clone, PartialEq)]
pub struct Versioned<T> {
    /// 1 at first, one more with every change.
    pub version: u64,
    /// As it now is.
    pub value: T,
}

/// A noun by its id.
pub type Shelf<K, V> = BTreeMap<K, Versioned<V>>;

/// Everything that decisions need to know about the organisation. Personal texts are open here:
/// this lives in memory only.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Organisation {
    /// The sequence of the last fact folded in.
    pub sequence: u64,
    /// Regions, each with its own log.
    pub regions: Shelf<RegionId, Region>,
    /// Stores.
    pub sites: Shelf<SiteId, Site>,
    /// People. They change by `apply` only: an index follows them.
    pub people: Shelf<PersonId, Person>,
    staff: Staff,
    /// Queues.
    pub queues: Shelf<QueueId, Queue>,
    /// Escalation policies.
    pub policies: Shelf<PolicyId, Policy>,
    /// On-call schedules.
    pub schedules: Shelf<ScheduleId, Schedule>,
    /// Report templates.
    pub templates: Shelf<Category, Template>,
    /// Live credentials by the hash of their secret.
    pub credentials: BTreeMap<String, (PersonId, Credential)>,
    shifts: Shifts,
}

fn put<K: Ord, V>(shelf: &mut Shelf<K, V>, key: K, value: V) {
    let version = shelf.get(&key).map_or(1, |old| old.version + 1);
    shelf.insert(key, Versioned { version, value });
}

impl Organisation {
    /// Folds one more fact in.
    pub fn apply(&mut self, event: &Event, sequence: u64) {
        self.sequence = sequence;
        match event.clone() {
            Event::Region(region) => put(&mut self.regions, region.id.clone(), region),
            Event::Site(site) => put(&mut self.sites, site.id.clone(), site),
            Event::Person(person) => {
                let before = self.people.get(&person.id).map(|held| &held.value);
                self.staff.put(before, &person);
                put(&mut self.people, person.id.clone(), person);
            }
            Event::Queue(queue) => put(&mut self.queues, queue.id.clone(), queue),
            Event::Policy(policy) => put(&mut self.policies, policy.id.clone(), policy),
            Event::Schedule(schedule) => put(&mut self.schedules, schedule.id.clone(), schedule),
            Event::Template(template) => put(&mut self.templates, template.category, template),
            Event::CredentialIssued { person, credential } => {
                self.credentials
                    .insert(credential.hash.clone(), (person, credential));
            }
            Event::CredentialRevoked { hash } => {
                self.credentials.remove(&hash);
            }
            Event::ShiftStarted {
                person,
                site,
                since,
            } => self.shifts.put(person, Shift::new(site, since, None)),
            Event::ShiftEnded {
                person,
                site,
                since,
                at,
            } => self.shifts.put(person, Shift::new(site, since, Some(at))),
        }
    }

    /// The site, if there is one of that id.
    pub fn site(&self, id: &SiteId) -> Option<&Site> {
        self.sites.get(id).map(|site| &site.value)
    }

    /// The person, if there is one of that id.
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.get(id).map(|person| &person.value)
    }

    /// Who holds this credential now: nobody once it is expired, revoked or its person left.
    pub fn bearer(&self, hash: &str, now: Time) -> Option<(&Person, &Credential)> {
        let (id, credential) = self.credentials.get(hash)?;
        let person = self.person(id).filter(|person| person.active)?;
        credential.valid(now).then_some((person, credential))
    }

    /// A person as an actor.
    pub fn actor(person: &Person) -> Actor {
        Actor {
            id: ActorId::Person(person.id.clone()),
            role: person.role,
            reach: person.reach.clone(),
        }
    }

    /// What to call an actor.
    pub fn name_of(&self, actor: &ActorId) -> String {
        match actor {
            ActorId::Person(id) => self
                .person(id)
                .and_then(|person| person.name.open())
                .map_or_else(|| id.to_string(), str::to_owned),
            ActorId::Device(id) => id.to_string(),
            ActorId::System(_) => "Outcry".to_owned(),
        }
    }

    /// Whom a step reaches now: active people of its targets, only those `on_shift` where a role at a
    /// site is meant and one of them can be reached, each with the step's channels they can be reached over.
    pub fn recipients(
        &self,
        step: &Step,
        at: (&RegionId, &SiteId),
        on_shift: &[PersonId],
        now: Time,
    ) -> Vec<Recipient> {
        contact::recipients(self, step, at, on_shift, now)
    }
}
