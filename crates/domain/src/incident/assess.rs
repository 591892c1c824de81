//! Assess: hard rules first, then the score, then the queue. A floor is never lowered by a model,
//! and what a person said is never overwritten by one.

use serde::{Deserialize, Serialize};

use super::{Event, Incident, Override, Report};
use crate::category::Priority;
use crate::organisation::Queue;
use crate::{Category, Moment, Organisation, Time};

/// Below this confidence a person looks before the incident is routed.
pub(crate) const CONFIDENCE_MIN: f64 = 0.45;
/// The most reasons that are kept, strongest first.
pub(crate) const REASONS_MAX: usize = 8;

/// Where a reason comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ReasonKind {
    Rule,
    Model,
    Override,
}

/// Why the risk is what it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// In words; sealed, for a model's reason may quote the report.
    pub text: crate::Personal,
    /// Points of risk; negative ones calm.
    pub weight: f64,
    /// Rule, model or override.
    pub kind: ReasonKind,
}

/// What the model says, with nothing decided yet.
#[derive(Debug, Clone)]
pub struct Scored {
    /// Most likely category.
    pub category: Category,
    /// How likely, 0 to 1.
    pub confidence: f64,
    /// 0 to 100.
    pub risk: u8,
    /// Strongest first.
    pub reasons: Vec<Reason>,
    /// The model that said so.
    pub model: String,
}

/// What is then believed of the incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // the fields carry the names of the API
pub struct Assessment {
    pub category: Category,
    pub risk: u8,
    pub confidence: f64,
    /// The risk that the rules demand at least.
    pub floor: u8,
    pub reasons: Vec<Reason>,
    /// `None`: by the rules alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Why a person must look first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
}

/// What the rules demand of a report: the floor, and why.
pub fn floor(report: &Report) -> (u8, Vec<Reason>) {
    let mut rules: Vec<(u8, String)> = Vec::new();
    let category = report.category.floor();
    if category > 0 {
        rules.push((
            category,
            format!("{} is never below {category}", report.category.words()),
        ));
    }
    if report.flags.weapon {
        rules.push((90, "A weapon was seen".into()));
    }
    if report.flags.injury {
        rules.push((85, "Somebody is hurt".into()));
    }
    if report.flags.violence {
        rules.push((70, "Force was used".into()));
    }
    if report.flags.still_here && rules.iter().any(|(risk, _)| *risk >= 50) {
        rules.push((80, "They are still in the store".into()));
    }
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.0));
    let floor = rules.first().map_or(0, |rule| rule.0);
    let reasons = rules
        .into_iter()
        .map(|(risk, text)| Reason {
            text: crate::Personal::new(text),
            weight: f64::from(risk),
            kind: ReasonKind::Rule,
        })
        .collect();
    (floor, reasons)
}

/// What happens at the report itself when the rules alone make it critical, or nothing.
pub(super) fn at_once(
    report: &Report,
    moment: &Moment,
    organisation: &Organisation,
) -> Option<Vec<Event>> {
    let (floor, reasons) = floor(report);
    if Priority::of_risk(floor) != Priority::P1 {
        return None;
    }
    let assessment = Assessment {
        category: report.category,
        risk: floor,
        confidence: 1.0,
        floor,
        reasons,
        model: None,
        checkpoint: None,
    };
    let routed = route(&assessment, None, None, moment.now, organisation);
    Some(
        std::iter::once(Event::Assessed(assessment))
            .chain(routed)
            .collect(),
    )
}

/// What follows from a score: a new assessment, and a queue where that changes.
pub(super) fn with_score(
    incident: &Incident,
    scored: Scored,
    moment: &Moment,
    organisation: &Organisation,
) -> Vec<Event> {
    let (floor, mut reasons) = floor(&incident.report);
    reasons.extend(scored.reasons);
    reasons.truncate(REASONS_MAX);
    // The reporter was there: their word on the category stands unless they said "other".
    let category = match incident.report.category {
        Category::Other => scored.category,
        said => said,
    };
    let risk = scored.risk.max(floor).min(100);
    // What the rules made critical was sent on its way by the report itself.
    let critical = Priority::of_risk(floor) == Priority::P1;
    let checkpoint = if critical {
        None
    } else if category.sensitive() {
        Some(format!(
            "{} is sensitive: a person decides where it goes",
            category.words()
        ))
    } else if scored.confidence < CONFIDENCE_MIN {
        Some(format!(
            "The score is unsure ({:.0} %)",
            scored.confidence * 100.0
        ))
    } else {
        None
    };
    let assessment = Assessment {
        category,
        risk,
        confidence: scored.confidence,
        floor,
        reasons,
        model: Some(scored.model),
        checkpoint,
    };
    let same = incident.assessment.as_ref().is_some_and(|known| {
        known.model.is_some()
            && (known.risk, known.category) == (assessment.risk, assessment.category)
    });
    if same {
        return Vec::new();
    }
    let routed = route(
        &assessment,
        incident.overruled.as_ref(),
        incident.priority(),
        moment.now,
        organisation,
    );
    std::iter::once(Event::Assessed(assessment))
        .chain(routed)
        .collect()
}

