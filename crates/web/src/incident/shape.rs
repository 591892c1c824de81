//! The row of an incident as the API writes it.

use outcry_domain::category::Priority;
use outcry_domain::incident::{self, State};
use outcry_domain::{ActorId, Category, Organisation, PersonId};
use serde::Serialize;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use crate::ask::Rfc3339;

/// Somebody or something with a name.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Named {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl Named {
    pub(crate) fn person(id: &PersonId, organisation: &Organisation) -> Self {
        Self::actor(&ActorId::Person(id.clone()), organisation)
    }

    pub(crate) fn actor(actor: &ActorId, organisation: &Organisation) -> Self {
        let id = match actor {
            ActorId::Person(id) => id.to_string(),
            ActorId::Device(id) => id.to_string(),
            ActorId::System(id) => id.as_str().to_owned(),
        };
        Self {
            id,
            name: organisation.name_of(actor),
        }
    }
}

/// Which service levels were missed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Breached {
    acknowledge: bool,
    resolve: bool,
}

/// How many deliveries got how far.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Counts {
    planned: u32,
    sent: u32,
    accepted: u32,
    delivered: u32,
    seen: u32,
    failed: u32,
}

impl Counts {
    pub(super) fn of(row: &incident::Summary) -> Self {
        let counts = row.deliveries;
        Self {
            planned: counts.planned,
            sent: counts.sent,
            accepted: counts.accepted,
            delivered: counts.delivered,
            seen: counts.seen,
            failed: counts.failed,
        }
    }
}

/// An incident in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Summary {
    #[serde(flatten)]
    pub(crate) row: Row,
    pub(crate) deliveries: Counts,
}

/// What lists and the full text of an incident share. What is not known yet is null.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Row {
    /// UUIDv7: sorts by time.
    #[schema(format = "uuid")]
    pub(crate) id: String,
    /// What people say and type.
    #[schema(example = "INC-7F3K-92QX")]
    pub(crate) reference: String,
    pub(crate) region: String,
    pub(crate) site: String,
    pub(crate) site_name: String,
    pub(crate) area: Option<String>,
    #[schema(schema_with = category_schema)]
    pub(crate) category: Category,
    #[schema(schema_with = state_schema)]
    pub(crate) state: State,
    pub(crate) queue: Option<String>,
    /// 1 is critical, 4 is low.
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 4)]
    pub(crate) priority: Option<Priority>,
    /// 0 to 100.
    #[schema(maximum = 100)]
    pub(crate) risk: Option<u8>,
    /// 0 to 1.
    pub(crate) confidence: Option<f64>,
    pub(crate) channel: &'static str,
    /// Nothing in the store may show or sound.
    pub(crate) silent: bool,
    /// A person must look before it is routed.
    pub(crate) checkpoint: bool,
    pub(crate) reported_at: Rfc3339,
    pub(crate) occurred_at: Rfc3339,
    pub(crate) acknowledge_by: Option<Rfc3339>,
    pub(crate) resolve_by: Option<Rfc3339>,
    /// When the next escalation step fires.
    pub(crate) next_step_at: Option<Rfc3339>,
    /// The step that fired last, from 0.
    pub(crate) step: Option<u32>,
    pub(crate) owner: Option<Named>,
    pub(crate) acknowledged_by: Option<Named>,
    pub(crate) acknowledged_at: Option<Rfc3339>,
    pub(crate) breached: Breached,
    /// Every step was tried and nobody could be reached: somebody must call.
    pub(crate) unreached: bool,
    #[schema(format = "uuid")]
    pub(crate) merged_into: Option<String>,
    /// In the smallest unit of the currency.
    pub(crate) loss_minor: Option<i64>,
    /// The place of its latest fact in its region's log.
    pub(crate) sequence: u64,
}

/// The row with the names that people know.
pub(crate) fn summary_of(row: &incident::Summary, organisation: &Organisation) -> Summary {
    Summary {
        row: row_of(row, organisation),
        deliveries: Counts::of(row),
    }
}

pub(super) fn row_of(row: &incident::Summary, organisation: &Organisation) -> Row {
    Row {
        id: row.id.to_string(),
        reference: row.id.reference(),
        region: row.region.to_string(),
        site: row.site.to_string(),
        site_name: organisation
            .site(&row.site)
            .map_or_else(|| row.site.to_string(), |site| site.name.clone()),
        area: row.area.as_ref().map(ToString::to_string),
        category: row.category,
        state: row.state,
        queue: row.queue.as_ref().map(ToString::to_string),
        priority: row.priority,
        risk: row.risk,
        confidence: row.confidence,
        channel: row.channel.as_str(),
        silent: row.silent,
        checkpoint: row.checkpoint,
        reported_at: row.reported_at.into(),
        occurred_at: row.occurred_at.into(),
        acknowledge_by: row.acknowledge_by.map(Into::into),
        resolve_by: row.resolve_by.map(Into::into),
        next_step_at: row.next_step_at.map(Into::into),
        step: row.step,
        owner: row.owner.as_ref().map(|id| Named::person(id, organisation)),
        acknowledged_by: row
            .acknowledged_by
            .as_ref()
            .map(|actor| Named::actor(actor, organisation)),
        acknowledged_at: row.acknowledged_at.map(Into::into),
        breached: Breached {
            acknowledge: row.breached_acknowledge,
            resolve: row.breached_resolve,
        },
        unreached: row.unreached,
        merged_into: row.merged_into.map(|id| id.to_string()),
        loss_minor: row.loss_minor,
        sequence: row.sequence,
    }
}

/// One of the categories.
pub(crate) fn category_schema() -> Object {
    one_of(Category::ALL.map(Category::as_str))
}

/// One of the states.
pub(super) fn state_schema() -> Object {
    one_of(State::ALL.map(State::as_str))
}

pub(crate) fn one_of<const N: usize>(names: [&'static str; N]) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(names))
        .build()
}
