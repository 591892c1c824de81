//! Erase: what goes with the fact that says so, in the same commit: the key of the incident's personal
//! texts, and what the search knows of them. Without that key nothing becomes findable again. The
//! chain stays whole.

use std::sync::Arc;

use outcry_domain::{Event, incident};

use crate::Entry;

/// Whether these facts erase their incident.
pub(crate) fn erased(entries: &[Arc<Entry>]) -> bool {
    entries.iter().any(|entry| erases(&entry.fact.event))
}

pub(crate) fn erases(event: &Event) -> bool {
    matches!(event, Event::Incident(incident::Event::Erased { .. }))
}