/// Where an assessed incident goes: to the human checkpoint, or to the queue of its priority.
/// An incident that has a place moves only upwards, and never against a person's word.
pub(super) fn route(
    assessment: &Assessment,
    overruled: Option<&Override>,
    current: Option<Priority>,
    now: Time,
    organisation: &Organisation,
) -> Option<Event> {
    if overruled.is_some() {
        return None;
    }
    let priority = Priority::of_risk(assessment.risk);
    if current.is_some_and(|current| current <= priority) {
        return None;
    }
    let queue = if assessment.checkpoint.is_some() {
        organisation
            .queues
            .values()
            .map(|queue| &queue.value)
            .find(|queue| queue.checkpoint)
    } else {
        None
    };
    let queue = queue.or_else(|| queue_for(priority, organisation))?;
    Some(routed(queue, priority, now, organisation))
}

/// The queue of a priority, or the next more urgent one that there is, or any.
pub(super) fn queue_for(priority: Priority, organisation: &Organisation) -> Option<&Queue> {
    let queues = || {
        organisation
            .queues
            .values()
            .map(|queue| &queue.value)
            .filter(|q| !q.checkpoint)
    };
    queues()
        .filter(|queue| queue.priority <= priority)
        .max_by_key(|queue| queue.priority)
        .or_else(|| queues().min_by_key(|queue| queue.priority))
}

/// The incident enters a queue: its clocks start, and the first step of its policy is due.
pub(super) fn routed(
    queue: &Queue,
    priority: Priority,
    now: Time,
    organisation: &Organisation,
) -> Event {
    let policy = organisation
        .policies
        .get(&queue.policy)
        .map(|policy| &policy.value);
    Event::Routed {
        queue: queue.id.clone(),
        priority,
        acknowledge_by: now.plus_s(queue.acknowledge_within_s),
        resolve_by: now.plus_s(queue.resolve_within_s),
        policy: queue.policy.clone(),
        steps: policy
            .map(|policy| policy.steps.clone())
            .unwrap_or_default(),
        repeat_after_s: policy.map_or(300, |policy| policy.repeat_after_s),
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::*;
    use super::super::{Command, Context, Given, Override, State};
    use super::*;
    use crate::Personal;

    fn scored(risk: u8, confidence: f64) -> Option<Box<Scored>> {
        Some(Box::new(Scored {
            category: Category::Violence,
            confidence,
            risk,
            reasons: vec![],
            model: "nb-1".into(),
        }))
    }

    fn enrich(tale: &mut Tale, second: i64, scored: Option<Box<Scored>>) {
        // Late events make the context news each time.
        let context = Context {
            footfall: u32::try_from(second).ok(),
            ..Context::default()
        };
        tale.when(
            Command::Enrich {
                context: Box::new(context),
                scored,
            },
            &house(second),
        )
        .expect("news");
    }

    #[test]
    fn no_model_goes_below_the_floor() {
        let mut tale = Tale::of(Command::Report(draft(Category::Violence)));
        enrich(&mut tale, 1, scored(3, 0.9));
        assert_eq!(tale.incident.risk(), Some(70));
        assert_eq!(tale.incident.queue, Some(slug("urgent")));
        assert_eq!(tale.incident.state, State::Open);
    }

    #[test]
    fn the_reporter_was_there_and_the_model_was_not() {
        let mut tale = Tale::theft();
        enrich(&mut tale, 1, scored(40, 0.9));
        assert_eq!(tale.incident.category(), Category::Theft);
        let mut tale = Tale::of(Command::Report(draft(Category::Other)));
        enrich(&mut tale, 1, scored(65, 0.9));
        assert_eq!(tale.incident.category(), Category::Violence);
    }

    #[test]
    fn an_unsure_score_or_a_sensitive_matter_goes_to_a_person() {
        let mut unsure = Tale::theft();
        enrich(&mut unsure, 1, scored(40, CONFIDENCE_MIN - 0.01));
        assert_eq!(unsure.incident.queue, Some(slug("review")));
        let mut hate = Tale::of(Command::Report(draft(Category::Hate)));
        enrich(&mut hate, 1, scored(40, 0.99));
        assert!(hate.incident.at_checkpoint());
    }

    #[test]
    fn what_is_on_its_way_already_waits_for_nobody_to_say_where() {
        let armed = [("weapon", Given::Word("knife".into()))];
        let mut hate = Tale::of(Command::Report(answered(Category::Hate, &armed)));
        assert_eq!(hate.incident.queue, Some(slug("critical")));
        enrich(&mut hate, 1, scored(40, 0.99));
        assert!(!hate.incident.at_checkpoint());
    }

    #[test]
    fn a_later_score_moves_up_and_never_down_or_against_a_person() {
        let mut tale = Tale::theft();
        enrich(&mut tale, 1, scored(40, 0.9));
        assert_eq!(tale.incident.queue, Some(slug("standard")));
        enrich(&mut tale, 2, scored(10, 0.9));
        assert_eq!(tale.incident.queue, Some(slug("standard")));
        enrich(&mut tale, 3, scored(90, 0.9));
        assert_eq!(tale.incident.queue, Some(slug("critical")));
        let word = Override {
            category: None,
            risk: Some(20),
            queue: None,
            reason: Personal::new("CCTV shows a customer"),
        };
        tale.when(Command::Override(word), &by("priya", 4))
            .expect("a person may");
        assert_eq!(
            (tale.incident.risk(), &tale.incident.queue),
            (Some(20), &Some(slug("information")))
        );
        enrich(&mut tale, 5, scored(99, 0.9));
        assert_eq!(tale.incident.queue, Some(slug("information")));
    }
}
