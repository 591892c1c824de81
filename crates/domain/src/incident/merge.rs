//! Merge and unmerge: two reports of one incident, reversibly; the originals stay.

use super::{Event, Incident, Refusal, State};
use crate::IncidentId;

/// The most incidents that one absorbs.
pub(crate) const ABSORBED_MAX: usize = 200;

pub(super) fn merge(incident: &Incident, into: IncidentId) -> Result<Vec<Event>, Refusal> {
    if into == incident.id {
        return Err(Refusal::Merge("an incident cannot be merged into itself"));
    }
    if !incident.absorbed.is_empty() {
        return Err(Refusal::Merge(
            "others were merged into this one: merge the other way round",
        ));
    }
    incident.must_be_live()?;
    Ok(vec![Event::Merged { into }])
}

pub(super) fn unmerge(incident: &Incident) -> Result<Vec<Event>, Refusal> {
    match (incident.state, incident.merged_into) {
        (State::Merged, Some(from)) => Ok(vec![Event::Unmerged { from }]),
        _ => Err(Refusal::Merge("this incident is not merged into another")),
    }
}

pub(super) fn absorb(incident: &Incident, other: IncidentId) -> Result<Vec<Event>, Refusal> {
    if incident.absorbed.contains(&other) {
        return Err(Refusal::Nothing);
    }
    if incident.absorbed.len() >= ABSORBED_MAX {
        return Err(Refusal::Merge(
            "this incident has absorbed as many as it may",
        ));
    }
    Ok(vec![Event::Absorbed { other }])
}

pub(super) fn release(incident: &Incident, other: IncidentId) -> Result<Vec<Event>, Refusal> {
    if incident.absorbed.contains(&other) {
        Ok(vec![Event::Released { other }])
    } else {
        Err(Refusal::Nothing)
    }
}
