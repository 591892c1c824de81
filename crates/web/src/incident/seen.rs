//! `POST /incidents/{id}/seen`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use outcry_domain::IncidentId;
use outcry_domain::incident::{Command, Summary};

use super::{Done, act, done};
use crate::ask::{Ask, At, Nothing};
use crate::house::Shared;
use crate::problem::{Problem, kind};
use crate::session::Visitor;

/// The desk shows the incident: deliveries to this screen count as seen. When they were already, or
/// there were none, nothing is recorded and the receipt is null.
#[utoipa::path(
    post,
    path = "/incidents/{id}/seen",
    tag = "incidents",
    params(("id" = String, Path, description = "The incident", format = "uuid")),
    request_body = Nothing,
    responses((status = 200, description = "Recorded", body = Done))
)]
pub(crate) async fn seen(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<IncidentId>,
    ask: Ask<Nothing>,
) -> Result<Response, Problem> {
    let once = ask.once(&visitor.actor);
    match act(&counter, &visitor, id, Command::Seen, once).await {
        Err(problem) if problem.kind == kind::NOTHING_TO_DO => {
            let state = counter.house.ledger.state(id).await?;
            let state = state
                .ok_or_else(|| Problem::not_found(outcry_words::phrase("answer-no-incident")))?;
            let row = Summary::of(&state);
            Ok(Json(done(&counter, &visitor, row, None).await?).into_response())
        }
        done => done,
    }
}
