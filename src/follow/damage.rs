//! Damage: an incident of which something stored cannot be read is passed over, and said once, so that
//! it stands in nobody else's way.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use outcry_domain::{Incident, IncidentId};
use outcry_ledger::{Error, Ledger};

/// Incidents that are noted; more than that, and some are said again.
const NOTED_MAX: usize = 1_000;

/// The damaged incidents that a loop met.
#[derive(Clone, Default)]
pub(super) struct Damage(Arc<Mutex<BTreeSet<IncidentId>>>);

impl Damage {
    /// The incident; `None` if there is none that can be read.
    pub(super) async fn pass_over(
        &self,
        id: IncidentId,
        ledger: &Ledger,
    ) -> Result<Option<Arc<Incident>>, Error> {
        Ok(self.readable(id, ledger.state(id).await)?.flatten())
    }

    /// What was read of the incident; `None` if it is damaged.
    pub(super) fn readable<T>(
        &self,
        id: IncidentId,
        read: Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        match read {
            Err(error @ Error::Corrupt { .. }) => {
                self.note(id, &error);
                Ok(None)
            }
            other => other.map(Some),
        }
    }

    /// The results without those of damaged incidents, which no repetition mends.
    pub(super) fn set_aside<'a, T>(
        &self,
        ids: impl Iterator<Item = &'a IncidentId>,
        results: Vec<Result<T, Error>>,
    ) -> Vec<Result<T, Error>> {
        let readable = |(id, result): &(&IncidentId, Result<T, Error>)| match result {
            Err(error @ Error::Corrupt { .. }) => {
                self.note(**id, error);
                false
            }
            _ => true,
        };
        let kept = ids.zip(results).filter(readable);
        kept.map(|(_, result)| result).collect()
    }

    fn note(&self, id: IncidentId, error: &Error) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() >= NOTED_MAX {
            noted.clear();
        }
        if noted.insert(id) {
            tracing::error!(incident = %id, %error, "an incident is damaged and passed over: run outcry verify --keys");
            metrics::counter!("outcry_damaged_incidents_total").increment(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_noted_once_and_the_rest_goes_on() {
        let damage = Damage::default();
        let ids = [1, 2, 3].map(|n| IncidentId(uuid::Uuid::from_u128(n)));
        let results = || {
            let corrupt = Error::Corrupt {
                region: "north".parse().expect("a slug"),
                sequence: 7,
                why: "the body cannot be read".into(),
            };
            vec![Ok(()), Err(corrupt), Err(Error::Busy { retry_after_s: 1 })]
        };
        for _ in 0..2 {
            let kept = damage.set_aside(ids.iter(), results());
            assert_eq!(kept, [Ok(()), Err(Error::Busy { retry_after_s: 1 })]);
        }
        let noted = damage.0.lock().expect("whole");
        assert_eq!(noted.iter().collect::<Vec<_>>(), [&ids[1]]);
    }
}
