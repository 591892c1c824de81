//! What must hold of an escalation policy.

use super::{invalid, named};
use crate::Role;
use crate::organisation::{
    Means, Organisation, Policy, Refusal, STEP_AFTER_MAX_S, STEP_AFTER_MIN_S, STEPS_MAX, Target,
};

/// The most targets of a step.
pub(crate) const TARGETS_MAX: usize = 20;

impl Organisation {
    pub(super) fn check_policy(&self, policy: &Policy) -> Result<(), Refusal> {
        named("/name", &policy.name)?;
        if policy.steps.is_empty() || policy.steps.len() > STEPS_MAX {
            return Err(invalid(
                "/steps",
                format!("must have 1 to {STEPS_MAX} steps"),
            ));
        }
        if !(STEP_AFTER_MIN_S..=STEP_AFTER_MAX_S).contains(&policy.repeat_after_s) {
            return Err(invalid("/repeat_after_s", "must be 5 to 86400 seconds"));
        }
        for (place, step) in policy.steps.iter().enumerate() {
            let pointer = |field: &str| format!("/steps/{place}/{field}");
            if step.after_s > STEP_AFTER_MAX_S || (place > 0 && step.after_s < STEP_AFTER_MIN_S) {
                return Err(invalid(
                    pointer("after_s"),
                    "must be 5 to 86400 seconds after the step before",
                ));
            }
            check_channels(pointer("channels"), &step.channels)?;
            self.check_targets(&pointer("targets"), &step.targets)?;
        }
        Ok(())
    }

    fn check_targets(&self, pointer: &str, targets: &[Target]) -> Result<(), Refusal> {
        if targets.is_empty() {
            return Err(invalid(pointer, "needs somebody"));
        }
        if targets.len() > TARGETS_MAX {
            return Err(invalid(pointer, format!("at most {TARGETS_MAX}")));
        }
        for (place, target) in targets.iter().enumerate() {
            let wrong = match target {
                _ if targets[..place].contains(target) => "is there twice; name it once".into(),
                Target::Role {
                    role: Role::System, ..
                } => "nobody is Outcry itself; choose a role that people have".into(),
                Target::Person { id } if !self.people.contains_key(id) => {
                    format!("there is no person {id}")
                }
                Target::OnCall { schedule } if !self.schedules.contains_key(schedule) => {
                    format!("there is no schedule {schedule}")
                }
                _ => continue,
            };
            return Err(invalid(pointer, wrong));
        }
        Ok(())
    }
}

fn check_channels(pointer: String, channels: &[Means]) -> Result<(), Refusal> {
    let twice = |(place, means): (usize, &Means)| channels[..place].contains(means);
    if channels.is_empty() {
        Err(invalid(pointer, "needs at least one channel"))
    } else if channels.iter().enumerate().any(twice) {
        Err(invalid(pointer, "names a channel twice; name it once"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::refused;
    use super::*;
    use crate::incident::given::{shop, slug};
    use crate::organisation::{Event, Step, Width};

    fn put(change: impl FnOnce(&mut Step)) -> Option<String> {
        let shop = shop();
        let mut policy = shop.policies[&slug("critical")].value.clone();
        change(&mut policy.steps[1]);
        refused(&shop, Event::Policy(policy))
    }

    #[test]
    fn a_step_names_everybody_and_everything_once() {
        assert_eq!(put(|_| ()), None);
        let channels = put(|step| step.channels = vec![Means::Mail, Means::Desk, Means::Mail]);
        assert_eq!(channels.as_deref(), Some("/steps/1/channels"));
        let targets = put(|step| step.targets.push(step.targets[0].clone()));
        assert_eq!(targets.as_deref(), Some("/steps/1/targets"));
    }

    #[test]
    fn a_step_is_for_people_and_for_not_too_many_groups() {
        let role = |role| Target::Role {
            role,
            reach: Width::All,
        };
        let house = put(|step| step.targets = vec![role(Role::Desk), role(Role::System)]);
        assert_eq!(house.as_deref(), Some("/steps/1/targets"));
        let widths = [Width::Site, Width::Region, Width::All];
        let all = || {
            let roles = Role::ALL.into_iter().filter(|role| *role != Role::System);
            roles.flat_map(|role| widths.map(|reach| Target::Role { role, reach }))
        };
        assert_eq!(
            put(|step| step.targets = all().take(TARGETS_MAX).collect()),
            None
        );
        let more = put(|step| step.targets = all().take(TARGETS_MAX + 1).collect());
        assert_eq!(more.as_deref(), Some("/steps/1/targets"));
    }
}
