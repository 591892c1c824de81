//! Who comes and goes, who may say so of whom, and what ends a shift.

use super::*;
use crate::incident::given::{SECOND, by, shop, slug};
use crate::organisation::Command;

const HOUR: i64 = 3_600;

/// A shop whose staff comes and goes.
struct Day(Organisation);

impl Day {
    /// The shop of the other tests, a second clerk, the terminal on the wall, a manager of the region and a till system.
    fn begin() -> Self {
        let mut shop = shop();
        let ann = shop.person(&slug("ann")).expect("works here").clone();
        for (id, role, reach) in [
            ("bob", Role::Clerk, Reach::Site(slug("leeds-012"))),
            ("hal", Role::Clerk, Reach::Site(slug("hove-101"))),
            ("wall", Role::Terminal, Reach::Site(slug("leeds-012"))),
            ("ned", Role::Manager, Reach::Region(slug("north"))),
            ("tills", Role::Integration, Reach::All),
        ] {
            let person = Person {
                id: slug(id),
                role,
                reach,
                ..ann.clone()
            };
            shop.apply(&Event::Person(person), 1_000);
        }
        Self(shop)
    }

    fn decide(&mut self, command: Command, who: &str, second: i64) -> Result<Vec<Event>, Refusal> {
        let actor = Organisation::actor(self.0.person(&slug(who)).expect("works here"));
        let moment = Moment {
            actor,
            ..by("root", second)
        };
        let events = self.0.decide(command, &moment)?;
        events.iter().for_each(|event| self.0.apply(event, 1_001));
        Ok(events)
    }

    fn start(&mut self, who: &str, person: &str, site: &str, second: i64) -> Result<(), Refusal> {
        let (person, site) = (slug(person), slug(site));
        self.decide(Command::StartShift { person, site }, who, second)
            .map(drop)
    }

    fn end(&mut self, who: &str, person: &str, site: &str, second: i64) -> Result<(), Refusal> {
        let (person, site) = (slug(person), slug(site));
        self.decide(Command::EndShift { person, site }, who, second)
            .map(drop)
    }

    fn put(&mut self, change: impl FnOnce(&mut Person)) -> usize {
        let mut ann = self.0.person(&slug("ann")).expect("works here").clone();
        change(&mut ann);
        let command = Command::Put {
            event: Event::Person(ann),
            expected: None,
        };
        self.decide(command, "root", 10).expect("valid").len()
    }

    /// Who is on shift at Leeds at that second.
    fn there(&self, second: i64) -> Vec<&str> {
        let leeds = slug(LEEDS);
        let people = self.0.on_shift(&leeds, Time(second * SECOND));
        people.map(|(person, _)| person.id.as_str()).collect()
    }
}

const LEEDS: &str = "leeds-012";

#[test]
fn somebody_comes_and_goes_and_what_was_is_known() {
    let mut day = Day::begin();
    day.start("ann", "ann", LEEDS, 0).expect("her own");
    day.start("mo", "bob", LEEDS, 5).expect("his clerk's");
    assert_eq!(day.there(4), ["ann"]);
    assert_eq!(day.there(5), ["ann", "bob"]);
    let again = day.start("ann", "ann", LEEDS, 6);
    let held = Refusal::OnShift {
        person: slug("ann"),
        site: slug(LEEDS),
        since: Time(0),
    };
    assert_eq!(again, Err(held));
    day.end("ann", "ann", LEEDS, 7).expect("on shift");
    assert_eq!(day.there(7), ["bob"]);
    assert_eq!(day.there(6), ["ann", "bob"], "so it was then");
    let gone = Refusal::NotOnShift {
        person: slug("ann"),
        site: slug(LEEDS),
    };
    assert_eq!(day.end("ann", "ann", LEEDS, 8), Err(gone));
    day.start("ann", "ann", LEEDS, 9).expect("once more");
    assert_eq!(day.there(9), ["ann", "bob"]);
}

#[test]
fn whoever_is_at_work_in_a_store_is_sent_home_by_its_manager_however_far_they_reach() {
    let mut day = Day::begin();
    day.start("ned", "ned", LEEDS, 0).expect("his own");
    let begun = day.start("mo", "ned", LEEDS, 1);
    assert!(matches!(begun, Err(Refusal::Unknown(_))), "{begun:?}");
    day.end("mo", "ned", LEEDS, 2).expect("he is there");
    assert!(day.there(2).is_empty());
}

#[test]
fn a_shift_is_in_one_store_and_says_in_which() {
    let mut day = Day::begin();
    day.start("sam", "sam", "hove-101", 0)
        .expect("within reach");
    let elsewhere = day.start("sam", "sam", LEEDS, 1);
    assert!(
        matches!(&elsewhere, Err(Refusal::OnShift { site, .. }) if site.as_str() == "hove-101"),
        "{elsewhere:?}"
    );
    let not_here = day.end("sam", "sam", LEEDS, 2);
    assert!(matches!(not_here, Err(Refusal::NotOnShift { .. })));
    day.end("sam", "sam", "hove-101", 3).expect("there");
    day.start("sam", "sam", LEEDS, 4).expect("free again");
    assert_eq!(day.there(4), ["sam"]);
    let hove = day.0.on_shift(&slug("hove-101"), Time(0)).count();
    assert_eq!(hove, 0, "only the latest is kept");
}

