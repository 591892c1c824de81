//! What must hold of an escalation policy.

use outcry_words::{phrase, say};

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
                say("check-steps", [("most", STEPS_MAX.into())]),
            ));
        }
        if !(STEP_AFTER_MIN_S..=STEP_AFTER_MAX_S).contains(&policy.repeat_after_s) {
            return Err(invalid("/repeat_after_s", phrase("check-repeat")));
        }
        for (place, step) in policy.steps.iter().enumerate() {
            let pointer = |field: &str| format!("/steps/{place}/{field}");
            if step.after_s > STEP_AFTER_MAX_S || (place > 0 && step.after_s < STEP_AFTER_MIN_S) {
                return Err(invalid(pointer("after_s"), phrase("check-step-after")));
            }
            check_channels(pointer("channels"), &step.channels)?;
            self.check_targets(&pointer("targets"), &step.targets)?;
        }
        Ok(())
    }

    fn check_targets(&self, pointer: &str, targets: &[Target]) -> Result<(), Refusal> {
        if targets.is_empty() {
            return Err(invalid(pointer, phrase("check-targets-none")));
        }
        if targets.len() > TARGETS_MAX {
            return Err(invalid(
                pointer,
                say("check-targets", [("most", TARGETS_MAX.into())]),
            ));
        }
        for (place, target) in targets.iter().enumerate() {
            let wrong = match target {
                _ if targets[..place].contains(target) => say("check-target-twice", []),
                Target::Role {
                    role: Role::System, ..
                } => say("check-target-system", []),
                Target::Person { id } if !self.people.contains_key(id) => {
                    say("check-no-person", [("person", id.to_string().into())])
                }
                Target::OnCall { schedule } if !self.schedules.contains_key(schedule) => say(
                    "check-no-schedule",
                    [("schedule", schedule.to_string().into())],
                ),
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
        Err(invalid(pointer, phrase("check-channels-none")))
    } else if channels.iter().enumerate().any(twice) {
        Err(invalid(pointer, phrase("check-channel-twice")))
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
