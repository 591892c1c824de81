//! Notify: who is told at a step, over what. The plan is made by the decision that fires the step, so
//! a crash repeats nothing and loses nothing.

use serde::{Deserialize, Serialize};

use super::{Escalation, Event, Incident, Why};
use crate::category::Priority;
use crate::organisation::{Means, Organisation, Step, Target, Width};
use crate::{DeliveryId, Moment, PersonId, Role, Scope};

/// The most deliveries that one incident keeps; a step that needs more is the last.
pub(crate) const DELIVERIES_MAX: usize = 20_000;

/// For how long whoever was at work when it happened is asked first, in seconds: then others may be.
const AT_WORK_S: u32 = 3_600;

/// Somebody who can be reached, and over what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub person: PersonId,
    /// Over these channels at once.
    pub channels: Vec<Means>,
}

/// A delivery as it was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Its key for ever.
    pub id: DeliveryId,
    /// To whom.
    pub person: PersonId,
    /// Over what.
    pub channel: Means,
}

/// The events of a decision, and the plan of every step that they fire: whom it tells stands in the
/// log with the reason why, in one commit. A step that reaches nobody hands over to the next.
pub(super) fn with_plans(
    before: Option<&Incident>,
    mut events: Vec<Event>,
    moment: &Moment,
    organisation: &Organisation,
) -> Vec<Event> {
    let fires = |event: &Event| matches!(event, Event::Routed { .. } | Event::Escalated { .. });
    if !events.iter().any(fires) {
        return events;
    }
    let mut after = before.cloned();
    for event in &events {
        follow(&mut after, event, moment);
    }
    while let Some(plan) = after.as_ref().and_then(|i| plan(i, moment, organisation)) {
        for event in &plan {
            follow(&mut after, event, moment);
        }
        events.extend(plan);
    }
    events
}

fn follow(state: &mut Option<Incident>, event: &Event, moment: &Moment) {
    let id = moment.incident_id();
    Incident::follow(state, id, event, &moment.actor.id, moment.now, 0);
}

/// The deliveries of the step at hand if it still waits for them.
fn plan(incident: &Incident, moment: &Moment, organisation: &Organisation) -> Option<Vec<Event>> {
    let escalation = incident.escalation.as_ref().filter(|e| e.unplanned())?;
    let step = escalation.steps.get(escalation.step)?;
    // Who is at work is asked first. From the second round on everybody is: a shift may be forgotten. So is
    // everybody of what happened long ago: whoever was at work then has gone home.
    let fresh = moment.now < incident.report.occurred_at.plus_s(AT_WORK_S);
    let on_shift: Vec<PersonId> = incident
        .context
        .iter()
        .filter(|_| escalation.round == 0 && fresh)
        .flat_map(|context| context.on_shift.iter().map(|person| person.id.clone()))
        .collect();
    let at = (&incident.report.region, &incident.report.site);
    let meant = organisation.recipients(step, at, &on_shift, moment.now);
    let (mut told, beyond): (Vec<_>, Vec<_>) = meant
        .into_iter()
        .partition(|to| may_know(incident, &to.person, organisation));
    let empty = told.is_empty();
    let alone = empty
        && escalation.round == 0
        && incident.priority() == Some(Priority::P1)
        && incident.waits_for_acknowledgement();
    if alone {
        told = desk(incident, moment, organisation);
    }
    let room = DELIVERIES_MAX.saturating_sub(incident.deliveries.len());
    let wanted: usize = told.iter().map(|to| to.channels.len()).sum();
    let deliveries: Vec<Planned> = told
        .iter()
        .flat_map(|to| to.channels.iter().map(move |channel| (to, *channel)))
        .take(room)
        .map(|(to, channel)| planned(incident, escalation, &to.person, channel))
        .collect();
    let mut events = vec![Event::Notified {
        round: escalation.round,
        step: escalation.step,
        desk: alone && !deliveries.is_empty(),
        deliveries,
        beyond: beyond.into_iter().map(|to| to.person).collect(),
    }];
    if wanted > room {
        events.push(Event::Exhausted);
    } else if empty && incident.state.live() {
        // Who waits is rung again in the next round; a call back has this round only.
        let last = (!incident.waits_for_acknowledgement()).then_some(Event::Exhausted);
        events.extend(escalation.hand_over(Why::Empty).or(last));
    }
    Some(events)
}

