//! The chain of stores: forty places, what stands in them, who works there and who is called.
//! Pure: the same seed gives the same chain.

mod names;
mod people;
mod places;
mod store;

use outcry_domain::organisation::{
    Command, Event, Means, Person, Policy, Region, Schedule, Site, Step, Target, defaults,
};
use outcry_domain::{Organisation, PersonId, Reach, RegionId, Role, ScheduleId, SiteId, Time};

use super::chance::Chance;
use places::{PLACES, REGIONS};

/// The chain, ready to be put in place.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// Three regions.
    pub regions: Vec<Region>,
    /// Forty stores.
    pub stores: Vec<Store>,
    /// Everybody who has a sign-in, machines included.
    pub people: Vec<Person>,
    /// Who is on call, and when.
    pub schedules: Vec<Schedule>,
    /// The shipped policies, with the people on call as further targets.
    pub policies: Vec<Policy>,
}

/// A store and who works there.
#[derive(Debug, Clone, PartialEq)]
pub struct Store {
    /// As the organisation knows it.
    pub site: Site,
    /// How busy it is, 1 to [`TRADE_MAX`].
    pub trade: u32,
    /// Who runs it.
    pub manager: PersonId,
    /// Who works on its floor; the first half starts the day.
    pub clerks: Vec<PersonId>,
}

/// How busy the busiest stores are.
pub const TRADE_MAX: u32 = 3;
/// The account that speaks for every till.
pub const GATEWAY: &str = "till-gateway";
/// The three seats of the dispatch desk. The first is the visitor's.
pub const DESK: [&str; 3] = ["desk-1", "desk-2", "desk-3"];

/// The chain of this seed.
pub fn build(seed: u64) -> Chain {
    let mut chance = Chance::of(seed, "chain");
    let mut names = names::Names::new(&mut chance);
    let stores: Vec<Store> = PLACES
        .iter()
        .zip(people::STORE_NUMBERS)
        .map(|(place, number)| store::build(place, number, &mut chance))
        .collect();
    let mut staff: Vec<Person> = stores
        .iter()
        .flat_map(|store| people::of_store(store, &mut names))
        .collect();
    staff.extend(people::of_head_office(&mut names));
    people::give_numbers(&mut staff);
    Chain {
        regions: REGIONS
            .iter()
            .map(|(id, name)| Region {
                id: slug(id),
                name: (*name).into(),
            })
            .collect(),
        stores,
        people: staff,
        schedules: people::schedules(),
        policies: policies(),
    }
}

impl Chain {
    /// The commands that put the chain in place, after `organisation::defaults::events()`.
    pub fn commands(&self) -> Vec<Command> {
        let events = self.regions.iter().cloned().map(Event::Region);
        let events = events.chain(
            self.stores
                .iter()
                .map(|store| Event::Site(store.site.clone())),
        );
        let events = events.chain(self.people.iter().cloned().map(Event::Person));
        let events = events.chain(self.schedules.iter().cloned().map(Event::Schedule));
        let events = events.chain(self.policies.iter().cloned().map(Event::Policy));
        events
            .map(|event| Command::Put {
                event,
                expected: None,
            })
            .collect()
    }

    /// The same chain, whose dispatchers, regional and duty managers are also called over webhooks at `url`.
    pub fn reached_by_webhook(mut self, url: &str) -> Self {
        for person in &mut self.people {
            let of_store = matches!(person.reach, Reach::Site(_));
            let called = matches!(person.role, Role::Desk | Role::Manager) && !of_store;
            if called {
                let address = format!("{}/{}", url.trim_end_matches('/'), person.id);
                person
                    .contacts
                    .push(people::contact(Means::Webhook, &address));
            }
        }
        self
    }

