//! `GET /incidents/{id}`.

mod assessed;
mod context;
mod escalation;
pub(crate) mod told;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use outcry_domain::incident::{Answer, Refusal};
use outcry_domain::{ActorId, IncidentId, Organisation, Role};
use outcry_ledger::Story;
use serde::Serialize;

use super::shape::{Named, Row, row_of};
use crate::ask::At;
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// An answer of a report: text, number, yes or no, or a list of chips.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub(crate) enum Answered {
    Flag(bool),
    Number(i64),
    Word(String),
    Words(Vec<String>),
}

/// Something taken, damaged or refunded.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Item)]
pub(crate) struct Taken {
    sku: Option<String>,
    name: String,
    quantity: u32,
    value_minor: Option<i64>,
}

/// Somebody and what they are to the organisation.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct PersonRef {
    pub(crate) id: String,
    pub(crate) name: String,
    #[schema(value_type = Option<String>)]
    pub(crate) role: Option<Role>,
}

/// An incident in full. `deliveries` is a list here.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Incident)]
pub(crate) struct Full {
    #[serde(flatten)]
    row: Row,
    /// What was written; null when nothing was, or when it was forgotten by law.
    narrative: Option<String>,
    /// Answers to the questions of the category.
    #[schema(value_type = Object)]
    fields: BTreeMap<String, Answered>,
    items: Vec<Taken>,
    reporter: Option<PersonRef>,
    context: Option<context::Context>,
    assessment: Option<assessed::Assessment>,
    deliveries: Vec<escalation::Delivery>,
    escalation: Option<escalation::Escalation>,
    timeline: Vec<told::Told>,
    comments: Vec<told::Comment>,
    /// Goes up with every fact.
    version: u64,
}

/// One incident with its context, assessment, deliveries and timeline.
#[utoipa::path(
    get,
    path = "/incidents/{id}",
    tag = "incidents",
    params(("id" = String, Path, description = "The incident", format = "uuid")),
    responses((status = 200, description = "The incident", body = Full))
)]
pub(crate) async fn read(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
) -> Result<Json<Full>, Problem> {
    visitor.needs(outcry_domain::Action::Read)?;
    let ledger = &counter.house.ledger;
    match ledger.incident(&visitor.scope(), id).await? {
        Some(story) => Ok(Json(full(&story, &ledger.organisation()))),
        None => Err(Refusal::NotFound.into()),
    }
}

fn full(story: &Story, organisation: &Organisation) -> Full {
    let incident = &story.incident;
    let row = outcry_domain::incident::Summary::of(incident);
    let report = &incident.report;
    Full {
        row: row_of(&row, organisation),
        narrative: report
            .narrative
            .as_ref()
            .and_then(|text| text.open())
            .map(str::to_owned),
        fields: report
            .fields
            .iter()
            .filter_map(|(id, answer)| Some((id.clone(), answered(answer)?)))
            .collect(),
        items: report
            .items
            .iter()
            .map(|item| Taken {
                sku: item.sku.clone(),
                name: item.name.clone(),
                quantity: item.quantity,
                value_minor: item.value_minor,
            })
            .collect(),
        reporter: Some(somebody(&report.reporter, organisation)),
        context: incident
            .context
            .as_ref()
            .map(|context| context::Context::of(context, organisation)),
        assessment: assessed::Assessment::of(incident, organisation),
        deliveries: escalation::deliveries(incident, organisation),
        escalation: escalation::Escalation::of(incident, organisation),
        timeline: told::timeline(&story.facts, organisation),
        comments: told::comments(&story.facts, organisation),
        version: incident.version,
    }
}

fn answered(answer: &Answer) -> Option<Answered> {
    Some(match answer {
        Answer::Flag(yes) => Answered::Flag(*yes),
        Answer::Number(number) => Answered::Number(*number),
        Answer::Choice(chip) => Answered::Word(chip.clone()),
        Answer::Many(chips) => Answered::Words(chips.clone()),
        Answer::Text(text) => Answered::Word(text.open()?.to_owned()),
    })
}

/// Somebody with their role, if they are a person.
pub(crate) fn somebody(actor: &ActorId, organisation: &Organisation) -> PersonRef {
    let Named { id, name } = Named::actor(actor, organisation);
    let role = match actor {
        ActorId::Person(id) => organisation.person(id).map(|person| person.role),
        ActorId::Device(_) => Some(Role::Terminal),
        ActorId::System(_) => Some(Role::System),
    };
    PersonRef { id, name, role }
}
