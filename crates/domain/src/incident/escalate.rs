//! Escalate: the next step, because its time came, because nobody could be reached, or by hand.

use serde::{Deserialize, Serialize};

use super::{Event, Incident, Refusal, deliver, note, place};
use crate::organisation::Step;
use crate::{Moment, Organisation, Personal, PolicyId, Time};

/// How often a policy starts again before nobody is left to try: at an hour a round, four days.
pub(crate) const ROUNDS_MAX: u32 = 100;
/// So many rounds keep the policy's own pace; each further one waits twice as long as the one before.
pub(crate) const ROUNDS_QUICK: u32 = 10;
/// The longest wait that the doubling makes, in seconds. A policy's own pace may be slower.
pub(crate) const REPEAT_AFTER_MAX_S: u32 = 3_600;

/// Why the next step fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its time came.
    Due,
    /// The step before reached nobody: no one is there.
    Empty,
    /// A delivery of the step before failed for good.
    Failed,
    /// The time to acknowledge is over.
    Breach,
    /// It was not resolved in time.
    Overdue,
    /// A person moved it on.
    Hand,
    /// The incident came back from a merge.
    Unmerged,
}

/// What became of a step in this round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the documentation
pub enum StepState {
    #[default]
    Waiting,
    Done,
    Skipped,
}

/// Where the escalation stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Escalation {
    /// By this policy, as it was when the incident was routed.
    pub policy: PolicyId,
    /// Its steps, as they were.
    pub steps: Vec<Step>,
    /// When to begin again.
    pub repeat_after_s: u32,
    /// How often the policy has started; 0 is the first time.
    pub round: u32,
    /// The step that fired last.
    pub step: usize,
    /// What became of each step in this round, and when it fired.
    pub log: Vec<(StepState, Option<Time>)>,
    /// When the next step fires; `None` once acknowledged, ended or exhausted.
    pub next_at: Option<Time>,
    /// Whether every step was tried as often as allowed, and nobody has taken it up since.
    pub exhausted: bool,
}

impl Escalation {
    pub(super) fn start(
        policy: PolicyId,
        steps: Vec<Step>,
        repeat_after_s: u32,
        round: u32,
        at: Time,
    ) -> Self {
        let mut new = Self {
            round,
            ..Self::at_rest(policy, steps, repeat_after_s)
        };
        match new.steps.first() {
            Some(first) if first.after_s > 0 => new.next_at = Some(at.plus_s(first.after_s)),
            Some(_) => new.fire(round, 0, at),
            None => {}
        }
        new
    }

    /// Before the first step, with nothing timed: somebody has the incident, and may still escalate it.
    pub(super) fn at_rest(policy: PolicyId, steps: Vec<Step>, repeat_after_s: u32) -> Self {
        Self {
            policy,
            log: vec![Default::default(); steps.len()],
            steps,
            repeat_after_s,
            round: 0,
            step: usize::MAX,
            next_at: None,
            exhausted: false,
        }
    }

    /// The step at hand fires at `at`: it waits for its plan, and the next one is timed.
    pub(super) fn fire(&mut self, round: u32, step: usize, at: Time) {
        if round != self.round {
            self.log = vec![Default::default(); self.steps.len()];
            self.round = round;
        }
        self.step = step;
        self.exhausted = false;
        if let Some(slot) = self.log.get_mut(step) {
            *slot = (StepState::Waiting, Some(at));
        }
        self.next_at = Some(match self.steps.get(step + 1) {
            Some(next) => at.plus_s(next.after_s),
            None => at.plus_s(self.repeat_s()),
        });
    }

    /// Whether the step at hand has fired and waits for its deliveries to be planned; only while it is
    /// being decided.
    pub fn unplanned(&self) -> bool {
        matches!(self.log.get(self.step), Some((StepState::Waiting, Some(_))))
    }

    /// Whether this round has a step that has not fired.
    fn has_step_left(&self) -> bool {
        self.step.wrapping_add(1) < self.steps.len()
    }

    /// Whether every step has fired at least once, and whom it tells is known.
    pub(super) fn tried(&self) -> bool {
        self.round > 0 || (!self.has_step_left() && !self.unplanned())
    }

    /// Seconds from the last step of this round to the next round: what nobody heard ten times is
    /// not heard sooner for being said more often.
    fn repeat_s(&self) -> u32 {
        let doublings = self.round.saturating_sub(ROUNDS_QUICK).min(16);
        let grown = self.repeat_after_s.saturating_mul(1 << doublings);
        grown.min(REPEAT_AFTER_MAX_S.max(self.repeat_after_s))
    }

