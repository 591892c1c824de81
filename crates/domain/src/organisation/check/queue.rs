//! What must hold of a queue.

use outcry_words::{phrase, say};

use super::named;
use crate::Faults;
use crate::category::Priority;
use crate::organisation::{Organisation, Queue, STEP_AFTER_MIN_S};

impl Organisation {
    pub(super) fn check_queue(&self, queue: &Queue, faults: &mut Faults) {
        named("/name", &queue.name, faults);
        self.keep_a_critical_queue(queue, faults);
        if !self.policies.contains_key(&queue.policy) {
            let with = [("policy", queue.policy.to_string().into())];
            faults.add("/policy", say("check-no-policy", with));
        }
        if queue.acknowledge_within_s < STEP_AFTER_MIN_S {
            let detail = phrase("check-acknowledge-short");
            faults.add("/acknowledge_within_s", detail);
        }
        if queue.resolve_within_s < queue.acknowledge_within_s {
            faults.add("/resolve_within_s", phrase("check-resolve-short"));
        }
    }

    /// The last queue for what is critical can neither become a checkpoint nor less urgent: a call for
    /// help would land among what can wait.
    fn keep_a_critical_queue(&self, queue: &Queue, faults: &mut Faults) {
        let takes = |queue: &Queue| queue.priority == Priority::P1 && !queue.checkpoint;
        let held = self.queues.get(&queue.id);
        let was = held.is_some_and(|held| takes(&held.value));
        let mut others = self.queues.values().map(|held| &held.value);
        if !was || takes(queue) || others.any(|other| other.id != queue.id && takes(other)) {
            return;
        }
        let pointer = match queue.priority {
            Priority::P1 => "/checkpoint",
            _ => "/priority",
        };
        faults.add(pointer, phrase("check-last-queue"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::refused;
    use super::*;
    use crate::incident::given::{shop, slug};
    use crate::organisation::Event;

    fn put(shop: &Organisation, id: &str, change: fn(&mut Queue)) -> Option<String> {
        let mut queue = shop.queues[&slug(id)].value.clone();
        change(&mut queue);
        refused(shop, Event::Queue(queue))
    }

    #[test]
    fn the_last_queue_for_calls_for_help_stays() {
        let shop = shop();
        let held = put(&shop, "critical", |queue| queue.checkpoint = true);
        assert_eq!(held.as_deref(), Some("/checkpoint"));
        let lower = put(&shop, "critical", |queue| queue.priority = Priority::P2);
        assert_eq!(lower.as_deref(), Some("/priority"));
        assert_eq!(
            put(&shop, "critical", |queue| queue.name = "Now".into()),
            None
        );
        assert_eq!(put(&shop, "urgent", |queue| queue.checkpoint = true), None);
    }

    #[test]
    fn with_another_one_it_may_go_and_what_is_wrong_already_can_be_put_right() {
        let mut shop = shop();
        let mut other = shop.queues[&slug("critical")].value.clone();
        other.id = slug("critical-2");
        shop.apply(&Event::Queue(other.clone()), 1_000);
        assert_eq!(
            put(&shop, "critical", |queue| queue.checkpoint = true),
            None
        );
        for id in ["critical", "critical-2"] {
            other.id = slug(id);
            other.checkpoint = true;
            shop.apply(&Event::Queue(other.clone()), 1_001);
        }
        assert_eq!(
            put(&shop, "critical-2", |queue| queue.name = "Two".into()),
            None
        );
        assert_eq!(
            put(&shop, "critical", |queue| queue.checkpoint = false),
            None
        );
    }
}
