//! Merge: the other side of a merge learns of it.

use std::sync::Arc;

use outcry_domain::actor::SystemId;
use outcry_domain::incident::{Command, Event as Incident};
use outcry_domain::{Event, Stream};
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
                    Some((into, Command::Absorb { other }))
                }
                Event::Incident(Incident::Unmerged { from }) => {
                    Some((from, Command::Release { other }))
                }
                _ => None,
            }
        })
        .map(|(id, command)| (id, command, clock.moment(SystemId::Assess)))
        .collect();
    if commands.is_empty() {
        Ok(())
    } else {
        settle(ledger.record_all(commands).await)
    }
}
