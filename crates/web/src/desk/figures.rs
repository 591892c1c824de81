//! `GET /desk`.

use axum::Json;
use axum::extract::State;
use outcry_domain::Action;
use serde::Serialize;

use crate::ask::Rfc3339;
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// How busy it is within your reach.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Figures {
    /// Incidents that somebody still has to do something about.
    open: u64,
    /// Of these, nobody has acknowledged.
    not_acknowledged: u64,
    /// Of these, past a service level.
    past_sla: u64,
    /// Mean time to acknowledge today (UTC), in milliseconds.
    mtta_today_ms: Option<i64>,
    /// Incidents of the last ten minutes that are alarms: priority 1 to 3.
    alarms_10min: u64,
    server_time: Rfc3339,
}

/// The figures on top of the desk.
#[utoipa::path(
    get,
    path = "/desk",
    tag = "desk",
    responses((status = 200, description = "The figures", body = Figures))
)]
pub(crate) async fn figures(
    State(counter): State<Shared>,
    visitor: Visitor,
) -> Result<Json<Figures>, Problem> {
    visitor.needs(Action::Read)?;
    let now = counter.now();
    let desk = counter.house.ledger.desk(&visitor.scope(), now).await?;
    Ok(Json(Figures {
        open: desk.open,
        not_acknowledged: desk.not_acknowledged,
        past_sla: desk.past_sla,
        mtta_today_ms: desk.mtta_today_ms,
        alarms_10min: desk.alarms_10min,
        server_time: now.into(),
    }))
}
