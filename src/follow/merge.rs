//! Merge: the other side of a merge learns of it.

use std::sync::Arc;

use outcry_domain::actor::SystemId;
use outcry_domain::incident::{Command, Event as Incident, Refusal};
use outcry_domain::{Event, IncidentId, Stream};
use outcry_ledger::{Entry, Error, Ledger};

use super::settle;
use crate::clock::Clock;

/// Tells every incident that absorbed or released another.
pub async fn handle(ledger: &Ledger, clock: &Clock, entries: &[Arc<Entry>]) -> Result<(), Error> {
    let commands: Vec<_> = entries
        .iter()
        .filter_map(|entry| {
            let Stream::Incident(other) = entry.fact.stream else {
                return None;
            };
            match entry.fact.event {
                Event::Incident(Incident::Merged { into }) => {
                    Some((other, (into, Command::Absorb { other })))
                }
                Event::Incident(Incident::Unmerged { from }) => {
                    Some((other, (from, Command::Release { other })))
                }
                _ => None,
            }
        })
        .map(|(other, (id, command))| (other, (id, command, clock.moment(SystemId::Merge))))
        .collect();
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
