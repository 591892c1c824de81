//! Notify: a step fired, so its people are looked up and their deliveries planned.

use std::collections::BTreeSet;
use std::sync::Arc;

use outcry_domain::actor::SystemId;
use outcry_domain::incident::{Command, Event as Incident};
use outcry_domain::{Event, IncidentId, PersonId, Stream};
use outcry_ledger::{Entry, Error, Ledger};

use super::settle;
use crate::clock::Clock;

/// Plans the deliveries of every step that fired in these facts.
pub async fn handle(ledger: &Ledger, clock: &Clock, entries: &[Arc<Entry>]) -> Result<(), Error> {
    let fired: BTreeSet<IncidentId> = entries.iter().filter_map(|entry| fired(entry)).collect();
    plan(ledger, clock, fired).await
}

fn fired(entry: &Entry) -> Option<IncidentId> {
    let Stream::Incident(id) = entry.fact.stream else {
        return None;
    };
    matches!(
        entry.fact.event,
        Event::Incident(Incident::Routed { .. } | Incident::Escalated { .. })
    )
    .then_some(id)
}

/// Plans what the step at hand of each incident needs, if it still needs it.
pub async fn plan(
    ledger: &Ledger,
    clock: &Clock,
    incidents: impl IntoIterator<Item = IncidentId>,
) -> Result<(), Error> {
    let organisation = ledger.organisation();
    let mut commands = Vec::new();
    for id in incidents {
        let Some(incident) = ledger.state(id).await? else {
            continue;
        };
        let Some(escalation) = incident.escalation.as_ref().filter(|e| e.unplanned) else {
            continue;
        };
        let Some(step) = escalation.steps.get(escalation.step) else {
            continue;
        };
        let on_shift: Vec<PersonId> = incident
            .context
            .iter()
            .flat_map(|context| context.on_shift.iter().map(|person| person.id.clone()))
            .collect();
        let at = (&incident.report.region, &incident.report.site);
        let recipients = organisation.recipients(step, at, &on_shift, clock.now());
        let command = Command::Notify {
            round: escalation.round,
            step: escalation.step,
            recipients,
        };
        commands.push((id, command, clock.moment(SystemId::Notify)));
    }
    settle(ledger.record_all(commands).await)
}
