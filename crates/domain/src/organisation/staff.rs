//! Staff: who of a role reaches how far, so that a call for help asks nobody else of a large chain.

use std::collections::{BTreeMap, BTreeSet};

use super::Person;
use crate::{PersonId, Reach, Role};

/// Everybody who still works here, by role and reach. Follows the people; never a truth of its own.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Staff(BTreeMap<(Role, Reach), BTreeSet<PersonId>>);

impl Staff {
    /// Somebody is now as `after` says.
    pub(super) fn put(&mut self, before: Option<&Person>, after: &Person) {
        if let Some(before) = before {
            let place = (before.role, before.reach.clone());
            if let Some(held) = self.0.get_mut(&place) {
                held.remove(&before.id);
                if held.is_empty() {
                    self.0.remove(&place);
                }
            }
        }
        if after.active {
            let place = (after.role, after.reach.clone());
            self.0.entry(place).or_default().insert(after.id.clone());
        }
    }

    /// Those of a role whose reach is exactly that.
    pub(super) fn of(&self, role: Role, reach: Reach) -> impl Iterator<Item = &PersonId> {
        self.0.get(&(role, reach)).into_iter().flatten()
    }
}
