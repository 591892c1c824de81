//! `GET /incidents/{id}`.

mod assessed;
mod context;
pub(crate) mod escalation;
pub(crate) mod told;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use outcry_domain::incident::{self, Answer, Refusal};
use outcry_domain::{Action, Actor, ActorId, Incident, IncidentId, Organisation, Personal, Role};
use outcry_ledger::Part;
use serde::Serialize;

use super::hidden::hidden;
use super::shape::{Counts, Named, Row, row_of};
use crate::ask::{At, Listed, Rfc3339};
use crate::house::Shared;
use crate::limits::STORY_ITEMS;
use crate::problem::Problem;
use crate::session::Visitor;

/// A personal text, or what stands where it was.
pub(crate) fn readable(text: &Personal) -> String {
    let erased = || outcry_words::phrase("personal-erased");
    text.open().unwrap_or_else(erased).to_owned()
}

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

/// Who can be rung about an incident.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Number {
    /// Somebody; null: the store.
    id: Option<String>,
    name: String,
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    #[schema(example = "+441632960123")]
    phone: String,
}

impl Number {
    fn of(number: &incident::Number, at: &Row, organisation: &Organisation) -> Self {
        let person = number.person.as_ref();
        let person = person.map(|id| somebody(&ActorId::Person(id.clone()), organisation));
        let phone = number.phone.clone();
        match person {
            Some(PersonRef { id, name, role }) => Self {
                id: Some(id),
                name,
                role,
                phone,
            },
            None => Self {
                id: None,
                name: at.site_name.clone(),
                role: None,
                phone,
            },
        }
    }
}

/// An incident in full. `deliveries` is a list here.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Incident)]
pub(crate) struct Full {
    #[serde(flatten)]
    row: Row,
    /// What was written; null when nothing was, or when it was erased.
    narrative: Option<String>,
    /// Answers to the questions of the category.
    #[schema(value_type = Object)]
    fields: BTreeMap<String, Answered>,
    items: Vec<Taken>,
    reporter: Option<PersonRef>,
    /// Whom to ring, for those who acknowledge incidents; none of the store while a silent call for help goes on.
    numbers: Vec<Number>,
    context: Option<context::Context>,
    assessment: Option<assessed::Assessment>,
    /// The latest 100, oldest first.
    deliveries: Vec<escalation::Delivery>,
    /// What to send as `after` to `/incidents/{id}/deliveries` for earlier ones; null when these are all.
    deliveries_next: Option<String>,
    /// How far all of them got.
    delivery_counts: Counts,
    escalation: Option<escalation::Escalation>,
    /// The latest 100 things that happened, oldest first.
    timeline: Vec<told::Told>,
    /// What to send as `after` to `/incidents/{id}/timeline` for earlier ones; null when these are all.
    timeline_next: Option<String>,
    /// The latest 100, oldest first; earlier ones stand in the timeline.
    comments: Vec<told::Comment>,
    /// Who had the personal texts erased, and when; null while they are kept.
    erased: Option<Erased>,
    /// Goes up with every fact.
    version: u64,
}

/// That personal texts were erased. The timeline says why.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Erased {
    by: Named,
    at: Rfc3339,
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
    visitor.needs(Action::Read)?;
    let ledger = &counter.house.ledger;
    let scope = visitor.scope();
    let Some(mut incident) = ledger.incident(&scope, id).await? else {
        return Err(Refusal::NotFound.into());
    };
    let hidden = hidden(ledger, &scope, incident.merged_into).await?;
    incident.merged_into = incident.merged_into.filter(|id| !hidden.contains(id));
    let timeline = told::timeline(ledger, &scope, id, (None, STORY_ITEMS)).await?;
    let comments = Part {
        before: None,
        kind: Some("incident.commented"),
        limit: STORY_ITEMS,
    };
    let comments = ledger.story(id, comments).await?;
    let organisation = ledger.organisation();
    let comments = told::comments(&comments, &organisation);
    let shown = full(
        (&incident, &visitor.actor),
        timeline,
        comments,
        &organisation,
    );
    Ok(Json(shown))
}

fn full(
    (incident, reader): (&Incident, &Actor),
    timeline: Listed<told::Told>,
    comments: Vec<told::Comment>,
    organisation: &Organisation,
) -> Full {
    let row = outcry_domain::incident::Summary::of(incident);
    let report = &incident.report;
    let deliveries = escalation::deliveries(incident, organisation, None, STORY_ITEMS);
    let numbers = incident.numbers(reader, organisation);
    let delivery_counts = Counts::of(&row);
    let row = row_of(&row, organisation);
    let number = |number: &incident::Number| Number::of(number, &row, organisation);
    Full {
        delivery_counts,
        numbers: numbers.iter().map(number).collect(),
        row,
        narrative: report
            .narrative
            .as_ref()
            .and_then(|text| text.open())
            .map(str::to_owned),
        fields: report
            .fields
            .iter()
            .map(|(id, answer)| (id.clone(), answered(answer)))
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
        deliveries: deliveries.items.into_iter().rev().collect(),
        deliveries_next: deliveries.next,
        escalation: escalation::Escalation::of(incident, organisation),
        timeline: timeline.items.into_iter().rev().collect(),
        timeline_next: timeline.next,
        comments,
        erased: incident.erased.as_ref().map(|(by, at)| Erased {
            by: Named::actor(by, organisation),
            at: (*at).into(),
        }),
        version: incident.version,
    }
}

fn answered(answer: &Answer) -> Answered {
    match answer {
        Answer::Flag(yes) => Answered::Flag(*yes),
        Answer::Number(number) => Answered::Number(*number),
        Answer::Choice(chip) => Answered::Word(chip.clone()),
        Answer::Many(chips) => Answered::Words(chips.clone()),
        Answer::Text(text) => Answered::Word(readable(text)),
    }
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
