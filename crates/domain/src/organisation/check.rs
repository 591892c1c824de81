//! What must hold of each setting before it is put in place.

mod person;
mod policy;
mod queue;
mod template;

use std::collections::BTreeSet;

use outcry_words::{phrase, say};

use super::{Event, Organisation, Refusal, Schedule, Site, phone, schedule::TURNS_MAX};
use crate::{RegionId, text};

/// The longest name or label, in characters.
pub(crate) const NAME_CHARS_MAX: usize = 120;
/// The most areas and the most devices of a site.
pub(crate) const PARTS_MAX: usize = 200;
/// The longest text beside a name, in characters: an address, an advice.
pub(crate) const TEXT_CHARS_MAX: usize = 2_000;

fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Refusal {
    Refusal::Invalid {
        pointer: pointer.into(),
        detail: detail.into(),
    }
}

impl Organisation {
    pub(super) fn check(&self, event: &Event) -> Result<(), Refusal> {
        match event {
            Event::Region(region) if region.id == RegionId::organisation() => {
                Err(invalid("/id", phrase("check-name-of-log")))
            }
            Event::Region(region) => named("/name", &region.name),
            Event::Site(site) => self.check_site(site),
            Event::Person(person) => self.check_person(person),
            Event::Queue(queue) => self.check_queue(queue),
            Event::Policy(policy) => self.check_policy(policy),
            Event::Schedule(schedule) => self.check_schedule(schedule),
            Event::Template(template) => self.check_template(template),
            Event::CredentialIssued { .. } | Event::CredentialRevoked { .. } => {
                Err(invalid("", phrase("check-not-put")))
            }
            Event::ShiftStarted { .. } | Event::ShiftEnded { .. } => {
                Err(invalid("", phrase("check-shift-not-put")))
            }
        }
    }

    fn check_site(&self, site: &Site) -> Result<(), Refusal> {
        named("/name", &site.name)?;
        if !self.regions.contains_key(&site.region) {
            return Err(invalid(
                "/region",
                say(
                    "check-no-region",
                    [("region", site.region.to_string().into())],
                ),
            ));
        }
        if let Some(before) = self.site(&site.id).map(|before| &before.region)
            && *before != site.region
        {
            return Err(invalid(
                "/region",
                say("check-store-stays", [("region", before.to_string().into())]),
            ));
        }
        if jiff::tz::TimeZone::get(&site.timezone).is_err() {
            return Err(invalid("/timezone", phrase("check-time-zone")));
        }
        if !(500..=1_500).contains(&site.panic.hold_ms) {
            let detail = phrase("check-hold");
            return Err(invalid("/panic/hold_ms", detail));
        }
        if site.areas.len() > PARTS_MAX || site.devices.len() > PARTS_MAX {
            return Err(invalid(
                "/areas",
                say("check-parts", [("most", PARTS_MAX.into())]),
            ));
        }
        if !site.phone.as_deref().is_none_or(phone::fits) {
            return Err(invalid("/phone", phrase("check-phone")));
        }
        readable("/address", site.address.as_deref().unwrap_or_default())?;
        for (place, area) in site.areas.iter().enumerate() {
            named(format!("/areas/{place}/name"), &area.name)?;
        }
        for (place, device) in site.devices.iter().enumerate() {
            named(format!("/devices/{place}/name"), &device.name)?;
        }
        let areas: BTreeSet<_> = site.areas.iter().map(|area| &area.id).collect();
        if areas.len() < site.areas.len() {
            return Err(invalid("/areas", phrase("check-areas-same")));
        }
        let devices: BTreeSet<_> = site.devices.iter().map(|device| &device.id).collect();
        if devices.len() < site.devices.len() {
            return Err(invalid("/devices", phrase("check-devices-same")));
        }
        for (place, device) in site.devices.iter().enumerate() {
            if let Some(gone) = device
                .area
                .iter()
                .chain(&device.covers)
                .find(|a| !areas.contains(a))
            {
                return Err(invalid(
                    format!("/devices/{place}"),
                    say("check-device-area", [("area", gone.to_string().into())]),
                ));
            }
        }
        Ok(())
    }

    fn check_schedule(&self, schedule: &Schedule) -> Result<(), Refusal> {
        named("/name", &schedule.name)?;
        if schedule.people.len() > TURNS_MAX || schedule.overrides.len() > TURNS_MAX {
            return Err(invalid(
                "/people",
                say("check-turns", [("most", TURNS_MAX.into())]),
            ));
        }
        if schedule.turn_s < 3_600 {
            return Err(invalid("/turn_s", phrase("check-turn-short")));
        }
        let stand_ins = schedule.overrides.iter().map(|turn| &turn.person);
        if let Some(id) = schedule
            .people
            .iter()
            .chain(stand_ins)
            .find(|id| self.person(id).is_none())
        {
            return Err(invalid(
                "/people",
                say("check-no-person", [("person", id.to_string().into())]),
            ));
        }
        let mut turns = schedule.overrides.iter();
        if let Some(place) = turns.position(|turn| turn.until <= turn.from) {
            return Err(invalid(
                format!("/overrides/{place}/until"),
                phrase("check-turn-ends"),
            ));
        }
        Ok(())
    }
}

fn named(pointer: impl Into<String>, name: &str) -> Result<(), Refusal> {
    if text::names(name, NAME_CHARS_MAX) {
        return Ok(());
    }
    let detail = say("check-name", [("most", NAME_CHARS_MAX.into())]);
    Err(invalid(pointer, detail))
}

fn readable(pointer: impl Into<String>, written: &str) -> Result<(), Refusal> {
    if text::reads(written, TEXT_CHARS_MAX) {
        return Ok(());
    }
    let detail = say("check-text", [("most", TEXT_CHARS_MAX.into())]);
    Err(invalid(pointer, detail))
}

/// What the rules of the shop say to a setting: nothing, or the field that does not fit.
#[cfg(test)]
pub(super) fn refused(organisation: &Organisation, event: Event) -> Option<String> {
    let command = super::Command::Put {
        event,
        expected: None,
    };
    let moment = crate::incident::given::by("root", 1);
    match organisation.decide(command, &moment) {
        Ok(_) => None,
        Err(Refusal::Invalid { pointer, .. }) => Some(pointer),
        Err(other) => panic!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Time;
    use crate::incident::given::{shop, slug};
    use crate::organisation::{Region, Turn};

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
