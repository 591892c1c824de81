//! The vocabulary of the domain's tests: a small shop, and incidents in it.

use super::{Channel, Command, Draft, Event, Given, Incident, Refusal, open};
use crate::actor::SystemId;
use crate::organisation::{
    Area, Command as Setting, Event as Set, Means, Organisation, PanicMode, Person, Region, Site,
    Target, defaults,
};
use crate::{Actor, ActorId, Category, Moment, Personal, Reach, Role, Time};

pub(crate) const SECOND: i64 = 1_000_000;

/// One store with a clerk, a manager and two dispatchers.
pub(crate) fn shop() -> Organisation {
    let mut events = vec![
        Set::Region(Region {
            id: slug("north"),
            name: "North".into(),
        }),
        Set::Region(Region {
            id: slug("south"),
            name: "South".into(),
        }),
    ];
    for (site, region) in [("leeds-012", "north"), ("hove-101", "south")] {
        events.push(Set::Site(Site {
            id: slug(site),
            name: site.into(),
            region: slug(region),
            timezone: "Europe/London".into(),
            address: None,
            phone: None,
            areas: vec![Area {
                id: slug("tills"),
                name: "Tills".into(),
            }],
            devices: vec![],
            panic: PanicMode::default(),
        }));
    }
    let leeds = || Reach::Site(slug("leeds-012"));
    for (id, role, reach) in [
        ("ann", Role::Clerk, leeds()),
        ("mo", Role::Manager, leeds()),
        ("priya", Role::Desk, Reach::All),
        ("sam", Role::Desk, Reach::All),
        ("lee", Role::Analyst, Reach::All),
        ("root", Role::Admin, Reach::All),
    ] {
        events.push(Set::Person(Person {
            id: slug(id),
            name: Personal::new(id),
            role,
            reach,
            contacts: vec![crate::organisation::Contact {
                channel: Means::Mail,
                address: Personal::new(format!("{id}@example.test")),
            }],
            phone: None,
            active: true,
        }));
    }
    events.extend(defaults::events());
    let mut organisation = Organisation::default();
    let moment = Moment {
        now: Time(0),
        actor: Actor::system(SystemId::Setup),
        entropy: 1,
    };
    for (sequence, event) in (1..).zip(events) {
        let command = Setting::Put {
            event,
            expected: None,
        };
        for event in organisation
            .decide(command, &moment)
            .expect("the shop is valid")
        {
            organisation.apply(&event, sequence);
        }
    }
    organisation
}

pub(crate) fn slug<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("a slug")
}

/// A person of the shop, acting at a second.
pub(crate) fn by(who: &str, second: i64) -> Moment {
    let shop = shop();
    let person = shop.person(&slug(who)).expect("works here");
    Moment {
        now: Time(second * SECOND),
        actor: Organisation::actor(person),
        entropy: u128::from(second.unsigned_abs()) << 64 | 7,
    }
}

/// One of Outcry's loops, acting at a second.
pub(crate) fn house(second: i64) -> Moment {
    Moment {
        actor: Actor::system(SystemId::Escalate),
        ..by("root", second)
    }
}

pub(crate) fn draft(category: Category) -> Draft {
    Draft {
        site: slug("leeds-012"),
        category,
        channel: Channel::Terminal,
        occurred_at: None,
        area: None,
        device: None,
        reporter: None,
        narrative: Some(Personal::new("two people took bottles")),
        fields: Default::default(),
        items: vec![],
        silent: None,
        left_out: Vec::new(),
    }
}

pub(crate) fn answered(category: Category, answers: &[(&str, Given)]) -> Draft {
    let fields = answers
        .iter()
        .map(|(id, given)| ((*id).to_owned(), given.clone()))
        .collect();
    Draft {
        fields,
        ..draft(category)
    }
}

/// An incident and its whole story, checked after each step.
pub(crate) struct Tale {
    pub(crate) incident: Incident,
    pub(crate) shop: Organisation,
    pub(crate) last: Vec<Event>,
}

impl Tale {
    /// Ann opens it at second 0.
    pub(crate) fn of(command: Command) -> Self {
        Self::in_shop(shop(), command)
    }

    /// A panic in a shop whose steps reach these people over this channel.
    pub(crate) fn panic_to(channel: Means, steps: &[&[&str]]) -> Self {
        let mut shop = shop();
        let policy = shop.policies.get_mut(&slug("critical")).expect("shipped");
        policy.value.steps.truncate(steps.len());
        for (step, people) in policy.value.steps.iter_mut().zip(steps) {
            step.channels = vec![channel];
            step.targets = people
                .iter()
                .map(|id| Target::Person { id: slug(id) })
                .collect();
        }
        Self::in_shop(shop, Command::Panic(draft(Category::Panic)))
    }

    /// Ann opens it in this shop at second 0.
    pub(crate) fn in_shop(shop: Organisation, command: Command) -> Self {
        let moment = by("ann", 0);
        let events = open(command, &moment, &shop).expect("accepted");
        let id = moment.incident_id();
        let actor = ActorId::Person(slug("ann"));
        let mut incident =
            Incident::opened(id, &events[0], &actor, moment.now, 1).expect("a report opens it");
        for (sequence, event) in (2..).zip(&events[1..]) {
            incident.apply(event, &actor, moment.now, sequence);
        }
        Self {
            incident,
            shop,
            last: events,
        }
    }

    pub(crate) fn panic() -> Self {
        Self::of(Command::Panic(draft(Category::Panic)))
    }

    pub(crate) fn theft() -> Self {
        Self::of(Command::Report(draft(Category::Theft)))
    }

    pub(crate) fn when(&mut self, command: Command, moment: &Moment) -> Result<&[Event], Refusal> {
        let events = self.incident.decide(command, moment, &self.shop)?;
        for event in &events {
            let sequence = self.incident.sequence + 1;
            self.incident
                .apply(event, &moment.actor.id, moment.now, sequence);
        }
        self.last = events;
        Ok(&self.last)
    }

    /// The delivery that was planned before all others.
    pub(crate) fn planned_first(&self) -> crate::DeliveryId {
        let first = self.incident.deliveries.keys().next();
        first.expect("planned").clone()
    }

    /// The delivery that the step at hand planned first.
    pub(crate) fn planned_last(&self) -> crate::DeliveryId {
        let at = self.step();
        let of_step = |held: &&super::Delivery| (held.round, held.step) == at;
        let held = self.incident.deliveries.values().find(of_step);
        held.expect("planned").id.clone()
    }

    pub(crate) fn step(&self) -> (u32, usize) {
        let escalation = self.incident.escalation.as_ref().expect("routed");
        (escalation.round, escalation.step)
    }
}
