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
    if matches!(
        incident.state,
        State::Merged | State::Withdrawn | State::FalseAlarm
    ) {
        // Whoever was merged into it would wait for nobody: the loop undoes the merge.
        return Err(Refusal::Merge("that incident is not being handled itself"));
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

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::given::*;
    use super::*;
    use crate::Time;

    #[test]
    fn a_merge_can_be_undone_and_escalation_goes_on() {
        let mut tale = Tale::panic();
        let other = IncidentId(uuid::Uuid::from_u128(9));
        tale.when(Command::Merge { into: other }, &by("priya", 1))
            .expect("merged");
        assert_eq!(
            (tale.incident.state, tale.incident.next_due()),
            (State::Merged, None)
        );
        tale.when(Command::Unmerge, &by("priya", 5))
            .expect("undone");
        assert_eq!(tale.incident.state, State::Open);
        assert_eq!(tale.incident.next_due(), Some(Time(5 * SECOND)));
    }

    #[test]
    fn never_into_itself() {
        let mut tale = Tale::theft();
        let own = tale.incident.id;
        let refused = tale
            .when(Command::Merge { into: own }, &by("priya", 1))
            .map(<[_]>::len);
        assert!(matches!(refused, Err(Refusal::Merge(_))));
    }
}
