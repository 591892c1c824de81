//! Reassign: another person owns it from here.

use super::{Event, Incident, Refusal};
use crate::{Action, Organisation, PersonId};

pub(super) fn reassign(
    incident: &Incident,
    to: PersonId,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    incident.must_be_live()?;
    let Some(person) = organisation.person(&to).filter(|person| person.active) else {
        return Err(Refusal::invalid("/to", format!("there is no person {to}")));
    };
    let able = Organisation::actor(person).may_at(
        Action::Read,
        &incident.report.region,
        &incident.report.site,
    );
    if !able {
        return Err(Refusal::invalid(
            "/to",
            "that person may not see this incident",
        ));
    }
    if incident.owner.as_ref() == Some(&to) {
        return Err(Refusal::Nothing);
    }
    Ok(vec![Event::Reassigned { to }])
}
