//! Stores, their areas and devices.

mod edit;
mod list;
mod read;

use outcry_domain::SiteId;
use outcry_domain::organisation::{self, DeviceKind, Versioned};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::house::Shared;

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(read::read, edit::edit))
}

/// A store.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct Site {
    #[schema(value_type = String, example = "leeds-012")]
    id: SiteId,
    #[schema(example = "Leeds Briggate")]
    name: String,
    region: String,
    /// IANA time zone.
    #[schema(example = "Europe/London")]
    timezone: String,
    /// Where help must drive to.
    address: Option<String>,
    /// Where the store is rung, as E.164 writes it.
    #[schema(example = "+441632960123")]
    phone: Option<String>,
    areas: Vec<Area>,
    devices: Vec<Device>,
    panic: PanicMode,
    /// Goes up with every change; the ETag.
    version: u64,
}

/// A part of a store.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Area {
    #[schema(value_type = String)]
    id: outcry_domain::AreaId,
    name: String,
}

/// A device in a store.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Device {
    #[schema(value_type = String)]
    id: outcry_domain::DeviceId,
    name: String,
    #[schema(value_type = String, pattern = "^(terminal|till|camera|button)$")]
    kind: DeviceKind,
    /// Where it stands.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    area: Option<outcry_domain::AreaId>,
    /// For a camera: the areas it sees.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    covers: Vec<outcry_domain::AreaId>,
}

/// How the panic button behaves.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PanicMode {
    /// How long it is held before it counts.
    #[schema(minimum = 500, maximum = 1500)]
    hold_ms: u32,
    /// Whether nothing in the shop shows or sounds after a call for help, unless the call itself says otherwise.
    silent: bool,
}

impl Site {
    pub(crate) fn of(held: &Versioned<organisation::Site>) -> Self {
        let site = &held.value;
        Self {
            id: site.id.clone(),
            name: site.name.clone(),
            region: site.region.to_string(),
            timezone: site.timezone.clone(),
            address: site.address.clone(),
            phone: site.phone.clone(),
            areas: site
                .areas
                .iter()
                .map(|area| Area {
                    id: area.id.clone(),
                    name: area.name.clone(),
                })
                .collect(),
            devices: site
                .devices
                .iter()
                .map(|device| Device {
                    id: device.id.clone(),
                    name: device.name.clone(),
                    kind: device.kind,
                    area: device.area.clone(),
                    covers: device.covers.clone(),
                })
                .collect(),
            panic: PanicMode {
                hold_ms: site.panic.hold_ms,
                silent: site.panic.silent,
            },
            version: held.version,
        }
    }
}
