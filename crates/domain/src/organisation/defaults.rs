//! What a new organisation starts with: queues, policies and report templates. All of it is data
//! that an administrator may change.

mod templates;

use super::{Event, Means, Policy, Queue, Step, Target, Width};
use crate::Role;
use crate::category::Priority;

/// The facts of a first start, in the order in which they can be recorded.
pub fn events() -> Vec<Event> {
    let mut events: Vec<Event> = policies().into_iter().map(Event::Policy).collect();
    events.extend(queues().into_iter().map(Event::Queue));
    events.extend(templates::all().into_iter().map(Event::Template));
    events
}

fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("the ids below are slugs")
}

fn role(role: Role, reach: Width) -> Target {
    Target::Role { role, reach }
}

fn step(after_s: u32, targets: Vec<Target>, channels: &[Means]) -> Step {
    Step {
        after_s,
        targets,
        channels: channels.to_vec(),
    }
}

fn policies() -> Vec<Policy> {
    let desk = || role(Role::Desk, Width::All);
    let manager = || role(Role::Manager, Width::Site);
    let region = || role(Role::Manager, Width::Region);
    let all = [Means::Desk, Means::Mail, Means::Webhook];
    let policy = |name: &str, label: &str, repeat_after_s, steps| Policy {
        id: id(name),
        name: label.into(),
        steps,
        repeat_after_s,
    };
    vec![
        policy(
            "critical",
            "Critical: everybody, now",
            60,
            vec![
                step(0, vec![desk(), manager()], &all),
                step(15, vec![region(), role(Role::Analyst, Width::All)], &all),
                step(20, vec![desk(), manager(), region()], &all),
            ],
        ),
        policy(
            "urgent",
            "Urgent: desk and manager",
            180,
            vec![
                step(0, vec![desk()], &[Means::Desk]),
                step(30, vec![desk(), manager()], &all),
                step(60, vec![region()], &all),
            ],
        ),
        policy(
            "standard",
            "Standard: desk, then manager",
            1_800,
            vec![
                step(0, vec![desk()], &[Means::Desk]),
                step(600, vec![manager()], &[Means::Desk, Means::Mail]),
            ],
        ),
        policy(
            "information",
            "Information: on the desk",
            28_800,
            vec![step(0, vec![desk()], &[Means::Desk])],
        ),
    ]
}

fn queues() -> Vec<Queue> {
    let queue =
        |name: &str, label: &str, priority, checkpoint, within: (u32, u32), policy: &str| Queue {
            id: id(name),
            name: label.into(),
            priority,
            checkpoint,
            acknowledge_within_s: within.0,
            resolve_within_s: within.1,
            policy: id(policy),
        };
    vec![
        queue(
            "critical",
            "Critical",
            Priority::P1,
            false,
            (30, 1_800),
            "critical",
        ),
        queue(
            "urgent",
            "Urgent",
            Priority::P2,
            false,
            (120, 7_200),
            "urgent",
        ),
        queue(
            "standard",
            "Standard",
            Priority::P3,
            false,
            (900, 86_400),
            "standard",
        ),
        queue(
            "information",
            "Information",
            Priority::P4,
            false,
            (28_800, 604_800),
            "information",
        ),
        queue(
            "review",
            "Needs a look",
            Priority::P2,
            true,
            (300, 28_800),
            "urgent",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Category;
    use crate::actor::SystemId;
    use crate::organisation::Command;
    use crate::{Actor, Moment, Organisation, Time};

    #[test]
    fn a_first_start_is_accepted_by_the_rules_themselves() {
        let moment = Moment {
            now: Time(0),
            actor: Actor::system(SystemId::Setup),
            entropy: 1,
        };
        let mut organisation = Organisation::default();
        for (sequence, event) in (1..).zip(events()) {
            let decided = organisation
                .decide(
                    Command::Put {
                        event,
                        expected: Some(0),
                    },
                    &moment,
                )
                .expect("the defaults are valid");
            decided
                .iter()
                .for_each(|event| organisation.apply(event, sequence));
        }
        assert_eq!(organisation.queues.len(), 5);
        assert_eq!(organisation.templates.len(), Category::ALL.len() - 1);
        let tiles = organisation
            .templates
            .values()
            .filter_map(|t| t.value.tile)
            .count();
        assert_eq!(tiles, 6);
    }
}
