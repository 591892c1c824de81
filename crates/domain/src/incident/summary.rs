//! One row of a queue: what lists, the live stream and the desk show of an incident.

use serde::{Deserialize, Serialize};

use super::{Channel, DeliveryState, Incident, State};
use crate::category::Priority;
use crate::{ActorId, AreaId, Category, IncidentId, PersonId, QueueId, RegionId, SiteId, Time};

/// How many deliveries got how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[allow(missing_docs)] // the names are the states
pub struct Counts {
    pub planned: u32,
    pub sent: u32,
    pub accepted: u32,
    pub delivered: u32,
    pub seen: u32,
    pub failed: u32,
}

/// An incident in a list. Nothing in it names a person but by id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // the fields carry the names of the API
pub struct Summary {
    pub id: IncidentId,
    pub region: RegionId,
    pub site: SiteId,
    pub area: Option<AreaId>,
    pub category: Category,
    pub state: State,
    pub queue: Option<QueueId>,
    pub priority: Option<Priority>,
    pub risk: Option<u8>,
    pub confidence: Option<f64>,
    pub channel: Channel,
    pub silent: bool,
    pub checkpoint: bool,
    pub reported_at: Time,
    pub occurred_at: Time,
    pub acknowledge_by: Option<Time>,
    pub resolve_by: Option<Time>,
    /// When the next escalation step fires.
    pub next_step_at: Option<Time>,
    /// The step that fired last, from 0.
    pub step: Option<u32>,
    pub owner: Option<PersonId>,
    pub acknowledged_by: Option<ActorId>,
    pub acknowledged_at: Option<Time>,
    pub breached_acknowledge: bool,
    pub breached_resolve: bool,
    /// Every step was tried, by now or as often as allowed, and nobody could be reached: somebody must call.
    #[serde(default)]
    pub unreached: bool,
    pub deliveries: Counts,
    pub merged_into: Option<IncidentId>,
    pub loss_minor: Option<i64>,
    pub sequence: u64,
    pub version: u64,
    /// When something next happens by itself.
    pub next_due: Option<Time>,
    /// How many deliveries the courier still has to bring.
    pub pending: u32,
    /// Whose report it is: who was named, or else who sent it.
    pub reporter: ActorId,
}

impl Summary {
    /// The row of an incident as it stands.
    pub fn of(incident: &Incident) -> Self {
        let mut counts = Counts::default();
        let mut pending = 0;
        for delivery in incident.deliveries.values() {
            let slot = match delivery.state {
                DeliveryState::Planned => &mut counts.planned,
                DeliveryState::Sent => &mut counts.sent,
                DeliveryState::Accepted => &mut counts.accepted,
                DeliveryState::Delivered => &mut counts.delivered,
                DeliveryState::Seen => &mut counts.seen,
                DeliveryState::Failed => &mut counts.failed,
            };
            *slot += 1;
            pending += u32::from(delivery.pending());
        }
        let escalation = incident.escalation.as_ref();
        Self {
            id: incident.id,
            region: incident.report.region.clone(),
            site: incident.report.site.clone(),
            area: incident.report.area.clone(),
            category: incident.category(),
            state: incident.state,
            queue: incident.queue.clone(),
            priority: incident.priority(),
            risk: incident.risk(),
            confidence: incident
                .assessment
                .as_ref()
                .map(|assessment| assessment.confidence),
            channel: incident.report.channel,
            silent: incident.report.silent,
            checkpoint: incident.at_checkpoint(),
            reported_at: incident.reported_at,
            occurred_at: incident.report.occurred_at,
            acknowledge_by: incident.acknowledge_by,
            resolve_by: incident.resolve_by,
            next_step_at: incident.next_step_at(),
            step: escalation
                .and_then(|e| u32::try_from(e.step).ok())
                .filter(|s| *s < u32::MAX),
            owner: incident.owner.clone(),
            acknowledged_by: incident.acknowledged.as_ref().map(|(by, _)| by.clone()),
            acknowledged_at: incident.acknowledged.as_ref().map(|(_, at)| *at),
            breached_acknowledge: incident.breached_acknowledge,
            breached_resolve: incident.breached_resolve,
            unreached: incident.unreached(),
            deliveries: counts,
            merged_into: incident.merged_into,
            loss_minor: incident.report.loss_minor(),
            sequence: incident.sequence,
            version: incident.version,
            next_due: incident.next_due(),
            pending,
            reporter: incident.report.reporter.clone(),
        }
    }
}
