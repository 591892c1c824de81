//! Damage: the row of an incident that cannot be read hides nothing, for the log says the same. Never
//! mends it: that is for a rebuild.

use std::collections::BTreeSet;
use std::sync::Mutex;

use outcry_domain::IncidentId;
use outcry_domain::incident::Summary;

use crate::Error;
use crate::ledger::Ledger;
use crate::store::Text;

/// Rows that are noted; more than that, and some are said again.
const NOTED_MAX: usize = 1_000;

/// The damaged rows that were met.
#[derive(Default)]
pub(crate) struct DamagedRows(Mutex<BTreeSet<IncidentId>>);

impl DamagedRows {
    /// Says once that the row of this incident is damaged.
    fn note(&self, id: IncidentId) {
        let mut noted = self.0.lock().expect("no holder panics");
        if noted.len() >= NOTED_MAX {
            noted.clear();
        }
        if noted.insert(id) {
            tracing::error!(incident = %id, "the row of an incident in the read table is damaged, and the log is read instead: run outcry rebuild");
            metrics::counter!("outcry_damaged_rows_total").increment(1);
        }
    }
}

impl Ledger {
    /// The summary in the row of an incident, or what the log says where that cannot be read; `None` where
    /// the log cannot be read either.
    pub(crate) async fn summary_in_row(
        &self,
        id: &str,
        json: Text,
    ) -> Result<Option<Summary>, Error> {
        if let Ok(summary) = serde_json::from_str(&String::from(json)) {
            return Ok(Some(summary));
        }
        let Ok(id) = id.parse() else { return Ok(None) };
        self.0.damaged_rows.note(id);
        match self.state(id).await {
            Ok(incident) => Ok(incident.map(|incident| Summary::of(&incident))),
            Err(Error::Corrupt { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
