//! Everything that can happen to an incident.

use serde::{Deserialize, Serialize};

use super::{
    Answer, Assessment, Context, DeliveryState, Ground, Planned, Report, Resolution, Why, Word,
};
use crate::actor::SystemId;
use crate::category::Priority;
use crate::organisation::Step;
use crate::personal::{Personal, Visit};
use crate::{DeliveryId, IncidentId, PersonId, PolicyId, QueueId, Time};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "with", rename_all = "snake_case")]
#[allow(missing_docs)] // the fields carry the names of the API
pub enum Event {
    Reported(Report),
    Enriched(Context),
    Assessed(Assessment),
    Routed {
        queue: QueueId,
        priority: Priority,
        acknowledge_by: Time,
        resolve_by: Time,
        policy: PolicyId,
        steps: Vec<Step>,
        repeat_after_s: u32,
    },
    Overridden(Word),
    Acknowledged,
    Commented {
        text: Personal,
    },
    Reassigned {
        to: PersonId,
    },
    Responding {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Personal>,
    },
    Escalated {
        round: u32,
        step: usize,
        why: Why,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Personal>,
    },
    Breached {
        resolve: bool,
    },
    /// Every step was tried as often as allowed, and nobody has taken it up.
    Exhausted,
    Notified {
        round: u32,
        step: usize,
        deliveries: Vec<Planned>,
        /// Whom the step is for and who may not see the incident, so they are not told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        beyond: Vec<PersonId>,
        /// The step itself reaches nobody: the deliveries go to the desk instead.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        desk: bool,
    },
    Delivered {
        delivery: DeliveryId,
        state: DeliveryState,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_at: Option<Time>,
    },
    Retried {
        delivery: DeliveryId,
    },
    Resolved {
        resolution: Resolution,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Personal>,
    },
    Closed,
    FalseAlarm {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Personal>,
    },
    Withdrawn {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Personal>,
    },
    Merged {
        into: IncidentId,
    },
    Unmerged {
        from: IncidentId,
    },
    Absorbed {
        other: IncidentId,
    },
    Released {
        other: IncidentId,
    },
    /// The key of the personal texts was destroyed in the same commit.
    Erased {
        ground: Ground,
    },
}

impl Event {
    /// The kind on the live event stream.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Reported(_) => "incident.reported",
            Self::Enriched(_) => "incident.enriched",
            Self::Assessed(_) => "incident.assessed",
            Self::Routed { .. } => "incident.routed",
            Self::Overridden(_) => "incident.overridden",
            Self::Acknowledged => "incident.acknowledged",
            Self::Commented { .. } => "incident.commented",
            Self::Reassigned { .. } => "incident.reassigned",
            Self::Responding { .. } => "incident.responding",
            Self::Escalated { .. } => "incident.escalated",
            Self::Breached { .. } => "incident.breached",
            Self::Exhausted => "incident.exhausted",
            Self::Notified { .. } => "incident.notified",
            Self::Delivered { .. } | Self::Retried { .. } => "incident.delivery",
            Self::Resolved { .. } => "incident.resolved",
            Self::Closed => "incident.closed",
            Self::FalseAlarm { .. } => "incident.false_alarm",
            Self::Withdrawn { .. } => "incident.withdrawn",
            Self::Merged { .. } => "incident.merged",
            Self::Unmerged { .. } => "incident.unmerged",
            Self::Absorbed { .. } => "incident.absorbed",
            Self::Released { .. } => "incident.released",
            Self::Erased { .. } => "incident.erased",
        }
    }
}

impl Event {
    /// The loop of Outcry that this is the doing of, whoever's command brought it about: a risk that
    /// follows from a report is not the reporter's opinion. `None`: the doing of who is on record.
    pub(crate) fn by_rule(&self) -> Option<SystemId> {
        match self {
            Self::Enriched(_) => Some(SystemId::Enrich),
            Self::Assessed(_) | Self::Routed { .. } => Some(SystemId::Assess),
            Self::Escalated { why: Why::Hand, .. } => None,
            Self::Escalated { .. }
            | Self::Breached { .. }
            | Self::Exhausted
            | Self::Notified { .. } => Some(SystemId::Escalate),
            Self::Delivered {
                state: DeliveryState::Seen,
                ..
            } => None,
            Self::Delivered { .. } | Self::Retried { .. } => Some(SystemId::Courier),
            Self::Absorbed { .. } | Self::Released { .. } => Some(SystemId::Merge),
            Self::Reported(_)
            | Self::Overridden(_)
            | Self::Acknowledged
            | Self::Commented { .. }
            | Self::Reassigned { .. }
            | Self::Responding { .. }
            | Self::Resolved { .. }
            | Self::Closed
            | Self::FalseAlarm { .. }
            | Self::Withdrawn { .. }
            | Self::Merged { .. }
            | Self::Unmerged { .. }
            | Self::Erased { .. } => None,
        }
    }
}

impl Visit for Event {
    fn personal(&mut self, f: &mut dyn FnMut(&mut Personal)) {
        match self {
            Self::Reported(report) => {
                report.narrative.iter_mut().for_each(&mut *f);
                for answer in report.fields.values_mut() {
                    if let Answer::Text(text) = answer {
                        f(text);
                    }
                }
            }
            Self::Assessed(assessment) => {
                assessment
                    .reasons
                    .iter_mut()
                    .for_each(|reason| f(&mut reason.text));
            }
            Self::Overridden(word) => f(&mut word.said.reason),
            Self::Commented { text } => f(text),
            Self::Escalated { reason: note, .. }
            | Self::Responding { note }
            | Self::Resolved { note, .. }
            | Self::FalseAlarm { note }
            | Self::Withdrawn { note } => note.iter_mut().for_each(f),
            Self::Enriched(_)
            | Self::Routed { .. }
            | Self::Acknowledged
            | Self::Reassigned { .. }
            | Self::Breached { .. }
            | Self::Exhausted
            | Self::Notified { .. }
            | Self::Delivered { .. }
            | Self::Retried { .. }
            | Self::Closed
            | Self::Merged { .. }
            | Self::Unmerged { .. }
            | Self::Absorbed { .. }
            | Self::Released { .. }
            | Self::Erased { .. } => {}
        }
    }
}
