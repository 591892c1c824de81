//! `PUT /regions/{id}`.

use axum::response::Response;
use outcry_domain::organisation::{self, Event};
use outcry_domain::{Action, Organisation, RegionId};
use serde::Deserialize;

use super::Region;
use crate::problem::Problem;
use crate::setting::{Conditions, Edit, Put, Reader};

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

impl Edit for RegionEdit {
    const ACTION: Action = Action::EditSites;

    type Id = RegionId;
    type Shown = Region;

    fn named(&self) -> Option<&RegionId> {
        self.id.as_ref()
    }

    fn event(self, id: &RegionId, _: &Organisation) -> Result<Event, Problem> {
        Ok(Event::Region(organisation::Region {
            id: id.clone(),
            name: self.name,
        }))
    }

    fn shown(id: &RegionId, reader: &Reader<'_>) -> Option<(Region, u64)> {
        let held = reader.organisation.regions.get(id)?;
        Some((Region::of(held), held.version))
    }
}

/// Change a region, or make a new one: its log and its key are made with its first incident.
#[utoipa::path(
    put,
    path = "/regions/{id}",
    tag = "sites",
    params(
        ("id" = String, Path, description = "The region"),
        Conditions
    ),
    request_body = RegionEdit,
    responses(
        (status = 200, description = "Changed", body = Region),
        (status = 201, description = "Made", body = Region)
    )
)]
pub(crate) async fn edit(put: Put<RegionEdit>) -> Result<Response, Problem> {
    put.record().await
}
