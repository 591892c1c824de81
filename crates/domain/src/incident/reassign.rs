//! Reassign: another person owns it from here.

use outcry_words::{phrase, say};

use super::{Event, Incident, Refusal};
use crate::{Action, Organisation, PersonId, Scope};

pub(super) fn reassign(
    incident: &Incident,
    to: PersonId,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    incident.must_be_live()?;
    let Some(person) = organisation.person(&to).filter(|person| person.active) else {
        return Err(Refusal::invalid(
            "/to",
            say("check-no-person", [("person", to.to_string().into())]),
        ));
    };
    let actor = Organisation::actor(person);
    if !incident.within(&Scope::of(&actor)) {
        return Err(Refusal::invalid("/to", phrase("check-hand-unseen")));
    }
    // Loss prevention brings an incident to its end without driving out to it.
    if !actor.may(Action::Respond) && !actor.may(Action::Resolve) {
        return Err(Refusal::invalid("/to", phrase("check-hand-unable")));
    }
    if incident.owner.as_ref() == Some(&to) {
        return Err(Refusal::Nothing);
    }
    Ok(vec![Event::Reassigned { to }])
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::given::*;
    use super::*;

    #[test]
    fn only_who_may_do_something_about_it_is_handed_an_incident() {
        for (to, able) in [
            ("mo", true),
            ("priya", true),
            ("lee", true),
            ("ann", false),
            ("root", false),
        ] {
            let mut tale = Tale::theft();
            let handed = tale.when(Command::Reassign { to: slug(to) }, &by("sam", 1));
            match handed.map(<[_]>::len) {
                Ok(_) => assert!(able, "{to}"),
                Err(Refusal::Invalid(faults)) => {
                    assert_eq!((able, faults[0].pointer.as_str()), (false, "/to"), "{to}");
                }
                other => panic!("{to}: {other:?}"),
            }
        }
    }
}
