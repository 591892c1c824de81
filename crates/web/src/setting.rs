//! Changes of settings: one way for all nouns. The ledger decides, by the version that was read.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use outcry_domain::Organisation;
use outcry_domain::organisation::{Command, Event};
use serde::Serialize;

use crate::ask::{Expected, etag};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;

/// Puts a noun in place and answers with it as it then stands.
pub(crate) async fn put<T: Serialize>(
    counter: &Shared,
    visitor: &Visitor,
    Expected(expected): Expected,
    event: Event,
    read: impl FnOnce(&Organisation) -> Option<(T, u64)>,
) -> Result<Response, Problem> {
    let command = Command::Put {
        event,
        expected: Some(expected),
    };
    let moment = counter.moment(&visitor.actor);
    counter.house.ledger.configure(command, &moment).await?;
    let status = if expected == 0 {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let found = read(&counter.house.ledger.organisation());
    Ok((status, show(found)?).into_response())
}

/// A noun with its version as ETag.
pub(crate) fn show<T: Serialize>(found: Option<(T, u64)>) -> Result<Response, Problem> {
    let (value, version) = found
        .ok_or_else(|| Problem::not_found("it does not exist, or lies beyond what you may see"))?;
    Ok(([etag(version)], Json(value)).into_response())
}

/// The id in the body may be left out; if it is there it must be that of the address.
pub(crate) fn same_id<T: PartialEq>(address: &T, body: Option<&T>) -> Result<(), Problem> {
    match body {
        Some(id) if id != address => Err(Problem::field(
            "/id",
            "must be the id in the address, or be left out",
        )),
        _ => Ok(()),
    }
}
