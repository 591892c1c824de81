//! Merge and unmerge: two reports of one incident, reversibly; the originals stay.

use outcry_words::phrase;

use super::{Escalation, Event, Incident, Refusal, State, Why};
use crate::{Actor, IncidentId, Scope};

/// The most incidents that one absorbs.
pub(crate) const ABSORBED_MAX: usize = 200;

pub(super) fn merge(
    incident: &Incident,
    into: &Incident,
    actor: &Actor,
) -> Result<Vec<Event>, Refusal> {
    if into.id == incident.id {
        return Err(Refusal::Merge(phrase("refusal-merge-itself")));
    }
    // Nobody hides an incident behind one that they may not see themselves.
    if !into.within(&Scope::of(actor)) {
        return Err(Refusal::invalid("/into", Refusal::NotFound.to_string()));
    }
    if !incident.absorbed.is_empty() {
        return Err(Refusal::Merge(phrase("refusal-merge-other-way")));
    }
    incident.must_be_live()?;
    Ok(vec![Event::Merged { into: into.id }])
}

pub(super) fn unmerge(incident: &Incident) -> Result<Vec<Event>, Refusal> {
    match (incident.state, incident.merged_into) {
        (State::Merged, Some(from)) => {
            let waits = incident.before_merge.is_none_or(State::waits);
            let following = incident.escalation.as_ref().and_then(Escalation::following);
            let rings = following.filter(|_| waits);
            let rings = rings.map(|(round, step)| Event::Escalated {
                round,
                step,
                why: Why::Unmerged,
                reason: None,
            });
            // On its own again, it has waited long enough.
            Ok([Event::Unmerged { from }]
                .into_iter()
                .chain(rings)
                .collect())
        }
        _ => Err(Refusal::Merge(phrase("refusal-merge-not-merged"))),
    }
}

pub(super) fn absorb(incident: &Incident, other: IncidentId) -> Result<Vec<Event>, Refusal> {
    if incident.absorbed.contains(&other) {
        return Err(Refusal::Nothing);
    }
    if !incident.state.live() {
        // Whoever was merged into it would wait for nobody: the loop undoes the merge.
        return Err(Refusal::Merge(phrase("refusal-merge-nobody")));
    }
    if incident.absorbed.len() >= ABSORBED_MAX {
        return Err(Refusal::Merge(phrase("refusal-merge-full")));
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
    use super::super::given::*;
    use super::super::{Command, Draft, open};
    use super::*;
    use crate::{Category, Moment, Reach, Time};

    const OTHER: IncidentId = IncidentId(uuid::Uuid::from_u128(9));

    /// A merge into the incident of another tale.
    fn into(tale: &Tale) -> Command {
        let other = Incident {
            id: OTHER,
            ..tale.incident.clone()
        };
        Command::Merge { into: other.into() }
    }

    #[test]
    fn a_merge_can_be_undone_and_escalation_goes_on() {
        let mut tale = Tale::panic();
        tale.when(into(&Tale::panic()), &by("priya", 1))
            .expect("merged");
        assert_eq!(
            (tale.incident.state, tale.incident.next_due()),
            (State::Merged, None)
        );
        tale.when(Command::Unmerge, &by("priya", 5))
            .expect("undone");
        assert_eq!(tale.incident.state, State::Open);
        assert_eq!(tale.step(), (0, 1), "the step that would have been next");
        let told = Event::Escalated {
            round: 0,
            step: 1,
            why: Why::Unmerged,
            reason: None,
        };
        assert_eq!(tale.last[1], told);
        assert!(matches!(tale.last[2], Event::Notified { .. }));
        assert!(tale.incident.next_due() > Some(Time(5 * SECOND)));
    }

    #[test]
    fn what_somebody_had_before_the_merge_rings_nobody_after_it() {
        let mut tale = Tale::panic();
        tale.when(Command::Acknowledge, &by("priya", 1))
            .expect("acknowledged");
        tale.when(into(&Tale::panic()), &by("priya", 2))
            .expect("merged");
        tale.when(Command::Unmerge, &by("priya", 5))
            .expect("undone");
        assert_eq!(tale.last, [Event::Unmerged { from: OTHER }]);
        assert_eq!(tale.incident.state, State::Acknowledged);
    }

    #[test]
    fn nothing_live_goes_into_what_is_over() {
        let other = OTHER;
        let ends = [
            Command::Resolve {
                resolution: super::super::Resolution::NoAction,
                note: None,
            },
            Command::Close,
        ];
        let mut tale = Tale::theft();
        for (second, end) in (1..).zip(ends) {
            tale.when(end, &by("priya", second)).expect("over");
            let refused = tale
                .when(Command::Absorb { other }, &house(second))
                .map(<[_]>::len);
            assert!(matches!(refused, Err(Refusal::Merge(_))), "{refused:?}");
        }
    }

    #[test]
    fn never_into_itself() {
        let mut tale = Tale::theft();
        let own = tale.incident.clone().into();
        let refused = tale
            .when(Command::Merge { into: own }, &by("priya", 1))
            .map(<[_]>::len);
        assert!(matches!(refused, Err(Refusal::Merge(_))));
    }

    #[test]
    fn only_into_what_whoever_merges_may_see_too() {
        let at = |site: &str| {
            let draft = Draft {
                site: slug(site),
                ..draft(Category::Theft)
            };
            let moment = Moment {
                actor: by("priya", 0).actor,
                ..by("ann", 0)
            };
            let events = open(Command::Report(draft), &moment, &shop()).expect("accepted");
            let id = moment.incident_id();
            Incident::opened(id, &events[0], &moment.actor.id, moment.now, 1).expect("opened")
        };
        let north = Moment {
            actor: crate::Actor {
                reach: Reach::Region(slug("north")),
                ..by("priya", 1).actor
            },
            ..by("priya", 1)
        };
        let merge = |site: &str, moment: &Moment| {
            let into = Incident {
                id: OTHER,
                ..at(site)
            };
            let merged = Command::Merge { into: into.into() };
            Tale::theft().when(merged, moment).map(<[_]>::len)
        };
        assert_eq!(merge("leeds-012", &north), Ok(1));
        assert_eq!(merge("hove-101", &by("priya", 1)), Ok(1));
        let hidden = Err(Refusal::invalid("/into", Refusal::NotFound.to_string()));
        assert_eq!(merge("hove-101", &north), hidden);
    }
}
