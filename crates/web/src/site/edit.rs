//! `PUT /sites/{id}`.

use axum::response::Response;
use outcry_domain::organisation::{self, Event};
use outcry_domain::{Action, Organisation, RegionId, SiteId};
use serde::Deserialize;

use super::{Area, Device, PanicMode, Site};
use crate::problem::Problem;
use crate::setting::{Conditions, Edit, Put, Reader};

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
    /// With its country, such as +44 1632 960123; what stands between the digits is left out.
    #[serde(default)]
    phone: Option<String>,
    #[serde(default)]
    areas: Vec<Area>,
    #[serde(default)]
    devices: Vec<Device>,
    /// As it is, if left out; a new store is silent and counts after 800 ms.
    #[serde(default)]
    panic: Option<PanicMode>,
    /// As it was read; If-Match is what counts.
    #[serde(default, rename = "version")]
    _version: Option<u64>,
}

impl Edit for SiteEdit {
    const ACTION: Action = Action::EditSites;

    type Id = SiteId;
    type Shown = Site;

    fn named(&self) -> Option<&SiteId> {
        self.id.as_ref()
    }

    fn event(self, id: &SiteId, organisation: &Organisation) -> Result<Event, Problem> {
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
        let panic = self.panic.map(|mode| organisation::PanicMode {
            hold_ms: mode.hold_ms,
            silent: mode.silent,
        });
        let as_it_is = organisation.site(id).map(|site| site.panic);
        Ok(Event::Site(organisation::Site {
            id: id.clone(),
            name: self.name,
            region: self.region,
            timezone: self.timezone,
            address: self.address,
            phone: self.phone.as_deref().and_then(organisation::dialled),
            areas: self.areas.into_iter().map(area).collect(),
            devices: self.devices.into_iter().map(device).collect(),
            panic: panic.or(as_it_is).unwrap_or_default(),
        }))
    }

    fn shown(id: &SiteId, reader: &Reader<'_>) -> Option<(Site, u64)> {
        let held = reader.organisation.sites.get(id)?;
        Some((Site::of(held), held.version))
    }
}

/// Change a store, or make a new one.
#[utoipa::path(
    put,
    path = "/sites/{id}",
    tag = "sites",
    params(
        ("id" = String, Path, description = "The store"),
        Conditions
    ),
    request_body = SiteEdit,
    responses(
        (status = 200, description = "Changed", body = Site),
        (status = 201, description = "Made", body = Site)
    )
)]
pub(crate) async fn edit(put: Put<SiteEdit>) -> Result<Response, Problem> {
    put.record().await
}
