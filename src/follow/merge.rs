//! Merge: the other side of a merge learns of it.

use std::sync::Arc;

use outcry_domain::actor::SystemId;
use outcry_domain::incident::{Command, Event as Incident, Refusal};
use outcry_domain::{Event, IncidentId, Stream};
use outcry_ledger::{Entry, Error, Ledger};

use super::damage::Damage;
use super::settle;
use crate::clock::Clock;

/// Tells every incident that absorbed or released another.
pub async fn handle(ledger: &Ledger, clock: &Clock, entries: &[Arc<Entry>]) -> Result<(), Error> {
    let damage = Damage::default();
    let mut commands = Vec::new();
    for entry in entries {
        let Stream::Incident(other) = entry.fact.stream else {
            continue;
        };
        let (id, command) = match entry.fact.event {
            Event::Incident(Incident::Merged { into }) => {
                // A fact may come again long after: what has gone elsewhere since is not merged here.
                let state = damage.pass_over(other, ledger).await?;
                if state.is_none_or(|other| other.merged_into != Some(into)) {
                    continue;
                }
                (into, Command::Absorb { other })
            }
            Event::Incident(Incident::Unmerged { from }) => (from, Command::Release { other }),
            _ => continue,
        };
        commands.push((other, (id, command, clock.moment(SystemId::Merge))));
    }
    if commands.is_empty() {
        return Ok(());
    }
    let (others, commands): (Vec<IncidentId>, Vec<_>) = commands.into_iter().unzip();
    let results = ledger.record_all(commands).await;
    // What nobody absorbs must not wait for somebody who does not come.
    let undone = others
        .iter()
        .zip(&results)
        .filter_map(|(other, result)| match result {
            Err(Error::Refused(Refusal::Merge(_) | Refusal::NotFound)) => {
                Some((*other, Command::Unmerge, clock.moment(SystemId::Merge)))
            }
            _ => None,
        });
    let undone: Vec<_> = undone.collect();
    settle(results)?;
    if undone.is_empty() {
        return Ok(());
    }
    settle(ledger.record_all(undone).await)
}
