//! The incident as it now stands, folded from its events. Personal texts stay as the facts have them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Assessment, Context, Delivery, Escalation, Refusal, Report, Resolution, Word, place};
use crate::category::Priority;
use crate::{ActorId, Category, DeliveryId, IncidentId, PersonId, QueueId, Scope, Time};

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

    /// Whether nobody has taken it up yet.
    pub fn waits(self) -> bool {
        matches!(self, Self::Reported | Self::Open)
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
        outcry_words::phrase(match self {
            Self::Reported => "state-reported",
            Self::Open => "state-open",
            Self::Acknowledged => "state-acknowledged",
            Self::Responding => "state-responding",
            Self::Resolved => "state-resolved",
            Self::Closed => "state-closed",
            Self::Merged => "state-merged",
            Self::FalseAlarm => "state-false-alarm",
            Self::Withdrawn => "state-withdrawn",
        })
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
    pub overruled: Option<Word>,
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
    pub comments: u32,
    /// Who had its personal texts erased, and when.
    pub erased: Option<(ActorId, Time)>,
    /// The state before the merge, to come back to.
    pub(super) before_merge: Option<State>,
}

impl Incident {
    /// Whether escalation goes on.
    pub fn waits_for_acknowledgement(&self) -> bool {
        self.state.waits()
    }

    /// Whether nobody knows of it and nobody has taken it up: every step of its policy was tried once
    /// and no message of that round arrived or may yet at its first attempt, or escalation came to its
    /// end. What later rounds send changes that when it arrives, not when it is sent.
    pub fn unreached(&self) -> bool {
        let Some(escalation) = &self.escalation else {
            return false;
        };
        let hopeless = |held: &Delivery| held.lost() || (held.under_way() && held.round > 0);
        let in_vain = || escalation.tried() && self.deliveries.values().all(hopeless);
        (self.state.live() && escalation.exhausted)
            || (self.waits_for_acknowledgement() && in_vain())
    }

    /// Whether a message is still of use: nobody has it yet, or it calls back whoever does.
    pub(super) fn needs(&self, delivery: &Delivery) -> bool {
        self.waits_for_acknowledgement() || (self.state.live() && delivery.recall)
    }

    /// What it counts as: a person's word, else the assessment's, else the reporter's.
    pub fn category(&self) -> Category {
        self.overruled
            .as_ref()
            .and_then(|word| word.said.category)
            .or_else(|| {
                self.assessment
                    .as_ref()
                    .map(|assessment| assessment.category)
            })
            .unwrap_or(self.report.category)
    }

    /// 0 to 100: a person's word, else the assessment's.
    pub fn risk(&self) -> Option<u8> {
        self.risk_under(self.overruled.as_ref())
    }

    /// The risk under a person's word; where that names a category only, no less than the rules
    /// demanded of it then.
    pub(super) fn risk_under(&self, overruled: Option<&Word>) -> Option<u8> {
        let floor = overruled.and_then(|word| word.said.category.map(|_| word.floor));
        let believed = self.assessment.as_ref().map(|assessment| assessment.risk);
        overruled
            .and_then(|word| word.said.risk)
            .or(believed.max(floor))
    }

    /// How soon somebody must look, once it is routed.
    pub fn priority(&self) -> Option<Priority> {
        self.queue_priority
    }

    /// Whether somebody with that scope may see it.
    pub fn within(&self, scope: &Scope) -> bool {
        let at = (&self.report.region, &self.report.site);
        scope.holds(at, self.category(), &self.report.reporter)
    }

    /// Whether it waits for a person to say where it goes.
    pub fn at_checkpoint(&self) -> bool {
        self.overruled.is_none()
            && self
                .assessment
                .as_ref()
                .is_some_and(|assessment| assessment.checkpoint.is_some())
    }

    /// When something next happens by itself: a place in a queue, a step, an SLA, a retry. `None`: nothing
    /// is armed.
    pub fn next_due(&self) -> Option<Time> {
        let waits = self.waits_for_acknowledgement();
        let step = self
            .escalation
            .as_ref()
            .and_then(|e| e.next_at)
            .filter(|_| waits);
        let retry = self
            .deliveries
            .values()
            .filter_map(|delivery| delivery.retry_at)
            .min();
        [
            place::due(self),
            step,
            self.acknowledge_due(),
            self.resolve_due(),
            retry,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// When the time to acknowledge passes, or passed unnoticed; `None` where that no longer counts.
    pub(super) fn acknowledge_due(&self) -> Option<Time> {
        let counts = self.waits_for_acknowledgement() && !self.breached_acknowledge;
        self.acknowledge_by.filter(|_| counts)
    }

    /// The same of the time to resolve.
    pub(super) fn resolve_due(&self) -> Option<Time> {
        let counts = self.state.live() && !self.breached_resolve;
        self.resolve_by.filter(|_| counts)
    }

    pub(super) fn must_be_live(&self) -> Result<(), Refusal> {
        if self.state.live() {
            Ok(())
        } else {
            Err(Refusal::NotLive(self.state))
        }
    }
}
