//! What a job holds: how many facts, and which requests. Never knows when it is written.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use super::Job;

impl Job {
    pub(super) fn facts(&self) -> usize {
        self.appends.iter().map(|append| append.drafts.len()).sum()
    }

    /// Whether a request of this job is among `requests`, where all of its are from now on.
    pub(super) fn repeats(&self, requests: &mut HashSet<u64>, hasher: &RandomState) -> bool {
        let mut repeats = false;
        for once in self
            .appends
            .iter()
            .filter_map(|append| append.once.as_ref())
        {
            repeats |= !requests.insert(hasher.hash_one((&once.principal, &once.key)));
        }
        repeats
    }
}
