//! Late: when incidents are looked at again because of events that came after their report. What tells
//! something is looked at soon, what goes on all day seldom; both less often each time.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use outcry_domain::IncidentId;
use outcry_stream::Weight;

/// How long events that tell something gather first.
const TELLING: Duration = Duration::from_millis(500);
/// How long ordinary events gather first.
const ROUTINE: Duration = Duration::from_secs(30);
/// The longest that either gathers.
const LONGEST: Duration = Duration::from_secs(240);
/// How long after its last look an incident's pace is forgotten.
const FORGET: Duration = Duration::from_secs(1_200);

/// How often an incident was looked at again, and when next.
struct Pace {
    telling: Duration,
    routine: Duration,
    looked: Instant,
    due: Option<Instant>,
}

/// Which incidents wait for another look.
#[derive(Default)]
pub(super) struct Agenda {
    paces: HashMap<IncidentId, Pace>,
    due: BTreeSet<(Instant, IncidentId)>,
}

impl Agenda {
    /// Events of this weight came into the incident's time.
    pub(super) fn note(&mut self, id: IncidentId, weight: Weight, now: Instant) {
        let pace = self.paces.entry(id).or_insert(Pace {
            telling: TELLING,
            routine: ROUTINE,
            looked: now,
            due: None,
        });
        let gather = match weight {
            Weight::Telling => pace.telling,
            Weight::Routine => pace.routine,
        };
        // At least the shortest time, so that what comes together is looked at together.
        let at = (pace.looked + gather).max(now + TELLING);
        if pace.due.is_none_or(|due| at < due) {
            if let Some(due) = pace.due.replace(at) {
                self.due.remove(&(due, id));
            }
            self.due.insert((at, id));
        }
    }

    /// Up to `limit` incidents whose time has come, longest due first.
    pub(super) fn take(&mut self, limit: usize, now: Instant) -> BTreeSet<IncidentId> {
        let mut taken = BTreeSet::new();
        while taken.len() < limit
            && let Some((at, id)) = self.due.first().copied()
            && at <= now
        {
            self.due.pop_first();
            if let Some(pace) = self.paces.get_mut(&id) {
                pace.due = None;
                pace.looked = now;
                pace.telling = (pace.telling * 2).min(LONGEST);
                pace.routine = (pace.routine * 2).min(LONGEST);
            }
            taken.insert(id);
        }
        if self.due.is_empty() {
            self.paces
                .retain(|_, pace| now.duration_since(pace.looked) < FORGET);
        }
        taken
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> IncidentId {
        IncidentId(uuid::Uuid::from_u128(n))
    }

    #[test]
    fn what_tells_something_goes_before_what_goes_on_all_day() {
        let (mut agenda, begin) = (Agenda::default(), Instant::now());
        agenda.note(id(1), Weight::Routine, begin);
        agenda.note(id(2), Weight::Telling, begin);
        assert_eq!(agenda.next(), Some(begin + TELLING));
        assert_eq!(agenda.take(9, begin), BTreeSet::new());
        assert_eq!(agenda.take(9, begin + TELLING), BTreeSet::from([id(2)]));
        assert_eq!(agenda.next(), Some(begin + ROUTINE));
        agenda.note(id(1), Weight::Telling, begin + TELLING);
        assert_eq!(agenda.next(), Some(begin + 2 * TELLING), "now it tells");
        agenda.note(id(1), Weight::Routine, begin + TELLING);
        assert_eq!(agenda.next(), Some(begin + 2 * TELLING), "and still does");
    }

    #[test]
    fn a_stream_of_sales_costs_a_few_looks_and_of_refunds_a_few_more() {
        for (weight, most) in [(Weight::Routine, 4), (Weight::Telling, 11)] {
            let (mut agenda, begin) = (Agenda::default(), Instant::now());
            let mut looks = 0;
            for tenth in 0..3_000 {
                let now = begin + Duration::from_millis(100) * tenth;
                agenda.note(id(1), weight, now);
                looks += agenda.take(9, now).len();
            }
            assert!((2..=most).contains(&looks), "{weight:?}: {looks} in 300 s");
        }
    }

    #[test]
    fn nothing_is_kept_for_ever() {
        let (mut agenda, begin) = (Agenda::default(), Instant::now());
        agenda.note(id(1), Weight::Telling, begin);
        assert_eq!(agenda.take(9, begin + TELLING).len(), 1);
        agenda.take(9, begin + TELLING + FORGET);
        assert!(agenda.paces.is_empty());
    }
}
