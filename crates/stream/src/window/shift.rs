//! Who is on shift: starts and ends in order of their time.

use std::collections::HashMap;

use super::context::OnShift;
use crate::event::Body;
use crate::limits::SHIFTS_PER_SITE_MAX;
use crate::record::Record;

/// Nobody stays on shift longer than this without a new start.
pub(crate) const SHIFT_REACH_US: i64 = 24 * 60 * 60 * 1_000_000;

/// Somebody came on or went off.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) time_us: i64,
    pub(crate) starts: bool,
    pub(crate) person: Box<str>,
    pub(crate) role: Option<Box<str>>,
    pub(crate) area: Option<Box<str>>,
}

impl Change {
    /// The change that a stored event is, if it is one.
    pub(crate) fn of(record: &Record<'_>) -> Option<Change> {
        let Body::Shift {
            starts,
            person,
            role,
            area,
        } = record.event()?.body
        else {
            return None;
        };
        Some(Change {
            time_us: record.time_us,
            starts,
            person: person.into(),
            role: role.map(Into::into),
            area: area.map(Into::into),
        })
    }
}

/// A site's changes, by time; at the same instant an end comes before a start.
#[derive(Debug, Default)]
pub(super) struct Shifts {
    changes: Vec<Change>,
}

impl Shifts {
    pub(super) fn add(&mut self, change: Change) {
        let place = self
            .changes
            .partition_point(|other| order(other) <= order(&change));
        self.changes.insert(place, change);
        if self.changes.len() > SHIFTS_PER_SITE_MAX {
            self.changes.remove(0);
        }
    }

    pub(super) fn forget(&mut self, before_us: i64) {
        let gone = self
            .changes
            .partition_point(|change| change.time_us < before_us);
        self.changes.drain(..gone);
    }

    /// The changes that decide who is on shift at `at_us`.
    pub(super) fn before(&self, at_us: i64) -> Vec<Change> {
        let since_us = at_us.saturating_sub(SHIFT_REACH_US);
        let from = self
            .changes
            .partition_point(|change| change.time_us < since_us);
        let until = self
            .changes
            .partition_point(|change| change.time_us <= at_us);
        self.changes[from..until.max(from)].to_vec()
    }
}

fn order(change: &Change) -> (i64, bool) {
    (change.time_us, change.starts)
}

/// Who is on after these changes, which need no order. A second start without an end between keeps
/// the first time and takes the newer role and area.
pub(super) fn on_shift(changes: &mut [Change]) -> Vec<OnShift> {
    changes.sort_by_key(order);
    let mut on: HashMap<&str, OnShift> = HashMap::new();
    for change in &*changes {
        if !change.starts {
            on.remove(&*change.person);
            continue;
        }
        let entry = on.entry(&change.person).or_insert_with(|| OnShift {
            person: change.person.to_string(),
            role: None,
            area: None,
            since_us: change.time_us,
        });
        entry.role = change
            .role
            .as_deref()
            .map(str::to_owned)
            .or(entry.role.take());
        entry.area = change
            .area
            .as_deref()
            .map(str::to_owned)
            .or(entry.area.take());
    }
    let mut on: Vec<OnShift> = on.into_values().collect();
    on.sort_by(|left, right| {
        left.since_us
            .cmp(&right.since_us)
            .then_with(|| left.person.cmp(&right.person))
    });
    on
}
