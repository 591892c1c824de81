//! The incident as it now stands, folded from its events. Personal texts stay as the facts have them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Assessment, Context, Delivery, DeliveryState, Escalation, Event, Override, Refusal, Report,
    Resolution, StepState,
};
use crate::category::Priority;
use crate::{ActorId, Category, DeliveryId, IncidentId, PersonId, QueueId, Time};

/// Where an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the documentation
pub enum State {
    Reported,
    Open,
    Acknowledged,
    Responding,
    Resolved,
    Closed,
    Merged,
    FalseAlarm,
    Withdrawn,
}

impl State {
    /// All of them.
    pub const ALL: [State; 9] = [
        State::Reported,
        State::Open,
        State::Acknowledged,
        State::Responding,
        State::Resolved,
        State::Closed,
        State::Merged,
        State::FalseAlarm,
        State::Withdrawn,
    ];

    /// Whether somebody still has to do something.
    pub fn live(self) -> bool {
        matches!(
            self,
            Self::Reported | Self::Open | Self::Acknowledged | Self::Responding
        )
    }

    /// The name in the API and the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Responding => "responding",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Merged => "merged",
            Self::FalseAlarm => "false_alarm",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// As a person says it.
    pub fn words(self) -> &'static str {
        match self {
            Self::FalseAlarm => "a false alarm",
            other => other.as_str(),
        }
    }
}

/// An incident.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the fields carry the names of the API
pub struct Incident {
    pub id: IncidentId,
    /// The version of the last event folded in.
    pub version: u64,
    /// The sequence of that event in its region's log.
    pub sequence: u64,
    pub state: State,
    pub report: Report,
    pub reported_at: Time,
    /// Who sent the report (the reporter may be somebody else).
    pub reported_by: ActorId,
    pub context: Option<Context>,
    pub enrichments: u32,
    pub assessment: Option<Assessment>,
    pub overruled: Option<Override>,
    pub overruled_by: Option<(ActorId, Time)>,
    pub queue: Option<QueueId>,
    pub queue_priority: Option<Priority>,
    /// How often the incident was routed: part of each delivery's key.
    pub routes: u32,
    pub acknowledge_by: Option<Time>,
    pub resolve_by: Option<Time>,
    pub breached_acknowledge: bool,
    pub breached_resolve: bool,
    pub acknowledged: Option<(ActorId, Time)>,
    pub owner: Option<PersonId>,
    pub resolution: Option<(Resolution, Time)>,
    pub escalation: Option<Escalation>,
    pub deliveries: BTreeMap<DeliveryId, Delivery>,
    pub merged_into: Option<IncidentId>,
    pub absorbed: Vec<IncidentId>,
    /// The state before the merge, to come back to.
    before_merge: Option<State>,
}

impl Incident {
    /// The incident that a first event opens; `None` if that event opens none.
    pub fn opened(
        id: IncidentId,
        event: &Event,
        actor: &ActorId,
        at: Time,
        sequence: u64,
    ) -> Option<Self> {
        let Event::Reported(report) = event else {
            return None;
        };
        Some(Self {
            id,
            version: 1,
            sequence,
            state: State::Reported,
            report: report.clone(),
            reported_at: at,
            reported_by: actor.clone(),
            context: None,
            enrichments: 0,
            assessment: None,
            overruled: None,
            overruled_by: None,
            queue: None,
            queue_priority: None,
            routes: 0,
            acknowledge_by: None,
            resolve_by: None,
            breached_acknowledge: false,
            breached_resolve: false,
            acknowledged: None,
            owner: None,
            resolution: None,
            escalation: None,
            deliveries: BTreeMap::new(),
            merged_into: None,
            absorbed: Vec::new(),
            before_merge: None,
        })
    }

    /// Folds one more event in.
    pub fn apply(&mut self, event: &Event, actor: &ActorId, at: Time, sequence: u64) {
        self.version += 1;
        self.sequence = sequence;
        match event {
            Event::Reported(_) | Event::Commented { .. } => {}
            Event::Enriched(context) => {
                self.context = Some(context.clone());
                self.enrichments += 1;
            }
            Event::Assessed(assessment) => self.assessment = Some(assessment.clone()),
            Event::Routed { .. } => self.apply_routed(event, at),
            Event::Overridden(change) => {
                self.overruled = Some(change.clone());
                self.overruled_by = Some((actor.clone(), at));
            }
            Event::Acknowledged => self.apply_acknowledged(actor, at),
            Event::Reassigned { to } => self.owner = Some(to.clone()),
            Event::Responding { .. } => self.state = State::Responding,
            Event::Escalated { .. } | Event::Notified { .. } => self.apply_escalation(event, at),
            Event::Breached { resolve: true } => self.breached_resolve = true,
            Event::Breached { resolve: false } => self.breached_acknowledge = true,
            Event::Delivered { .. } | Event::Retried { .. } => self.apply_delivery(event, at),
            Event::Resolved { resolution, .. } => {
                self.resolution = Some((*resolution, at));
                self.end(State::Resolved);
            }
            Event::Closed => self.end(State::Closed),
            Event::FalseAlarm { .. } => self.end(State::FalseAlarm),
            Event::Withdrawn { .. } => self.end(State::Withdrawn),
            Event::Merged { into } => {
                self.before_merge = Some(self.state);
                self.merged_into = Some(*into);
                self.end(State::Merged);
            }
            Event::Unmerged { .. } => self.apply_unmerged(at),
            Event::Absorbed { other } => self.absorbed.push(*other),
            Event::Released { other } => self.absorbed.retain(|held| held != other),
        }
    }

