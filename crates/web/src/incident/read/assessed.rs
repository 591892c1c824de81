//! What is believed of an incident, and why, as the API writes it.

use outcry_domain::category::Priority;
use outcry_domain::incident::{Incident, ReasonKind};
use outcry_domain::{Category, Organisation};
use serde::Serialize;

use super::super::shape::{Named, category_schema, one_of};
use super::readable;
use crate::ask::Rfc3339;

/// The assessment that counts: a person's word where there is one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Assessment {
    #[schema(schema_with = category_schema)]
    category: Category,
    /// 0 to 100.
    risk: u8,
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 4)]
    priority: Option<Priority>,
    queue: Option<String>,
    /// 0 to 1.
    confidence: f64,
    /// The model that said so; null: by the rules alone.
    model: Option<String>,
    /// Strongest first.
    reasons: Vec<Reason>,
    /// The risk that the rules demand at least.
    floor: Option<u8>,
    /// Why a person must look first.
    checkpoint: Option<String>,
    #[serde(rename = "override")]
    overruled: Option<Override>,
}

/// One reason, with the points of risk that it adds.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Reason {
    text: String,
    weight: f64,
    #[schema(schema_with = reason_schema)]
    kind: ReasonKind,
}

/// A person's word.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Override {
    by: Named,
    #[schema(value_type = Option<String>)]
    category: Option<Category>,
    risk: Option<u8>,
    queue: Option<String>,
    reason: String,
    at: Rfc3339,
}

fn reason_schema() -> utoipa::openapi::schema::Object {
    one_of(["rule", "model", "override"])
}

impl Assessment {
    pub(super) fn of(incident: &Incident, organisation: &Organisation) -> Option<Self> {
        let believed = incident.assessment.as_ref()?;
        let checkpoint = believed.checkpoint.clone();
        let reasons = believed.reasons.iter().map(|reason| Reason {
            text: readable(&reason.text),
            weight: reason.weight,
            kind: reason.kind,
        });
        let overruled = incident
            .overruled
            .as_ref()
            .zip(incident.overruled_by.as_ref())
            .map(|(word, (by, at))| Override {
                by: Named::actor(by, organisation),
                category: word.said.category,
                risk: word.said.risk,
                queue: word.said.queue.as_ref().map(ToString::to_string),
                reason: readable(&word.said.reason),
                at: (*at).into(),
            });
        Some(Self {
            category: incident.category(),
            risk: incident.risk().unwrap_or(believed.risk),
            priority: incident.priority(),
            queue: incident.queue.as_ref().map(ToString::to_string),
            confidence: believed.confidence,
            model: believed.model.clone(),
            reasons: reasons.collect(),
            floor: (believed.floor > 0).then_some(believed.floor),
            checkpoint: checkpoint.filter(|_| incident.at_checkpoint()),
            overruled,
        })
    }
}