fn planned(
    incident: &Incident,
    escalation: &Escalation,
    person: &PersonId,
    channel: Means,
) -> Planned {
    Planned {
        id: DeliveryId(format!(
            "{}/{}/{}/{}/{person}/{}",
            incident.id.0.simple(),
            incident.routes,
            escalation.round,
            escalation.step,
            channel.as_str()
        )),
        person: person.clone(),
        channel,
    }
}

/// Whether somebody may hear of the incident: it lies within their reach, and if it is confidential
/// they are among those who may see it.
fn may_know(incident: &Incident, person: &PersonId, organisation: &Organisation) -> bool {
    organisation.person(person).is_some_and(|person| {
        let actor = Organisation::actor(person);
        let reached = actor
            .reach
            .covers(&incident.report.region, &incident.report.site);
        let kept = incident.category().confidential();
        reached && (!kept || incident.within(&Scope::of(&actor)))
    })
}

/// The screens of the desk that were not told yet: whoever a critical step is for, somebody must know.
fn desk(incident: &Incident, moment: &Moment, organisation: &Organisation) -> Vec<Recipient> {
    let everybody = Step {
        after_s: 0,
        targets: vec![Target::Role {
            role: Role::Desk,
            reach: Width::All,
        }],
        channels: vec![Means::Desk],
    };
    let at = (&incident.report.region, &incident.report.site);
    let mut desk = organisation.recipients(&everybody, at, &[], moment.now);
    desk.retain(|to| {
        let mut before = incident.deliveries.values();
        !before.any(|delivery| {
            (delivery.route, &delivery.person, delivery.channel)
                == (incident.routes, &to.person, Means::Desk)
        })
    });
    desk
}

#[cfg(test)]
mod tests {
    use super::super::context::{Context, OnShift};
    use super::super::given::*;
    use super::super::{Command, Delivery, Outcome, Scored, Summary, words};
    use super::*;
    use crate::organisation::{Contact, Event as Set, Person, Schedule};
    use crate::{ActorId, Category, Personal, Reach, Time};

    #[test]
    fn a_step_that_has_no_room_left_says_that_nobody_can_be_told() {
        let mut tale = Tale::panic_to(Means::Mail, &[&["priya"], &["lee"]]);
        let kept = tale.incident.deliveries.values().next().expect("planned");
        let more = |number| Delivery {
            id: DeliveryId(format!("before/{number}")),
            ..kept.clone()
        };
        let full: Vec<Delivery> = (1..DELIVERIES_MAX).map(more).collect();
        let full = full.into_iter().map(|held| (held.id.clone(), held));
        tale.incident.deliveries.extend(full);
        tale.when(Command::Elapse, &house(30)).expect("due");
        assert_eq!(tale.last.last(), Some(&Event::Exhausted));
        assert!(tale.incident.unreached());
        assert_eq!(tale.incident.next_due(), tale.incident.resolve_by);
        assert_eq!(tale.incident.deliveries.len(), DELIVERIES_MAX);
    }

    /// A panic at a shop of the north whose only step is this target, over mail.
    fn panic_for(change: impl FnOnce(&mut Organisation), target: Target) -> Tale {
        let mut shop = shop();
        change(&mut shop);
        let policy = shop.policies.get_mut(&slug("critical")).expect("shipped");
        policy.value.steps.truncate(1);
        policy.value.steps[0].targets = vec![target];
        policy.value.steps[0].channels = vec![Means::Mail];
        Tale::in_shop(shop, Command::Panic(draft(Category::Panic)))
    }

