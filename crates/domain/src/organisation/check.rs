//! What must hold of each setting before it is put in place.

use std::collections::BTreeSet;

use super::{
    Event, Organisation, Person, Policy, Queue, Refusal, STEP_AFTER_MAX_S, STEP_AFTER_MIN_S,
    STEPS_MAX, Schedule, Site, Target, Template,
    schedule::TURNS_MAX,
    template::{OPTIONS_MAX, QUESTIONS_MAX},
};
use crate::{RegionId, Role};

/// The longest name or label, in characters.
pub(crate) const NAME_CHARS_MAX: usize = 120;
/// The most areas and the most devices of a site.
pub(crate) const PARTS_MAX: usize = 200;
/// The most contacts of a person.
pub(crate) const CONTACTS_MAX: usize = 10;

fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Refusal {
    Refusal::Invalid {
        pointer: pointer.into(),
        detail: detail.into(),
    }
}

impl Organisation {
    pub(super) fn check(&self, event: &Event) -> Result<(), Refusal> {
        match event {
            Event::Region(region) if region.id == RegionId::organisation() => Err(invalid(
                "/id",
                "this name is taken by the log of the settings",
            )),
            Event::Region(region) => named(&region.name),
            Event::Site(site) => self.check_site(site),
            Event::Person(person) => {
                self.keep_an_administrator(person)?;
                check_person(person)
            }
            Event::Queue(queue) => self.check_queue(queue),
            Event::Policy(policy) => self.check_policy(policy),
            Event::Schedule(schedule) => self.check_schedule(schedule),
            Event::Template(template) => check_template(template),
            Event::CredentialIssued { .. } | Event::CredentialRevoked { .. } => {
                Err(invalid("", "credentials are issued, not put"))
            }
        }
    }

    /// The last administrator can neither leave nor become something else: nobody could let them in again.
    fn keep_an_administrator(&self, person: &Person) -> Result<(), Refusal> {
        let runs = |person: &Person| person.active && person.role == Role::Admin;
        let mut others = self
            .people
            .values()
            .map(|held| &held.value)
            .filter(|p| p.id != person.id);
        let was = self.person(&person.id).is_some_and(runs);
        if !was || runs(person) || others.any(runs) {
            return Ok(());
        }
        let pointer = if person.active { "/role" } else { "/active" };
        Err(invalid(
            pointer,
            "this is the last administrator; make somebody else one first",
        ))
    }

