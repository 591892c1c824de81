//! Telephone numbers (ITU-T E.164), as they are dialled from abroad.

/// The fewest and the most digits of a number: fewer reach nobody, more are none.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// The number without what people write between its digits; `None` where nothing is written. A zero in brackets
/// is dialled within the country alone, and goes as well.
pub fn dialled(written: &str) -> Option<String> {
    let between = |c: &char| !(c.is_whitespace() || "-.()/".contains(*c));
    let number: String = written.replace("(0)", "").chars().filter(between).collect();
    (!number.is_empty()).then_some(number)
}

/// Whether it can be dialled from anywhere: a plus sign, and a country that no zero begins.
pub(super) fn fits(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        DIGITS.contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

#[cfg(test)]
mod tests {
    use super::super::check::refused;
    use super::*;
    use crate::incident::given::{shop, slug};
    use crate::organisation::{Event, Person, Site};
    use crate::personal::Visit;
    use crate::{PersonId, Personal, SiteId};

    #[test]
    fn a_number_can_be_dialled_from_anywhere() {
        for (written, number) in [
            ("+44 1632 960123", "+441632960123"),
            ("+1 (555) 010-0199", "+15550100199"),
            ("+49.30/1234567", "+49301234567"),
            ("+44 (0)20 7946 0123", "+442079460123"),
        ] {
            let read = dialled(written).expect("a number");
            assert_eq!(read, number);
            assert!(fits(&read), "{read}");
        }
        assert_eq!(dialled(" - "), None);
        for wrong in [
            "01632960123",
            "+01632960123",
            "+44163",
            "+4416329601234567",
            "+44x1632960",
            "441632960123",
            "+٤٤١٦٣٢٩٦٠",
            "tel:+441632960123",
        ] {
            assert!(!fits(wrong), "{wrong}");
        }
    }

    #[test]
    fn stores_and_people_have_a_number_that_fits_or_none() {
        let shop = shop();
        let site: SiteId = slug("leeds-012");
        let put = |phone: Option<&str>| {
            let mut site = shop.site(&site).expect("a store").clone();
            site.phone = phone.map(str::to_owned);
            let ann: PersonId = slug("ann");
            let mut ann = shop.person(&ann).expect("works here").clone();
            ann.phone = phone.map(Personal::new);
            let of_store = refused(&shop, Event::Site(site));
            (of_store, refused(&shop, Event::Person(ann)))
        };
        assert_eq!(put(None), (None, None));
        assert_eq!(put(Some("+441632960123")), (None, None));
        let at = || Some("/phone".to_owned());
        assert_eq!(put(Some("960123")), (at(), at()));
        assert_eq!(put(Some("")), (at(), at()));
    }

    #[test]
    fn a_persons_number_is_sealed_like_their_name() {
        let mut ann = shop().person(&slug("ann")).expect("works here").clone();
        ann.phone = Some(Personal::new("+447700900123"));
        let mut event = Event::Person(ann);
        assert!(serde_json::to_string(&event).is_err(), "open");
        event.personal(&mut |text| *text = Personal::Sealed("q0".into()));
        let kept = serde_json::to_string(&event).expect("all of it was sealed");
        assert!(kept.contains(r#""phone":{"sealed":"q0"}"#), "{kept}");
    }

    #[test]
    fn what_was_kept_before_there_were_numbers_still_reads() {
        let person = r#"{"id":"ann","name":{"sealed":"q0"},"role":"clerk","reach":{"kind":"all"},"contacts":[],"active":true}"#;
        let read: Person = serde_json::from_str(person).expect("reads");
        assert_eq!(read.phone, None);
        assert_eq!(serde_json::to_string(&read).expect("writes"), person);
        let site = r#"{"id":"leeds-012","name":"Leeds","region":"north","timezone":"Europe/London","address":null,"areas":[],"devices":[],"panic":{"hold_ms":800,"silent":true}}"#;
        let read: Site = serde_json::from_str(site).expect("reads");
        assert_eq!(read.phone, None);
        assert_eq!(serde_json::to_string(&read).expect("writes"), site);
    }
}
