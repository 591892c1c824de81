//! Who works for the chain, known by their role: two or more on each floor, a manager per store, and head office.

use outcry_domain::organisation::{Contact, Means, Person, Schedule};
use outcry_domain::{PersonId, Personal, Reach, Role};

use super::names::Names;
use super::places::REGIONS;
use super::{DESK, GATEWAY, Store, schedule, slug};

/// The store whose clerk and manager the visitor may be: Camden High Street.
pub(super) const HOME: usize = 14;
/// The schedule of the duty managers.
pub(super) const DUTY: &str = "duty-manager";
/// The schedule of the desk.
pub(super) const NIGHT: &str = "desk-lead";

/// Numbers that Ofcom keeps for stories: no telephone ever has them.
pub(super) const STORE_NUMBERS: std::ops::RangeInclusive<u32> = 1_632_960_000..=1_632_960_999;
const MOBILE_NUMBERS: std::ops::RangeInclusive<u64> = 7_700_900_000..=7_700_900_999;

/// They reach every store: whoever is on call may see every incident that they are called for.
const DUTY_MANAGERS: [&str; 2] = ["duty-manager-1", "duty-manager-2"];
const ANALYSTS: [&str; 2] = ["analyst-1", "analyst-2"];

/// A way to reach somebody.
pub(super) fn contact(channel: Means, address: &str) -> Contact {
    Contact {
        channel,
        address: Personal::new(address),
    }
}

/// The person as kept, called at the webhook address that they have now, if that is another one.
pub(super) fn moved(now: &Person, kept: &Person) -> Option<Person> {
    let webhook = |person: &Person| {
        person
            .contacts
            .iter()
            .position(|contact| contact.channel == Means::Webhook)
    };
    let (from, to) = (webhook(kept)?, webhook(now)?);
    let mut person = kept.clone();
    person.contacts[from] = now.contacts[to].clone();
    (person != *kept).then_some(person)
}

fn person(id: &PersonId, name: String, role: Role, reach: Reach) -> Person {
    // Who works on the floor is reached on the floor; everybody else has a mailbox, under a domain that RFC 6761
    // keeps from ever existing.
    let has_mailbox = matches!(
        role,
        Role::Manager | Role::Desk | Role::Analyst | Role::Admin
    );
    let mailbox = has_mailbox.then(|| contact(Means::Mail, &format!("{id}@example.test")));
    Person {
        id: id.clone(),
        name: Personal::new(name),
        role,
        reach,
        contacts: mailbox.into_iter().collect(),
        phone: None,
        active: true,
    }
}

/// Everybody but the machines can be rung.
pub(super) fn give_numbers(staff: &mut [Person]) {
    let people = staff.iter_mut();
    let people = people.filter(|person| person.role != Role::Integration);
    for (person, number) in people.zip(MOBILE_NUMBERS) {
        person.phone = Some(Personal::new(format!("+44{number}")));
    }
}

pub(super) fn of_store(store: &Store, names: &mut Names) -> Vec<Person> {
    let here = || Reach::Site(store.site.id.clone());
    let manager = person(&store.manager, names.next(), Role::Manager, here());
    let clerks = store
        .clerks
        .iter()
        .map(|id| person(id, names.next(), Role::Clerk, here()));
    std::iter::once(manager).chain(clerks).collect()
}

pub(super) fn of_head_office(names: &mut Names) -> Vec<Person> {
    let mut people: Vec<Person> = REGIONS
        .iter()
        .map(|(region, _)| {
            let reach = Reach::Region(slug(region));
            person(&slug(&regional(region)), names.next(), Role::Manager, reach)
        })
        .collect();
    let mut everywhere =
        |id: &str, role| people.push(person(&slug(id), names.next(), role, Reach::All));
    DESK.iter().for_each(|id| everywhere(id, Role::Desk));
    ANALYSTS.iter().for_each(|id| everywhere(id, Role::Analyst));
    everywhere("admin", Role::Admin);
    DUTY_MANAGERS
        .iter()
        .for_each(|id| everywhere(id, Role::Manager));
    people.push(person(
        &slug(GATEWAY),
        "Till gateway".into(),
        Role::Integration,
        Reach::All,
    ));
    people
}

/// The id of a regional manager.
pub(super) fn regional(region: &str) -> String {
    format!("regional-manager-{region}")
}

/// Duty managers take a day each, dispatchers eight hours.
pub(super) fn schedules() -> Vec<Schedule> {
    vec![
        schedule(DUTY, "Duty manager", &DUTY_MANAGERS, 86_400),
        schedule(NIGHT, "Desk lead", &DESK, 28_800),
    ]
}