    fn changed(shop: &mut Organisation, who: &str, change: impl FnOnce(&mut Person)) {
        let mut person = shop.person(&slug(who)).expect("works here").clone();
        change(&mut person);
        shop.apply(&Set::Person(person), 1_000);
    }

    fn person(id: &str) -> Target {
        Target::Person { id: slug(id) }
    }

    fn told(tale: &Tale) -> Vec<String> {
        let held = tale.incident.deliveries.values();
        held.map(|held| format!("{} {}", held.person, held.channel.as_str()))
            .collect()
    }

    fn lose_all(tale: &mut Tale, second: i64) {
        let ids = tale.incident.deliveries.keys().cloned();
        let outcomes = ids.map(|id| (id, Outcome::Failed("not signed in".into())));
        let outcomes = outcomes.collect();
        tale.when(Command::Deliver { outcomes }, &house(second))
            .expect("recorded");
    }

    #[test]
    fn who_was_at_work_is_asked_first_but_not_long_after_and_not_twice() {
        for (ago_s, first) in [(0, vec!["deputy"]), (7_200, vec!["deputy", "mo"])] {
            let mut shop = shop();
            let mo = shop.person(&slug("mo")).expect("works here").clone();
            let id = slug("deputy");
            shop.apply(&Set::Person(Person { id, ..mo }), 1_000);
            let policy = shop.policies.get_mut(&slug("standard")).expect("shipped");
            policy.value.steps.truncate(1);
            let (role, reach) = (Role::Manager, Width::Site);
            policy.value.steps[0].targets = vec![Target::Role { role, reach }];
            policy.value.steps[0].channels = vec![Means::Mail];
            let mut report = draft(Category::Theft);
            report.occurred_at = Some(Time(-ago_s * SECOND));
            let mut tale = Tale::in_shop(shop, Command::Report(report));
            let deputy = OnShift::by_the_rota(slug("deputy"), None, Time(-ago_s * SECOND));
            let context = Box::new(Context {
                on_shift: vec![deputy],
                ..Context::default()
            });
            let scored = None;
            let found = Command::Enrich { context, scored };
            tale.when(found, &house(1)).expect("news");
            tale.when(Command::Elapse, &house(10)).expect("routed");
            let asked = |tale: &Tale, round| {
                let held = tale.incident.deliveries.values();
                let held = held.filter(|held| held.round == round);
                held.map(|held| held.person.to_string()).collect::<Vec<_>>()
            };
            assert_eq!(asked(&tale, 0), first, "{ago_s}");
            let next = tale.incident.escalation.as_ref().expect("routed").next_at;
            let second = next.expect("goes on").0 / SECOND;
            tale.when(Command::Elapse, &house(second)).expect("due");
            assert_eq!(asked(&tale, 1), ["deputy", "mo"], "{ago_s}");
        }
    }

    #[test]
    fn a_panic_whose_step_reaches_nobody_is_on_the_screens_of_the_desk_at_once() {
        type Change = fn(&mut Organisation);
        let gone: Change = |shop| changed(shop, "mo", |mo| mo.active = false);
        let mute: Change = |shop| changed(shop, "mo", |mo| mo.contacts.clear());
        for change in [gone, mute] {
            let tale = panic_for(change, person("mo"));
            assert_eq!(told(&tale), ["priya desk", "sam desk"]);
            assert!(!tale.incident.unreached(), "the desk may still see it");
            let said = tale.last.last().map(|event| words::of(event, &tale.shop));
            let expected = "Step 1 reaches nobody: 2 messages to the desk instead";
            assert_eq!(said.as_deref(), Some(expected));
        }
    }

