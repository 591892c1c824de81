//! Incidents of which a merge or an earlier fact still tells: whoever may not read one that is confidential
//! does not learn which one it is either.

use std::collections::BTreeSet;

use outcry_domain::incident::Event;
use outcry_domain::{IncidentId, Scope};
use outcry_ledger::{Error, Ledger};

/// Whether somebody must not learn which incident this is; of one that cannot be read nobody does. What
/// is merely beyond their reach may be named: the desk may have merged across stores.
pub(crate) async fn hides(ledger: &Ledger, scope: &Scope, id: IncidentId) -> Result<bool, Error> {
    if scope.only_own().is_none() {
        return Ok(false);
    }
    match ledger.state(id).await {
        Ok(state) => Ok(state.is_none_or(|incident| {
            let confidential = incident.category().confidential();
            confidential && !incident.within(scope)
        })),
        Err(Error::Corrupt { .. }) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Those of the incidents that are hidden from somebody.
pub(crate) async fn hidden(
    ledger: &Ledger,
    scope: &Scope,
    named: impl IntoIterator<Item = IncidentId>,
) -> Result<BTreeSet<IncidentId>, Error> {
    let named: BTreeSet<IncidentId> = named.into_iter().collect();
    let mut hidden = BTreeSet::new();
    for id in named {
        if hides(ledger, scope, id).await? {
            hidden.insert(id);
        }
    }
    Ok(hidden)
}

/// The other incident that a fact names.
pub(crate) fn other(event: &Event) -> Option<IncidentId> {
    match event {
        Event::Merged { into: other }
        | Event::Unmerged { from: other }
        | Event::Absorbed { other }
        | Event::Released { other } => Some(*other),
        _ => None,
    }
}
