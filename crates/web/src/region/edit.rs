//! `PUT /regions/{id}`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::RegionId;
use outcry_domain::organisation::{self, Event};
use serde::Deserialize;

use super::Region;
use crate::ask::{Ask, At, Expected};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;
use crate::setting::{put, same_id};

/// A region as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegionEdit {
    /// May be left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<RegionId>,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// As it was read; If-Match is what counts.
    #[serde(default, rename = "version")]
    _version: Option<u64>,
}

/// Change a region, or make a new one: its log and its key are made with its first incident.
#[utoipa::path(
    put,
    path = "/regions/{id}",
    tag = "sites",
    params(
        ("id" = String, Path, description = "The region"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` makes a new one")
    ),
    request_body = RegionEdit,
    responses(
        (status = 200, description = "Changed", body = Region),
        (status = 201, description = "Made", body = Region)
    )
)]
pub(crate) async fn edit(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<RegionId>,
    expected: Expected,
    ask: Ask<RegionEdit>,
) -> Result<Response, Problem> {
    let edit = ask.body;
    same_id(&id, edit.id.as_ref())?;
    let region = organisation::Region {
        id: id.clone(),
        name: edit.name,
    };
    put(
        &counter,
        &visitor,
        expected,
        Event::Region(region),
        |organisation| {
            let held = organisation.regions.get(&id)?;
            Some((Region::of(held), held.version))
        },
    )
    .await
}
