//! Assess: hard rules first, then the score, then the queue. A floor is never lowered by a model,
//! and what a person said is never overwritten by one.

use outcry_words::say;
use serde::{Deserialize, Serialize};

use super::{Event, Flags, Incident, Report};
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

/// What the rules demand of a matter and of what was answered about it: the floor, and why.
pub fn floor(category: Category, flags: Flags) -> (u8, Vec<Reason>) {
    let mut rules: Vec<(u8, String)> = Vec::new();
    let never_below = category.floor();
    if never_below > 0 {
        let with = [
            ("category", category.words().into()),
            ("risk", never_below.into()),
        ];
        rules.push((never_below, say("reason-never-below", with)));
    }
    if flags.weapon {
        rules.push((90, say("reason-weapon", [])));
    }
    if flags.injury {
        rules.push((85, say("reason-injury", [])));
    }
    if flags.violence {
        rules.push((70, say("reason-force", [])));
    }
    if flags.still_here && rules.iter().any(|(risk, _)| *risk >= 50) {
        rules.push((80, say("reason-still-here", [])));
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
    let assessment = by_rules(report);
    if Priority::of_risk(assessment.floor) != Priority::P1 {
        return None;
    }
    let routed = route(&assessment, None, moment.now, organisation);
    Some(
        std::iter::once(Event::Assessed(assessment))
            .chain(routed)
            .collect(),
    )
}

/// What the rules alone say of a report.
fn by_rules(report: &Report) -> Assessment {
    let (floor, reasons) = floor(report.category, report.flags);
    Assessment {
        category: report.category,
        risk: floor,
        confidence: 1.0,
        floor,
        reasons,
        model: None,
        checkpoint: None,
    }
}

/// What follows from a score: a new assessment, and a queue where that changes.
pub(super) fn with_score(
    incident: &Incident,
    scored: Scored,
    moment: &Moment,
    organisation: &Organisation,
) -> Vec<Event> {
    let overruled = incident.overruled.as_ref().map(|word| &word.said);
    // The reporter was there: their word on the category stands unless they said "other", or the desk
    // knows better.
    let said = overruled.and_then(|change| change.category);
    let category = match said.unwrap_or(incident.report.category) {
        Category::Other if said.is_none() => scored.category,
        said => said,
    };
    let (floor, mut reasons) = floor(
        said.unwrap_or(incident.report.category),
        incident.report.flags,
    );
    reasons.extend(scored.reasons);
    reasons.truncate(REASONS_MAX);
    let risk = scored.risk.max(floor).min(100);
    // What the rules made critical was sent on its way by the report itself.
    let critical = Priority::of_risk(floor) == Priority::P1;
    let in_doubt = doubt(category, scored.confidence);
    let held = incident.assessment.as_ref();
    let held = held.and_then(|known| known.checkpoint.clone());
    let checkpoint = match held.filter(|_| incident.at_checkpoint()) {
        _ if critical => None,
        // Only a person or a rule ends it, no surer score.
        Some(asked) => Some(in_doubt.unwrap_or(asked)),
        None => in_doubt.filter(|_| may_be_held(incident, organisation)),
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
    let routed = route(&assessment, Some(incident), moment.now, organisation);
    std::iter::once(Event::Assessed(assessment))
        .chain(routed)
        .collect()
}

/// What is believed of an incident that has no queue and that a person must look at first, by the rules
/// alone if no score came, and the queue where it waits for that. `None`: it goes where it belongs.
pub(super) fn held<'a>(
    incident: &Incident,
    organisation: &'a Organisation,
) -> Option<(Assessment, &'a Queue)> {
    let known = incident.assessment.clone();
    let known = known.unwrap_or_else(|| by_rules(&incident.report));
    let critical = Priority::of_risk(known.floor) == Priority::P1;
    let asked = doubt(known.category, known.confidence)
        .filter(|_| !critical && may_be_held(incident, organisation))?;
    let assessment = Assessment {
        checkpoint: Some(asked),
        ..known
    };
    Some((assessment, checkpoint(organisation)?))
}

/// Why a person must look before the score counts.
fn doubt(category: Category, confidence: f64) -> Option<String> {
    if category.sensitive() {
        let category = category.words().into();
        Some(say("reason-sensitive", [("category", category)]))
    } else if confidence < CONFIDENCE_MIN {
        let percent = format!("{:.0}", confidence * 100.0);
        Some(say("reason-unsure", [("percent", percent.into())]))
    } else {
        None
    }
}

/// Whether a score may still send the incident to the checkpoint: not once somebody has it or said
/// what it is, and not out of a queue that promises an answer sooner.
fn may_be_held(incident: &Incident, organisation: &Organisation) -> bool {
    let Some(review) = checkpoint(organisation) else {
        return false;
    };
    let here = incident.queue.as_ref();
    let here = here.and_then(|queue| organisation.queues.get(queue));
    incident.overruled.is_none()
        && incident.waits_for_acknowledgement()
        && here.is_none_or(|here| review.acknowledge_within_s <= here.value.acknowledge_within_s)
}

/// The queue where a person says where an incident goes.
fn checkpoint(organisation: &Organisation) -> Option<&Queue> {
    let mut queues = organisation.queues.values().map(|queue| &queue.value);
    queues.find(|queue| queue.checkpoint)
}

/// Where an assessed incident goes: to the human checkpoint, or to the queue of its priority.
/// An incident that has a place moves only upwards or to the checkpoint, and never against a person's
/// word on its risk or its queue.
fn route(
    assessment: &Assessment,
    incident: Option<&Incident>,
    now: Time,
    organisation: &Organisation,
) -> Option<Event> {
    let overruled = incident.and_then(|incident| incident.overruled.as_ref());
    if overruled.is_some_and(|word| word.said.risk.is_some() || word.said.queue.is_some()) {
        return None;
    }
    let current = incident.and_then(Incident::priority);
    let priority = Priority::of_risk(assessment.risk);
    let higher = current.is_none_or(|current| priority < current);
    let asked = assessment.checkpoint.is_some() && !incident.is_some_and(Incident::at_checkpoint);
    if !higher && !asked {
        return None;
    }
    let priority = current.map_or(priority, |current| current.min(priority));
    let queue = assessment
        .checkpoint
        .as_ref()
        .and_then(|_| checkpoint(organisation))
        .or_else(|| queue_for(priority, organisation))?;
    Some(routed(queue, priority, now, organisation))
}

/// The queue of a priority, or the next more urgent one that there is. Where neither is, the most
/// urgent of all, a checkpoint too: what is critical is not put off because of how queues are set.
pub(super) fn queue_for(priority: Priority, organisation: &Organisation) -> Option<&Queue> {
    let queues = || organisation.queues.values().map(|queue| &queue.value);
    queues()
        .filter(|queue| !queue.checkpoint && queue.priority <= priority)
        .max_by_key(|queue| queue.priority)
        .or_else(|| {
            let soon = |q: &&Queue| (q.priority, q.checkpoint, q.acknowledge_within_s);
            queues().min_by_key(soon)
        })
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
mod tests;
