//! Agenda: when incidents are looked at again. What tells something is looked at soon, what goes on all
//! day seldom; both less often each time.

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
/// Paces below which forgetting is not worth the walk.
const PACES_KEPT: usize = 1_024;

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
    /// How many paces there were after the last forgetting.
    kept: usize,
}

impl Agenda {
    /// Events of this weight came into the incident's time.
    pub(super) fn note(&mut self, id: IncidentId, weight: Weight, now: Instant) {
        if self.paces.len() >= 2 * self.kept.max(PACES_KEPT / 2) {
            self.forget(now);
        }
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
        taken
    }

    /// Forgets the paces of incidents that had no events for long; called when they have doubled since
    /// the last time, so that each costs the same however many there are.
    fn forget(&mut self, now: Instant) {
        self.paces
            .retain(|_, pace| pace.due.is_some() || now.duration_since(pace.looked) < FORGET);
        self.kept = self.paces.len();
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
    fn a_busy_chain_keeps_no_more_paces_than_it_needs() {
        let (mut agenda, begin) = (Agenda::default(), Instant::now());
        // One incident a second, and always one more that is due later.
        for second in 0..20_000 {
            let now = begin + Duration::from_secs(second);
            agenda.note(id(second.into()), Weight::Telling, now);
            assert!(agenda.take(9, now).len() <= 1);
            assert!(agenda.next().is_some());
        }
        let needed = usize::try_from(FORGET.as_secs()).expect("small") + 1;
        let kept = agenda.paces.len();
        assert!((needed..=2 * needed).contains(&kept), "{kept} paces");
    }
}
