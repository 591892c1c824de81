//! Fold: an incident is what its events made of it, one after the other.

use std::collections::BTreeMap;

use super::{Delivery, DeliveryState, Escalation, Event, Incident, State, StepState};
use crate::{ActorId, IncidentId, Time};

impl Incident {
    /// Folds the next event in: the first one opens the incident.
    pub fn follow(
        state: &mut Option<Self>,
        id: IncidentId,
        event: &Event,
        actor: &ActorId,
        at: Time,
        sequence: u64,
    ) {
        match state {
            Some(incident) => incident.apply(event, actor, at, sequence),
            None => *state = Self::opened(id, event, actor, at, sequence),
        }
    }

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
            comments: 0,
            before_merge: None,
            erased: None,
        })
    }

    /// Folds one more event in.
    pub fn apply(&mut self, event: &Event, actor: &ActorId, at: Time, sequence: u64) {
        self.version += 1;
        self.sequence = sequence;
        match event {
            Event::Reported(_) => {}
            Event::Commented { .. } => self.comments = self.comments.saturating_add(1),
            Event::Enriched(context) => {
                self.context = Some(context.clone());
                self.enrichments += 1;
            }
            Event::Assessed(assessment) => self.assessment = Some(assessment.clone()),
            Event::Routed { .. } => self.apply_routed(event, at),
            Event::Overridden(word) => {
                self.overruled = Some(word.after(self.overruled.as_ref()));
                self.overruled_by = Some((actor.clone(), at));
            }
            Event::Acknowledged => self.apply_acknowledged(actor, at),
            Event::Reassigned { to } => self.owner = Some(to.clone()),
            Event::Responding { .. } => {
                self.state = State::Responding;
                self.halt();
            }
            Event::Escalated { .. } | Event::Notified { .. } | Event::Exhausted => {
                self.apply_escalation(event, at);
            }
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
            Event::Erased { .. } => self.erased = Some((actor.clone(), at)),
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
        } else if self.escalation.is_none() {
            self.escalation = Some(Escalation::at_rest(
                policy.clone(),
                steps.clone(),
                *repeat_after_s,
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
                ..
            } => {
                if let Some(slot) = escalation.log.get_mut(*step) {
                    slot.0 = match deliveries[..] {
                        [] => StepState::Skipped,
                        _ => StepState::Done,
                    };
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
                        recall: !waits,
                    };
                    self.deliveries.insert(planned.id.clone(), delivery);
                }
            }
            Event::Exhausted => {
                escalation.exhausted = true;
                escalation.next_at = None;
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
            // The step that would have been next; most often it fires in the same decision.
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
            escalation.exhausted = false;
        }
    }
}
