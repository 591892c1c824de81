//! What must hold of a person.

use outcry_words::{phrase, say};

use super::named;
use crate::organisation::{Means, Organisation, Person, phone};
use crate::{Faults, Reach, Role, text};

/// The most contacts of a person.
pub(crate) const CONTACTS_MAX: usize = 10;
/// The longest address of a contact.
pub(crate) const ADDRESS_CHARS_MAX: usize = 320;
/// The longest part of a mail address before the at sign.
pub(crate) const LOCAL_PART_CHARS_MAX: usize = 64;

impl Organisation {
    pub(super) fn check_person(&self, person: &Person, faults: &mut Faults) {
        self.keep_an_administrator(person, faults);
        let id = person.id.as_str();
        let letters = id.contains(|c: char| c.is_ascii_alphanumeric());
        if self.person(&person.id).is_none() && (!letters || id == "system") {
            faults.add("/id", phrase("check-person-id"));
        }
        named("/name", person.name.open().unwrap_or_default(), faults);
        if person.role == Role::System {
            faults.add("/role", phrase("check-person-system"));
        }
        let number = person.phone.as_ref();
        if number.is_some_and(|number| !phone::fits(number.open().unwrap_or_default())) {
            faults.add("/phone", phrase("check-phone"));
        }
        match &person.reach {
            Reach::Site(id) if !self.sites.contains_key(id) => {
                let with = [("site", id.to_string().into())];
                faults.add("/reach/id", say("check-no-store", with));
            }
            Reach::Region(id) if !self.regions.contains_key(id) => {
                let with = [("region", id.to_string().into())];
                faults.add("/reach/id", say("check-no-region", with));
            }
            Reach::Site(_) | Reach::Region(_) | Reach::All => {}
        }
        check_contacts(person, faults);
    }

    /// The last administrator who reaches everything can neither leave nor become something else:
    /// nobody else could change settings or let them in again.
    fn keep_an_administrator(&self, person: &Person, faults: &mut Faults) {
        let runs = |person: &Person| {
            person.active && person.role == Role::Admin && person.reach == Reach::All
        };
        let mut others = self
            .people
            .values()
            .map(|held| &held.value)
            .filter(|p| p.id != person.id);
        let was = self.person(&person.id).is_some_and(runs);
        if !was || runs(person) || others.any(runs) {
            return;
        }
        let pointer = match person.role {
            _ if !person.active => "/active",
            Role::Admin => "/reach",
            _ => "/role",
        };
        faults.add(pointer, phrase("check-last-administrator"));
    }
}

fn check_contacts(person: &Person, faults: &mut Faults) {
    if person.contacts.len() > CONTACTS_MAX {
        let with = [("most", CONTACTS_MAX.into())];
        faults.add("/contacts", say("check-contacts", with));
        return;
    }
    for (place, contact) in person.contacts.iter().enumerate() {
        let address = contact.address.open().unwrap_or_default();
        let fits = match contact.channel {
            Means::Mail => mailbox(address),
            Means::Webhook => {
                let url = address.starts_with("https://") || address.starts_with("http://");
                url && text::names(address, ADDRESS_CHARS_MAX)
            }
            Means::Desk => false,
        };
        if !fits || address.len() > ADDRESS_CHARS_MAX {
            let pointer = format!("/contacts/{place}/address");
            faults.add(pointer, phrase("check-contact"));
        }
    }
}

/// `local@host` with the letters of an RFC 5322 atom, dots, and one at sign; the local part as long as
/// RFC 5321 section 4.5.3.1.1 allows.
fn mailbox(address: &str) -> bool {
    let Some((local, host)) = address.split_once('@') else {
        return false;
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    (1..=LOCAL_PART_CHARS_MAX).contains(&local.len())
        && local.chars().all(plain)
        && !host.is_empty()
        && host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c))
}

#[cfg(test)]
mod tests {
    use super::super::refused;
    use super::*;
    use crate::incident::given::{shop, slug};
    use crate::organisation::{Contact, Event};
    use crate::{PersonId, Personal};

    fn put(change: impl FnOnce(&mut Person)) -> Option<String> {
        let shop = shop();
        let mut person = shop.person(&slug("root")).expect("works here").clone();
        change(&mut person);
        refused(&shop, Event::Person(person))
    }

    /// Somebody new, like Ann.
    fn new(id: &str, change: impl FnOnce(&mut Person)) -> Option<String> {
        let shop = shop();
        let mut person = shop.person(&slug("ann")).expect("works here").clone();
        person.id = slug::<PersonId>(id);
        change(&mut person);
        refused(&shop, Event::Person(person))
    }

    #[test]
    fn the_last_administrator_of_everything_stays() {
        let leeds = || Reach::Site(slug("leeds-012"));
        assert_eq!(put(|root| root.active = false).as_deref(), Some("/active"));
        assert_eq!(
            put(|root| root.role = Role::Clerk).as_deref(),
            Some("/role")
        );
        assert_eq!(put(|root| root.reach = leeds()).as_deref(), Some("/reach"));
        assert_eq!(put(|root| root.name = Personal::new("Root")), None);
        let mut shop = shop();
        let root = shop.person(&slug("root")).expect("works here").clone();
        let mut second = root.clone();
        second.id = slug("second");
        second.reach = leeds();
        shop.apply(&Event::Person(second.clone()), 1_000);
        let mut gone = root;
        gone.active = false;
        let small = refused(&shop, Event::Person(gone.clone()));
        assert_eq!(
            small.as_deref(),
            Some("/active"),
            "one of a store lets nobody in"
        );
        second.reach = Reach::All;
        shop.apply(&Event::Person(second), 1_001);
        assert_eq!(refused(&shop, Event::Person(gone)), None);
    }

    #[test]
    fn somebody_reaches_what_there_is_and_is_nobody_else() {
        assert_eq!(new("zoe", |_| ()), None);
        let store = new("zoe", |zoe| zoe.reach = Reach::Site(slug("nowhere")));
        assert_eq!(store.as_deref(), Some("/reach/id"));
        let region = new("zoe", |zoe| zoe.reach = Reach::Region(slug("nowhere")));
        assert_eq!(region.as_deref(), Some("/reach/id"));
        for id in ["-", "--", "system"] {
            assert_eq!(new(id, |_| ()).as_deref(), Some("/id"), "{id}");
        }
        let house = new("zoe", |zoe| zoe.role = Role::System);
        assert_eq!(house.as_deref(), Some("/role"));
        for name in ["\u{200b}\u{2060}", "Zoe\u{202e}", "Zoe\u{0}", "Zoe\nRoot"] {
            let hidden = new("zoe", |zoe| zoe.name = Personal::new(name));
            assert_eq!(hidden.as_deref(), Some("/name"), "{name:?}");
        }
    }

    #[test]
    fn one_contact_is_one_mailbox() {
        for (address, fits) in [
            ("duty.manager+night@shop.example", true),
            ("a@b,c@d", false),
            ("<a@b.c>", false),
            ("a b@c", false),
            ("a@", false),
            (&format!("{}@shop.example", "a".repeat(64)), true),
            (&format!("{}@shop.example", "a".repeat(65)), false),
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
