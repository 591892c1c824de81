//! How people are reached, and who a step reaches.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Organisation, Person, Step, Target, Width};
use crate::incident::Recipient;
use crate::{PersonId, Personal, Reach, RegionId, SiteId, Time};

/// The means by which somebody is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// The live screen of whoever is signed in.
    Desk,
    /// E-mail.
    Mail,
    /// A signed HTTP request.
    Webhook,
}

impl Means {
    /// All of them.
    pub const ALL: [Means; 3] = [Means::Desk, Means::Mail, Means::Webhook];

    /// The name in the API and the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Means::Desk => "desk",
            Means::Mail => "mail",
            Means::Webhook => "webhook",
        }
    }
}

/// One way to reach a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Over what.
    pub channel: Means,
    /// Where: a mail address or a URL.
    pub address: Personal,
}

/// The most people that one step tells.
pub(crate) const RECIPIENTS_MAX: usize = 2_000;

pub(super) fn recipients(
    organisation: &Organisation,
    step: &Step,
    at: (&RegionId, &SiteId),
    on_shift: &[PersonId],
    now: Time,
) -> Vec<Recipient> {
    let mut people = BTreeSet::new();
    for target in &step.targets {
        people.extend(meant(organisation, step, target, (at, now), on_shift));
    }
    people
        .into_iter()
        .filter_map(|id| organisation.person(&id).filter(|person| person.active))
        .map(|person| Recipient {
            person: person.id.clone(),
            channels: step
                .channels
                .iter()
                .copied()
                .filter(|c| reachable(person, *c))
                .collect(),
        })
        .filter(|recipient| !recipient.channels.is_empty())
        .take(RECIPIENTS_MAX)
        .collect()
}

/// Everybody has a screen; the rest needs an address.
fn reachable(person: &Person, channel: Means) -> bool {
    channel == Means::Desk
        || person
            .contacts
            .iter()
            .any(|contact| contact.channel == channel)
}

