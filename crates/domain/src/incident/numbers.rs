//! Numbers: whom a person can ring about an incident, when messages are not enough.

use std::collections::BTreeSet;

use super::Incident;
use crate::organisation::Person;
use crate::{Action, Actor, ActorId, Organisation, PersonId, Reach};

/// The most people whose numbers an incident shows.
const PEOPLE_MAX: usize = 12;

/// Who is rung, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Somebody; `None`: the store itself.
    pub person: Option<PersonId>,
    /// As E.164 writes it.
    pub phone: String,
}

impl Incident {
    /// The numbers to ring, for those who handle incidents: the store's, then those of whoever reported it, whoever has
    /// it, and whoever it was sent to. While it is silent and goes on nobody in the store is rung, neither whoever
    /// reported it, nor who is at work there, however far they reach: it would give them away.
    pub fn numbers(&self, reader: &Actor, organisation: &Organisation) -> Vec<Number> {
        let at = (&self.report.region, &self.report.site);
        if !reader.may_at(Action::Acknowledge, at.0, at.1) {
            return Vec::new();
        }
        let hush = self.report.silent && self.state.live();
        let reporter = match &self.report.reporter {
            ActorId::Person(id) => Some(id),
            ActorId::Device(_) | ActorId::System(_) => None,
        };
        let sent_to = self.deliveries.values().map(|delivery| &delivery.person);
        let mut seen = BTreeSet::new();
        let people = reporter
            .into_iter()
            .chain(&self.owner)
            .chain(sent_to)
            .filter(|id| reader.id != ActorId::Person((*id).clone()) && seen.insert(*id));
        let people = people.filter_map(|id| {
            let person = organisation.person(id).filter(|person| person.active)?;
            let phone = person.phone.as_ref()?.open()?.to_owned();
            (!hush || reporter != Some(id) && !self.is_in_store(person)).then(|| Number {
                person: Some(id.clone()),
                phone,
            })
        });
        let store = organisation.site(at.1).filter(|_| !hush);
        let store = store.and_then(|site| site.phone.clone());
        let store = store.map(|phone| Number {
            person: None,
            phone,
        });
        store.into_iter().chain(people.take(PEOPLE_MAX)).collect()
    }

    /// Whether somebody belongs to the store or was at work there.
    fn is_in_store(&self, person: &Person) -> bool {
        let on_shift = self.context.iter().flat_map(|context| &context.on_shift);
        person.reach == Reach::Site(self.report.site.clone())
            || on_shift.map(|named| &named.id).any(|id| *id == person.id)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::context::{Context, OnShift};
    use super::super::given::*;
    use super::*;
    use crate::organisation::Event as Set;
    use crate::{Category, Personal, Time};

    /// The shop, where everybody and the store can be rung.
    fn shop_with_numbers() -> Organisation {
        let mut shop = shop();
        let people: Vec<_> = shop
            .people
            .values()
            .map(|held| held.value.clone())
            .collect();
        for (number, mut person) in people.into_iter().enumerate() {
            person.phone = Some(Personal::new(format!("+44770090000{number}")));
            shop.apply(&Set::Person(person), 1_000);
        }
        let mut site = shop.site(&slug("leeds-012")).expect("a store").clone();
        site.phone = Some("+441632960123".into());
        shop.apply(&Set::Site(site), 1_001);
        shop
    }

    fn rung(tale: &Tale, who: &str) -> Vec<String> {
        let reader = by(who, 1).actor;
        let numbers = tale.incident.numbers(&reader, &tale.shop).into_iter();
        let named = |number: Number| {
            number
                .person
                .map_or("store".to_owned(), |id| id.to_string())
        };
        numbers.map(named).collect()
    }

    #[test]
    fn who_handles_it_sees_whom_to_ring() {
        let mut tale = Tale::in_shop(shop_with_numbers(), Command::Report(draft(Category::Theft)));
        tale.when(Command::Elapse, &house(10)).expect("routed");
        assert_eq!(rung(&tale, "mo"), ["store", "ann", "priya", "sam"]);
        assert_eq!(rung(&tale, "priya"), ["store", "ann", "sam"], "not oneself");
        tale.when(Command::Acknowledge, &by("sam", 11))
            .expect("open");
        assert_eq!(rung(&tale, "mo"), ["store", "ann", "sam", "priya"]);
        for other in ["ann", "lee", "root"] {
            assert!(rung(&tale, other).is_empty(), "{other}");
        }
    }

    #[test]
    fn nobody_in_the_store_is_rung_while_a_silent_call_goes_on() {
        let silent = |silent| {
            let mut call = draft(Category::Panic);
            call.silent = Some(silent);
            Tale::in_shop(shop_with_numbers(), Command::Panic(call))
        };
        assert_eq!(rung(&silent(false), "sam"), ["store", "ann", "mo", "priya"]);
        let mut tale = silent(true);
        assert_eq!(rung(&tale, "sam"), ["priya"]);
        tale.when(Command::FalseAlarm { note: None }, &by("priya", 5))
            .expect("over");
        assert!(rung(&tale, "sam").contains(&"store".to_owned()));
    }

    #[test]
    fn a_robbery_is_silent_and_a_theft_in_a_store_with_a_silent_button_is_not() {
        let mut shop = shop_with_numbers();
        let leeds = shop.sites.get_mut(&slug("leeds-012")).expect("there");
        leeds.value.panic.silent = true;
        let told = |category| {
            let report = Command::Report(draft(category));
            rung(&Tale::in_shop(shop.clone(), report), "sam")
        };
        assert!(told(Category::Theft).contains(&"store".to_owned()));
        assert!(!told(Category::Robbery).contains(&"store".to_owned()));
    }

    #[test]
    fn who_called_in_silence_or_is_at_work_there_is_not_rung_however_far_they_reach() {
        let mut call = draft(Category::Panic);
        call.silent = Some(true);
        let mut tale = Tale::in_shop(shop_with_numbers(), Command::Panic(call));
        assert_eq!(rung(&tale, "mo"), ["priya", "sam"]);
        tale.incident.report.reporter = ActorId::Person(slug("sam"));
        assert_eq!(rung(&tale, "mo"), ["priya"]);
        let visits = OnShift::by_the_rota(slug("priya"), None, Time(0));
        let context = Context {
            on_shift: vec![visits],
            ..Context::default()
        };
        tale.incident.context = Some(context);
        assert!(rung(&tale, "mo").is_empty());
    }
}
