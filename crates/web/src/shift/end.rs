//! `POST /sites/{id}/shifts/{person}/end`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use outcry_domain::organisation::Command;
use outcry_domain::{PersonId, SiteId};

use super::{Shift, record};
use crate::ask::{Ask, At, Nothing};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// End a shift that was started here: your own (`shift`), or that of somebody within your reach
/// (`shift_others`).
#[utoipa::path(
    post,
    path = "/sites/{id}/shifts/{person}/end",
    tag = "sites",
    params(
        ("id" = String, Path, description = "The store"),
        ("person" = String, Path, description = "The person")
    ),
    request_body = Nothing,
    responses((status = 200, description = "Ended", body = Shift))
)]
pub(crate) async fn end(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(site): At<SiteId>,
    At(person): At<PersonId, 1>,
    ask: Ask<Nothing>,
) -> Result<Response, Problem> {
    let command = Command::EndShift { person, site };
    record((&counter, &visitor), command, StatusCode::OK, &ask).await
}
