//! What a new organisation starts with: queues, policies and report templates. All of it is data
//! that an administrator may change.

use super::{
    Choice, Event, Flag, Means, Policy, Question, QuestionKind, Queue, Step, Target, Template,
    Width,
};
use crate::category::Priority;
use crate::{Category, Role};

/// The facts of a first start, in the order in which they can be recorded.
pub fn events() -> Vec<Event> {
    let mut events: Vec<Event> = policies().into_iter().map(Event::Policy).collect();
    events.extend(queues().into_iter().map(Event::Queue));
    events.extend(templates().into_iter().map(Event::Template));
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

fn choice(name: &str, label: &str, options: &[(&str, &str)]) -> Question {
    Question {
        id: name.into(),
        label: label.into(),
        kind: QuestionKind::Choice,
        options: options
            .iter()
            .map(|(id, label)| Choice {
                id: (*id).into(),
                label: (*label).into(),
            })
            .collect(),
        required: false,
        flag: None,
    }
}

fn yes_no(name: &str, label: &str, flag: Option<Flag>) -> Question {
    Question {
        id: name.into(),
        label: label.into(),
        kind: QuestionKind::YesNo,
        options: Vec::new(),
        required: false,
        flag,
    }
}

fn goods() -> Question {
    choice(
        "goods",
        "What was taken?",
        &[
            ("spirits", "Spirits"),
            ("meat", "Meat and cheese"),
            ("cosmetics", "Cosmetics"),
            ("electronics", "Electronics"),
            ("clothing", "Clothing"),
            ("confectionery", "Confectionery"),
            ("tobacco", "Tobacco"),
            ("other", "Something else"),
        ],
    )
}

fn people() -> Question {
    choice(
        "people",
        "How many people?",
        &[("one", "One"), ("two", "Two"), ("group", "Three or more")],
    )
}

fn still_here() -> Question {
    let mut question = choice(
        "still_here",
        "Are they still here?",
        &[("yes", "Still here"), ("no", "Left the store")],
    );
    question.flag = Some(Flag::StillHere);
    question
}

fn weapon() -> Question {
    choice_flag(
        "weapon",
        "Was there a weapon?",
        &[
            ("no", "No"),
            ("knife", "Knife or blade"),
            ("gun", "Gun"),
            ("other", "Something else"),
        ],
        Flag::Weapon,
    )
}

fn choice_flag(name: &str, label: &str, options: &[(&str, &str)], flag: Flag) -> Question {
    Question {
        flag: Some(flag),
        ..choice(name, label, options)
    }
}

fn injury() -> Question {
    yes_no("injury", "Is anybody hurt?", Some(Flag::Injury))
}

fn force() -> Question {
    yes_no("force", "Was force used?", Some(Flag::Violence))
}

fn templates() -> Vec<Template> {
    let stay_safe = "Keep your distance. Do not follow anybody out of the store.";
    let call = "If anybody is in danger, leave and call the emergency number now.";
    let keep = "Do not touch anything. Keep the area clear until somebody has looked.";
    let template = |category: Category, icon: &str, tile, safety: &str, questions| Template {
        category,
        name: category.words().into(),
        icon: icon.into(),
        tile,
        safety: safety.into(),
        questions,
    };
    use Category as C;
    vec![
        template(
            C::Theft,
            "store",
            Some(1),
            stay_safe,
            vec![goods(), people(), still_here()],
        ),
        template(
            C::Threat,
            "shield-alert",
            Some(2),
            call,
            vec![
                choice(
                    "against",
                    "Against whom?",
                    &[
                        ("staff", "Staff"),
                        ("customer", "Customer"),
                        ("other", "Somebody else"),
                    ],
                ),
                people(),
                still_here(),
                weapon(),
                force(),
            ],
        ),
        template(
            C::Weapon,
            "octagon-alert",
            Some(3),
            call,
            vec![weapon(), people(), still_here(), injury()],
        ),
        template(
            C::Damage,
            "triangle-alert",
            Some(4),
            keep,
            vec![
                choice(
                    "what",
                    "What is damaged?",
                    &[
                        ("window", "Window or door"),
                        ("goods", "Goods"),
                        ("till", "Till or equipment"),
                        ("vehicle", "Vehicle"),
                        ("other", "Something else"),
                    ],
                ),
                still_here(),
            ],
        ),
        template(
            C::Suspicious,
            "search",
            Some(5),
            stay_safe,
            vec![
                choice(
                    "what",
                    "What are they doing?",
                    &[
                        ("watching", "Watching staff or cameras"),
                        ("hiding", "Hiding goods"),
                        ("returning", "Coming back again and again"),
                        ("other", "Something else"),
                    ],
                ),
                people(),
                still_here(),
            ],
        ),
        template(
            C::Other,
            "info",
            Some(6),
            stay_safe,
            vec![people(), still_here(), weapon(), injury()],
        ),
        template(
            C::Violence,
            "shield-alert",
            None,
            call,
            vec![
                choice(
                    "against",
                    "Against whom?",
                    &[
                        ("staff", "Staff"),
                        ("customer", "Customer"),
                        ("other", "Somebody else"),
                    ],
                ),
                people(),
                still_here(),
                weapon(),
                injury(),
            ],
        ),
        template(
            C::Robbery,
            "octagon-alert",
            None,
            call,
            vec![goods(), people(), still_here(), weapon(), injury()],
        ),
        template(
            C::Burglary,
            "store",
            None,
            keep,
            vec![
                choice(
                    "entry",
                    "How did they get in?",
                    &[
                        ("door", "Door"),
                        ("window", "Window"),
                        ("roof", "Roof"),
                        ("unknown", "Not known"),
                    ],
                ),
                goods(),
                still_here(),
            ],
        ),
        template(
            C::Sexual,
            "shield-alert",
            None,
            call,
            vec![still_here(), injury()],
        ),
        template(
            C::Hate,
            "shield-alert",
            None,
            call,
            vec![people(), still_here(), force(), weapon()],
        ),
        template(
            C::Fraud,
            "info",
            None,
            stay_safe,
            vec![
                choice(
                    "kind",
                    "What kind?",
                    &[
                        ("refund", "Refund"),
                        ("payment", "Card or payment"),
                        ("counterfeit", "Counterfeit notes"),
                        ("other", "Something else"),
                    ],
                ),
                still_here(),
            ],
        ),
        template(
            C::Antisocial,
            "triangle-alert",
            None,
            stay_safe,
            vec![people(), still_here(), weapon()],
        ),
        template(
            C::Dishonesty,
            "search",
            None,
            "Talk to nobody about it. Loss prevention will call you.",
            vec![choice(
                "kind",
                "What kind?",
                &[
                    ("refund", "Refunds"),
                    ("cash", "Cash"),
                    ("goods", "Goods"),
                    ("discount", "Discounts"),
                    ("other", "Something else"),
                ],
            )],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
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