    fn check_site(&self, site: &Site) -> Result<(), Refusal> {
        named(&site.name)?;
        if !self.regions.contains_key(&site.region) {
            return Err(invalid(
                "/region",
                format!("there is no region {}", site.region),
            ));
        }
        if jiff::tz::TimeZone::get(&site.timezone).is_err() {
            return Err(invalid(
                "/timezone",
                "must be an IANA time zone such as Europe/London",
            ));
        }
        if !(500..=1_500).contains(&site.panic.hold_ms) {
            return Err(invalid("/panic/hold_ms", "must be 500 to 1500"));
        }
        if site.areas.len() > PARTS_MAX || site.devices.len() > PARTS_MAX {
            return Err(invalid(
                "/areas",
                format!("at most {PARTS_MAX} areas and devices each"),
            ));
        }
        let areas: BTreeSet<_> = site.areas.iter().map(|area| &area.id).collect();
        if areas.len() < site.areas.len() {
            return Err(invalid("/areas", "two areas have the same id"));
        }
        let devices: BTreeSet<_> = site.devices.iter().map(|device| &device.id).collect();
        if devices.len() < site.devices.len() {
            return Err(invalid("/devices", "two devices have the same id"));
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
                    format!("names the area {gone}, which this store does not have"),
                ));
            }
        }
        Ok(())
    }

    fn check_queue(&self, queue: &Queue) -> Result<(), Refusal> {
        named(&queue.name)?;
        if !self.policies.contains_key(&queue.policy) {
            return Err(invalid(
                "/policy",
                format!("there is no policy {}", queue.policy),
            ));
        }
        if queue.acknowledge_within_s < STEP_AFTER_MIN_S {
            return Err(invalid(
                "/acknowledge_within_s",
                "must be 5 seconds or more",
            ));
        }
        if queue.resolve_within_s < queue.acknowledge_within_s {
            return Err(invalid(
                "/resolve_within_s",
                "must not be shorter than the time to acknowledge",
            ));
        }
        Ok(())
    }

    fn check_policy(&self, policy: &Policy) -> Result<(), Refusal> {
        named(&policy.name)?;
        if policy.steps.is_empty() || policy.steps.len() > STEPS_MAX {
            return Err(invalid(
                "/steps",
                format!("must have 1 to {STEPS_MAX} steps"),
            ));
        }
        if !(STEP_AFTER_MIN_S..=STEP_AFTER_MAX_S).contains(&policy.repeat_after_s) {
            return Err(invalid("/repeat_after_s", "must be 5 to 86400 seconds"));
        }
        for (place, step) in policy.steps.iter().enumerate() {
            let pointer = |field: &str| format!("/steps/{place}/{field}");
            if step.after_s > STEP_AFTER_MAX_S || (place > 0 && step.after_s < STEP_AFTER_MIN_S) {
                return Err(invalid(
                    pointer("after_s"),
                    "must be 5 to 86400 seconds after the step before",
                ));
            }
            if step.channels.is_empty() {
                return Err(invalid(pointer("channels"), "needs at least one channel"));
            }
            if step.targets.is_empty() {
                return Err(invalid(pointer("targets"), "needs somebody"));
            }
            for target in &step.targets {
                match target {
                    Target::Person { id } if !self.people.contains_key(id) => {
                        return Err(invalid(
                            pointer("targets"),
                            format!("there is no person {id}"),
                        ));
                    }
                    Target::OnCall { schedule } if !self.schedules.contains_key(schedule) => {
                        return Err(invalid(
                            pointer("targets"),
                            format!("there is no schedule {schedule}"),
                        ));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn check_schedule(&self, schedule: &Schedule) -> Result<(), Refusal> {
        named(&schedule.name)?;
        if schedule.people.len() > TURNS_MAX || schedule.overrides.len() > TURNS_MAX {
            return Err(invalid(
                "/people",
                format!("at most {TURNS_MAX} people and stand-ins"),
            ));
        }
        if schedule.turn_s < 3_600 {
            return Err(invalid("/turn_s", "a turn is at least one hour (3600)"));
        }
        let stand_ins = schedule.overrides.iter().map(|turn| &turn.person);
        if let Some(id) = schedule
            .people
            .iter()
            .chain(stand_ins)
            .find(|id| self.person(id).is_none())
        {
            return Err(invalid("/people", format!("there is no person {id}")));
        }
        Ok(())
    }
}

fn named(name: &str) -> Result<(), Refusal> {
    let chars = name.chars().count();
    if name.trim().is_empty() || chars > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        return Err(invalid(
            "/name",
            format!("must be 1 to {NAME_CHARS_MAX} characters"),
        ));
    }
    Ok(())
}

fn check_person(person: &Person) -> Result<(), Refusal> {
    named(person.name.open().unwrap_or_default())?;
    if person.contacts.len() > CONTACTS_MAX {
        return Err(invalid(
            "/contacts",
            format!("at most {CONTACTS_MAX} contacts"),
        ));
    }
    for (place, contact) in person.contacts.iter().enumerate() {
        let address = contact.address.open().unwrap_or_default();
        let fits = match contact.channel {
            super::Means::Mail => mailbox(address),
            super::Means::Webhook => {
                address.starts_with("https://") || address.starts_with("http://")
            }
            super::Means::Desk => false,
        };
        if !fits || address.len() > 320 {
            return Err(invalid(
                format!("/contacts/{place}/address"),
                "must be a mail address for mail, or a http(s) URL for a webhook; the desk needs none",
            ));
        }
    }
    Ok(())
}

/// `local@host` with the letters of an RFC 5322 atom, dots, and one at sign.
fn mailbox(address: &str) -> bool {
    let Some((local, host)) = address.split_once('@') else {
        return false;
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    !local.is_empty()
        && local.chars().all(plain)
        && !host.is_empty()
        && host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c))
}

fn check_template(template: &Template) -> Result<(), Refusal> {
    named(&template.name)?;
    if template.questions.len() > QUESTIONS_MAX {
        return Err(invalid(
            "/questions",
            format!("at most {QUESTIONS_MAX} questions"),
        ));
    }
    if template.tile.is_some_and(|tile| !(1..=6).contains(&tile)) {
        return Err(invalid("/tile", "must be 1 to 6, or nothing"));
    }
    let ids: BTreeSet<_> = template
        .questions
        .iter()
        .map(|question| &question.id)
        .collect();
    if ids.len() < template.questions.len() {
        return Err(invalid("/questions", "two questions have the same id"));
    }
    for (place, question) in template.questions.iter().enumerate() {
        let pointer = format!("/questions/{place}");
        if question.id.is_empty() || question.id.len() > 40 || question.label.len() > NAME_CHARS_MAX
        {
            return Err(invalid(
                pointer,
                "needs an id of 1 to 40 characters and a short label",
            ));
        }
        let chips = matches!(
            question.kind,
            super::QuestionKind::Choice | super::QuestionKind::Many
        );
        if question.options.len() > OPTIONS_MAX || (chips && question.options.is_empty()) {
            return Err(invalid(pointer + "/options", "needs 1 to 40 options"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Personal;
    use crate::incident::given::{by, shop, slug};
    use crate::organisation::{Command, Contact, Means};

    fn put(change: impl FnOnce(&mut Person)) -> Option<String> {
        let shop = shop();
        let mut person = shop.person(&slug("root")).expect("works here").clone();
        change(&mut person);
        let command = Command::Put {
            event: Event::Person(person),
            expected: None,
        };
        match shop.decide(command, &by("root", 1)) {
            Ok(_) => None,
            Err(Refusal::Invalid { pointer, .. }) => Some(pointer),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_last_administrator_stays() {
        assert_eq!(put(|root| root.active = false).as_deref(), Some("/active"));
        assert_eq!(
            put(|root| root.role = Role::Clerk).as_deref(),
            Some("/role")
        );
        assert_eq!(put(|root| root.name = Personal::new("Root")), None);
    }

    #[test]
    fn time_zones_are_part_of_the_program() {
        let zones = format!("{:?}", jiff::tz::db());
        assert_eq!(zones, "TimeZoneDatabase(Bundled(available))");
        assert!(jiff::tz::TimeZone::get("Europe/London").is_ok());
    }

    #[test]
    fn one_contact_is_one_mailbox() {
        for (address, fits) in [
            ("duty.manager+night@shop.example", true),
            ("a@b,c@d", false),
            ("<a@b.c>", false),
            ("a b@c", false),
            ("a@", false),
        ] {
            let refused = put(|root| {
                root.contacts = vec![Contact {
                    channel: Means::Mail,
                    address: Personal::new(address),
                }];
            });
            assert_eq!(refused.is_none(), fits, "{address}");
        }
    }
}
