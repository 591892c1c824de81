//! What must hold of each setting before it is put in place.

mod person;
mod policy;
mod queue;
mod template;

use std::collections::BTreeSet;

use outcry_words::{phrase, say};

use super::{Event, Organisation, Region, Schedule, Site, phone, schedule::TURNS_MAX};
use crate::{Faults, RegionId, text};

/// The longest name or label, in characters.
pub(crate) const NAME_CHARS_MAX: usize = 120;
/// The most areas and the most devices of a site.
pub(crate) const PARTS_MAX: usize = 200;
/// The longest text beside a name, in characters: an address, an advice.
pub(crate) const TEXT_CHARS_MAX: usize = 2_000;

impl Organisation {
    /// The fields of a setting that do not fit; no fault, no refusal.
    pub(super) fn check(&self, event: &Event) -> Faults {
        let mut faults = Faults::default();
        match event {
            Event::Region(region) => check_region(region, &mut faults),
            Event::Site(site) => self.check_site(site, &mut faults),
            Event::Person(person) => self.check_person(person, &mut faults),
            Event::Queue(queue) => self.check_queue(queue, &mut faults),
            Event::Policy(policy) => self.check_policy(policy, &mut faults),
            Event::Schedule(schedule) => self.check_schedule(schedule, &mut faults),
            Event::Template(template) => self.check_template(template, &mut faults),
            Event::CredentialIssued { .. } | Event::CredentialRevoked { .. } => {
                faults.add("", phrase("check-not-put"));
            }
            Event::ShiftStarted { .. } | Event::ShiftEnded { .. } => {
                faults.add("", phrase("check-shift-not-put"));
            }
        }
        faults
    }

    fn check_site(&self, site: &Site, faults: &mut Faults) {
        named("/name", &site.name, faults);
        if !self.regions.contains_key(&site.region) {
            let with = [("region", site.region.to_string().into())];
            faults.add("/region", say("check-no-region", with));
        }
        if let Some(before) = self.site(&site.id).map(|before| &before.region)
            && *before != site.region
        {
            let with = [("region", before.to_string().into())];
            faults.add("/region", say("check-store-stays", with));
        }
        if jiff::tz::TimeZone::get(&site.timezone).is_err() {
            faults.add("/timezone", phrase("check-time-zone"));
        }
        if !(500..=1_500).contains(&site.panic.hold_ms) {
            faults.add("/panic/hold_ms", phrase("check-hold"));
        }
        if !site.phone.as_deref().is_none_or(phone::fits) {
            faults.add("/phone", phrase("check-phone"));
        }
        let address = site.address.as_deref().unwrap_or_default();
        readable("/address", address, faults);
        check_parts(site, faults);
    }

    fn check_schedule(&self, schedule: &Schedule, faults: &mut Faults) {
        named("/name", &schedule.name, faults);
        if schedule.people.len() > TURNS_MAX || schedule.overrides.len() > TURNS_MAX {
            let with = [("most", TURNS_MAX.into())];
            faults.add("/people", say("check-turns", with));
            return;
        }
        if schedule.turn_s < 3_600 {
            faults.add("/turn_s", phrase("check-turn-short"));
        }
        let stand_ins = schedule.overrides.iter().map(|turn| &turn.person);
        let mut people = schedule.people.iter().chain(stand_ins);
        if let Some(id) = people.find(|id| self.person(id).is_none()) {
            let with = [("person", id.to_string().into())];
            faults.add("/people", say("check-no-person", with));
        }
        for (place, turn) in schedule.overrides.iter().enumerate() {
            if turn.until <= turn.from {
                let pointer = format!("/overrides/{place}/until");
                faults.add(pointer, phrase("check-turn-ends"));
            }
        }
    }
}

fn check_region(region: &Region, faults: &mut Faults) {
    if region.id == RegionId::organisation() {
        faults.add("/id", phrase("check-name-of-log"));
    }
    named("/name", &region.name, faults);
}

/// The areas of a store, and the devices in them.
fn check_parts(site: &Site, faults: &mut Faults) {
    if site.areas.len() > PARTS_MAX || site.devices.len() > PARTS_MAX {
        let with = [("most", PARTS_MAX.into())];
        faults.add("/areas", say("check-parts", with));
        return;
    }
    for (place, area) in site.areas.iter().enumerate() {
        named(format!("/areas/{place}/name"), &area.name, faults);
    }
    for (place, device) in site.devices.iter().enumerate() {
        named(format!("/devices/{place}/name"), &device.name, faults);
    }
    let areas: BTreeSet<_> = site.areas.iter().map(|area| &area.id).collect();
    if areas.len() < site.areas.len() {
        faults.add("/areas", phrase("check-areas-same"));
    }
    let devices: BTreeSet<_> = site.devices.iter().map(|device| &device.id).collect();
    if devices.len() < site.devices.len() {
        faults.add("/devices", phrase("check-devices-same"));
    }
    for (place, device) in site.devices.iter().enumerate() {
        let mut places = device.area.iter().chain(&device.covers);
        if let Some(gone) = places.find(|area| !areas.contains(area)) {
            let with = [("area", gone.to_string().into())];
            faults.add(format!("/devices/{place}"), say("check-device-area", with));
        }
    }
}

fn named(pointer: impl Into<String>, name: &str, faults: &mut Faults) {
    if !text::names(name, NAME_CHARS_MAX) {
        let detail = say("check-name", [("most", NAME_CHARS_MAX.into())]);
        faults.add(pointer, detail);
    }
}