fn meant(
    organisation: &Organisation,
    step: &Step,
    target: &Target,
    ((region, site), now): ((&RegionId, &SiteId), Time),
    on_shift: &[PersonId],
) -> Vec<PersonId> {
    match target {
        Target::Person { id } => vec![id.clone()],
        Target::OnCall { schedule } => organisation
            .schedules
            .get(schedule)
            .and_then(|schedule| schedule.value.on_call(now))
            .map(|call| call.now)
            .into_iter()
            .collect(),
        Target::Role { role, reach } => {
            let (of_site, of_region) = (Reach::Site(site.clone()), Reach::Region(region.clone()));
            let reaches = match reach {
                Width::Site => vec![of_site],
                Width::Region => vec![of_region],
                Width::All => vec![of_site, of_region, Reach::All],
            };
            let of_role: Vec<&PersonId> = reaches
                .into_iter()
                .flat_map(|reach| organisation.staff.of(*role, reach))
                .collect();
            // Of those of the store who is at work comes first; when nobody there can be reached, all of the
            // role are meant.
            let reached = |id: &PersonId| {
                let person = organisation.person(id);
                person.is_some_and(|p| step.channels.iter().any(|by| reachable(p, *by)))
            };
            let of_store = *reach == Width::Site;
            let at_work = |id: &PersonId| of_store && on_shift.contains(id);
            let here = of_role.iter().filter(|id| at_work(id) && reached(id));
            let here: Vec<PersonId> = here.copied().cloned().collect();
            if here.is_empty() {
                of_role.into_iter().cloned().collect()
            } else {
                here
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Role;
    use crate::incident::given::slug;
    use crate::organisation::Event;

    const ROLES: [Role; 3] = [Role::Clerk, Role::Manager, Role::Desk];
    const WIDTHS: [Width; 3] = [Width::Site, Width::Region, Width::All];

    fn reaches() -> [Reach; 5] {
        [
            Reach::Site(slug("leeds-012")),
            Reach::Site(slug("hove-101")),
            Reach::Region(slug("north")),
            Reach::Region(slug("south")),
            Reach::All,
        ]
    }

    /// Everybody who is meant, by asking each person in turn.
    fn walk(organisation: &Organisation, role: Role, width: Width) -> Vec<PersonId> {
        let people = organisation.people.values().map(|held| &held.value);
        let (region, site): (RegionId, SiteId) = (slug("north"), slug("leeds-012"));
        people
            .filter(|person| person.active && person.role == role)
            .filter(|person| match width {
                Width::Site => person.reach == Reach::Site(site.clone()),
                Width::Region => person.reach == Reach::Region(region.clone()),
                Width::All => person.reach.covers(&region, &site),
            })
            .map(|person| person.id.clone())
            .collect()
    }

    proptest! {
        #[test]
        fn the_index_means_whom_a_walk_finds(
            changes in prop::collection::vec((0..9_u8, 0..3_usize, 0..5_usize, any::<bool>()), 0..40)
        ) {
            let mut organisation = Organisation::default();
            for (sequence, (who, role, reach, active)) in (1..).zip(changes) {
                let person = Person {
                    id: slug(&format!("person-{who}")),
                    name: Personal::new("somebody"),
                    role: ROLES[role],
                    reach: reaches()[reach].clone(),
                    contacts: vec![],
                    phone: None,
                    active,
                };
                organisation.apply(&Event::Person(person), sequence);
            }
            for (role, width) in ROLES.iter().flat_map(|role| WIDTHS.map(|width| (*role, width))) {
                let step = Step {
                    after_s: 0,
                    targets: vec![Target::Role { role, reach: width }],
                    channels: vec![Means::Desk],
                };
                let at = (&slug("north"), &slug("leeds-012"));
                let found = organisation.recipients(&step, at, &[], Time(0));
                let found: Vec<PersonId> = found.into_iter().map(|one| one.person).collect();
                prop_assert_eq!(found, walk(&organisation, role, width));
            }
        }
    }

    #[test]
    fn who_is_at_work_in_the_store_is_asked_first_but_never_nobody() {
        let mut shop = crate::incident::given::shop();
        let mo = shop.person(&slug("mo")).expect("works here").clone();
        for (id, contacts) in [("deputy", mo.contacts.clone()), ("new", vec![])] {
            let person = Person {
                id: slug(id),
                contacts,
                ..mo.clone()
            };
            shop.apply(&Event::Person(person), 1_000);
        }
        let asked = |role, reach, channel, on_shift: &[&str]| {
            let step = Step {
                after_s: 0,
                targets: vec![Target::Role { role, reach }],
                channels: vec![channel],
            };
            let on_shift: Vec<PersonId> = on_shift.iter().map(|id| slug(id)).collect();
            let at = (&slug("north"), &slug("leeds-012"));
            let found = shop.recipients(&step, at, &on_shift, Time(0));
            let found = found.into_iter().map(|one| one.person.to_string());
            found.collect::<Vec<_>>().join(" ")
        };
        let manager =
            |channel, on_shift: &[&str]| asked(Role::Manager, Width::Site, channel, on_shift);
        assert_eq!(manager(Means::Mail, &[]), "deputy mo");
        assert_eq!(manager(Means::Mail, &["deputy"]), "deputy");
        assert_eq!(
            manager(Means::Mail, &["ann"]),
            "deputy mo",
            "of that role nobody"
        );
        assert_eq!(manager(Means::Desk, &["new"]), "new");
        assert_eq!(
            manager(Means::Mail, &["new"]),
            "deputy mo",
            "no mail reaches them"
        );
        assert_eq!(manager(Means::Mail, &["new", "mo"]), "mo");
        let desk = asked(Role::Desk, Width::All, Means::Desk, &["sam"]);
        assert_eq!(desk, "priya sam", "a shift in a store is none at the desk");
    }
}