    fn apply_routed(&mut self, event: &Event, at: Time) {
        let Event::Routed {
            queue,
            priority,
            acknowledge_by,
            resolve_by,
            policy,
            steps,
            repeat_after_s,
        } = event
        else {
            return;
        };
        self.queue = Some(queue.clone());
        self.queue_priority = Some(*priority);
        self.routes += 1;
        self.resolve_by = Some(*resolve_by);
        self.breached_resolve = false;
        if self.state == State::Reported {
            self.state = State::Open;
        }
        if self.acknowledged.is_none() {
            self.acknowledge_by = Some(*acknowledge_by);
            self.breached_acknowledge = false;
            self.escalation = Some(Escalation::start(
                policy.clone(),
                steps.clone(),
                *repeat_after_s,
                0,
                at,
            ));
        }
    }

    fn apply_acknowledged(&mut self, actor: &ActorId, at: Time) {
        self.state = State::Acknowledged;
        self.acknowledged = Some((actor.clone(), at));
        if let ActorId::Person(person) = actor {
            self.owner.get_or_insert_with(|| person.clone());
        }
        self.halt();
    }

    fn apply_escalation(&mut self, event: &Event, at: Time) {
        let waits = self.waits_for_acknowledgement();
        let Some(escalation) = &mut self.escalation else {
            return;
        };
        match event {
            Event::Escalated { round, step, .. } => {
                escalation.fire(*round, *step, at);
                if !waits {
                    escalation.next_at = None;
                }
            }
            Event::Notified {
                round,
                step,
                deliveries,
            } => {
                escalation.unplanned = false;
                if deliveries.is_empty()
                    && let Some(slot) = escalation.log.get_mut(*step)
                {
                    slot.0 = StepState::Skipped;
                }
                for planned in deliveries {
                    let delivery = Delivery {
                        id: planned.id.clone(),
                        route: self.routes,
                        round: *round,
                        step: *step,
                        person: planned.person.clone(),
                        channel: planned.channel,
                        state: DeliveryState::Planned,
                        attempts: 0,
                        provider_text: None,
                        planned_at: at,
                        updated_at: at,
                        retry_at: None,
                    };
                    self.deliveries.insert(planned.id.clone(), delivery);
                }
            }
            _ => {}
        }
    }

    fn apply_delivery(&mut self, event: &Event, at: Time) {
        match event {
            Event::Delivered {
                delivery,
                state,
                text,
                retry_at,
            } => {
                let Some(held) = self.deliveries.get_mut(delivery) else {
                    return;
                };
                held.state = *state;
                held.retry_at = *retry_at;
                held.updated_at = at;
                if *state == DeliveryState::Sent {
                    held.attempts += 1;
                }
                if text.is_some() {
                    held.provider_text.clone_from(text);
                }
            }
            Event::Retried { delivery } => {
                if let Some(held) = self.deliveries.get_mut(delivery) {
                    held.retry_at = None;
                    held.updated_at = at;
                }
            }
            _ => {}
        }
    }

    fn apply_unmerged(&mut self, at: Time) {
        self.merged_into = None;
        self.state = self.before_merge.take().unwrap_or(State::Open);
        if self.waits_for_acknowledgement()
            && let Some(escalation) = &mut self.escalation
        {
            // It begins again with the step that would have been next.
            escalation.next_at = Some(at);
        }
    }

    fn end(&mut self, state: State) {
        self.state = state;
        self.halt();
    }

    fn halt(&mut self) {
        if let Some(escalation) = &mut self.escalation {
            escalation.next_at = None;
        }
    }

    /// Whether escalation goes on.
    pub fn waits_for_acknowledgement(&self) -> bool {
        matches!(self.state, State::Reported | State::Open)
    }

    /// What it counts as: a person's word, else the assessment's, else the reporter's.
    pub fn category(&self) -> Category {
        self.overruled
            .as_ref()
            .and_then(|change| change.category)
            .or_else(|| {
                self.assessment
                    .as_ref()
                    .map(|assessment| assessment.category)
            })
            .unwrap_or(self.report.category)
    }

    /// 0 to 100: a person's word, else the assessment's.
    pub fn risk(&self) -> Option<u8> {
        self.overruled
            .as_ref()
            .and_then(|change| change.risk)
            .or_else(|| self.assessment.as_ref().map(|assessment| assessment.risk))
    }

    /// How soon somebody must look, once it is routed.
    pub fn priority(&self) -> Option<Priority> {
        self.queue_priority
    }

    /// Whether it waits for a person to say where it goes.
    pub fn at_checkpoint(&self) -> bool {
        self.overruled.is_none()
            && self
                .assessment
                .as_ref()
                .is_some_and(|assessment| assessment.checkpoint.is_some())
    }

    /// When something next happens by itself: a step, an SLA, a retry. `None`: nothing is armed.
    pub fn next_due(&self) -> Option<Time> {
        let waits = self.waits_for_acknowledgement();
        let live = self.state.live();
        let step = self
            .escalation
            .as_ref()
            .and_then(|e| e.next_at)
            .filter(|_| waits);
        let acknowledge = self
            .acknowledge_by
            .filter(|_| waits && !self.breached_acknowledge);
        let resolve = self.resolve_by.filter(|_| live && !self.breached_resolve);
        let retry = self
            .deliveries
            .values()
            .filter_map(|delivery| delivery.retry_at)
            .min();
        [step, acknowledge, resolve, retry]
            .into_iter()
            .flatten()
            .min()
    }

    pub(super) fn must_be_live(&self) -> Result<(), Refusal> {
        if self.state.live() {
            Ok(())
        } else {
            Err(Refusal::NotLive(self.state))
        }
    }
}