    /// The chain as a data folder of an earlier demo holds it: its stores and people with whatever was changed in them, and the
    /// commands that make them reachable at this chain's webhook addresses.
    pub fn resume(mut self, kept: &Organisation) -> (Self, Vec<Command>) {
        for store in &mut self.stores {
            if let Some(site) = kept.site(&store.site.id) {
                store.site = site.clone();
            }
        }
        let mut commands = Vec::new();
        for person in &mut self.people {
            let Some(known) = kept.person(&person.id) else {
                continue;
            };
            let moved = people::moved(person, known);
            *person = moved.clone().unwrap_or_else(|| known.clone());
            commands.extend(moved.map(|person| Command::Put {
                event: Event::Person(person),
                expected: None,
            }));
        }
        (self, commands)
    }

    /// Whether that is an earlier demo's house, and nobody's real one.
    pub fn plays_in(&self, kept: &Organisation) -> bool {
        let seats = self.seats();
        seats.iter().all(|seat| kept.person(&seat.person).is_some())
    }

    /// The people whose seats the visitor may take: one per role, clerk and manager of the same store. Nobody else
    /// acts in their name.
    pub fn seats(&self) -> [Seat; 5] {
        let home = &self.stores[people::HOME];
        let at = Some(home.site.id.clone());
        [
            Seat {
                role: Role::Clerk,
                person: home.clerks[0].clone(),
                site: at.clone(),
            },
            Seat {
                role: Role::Manager,
                person: home.manager.clone(),
                site: at,
            },
            Seat {
                role: Role::Desk,
                person: slug(DESK[0]),
                site: None,
            },
            Seat {
                role: Role::Analyst,
                person: slug("analyst-1"),
                site: None,
            },
            Seat {
                role: Role::Admin,
                person: slug("admin"),
                site: None,
            },
        ]
    }

    /// What a person is called.
    pub fn name_of(&self, id: &PersonId) -> &str {
        let person = self.people.iter().find(|person| person.id == *id);
        person
            .and_then(|person| person.name.open())
            .unwrap_or_default()
    }
}

/// Who runs a region.
pub fn regional_manager(region: &RegionId) -> PersonId {
    slug(&people::regional(region.as_str()))
}

/// A seat that the visitor may take.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    /// As what.
    pub role: Role,
    /// As whom.
    pub person: PersonId,
    /// Where, if at one store.
    pub site: Option<SiteId>,
}

/// The shipped policies; whoever is on call is reached one step before the end.
fn policies() -> Vec<Policy> {
    let on_call = |schedule: &str| Target::OnCall {
        schedule: slug(schedule),
    };
    let shipped = defaults::events()
        .into_iter()
        .filter_map(|event| match event {
            Event::Policy(policy) => Some(policy),
            _ => None,
        });
    shipped
        .map(|mut policy| {
            match policy.id.as_str() {
                "critical" => policy.steps[1].targets.push(on_call(people::DUTY)),
                "urgent" => policy.steps[2].targets.push(on_call(people::DUTY)),
                "standard" => policy.steps.push(Step {
                    after_s: 900,
                    targets: vec![on_call(people::NIGHT)],
                    channels: vec![Means::Desk, Means::Mail],
                }),
                _ => {}
            }
            policy
        })
        .collect()
}

/// The Monday on which every rotation begins: 1 January 2024, 06:00 UTC.
const ROTATIONS_BEGIN: Time = Time(1_704_088_800_000_000);

fn schedule(id: &str, name: &str, people: &[&str], turn_s: u32) -> Schedule {
    Schedule {
        id: slug::<ScheduleId>(id),
        name: name.into(),
        people: people.iter().map(|id| slug(id)).collect(),
        starts_at: ROTATIONS_BEGIN,
        turn_s,
        overrides: Vec::new(),
    }
}

fn region_of(place: &places::Place) -> RegionId {
    slug(place.region)
}

/// An id out of the chain's own lists.
pub(super) fn slug<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse()
        .expect("the lists of the chain hold slugs only, as a test shows")
}

#[cfg(test)]
pub(super) mod tests;