    /// Round and place of the step after this one; `None` when every round is used up.
    pub(super) fn following(&self) -> Option<(u32, usize)> {
        let next = self.step.wrapping_add(1);
        if next < self.steps.len() {
            Some((self.round, next))
        } else {
            (self.round < ROUNDS_MAX && !self.steps.is_empty()).then_some((self.round + 1, 0))
        }
    }

    /// The next step of this round, which an empty or failed one hands over to at once. After the
    /// last one there is none: the repeat keeps its time, so that nobody is rung in a tight loop.
    pub(super) fn hand_over(&self, why: Why) -> Option<Event> {
        let (round, step) = self.following()?;
        (round == self.round).then_some(Event::Escalated {
            round,
            step,
            why,
            reason: None,
        })
    }
}

impl Incident {
    /// Which step fires next, with its round: at [`Incident::next_step_at`]. `None` once acknowledged, ended or
    /// exhausted, and when every round is used up: what comes then is no step.
    pub fn next_step(&self) -> Option<(u32, usize)> {
        let escalation = self.escalation.as_ref()?;
        escalation.next_at.and_then(|_| escalation.following())
    }

    /// When the next step fires: at its own time, or already when the time to acknowledge passes, which
    /// brings a step of this round forward. `None` once acknowledged, ended or exhausted.
    pub fn next_step_at(&self) -> Option<Time> {
        let escalation = self.escalation.as_ref()?;
        let own = escalation.next_at?;
        let breach = self
            .acknowledge_due()
            .filter(|_| escalation.has_step_left());
        Some(breach.map_or(own, |by| own.min(by)))
    }
}

/// What a passed deadline means now: every one that has passed, in the order of urgency.
pub(super) fn elapse(
    incident: &Incident,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    let now = moment.now;
    let mut events = Vec::new();
    if place::due(incident).is_some_and(|at| at <= now) {
        events.extend(place::late(incident, moment, organisation));
    }
    if incident.waits_for_acknowledgement() {
        let late = incident.acknowledge_due().is_some_and(|by| by <= now);
        if late {
            events.push(Event::Breached { resolve: false });
        }
        if let Some(escalation) = &incident.escalation {
            let due = escalation.next_at.is_some_and(|at| at <= now);
            let why = if due { Why::Due } else { Why::Breach };
            let forward = late && escalation.has_step_left();
            if due || forward {
                events.push(match escalation.following() {
                    Some((round, step)) => Event::Escalated {
                        round,
                        step,
                        why,
                        reason: None,
                    },
                    None => Event::Exhausted,
                });
            }
        }
    }
    if incident.resolve_due().is_some_and(|by| by <= now) {
        events.push(Event::Breached { resolve: true });
        if let Some(escalation) = incident.escalation.as_ref().filter(|e| !e.steps.is_empty())
            && incident.acknowledged.is_some()
        {
            events.push(Event::Escalated {
                round: escalation.round + 1,
                step: 0,
                why: Why::Overdue,
                reason: None,
            });
        }
    }
    for delivery in incident.deliveries.values() {
        if delivery.retry_at.is_some_and(|at| at <= now) {
            events.push(deliver::again(incident, delivery));
        }
    }
    if events.is_empty() {
        Err(Refusal::Nothing)
    } else {
        Ok(events)
    }
}

pub(super) fn by_hand(
    incident: &Incident,
    reason: Option<Personal>,
    moment: &Moment,
    organisation: &Organisation,
) -> Result<Vec<Event>, Refusal> {
    incident.must_be_live()?;
    let reason = note(reason, "/reason")?;
    let mut placed = place::late(incident, moment, organisation);
    if !placed.is_empty() {
        placed.push(Event::Escalated {
            round: 0,
            step: 0,
            why: Why::Hand,
            reason,
        });
        return Ok(placed);
    }
    let Some(escalation) = incident.escalation.as_ref().filter(|e| !e.steps.is_empty()) else {
        return Err(Refusal::NotYet {
            state: incident.state,
            needs: outcry_words::phrase("refusal-needs-steps"),
        });
    };
    match escalation.following() {
        Some((round, step)) => Ok(vec![Event::Escalated {
            round,
            step,
            why: Why::Hand,
            reason,
        }]),
        None => Err(Refusal::NotYet {
            state: incident.state,
            needs: outcry_words::phrase("refusal-needs-call"),
        }),
    }
}

#[cfg(test)]
mod tests;
