//! Jobs: what waits for the writer, and how much of it one commit takes. Never knows what a fact means.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use tokio::sync::mpsc;

use super::{BATCH_FACTS_MAX, Job, Lane, PANIC_FACTS_MAX};

/// The most facts of incidents that the loops hand over in one job. In commits of 128 they fall behind 2,000 reports
/// a second; a press waits some 20 ms for one of these, and only where so much goes on at once.
const STANDING_FACTS_MAX: usize = 512;

impl Lane {
    /// The most facts of incidents that one job holds: a press that comes now waits for no more of them.
    pub(crate) fn job_facts_max(self) -> usize {
        match self {
            // A call for help that comes right after it still has room in the same commit.
            Self::Panic => PANIC_FACTS_MAX / 2,
            Self::Standing => STANDING_FACTS_MAX,
            Self::Report => BATCH_FACTS_MAX,
        }
    }
}

/// The same in the same order, in parts of at most `facts_max` facts. What has more is a part of its own.
pub(crate) fn parts<T>(
    all: Vec<T>,
    facts_max: usize,
    facts: impl Fn(&T) -> usize,
) -> impl Iterator<Item = Vec<T>> {
    let mut all = all.into_iter().peekable();
    std::iter::from_fn(move || {
        let first = all.next()?;
        let mut room = facts_max.saturating_sub(facts(&first));
        let mut part = vec![first];
        while let Some(next) = all.next_if(|next| facts(next) <= room) {
            room -= facts(&next);
            part.push(next);
        }
        Some(part)
    })
}

/// The writer's end of a lane.
pub(super) struct Queue {
    jobs: mpsc::Receiver<Job>,
    /// Taken up and not committed: it goes on being the first.
    first: Option<Job>,
}

impl Queue {
    pub(super) fn new(jobs: mpsc::Receiver<Job>) -> Self {
        Self { jobs, first: None }
    }

    /// The next job, once there is one. Who no longer waits for it has taken nothing.
    pub(super) async fn next(&mut self) -> Option<Job> {
        match self.first.take() {
            Some(job) => Some(job),
            None => self.jobs.recv().await,
        }
    }

    /// The next job, if it waits.
    pub(super) fn waiting(&mut self) -> Option<Job> {
        self.first.take().or_else(|| self.jobs.try_recv().ok())
    }

    /// The next job, if it waits and has no more facts than that.
    pub(super) fn fitting(&mut self, facts_max: usize) -> Option<Job> {
        let job = self.waiting()?;
        if job.facts() <= facts_max {
            return Some(job);
        }
        self.put_back(job);
        None
    }

    /// Leaves what was taken just now for later.
    pub(super) fn put_back(&mut self, job: Job) {
        self.first = Some(job);
    }

    /// Takes nothing more; what waits stays.
    pub(super) fn close(&mut self) {
        self.jobs.close();
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_the_order_and_the_limit() {
        let cut = |all: &[usize]| -> Vec<Vec<usize>> {
            parts(all.to_vec(), 10, |facts| *facts).collect()
        };
        assert_eq!(cut(&[]), Vec::<Vec<usize>>::new());
        assert_eq!(cut(&[4, 6, 1, 9, 1]), [vec![4, 6], vec![1, 9], vec![1]]);
        assert_eq!(
            cut(&[3, 25, 3, 8]),
            [vec![3], vec![25], vec![3], vec![8]],
            "what belongs together stays together"
        );
    }
}