#[test]
fn the_last_fact_of_somebodys_shifts_is_all_that_counts_of_them() {
    let mut day = Day::begin();
    for (starts, site, second) in [
        (true, "hove-101", 0),
        (false, "hove-101", 1),
        (true, LEEDS, 2),
        (false, LEEDS, 3),
    ] {
        let (person, site) = (slug("sam"), slug(site));
        let command = match starts {
            true => Command::StartShift { person, site },
            false => Command::EndShift { person, site },
        };
        let facts = day.decide(command, "sam", second).expect("there");
        let mut late = Day::begin();
        facts.iter().for_each(|fact| late.0.apply(fact, 1_001));
        assert_eq!(late.0.shifts, day.0.shifts, "second {second}");
    }
}

#[test]
fn a_shift_that_nobody_ended_counts_for_sixteen_hours() {
    let mut day = Day::begin();
    day.start("ann", "ann", LEEDS, 0).expect("her own");
    assert_eq!(day.there(16 * HOUR - 1), ["ann"]);
    assert!(day.there(16 * HOUR).is_empty());
    let ended = day.end("ann", "ann", LEEDS, 16 * HOUR);
    assert!(matches!(ended, Err(Refusal::NotOnShift { .. })));
    day.start("ann", "ann", LEEDS, 16 * HOUR)
        .expect("a new day");
    assert_eq!(day.there(16 * HOUR), ["ann"]);
}

#[test]
fn each_may_say_so_of_those_whom_their_role_and_reach_hold() {
    // Who says it, of whom, where; and whether they may, are refused, or know of nobody like that.
    for (who, person, site, said) in [
        ("ann", "ann", LEEDS, "may"),
        ("ann", "bob", LEEDS, "forbidden"),
        ("ann", "nobody", LEEDS, "forbidden"),
        ("ann", "ann", "hove-101", "unknown"),
        ("wall", "ann", LEEDS, "may"),
        ("wall", "wall", LEEDS, "forbidden"),
        ("wall", "hal", LEEDS, "unknown"),
        ("wall", "ned", LEEDS, "unknown"),
        ("mo", "mo", LEEDS, "may"),
        ("mo", "ann", LEEDS, "may"),
        ("mo", "hal", "hove-101", "unknown"),
        ("mo", "ned", LEEDS, "unknown"),
        ("mo", "nobody", LEEDS, "unknown"),
        ("ned", "ned", LEEDS, "may"),
        ("ned", "ann", LEEDS, "may"),
        ("ned", "hal", "hove-101", "unknown"),
        ("priya", "hal", "hove-101", "may"),
        ("priya", "ned", LEEDS, "may"),
        ("priya", "ned", "hove-101", "not theirs"),
        ("priya", "ann", "hove-101", "not theirs"),
        ("priya", "wall", LEEDS, "not theirs"),
        ("priya", "ann", "nowhere", "unknown"),
        ("lee", "ann", LEEDS, "forbidden"),
        ("root", "ann", LEEDS, "forbidden"),
        ("tills", "ann", LEEDS, "forbidden"),
    ] {
        for starts in [true, false] {
            let mut day = Day::begin();
            let done = match starts {
                true => day.start(who, person, site, 0),
                false => day.end(who, person, site, 0),
            };
            let told = match done {
                Ok(()) | Err(Refusal::NotOnShift { .. }) => "may",
                Err(Refusal::Forbidden(_)) => "forbidden",
                Err(Refusal::Unknown(_)) => "unknown",
                Err(Refusal::NotTheirStore { .. }) => "not theirs",
                Err(other) => panic!("{other:?}"),
            };
            assert_eq!(told, said, "{who} of {person} at {site}, starts: {starts}");
        }
    }
}

#[test]
fn who_leaves_or_moves_is_no_longer_on_shift() {
    let mut day = Day::begin();
    day.start("ann", "ann", LEEDS, 0).expect("her own");
    assert_eq!(day.put(|ann| ann.name = crate::Personal::new("Anna")), 1);
    assert_eq!(day.there(10), ["ann"], "a new name ends no shift");
    assert_eq!(day.put(|ann| ann.reach = Reach::Site(slug("hove-101"))), 2);
    assert!(day.there(10).is_empty());
    let mut day = Day::begin();
    day.start("ann", "ann", LEEDS, 0).expect("her own");
    assert_eq!(day.put(|ann| ann.active = false), 2);
    assert!(day.there(10).is_empty());
    assert_eq!(day.there(9), ["ann"], "until then she was");
    let gone = day.start("mo", "ann", LEEDS, 11);
    assert!(matches!(gone, Err(Refusal::Unknown(_))), "{gone:?}");
}

#[test]
fn a_shift_reads_back_as_the_log_keeps_it() {
    let started = Event::ShiftStarted {
        person: slug("ann"),
        site: slug(LEEDS),
        since: Time(1),
    };
    let text = serde_json::to_string(&started).expect("writes");
    assert_eq!(
        text,
        r#"{"kind":"shift_started","set":{"person":"ann","site":"leeds-012","since":1}}"#
    );
    assert_eq!(
        serde_json::from_str::<Event>(&text).expect("reads"),
        started
    );
}
