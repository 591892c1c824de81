//! How an incident begins: a report, or a call for help.

mod file;
mod panic;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use outcry_domain::incident::Command;
use outcry_ledger::{Once, Recorded};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::house::Shared;
use crate::incident::{Receipt, replayable};
use crate::problem::Problem;
use crate::session::Visitor;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(file::file))
        .routes(routes!(panic::panic))
}

/// What a new incident is called.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Reference {
    #[schema(format = "uuid")]
    id: String,
    #[schema(example = "INC-7F3K-92QX")]
    reference: String,
}

/// A report that is on record: this answer is sent only once it would survive a power cut.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Filed {
    incident: Reference,
    receipt: Receipt,
}

/// Records what was asked, once per key, and answers when it is durable.
async fn file_as(
    counter: &Shared,
    visitor: &Visitor,
    once: Option<Once>,
    command: Command,
) -> Result<Response, Problem> {
    let moment = counter.moment(&visitor.actor);
    let recorded = counter.house.ledger.report(command, &moment, once).await?;
    Ok(filed(&recorded))
}

fn filed(recorded: &Recorded) -> Response {
    let id = recorded.summary.id;
    let filed = Filed {
        incident: Reference {
            id: id.to_string(),
            reference: id.reference(),
        },
        receipt: Receipt::of(&recorded.receipt),
    };
    let location = [(header::LOCATION, format!("/api/v1/incidents/{id}"))];
    let answer = (StatusCode::CREATED, location, Json(filed)).into_response();
    replayable(answer, recorded.replayed)
}
