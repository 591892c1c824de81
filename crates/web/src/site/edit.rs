//! `PUT /sites/{id}`.

use axum::extract::State;
use axum::response::Response;
use outcry_domain::organisation::{self, Event};
use outcry_domain::{RegionId, SiteId};
use serde::Deserialize;

use super::{Area, Device, PanicMode, Site};
use crate::ask::{Ask, At, Expected};
use crate::house::Shared;
use crate::problem::Problem;
use crate::session::Visitor;
use crate::setting::{put, same_id};

/// A store as it shall be.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteEdit {
    /// May be left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    id: Option<SiteId>,
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// A region that exists.
    #[schema(value_type = String)]
    region: RegionId,
    /// IANA time zone.
    #[schema(example = "Europe/London")]
    timezone: String,
    #[serde(default)]
    address: Option<String>,
    #[serde(default)]
    areas: Vec<Area>,
    #[serde(default)]
    devices: Vec<Device>,
    #[serde(default)]
    panic: Option<PanicMode>,
    /// As it was read; If-Match is what counts.
    #[serde(default, rename = "version")]
    _version: Option<u64>,
}

/// Change a store, or make a new one.
#[utoipa::path(
    put,
    path = "/sites/{id}",
    tag = "sites",
    params(
        ("id" = String, Path, description = "The store"),
        ("If-Match" = Option<String>, Header, description = "The ETag that was read"),
        ("If-None-Match" = Option<String>, Header, description = "`*` makes a new one")
    ),
    request_body = SiteEdit,
    responses(
        (status = 200, description = "Changed", body = Site),
        (status = 201, description = "Made", body = Site)
    )
)]
pub(crate) async fn edit(
    State(counter): State<Shared>,
    visitor: Visitor,
    At(id): At<SiteId>,
    expected: Expected,
    ask: Ask<SiteEdit>,
) -> Result<Response, Problem> {
    same_id(&id, ask.body.id.as_ref())?;
    let event = Event::Site(site(id.clone(), ask.body));
    put(&counter, &visitor, expected, event, |organisation| {
        let held = organisation.sites.get(&id)?;
        Some((Site::of(held), held.version))
    })
    .await
}

fn site(id: SiteId, edit: SiteEdit) -> organisation::Site {
    let area = |area: Area| organisation::Area {
        id: area.id,
        name: area.name,
    };
    let device = |device: Device| organisation::Device {
        id: device.id,
        name: device.name,
        kind: device.kind,
        area: device.area,
        covers: device.covers,
    };
    let panic = edit.panic.map(|mode| organisation::PanicMode {
        hold_ms: mode.hold_ms,
        silent: mode.silent,
    });
    organisation::Site {
        id,
        name: edit.name,
        region: edit.region,
        timezone: edit.timezone,
        address: edit.address,
        areas: edit.areas.into_iter().map(area).collect(),
        devices: edit.devices.into_iter().map(device).collect(),
        panic: panic.unwrap_or_default(),
    }
}