fn readable(pointer: impl Into<String>, written: &str, faults: &mut Faults) {
    if !text::reads(written, TEXT_CHARS_MAX) {
        let detail = say("check-text", [("most", TEXT_CHARS_MAX.into())]);
        faults.add(pointer, detail);
    }
}

/// What the rules of the shop say to a setting: nothing, or the field that does not fit.
#[cfg(test)]
pub(super) fn refused(organisation: &Organisation, event: Event) -> Option<String> {
    let mut pointers = refused_all(organisation, event).into_iter();
    let pointer = pointers.next();
    assert_eq!(pointers.next(), None, "a second one");
    pointer
}

/// All fields that do not fit.
#[cfg(test)]
fn refused_all(organisation: &Organisation, event: Event) -> Vec<String> {
    let command = super::Command::Put {
        event,
        expected: None,
    };
    let moment = crate::incident::given::by("root", 1);
    match organisation.decide(command, &moment) {
        Ok(_) => Vec::new(),
        Err(super::Refusal::Invalid(faults)) => {
            faults.iter().map(|fault| fault.pointer.clone()).collect()
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Time;
    use crate::incident::given::{shop, slug};
    use crate::organisation::Turn;

    #[test]
    fn time_zones_are_part_of_the_program() {
        let zones = format!("{:?}", jiff::tz::db());
        assert_eq!(zones, "TimeZoneDatabase(Bundled(available))");
        assert!(jiff::tz::TimeZone::get("Europe/London").is_ok());
    }

    #[test]
    fn nothing_of_a_store_is_hidden_from_the_eye() {
        let put = |change: fn(&mut Site)| {
            let shop = shop();
            let mut site = shop.site(&slug("leeds-012")).expect("a store").clone();
            change(&mut site);
            refused(&shop, Event::Site(site))
        };
        let name = |site: &mut Site| site.name = "\u{200b}".into();
        assert_eq!(put(name).as_deref(), Some("/name"));
        let area = |site: &mut Site| site.areas[0].name = "\u{202e}sllit".into();
        assert_eq!(put(area).as_deref(), Some("/areas/0/name"));
        let address = |site: &mut Site| site.address = Some("1 High St\u{0}".into());
        assert_eq!(put(address).as_deref(), Some("/address"));
        let lines = |site: &mut Site| site.address = Some("1 High St\nLeeds".into());
        assert_eq!(put(lines), None);
        let region = Region {
            id: slug("west"),
            name: "\u{feff}".into(),
        };
        assert_eq!(
            refused(&shop(), Event::Region(region)).as_deref(),
            Some("/name")
        );
    }

    #[test]
    fn one_answer_names_every_field_that_does_not_fit() {
        let shop = shop();
        let mut site = shop.site(&slug("leeds-012")).expect("a store").clone();
        site.name = String::new();
        site.region = slug("nowhere");
        site.timezone = "Leeds".into();
        site.panic.hold_ms = 1;
        site.areas.push(site.areas[0].clone());
        site.areas[1].name = String::new();
        let store = refused_all(&shop, Event::Site(site));
        let fields = "/name /region /timezone /panic/hold_ms /areas/1/name /areas";
        assert_eq!(
            store.join(" "),
            fields,
            "each once, and what fits is not named"
        );

        let mut ann = shop.person(&slug("ann")).expect("works here").clone();
        ann.reach = crate::Reach::Site(slug("nowhere"));
        ann.phone = Some(crate::Personal::new("960123"));
        ann.contacts[0].address = crate::Personal::new("ann");
        let person = refused_all(&shop, Event::Person(ann));
        assert_eq!(person.join(" "), "/phone /reach/id /contacts/0/address");

        let mut policy = shop.policies[&slug("critical")].value.clone();
        policy.steps[0].channels.clear();
        policy.steps[1].targets.clear();
        policy.repeat_after_s = 0;
        let policy = refused_all(&shop, Event::Policy(policy));
        let fields = "/repeat_after_s /steps/0/channels /steps/1/targets";
        assert_eq!(policy.join(" "), fields);

        let mut queue = shop.queues[&slug("critical")].value.clone();
        queue.acknowledge_within_s = 1;
        queue.resolve_within_s = 0;
        let queue = refused_all(&shop, Event::Queue(queue));
        assert_eq!(queue.join(" "), "/acknowledge_within_s /resolve_within_s");
    }

    #[test]
    fn a_store_stays_where_its_incidents_are() {
        let put = |id: &str, region: &str| {
            let shop = shop();
            let mut site = shop.site(&slug("leeds-012")).expect("a store").clone();
            (site.id, site.region) = (slug(id), slug(region));
            refused(&shop, Event::Site(site))
        };
        assert_eq!(put("leeds-012", "north"), None);
        assert_eq!(put("leeds-012", "south").as_deref(), Some("/region"));
        assert_eq!(put("leeds-013", "south"), None, "a new one");
    }

    #[test]
    fn a_stand_in_ends_after_it_begins() {
        let put = |from, until| {
            let schedule = Schedule {
                id: slug("night"),
                name: "Night".into(),
                people: vec![slug("priya")],
                starts_at: Time(0),
                turn_s: 3_600,
                overrides: vec![Turn {
                    person: slug("sam"),
                    from: Time(from),
                    until: Time(until),
                }],
            };
            refused(&shop(), Event::Schedule(schedule))
        };
        assert_eq!(put(1, 2), None);
        for until in [0, 1] {
            assert_eq!(put(1, until).as_deref(), Some("/overrides/0/until"));
        }
    }
}
