//! `POST /incidents/{id}/override`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::incident::{Command, Override};
use outcry_domain::{Category, IncidentId, Personal, QueueId};
use serde::Deserialize;

use super::{Done, act, category_schema};
use crate::ask::{Ask, At};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// What a person says instead of the assessment; at least one of category, risk and queue.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Overrule {
    /// The category, if it was wrong.
    #[serde(default)]
    #[schema(schema_with = category_schema)]
    category: Option<Category>,
    /// The risk, if it was wrong.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100)]
    risk: Option<i64>,
    /// The queue, if it was wrong.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "urgent")]
    queue: Option<QueueId>,
    /// Why, 1 to 4000 characters: it teaches the model and answers the auditor.
    #[schema(min_length = 1, max_length = 4000)]
    reason: String,
}

/// Overrule the assessment: a person's word wins, and is kept with the reason.
#[utoipa::path(
    post,
    path = "/incidents/{id}/override",
    tag = "incidents",
    params(("id" = String, Path, description = "The incident", format = "uuid")),
    request_body = Overrule,
    responses((status = 200, description = "Recorded", body = Done))
)]
pub(crate) async fn overrule(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    ask: Ask<Overrule>,
) -> Result<Response, Problem> {
    let said = &ask.body;
    let risk = said.risk.map(u8::try_from).transpose();
    let risk = risk.map_err(|_| Problem::field("/risk", "must be a whole number from 0 to 100"))?;
    let command = Command::Override(Override {
        category: said.category,
        risk,
        queue: said.queue.clone(),
        reason: Personal::new(said.reason.clone()),
    });
    act(&counter, &visitor, id, command, ask.once(&visitor.actor)).await
}
