use std::collections::BTreeSet;

use outcry_domain::actor::SystemId;
use outcry_domain::organisation::{Command, DeviceKind, Means, defaults};
use outcry_domain::{Actor, Moment, Organisation, Role, Time};

use super::*;

/// The organisation of a first start with the chain put in place, by the rules of the domain.
pub(crate) fn organisation(chain: &Chain) -> Organisation {
    let moment = Moment {
        now: Time(1_763_820_000_000_000),
        actor: Actor::system(SystemId::Setup),
        entropy: 1,
    };
    let shipped = defaults::events().into_iter().map(|event| Command::Put {
        event,
        expected: Some(0),
    });
    let mut organisation = Organisation::default();
    for (sequence, command) in (1..).zip(shipped.chain(chain.commands())) {
        let decided = organisation
            .decide(command, &moment)
            .expect("the rules accept the chain");
        decided
            .iter()
            .for_each(|event| organisation.apply(event, sequence));
    }
    organisation
}

#[test]
fn the_rules_accept_the_chain() {
    for seed in [0, 7, u64::MAX] {
        let chain = build(seed).reached_by_webhook("http://127.0.0.1:9/hooks");
        let organisation = organisation(&chain);
        assert_eq!(organisation.regions.len(), 3);
        assert_eq!(organisation.sites.len(), 40);
        assert_eq!(organisation.people.len(), chain.people.len());
        assert_eq!(organisation.schedules.len(), 2);
        assert_eq!(organisation.policies.len(), 4);
        for schedule in organisation.schedules.values() {
            assert!(
                schedule
                    .value
                    .on_call(Time(1_763_820_000_000_000))
                    .is_some()
            );
        }
    }
}

#[test]
fn a_demo_knows_its_own_house_from_another() {
    let chain = build(7);
    assert!(chain.plays_in(&organisation(&build(7))));
    let seat = chain.seats()[0].person.clone();
    let mut real = organisation(&chain);
    real.people.remove(&seat);
    assert!(!chain.plays_in(&real));
}

#[test]
fn whoever_is_on_call_may_see_every_store() {
    let chain = build(7);
    let on_call = chain.schedules.iter().flat_map(|held| &held.people);
    for id in on_call {
        let person = chain.people.iter().find(|person| person.id == *id).unwrap();
        assert_eq!(person.reach, Reach::All, "{id}");
    }
}

#[test]
fn the_same_seed_builds_the_same_chain() {
    assert_eq!(build(7), build(7));
    assert_ne!(build(7), build(8));
}

#[test]
fn every_store_can_be_worked_in() {
    for store in build(7).stores {
        let site = &store.site;
        assert!(
            (5..=8).contains(&site.areas.len()),
            "{}: {} areas",
            site.id,
            site.areas.len()
        );
        let count = |kind| {
            site.devices
                .iter()
                .filter(|device| device.kind == kind)
                .count()
        };
        assert!((2..=4).contains(&count(DeviceKind::Till)), "{}", site.id);
        assert_eq!(
            (count(DeviceKind::Terminal), count(DeviceKind::Button)),
            (1, 1),
            "{}",
            site.id
        );
        let seen: BTreeSet<_> = site
            .devices
            .iter()
            .flat_map(|device| &device.covers)
            .collect();
        assert!(
            site.areas.iter().all(|area| seen.contains(&area.id)),
            "{}: a corner nobody sees",
            site.id
        );
        assert!(store.clerks.len() >= 3);
    }
}

#[test]
fn everybody_is_known_by_role_and_nobody_is_real() {
    let chain = build(7);
    let names: BTreeSet<_> = chain
        .people
        .iter()
        .map(|person| chain.name_of(&person.id))
        .collect();
    assert_eq!(names.len(), chain.people.len(), "two people with one name");
    let count = |role| {
        chain
            .people
            .iter()
            .filter(|person| person.role == role)
            .count()
    };
    assert_eq!(
        [Role::Desk, Role::Analyst, Role::Admin, Role::Integration].map(count),
        [3, 2, 1, 1]
    );
    assert_eq!(count(Role::Manager), 45);
    for person in &chain.people {
        for contact in &person.contacts {
            let address = contact.address.open().unwrap();
            assert!(
                contact.channel == Means::Mail && address.ends_with("@example.test"),
                "{address}"
            );
        }
    }
}

#[test]
fn the_seats_are_taken_by_people_of_the_chain() {
    let chain = build(7);
    let seats = chain.seats();
    assert_eq!(seats[0].site, seats[1].site);
    for seat in seats {
        let person = chain
            .people
            .iter()
            .find(|person| person.id == seat.person)
            .unwrap();
        assert_eq!(person.role, seat.role);
        assert_eq!(
            seat.site.map(Reach::Site).unwrap_or(Reach::All),
            person.reach
        );
    }
}

#[test]
fn an_earlier_demo_goes_on_where_it_was() {
    let kept = build(7).reached_by_webhook("http://127.0.0.1:1/hooks");
    let organisation = organisation(&kept);
    let (same, nothing) = build(7)
        .reached_by_webhook("http://127.0.0.1:1/hooks")
        .resume(&organisation);
    assert_eq!((same, nothing.len()), (kept.clone(), 0));

    let (other, commands) = build(8)
        .reached_by_webhook("http://127.0.0.1:2/hooks")
        .resume(&organisation);
    assert_eq!(
        other.stores, kept.stores,
        "another seed plays in the stores that are there"
    );
    assert_eq!(
        commands.len(),
        8,
        "three dispatchers, three regional managers and two on duty"
    );
    for command in commands {
        let Command::Put {
            event: Event::Person(person),
            ..
        } = command
        else {
            panic!("{command:?}")
        };
        let address = person.contacts[1].address.open().unwrap();
        assert_eq!(address, format!("http://127.0.0.1:2/hooks/{}", person.id));
        assert_eq!(
            person.name.open(),
            organisation.person(&person.id).unwrap().name.open()
        );
    }
}

#[test]
fn everybody_can_be_rung_at_a_number_that_no_telephone_has() {
    let chain = build(7);
    let mut seen = BTreeSet::new();
    for store in &chain.stores {
        let number = store.site.phone.clone().expect("a number");
        assert!(number.starts_with("+441632960"), "{number}");
        assert!(seen.insert(number), "one store each");
    }
    let people = chain.people.iter();
    for person in people.filter(|person| person.role != Role::Integration) {
        let number = person.phone.as_ref().and_then(|number| number.open());
        let number = number.expect("a number").to_owned();
        assert!(number.starts_with("+447700900"), "{number}");
        assert!(seen.insert(number), "one person each");
    }
}
