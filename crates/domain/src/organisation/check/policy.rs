//! What must hold of an escalation policy.

use outcry_words::{phrase, say};

use super::named;
use crate::organisation::{
    Means, Organisation, Policy, STEP_AFTER_MAX_S, STEP_AFTER_MIN_S, STEPS_MAX, Target,
};
use crate::{Faults, Role};

/// The most targets of a step.
pub(crate) const TARGETS_MAX: usize = 20;

impl Organisation {
    pub(super) fn check_policy(&self, policy: &Policy, faults: &mut Faults) {
        named("/name", &policy.name, faults);
        if !(STEP_AFTER_MIN_S..=STEP_AFTER_MAX_S).contains(&policy.repeat_after_s) {
            faults.add("/repeat_after_s", phrase("check-repeat"));
        }
        if policy.steps.is_empty() || policy.steps.len() > STEPS_MAX {
            let with = [("most", STEPS_MAX.into())];
            faults.add("/steps", say("check-steps", with));
            return;
        }
        for (place, step) in policy.steps.iter().enumerate() {
            let pointer = |field: &str| format!("/steps/{place}/{field}");
            if step.after_s > STEP_AFTER_MAX_S || (place > 0 && step.after_s < STEP_AFTER_MIN_S) {
                faults.add(pointer("after_s"), phrase("check-step-after"));
            }
            if let Some(wrong) = wrong_channels(&step.channels) {
                faults.add(pointer("channels"), wrong);
            }
            if let Some(wrong) = self.wrong_targets(&step.targets) {
                faults.add(pointer("targets"), wrong);
            }
        }
    }

    fn wrong_targets(&self, targets: &[Target]) -> Option<String> {
        if targets.is_empty() {
            return Some(say("check-targets-none", []));
        }
        if targets.len() > TARGETS_MAX {
            return Some(say("check-targets", [("most", TARGETS_MAX.into())]));
        }
        let wrong = |(place, target): (usize, &Target)| match target {
            _ if targets[..place].contains(target) => Some(say("check-target-twice", [])),
            Target::Role {
                role: Role::System, ..
            } => Some(say("check-target-system", [])),
            Target::Person { id } if !self.people.contains_key(id) => {
                let with = [("person", id.to_string().into())];
                Some(say("check-no-person", with))
            }
            Target::OnCall { schedule } if !self.schedules.contains_key(schedule) => {
                let with = [("schedule", schedule.to_string().into())];
                Some(say("check-no-schedule", with))
            }
            _ => None,
        };
        targets.iter().enumerate().find_map(wrong)
    }
}

fn wrong_channels(channels: &[Means]) -> Option<&'static str> {
    let twice = |(place, means): (usize, &Means)| channels[..place].contains(means);
    if channels.is_empty() {
        Some(phrase("check-channels-none"))
    } else if channels.iter().enumerate().any(twice) {
        Some(phrase("check-channel-twice"))
    } else {
        None
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