    #[test]
    fn who_is_reached_nowhere_is_in_red_after_one_round_until_somebody_is() {
        let mut tale = panic_for(
            |shop| changed(shop, "mo", |mo| mo.contacts.clear()),
            person("mo"),
        );
        lose_all(&mut tale, 1);
        assert!(tale.incident.unreached(), "no screen was open");
        assert!(Summary::of(&tale.incident).unreached);
        changed(&mut tale.shop, "mo", |mo| {
            mo.contacts = vec![Contact {
                channel: Means::Mail,
                address: Personal::new("mo@example.test"),
            }];
        });
        assert_eq!(tale.step(), (0, 0), "the escalation goes on");
        tale.when(Command::Elapse, &house(30)).expect("breached");
        tale.when(Command::Elapse, &house(90))
            .expect("the next round");
        assert_eq!(tale.step().0, 1);
        assert!(tale.incident.unreached(), "a mail under way is nobody yet");
        let mail = tale.planned_last();
        let outcomes = vec![
            (mail.clone(), Outcome::Sent),
            (mail.clone(), Outcome::Accepted("250".into())),
        ];
        tale.when(Command::Deliver { outcomes }, &house(91))
            .expect("recorded");
        assert!(!Summary::of(&tale.incident).unreached);
    }

    #[test]
    fn a_house_without_a_desk_says_at_once_that_nobody_knows() {
        let nobody = |shop: &mut Organisation| {
            for who in ["priya", "sam", "mo"] {
                changed(shop, who, |person| person.active = false);
            }
        };
        let mut tale = panic_for(nobody, person("mo"));
        assert!(Summary::of(&tale.incident).unreached);
        assert!(tale.incident.next_due().is_some(), "and goes on calling");
        tale.when(Command::Acknowledge, &by("priya", 5))
            .expect("open");
        assert!(!Summary::of(&tale.incident).unreached);
    }

    #[test]
    fn nothing_is_said_to_be_lost_while_a_step_is_still_to_come() {
        let mut tale = Tale::panic_to(Means::Mail, &[&["priya"], &["lee"]]);
        lose_all(&mut tale, 1);
        assert_eq!(tale.step(), (0, 1));
        assert!(!tale.incident.unreached(), "lee's mail is under way");
        lose_all(&mut tale, 2);
        assert!(tale.incident.unreached());
    }

    #[test]
    fn nobody_is_told_of_what_they_may_not_see() {
        let elsewhere = |shop: &mut Organisation| {
            changed(shop, "mo", |mo| mo.reach = Reach::Region(slug("south")));
            changed(shop, "lee", |lee| lee.reach = Reach::Region(slug("north")));
            shop.apply(
                &Set::Schedule(Schedule {
                    id: slug("duty"),
                    name: "Duty".into(),
                    people: vec![slug("mo")],
                    starts_at: Time(-SECOND),
                    turn_s: 86_400,
                    overrides: vec![],
                }),
                1_001,
            );
        };
        let schedule = slug("duty");
        for target in [person("mo"), Target::OnCall { schedule }] {
            let tale = panic_for(elsewhere, target);
            assert_eq!(told(&tale), ["priya desk", "sam desk"]);
            let said = tale.last.last().map(|event| words::of(event, &tale.shop));
            let expected = "Step 1 reaches nobody: 2 messages to the desk instead \
                            (not told, for they may not see this incident: mo)";
            assert_eq!(said.as_deref(), Some(expected));
        }
        assert_eq!(told(&panic_for(elsewhere, person("lee"))), ["lee mail"]);
    }

    #[test]
    fn what_is_confidential_is_told_to_no_colleague() {
        let mut shop = shop();
        let policy = shop.policies.get_mut(&slug("urgent")).expect("shipped");
        policy.value.steps.truncate(1);
        policy.value.steps[0].targets = vec![person("ann"), person("mo")];
        policy.value.steps[0].channels = vec![Means::Mail];
        let mut tale = Tale::in_shop(shop, Command::Report(draft(Category::Sexual)));
        tale.incident.report.reporter = ActorId::Person(slug("bob"));
        let scored = Scored {
            category: Category::Sexual,
            confidence: 0.9,
            risk: 70,
            reasons: vec![],
            model: "nb-1".into(),
        };
        tale.when(
            Command::Enrich {
                context: Box::default(),
                scored: Some(Box::new(scored)),
            },
            &house(1),
        )
        .expect("news");
        assert_eq!(told(&tale), ["mo mail"]);
    }
}
