//! Regions, stores, and what stands in them.

use serde::{Deserialize, Serialize};

use crate::{AreaId, DeviceId, RegionId, SiteId};

/// A region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// Its id, which is also the name of its log.
    pub id: RegionId,
    /// What people call it.
    pub name: String,
}

/// A store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// What people call it.
    pub name: String,
    /// Where it belongs.
    pub region: RegionId,
    /// IANA time zone, such as `Europe/London`.
    pub timezone: String,
    /// Where help must drive to.
    #[serde(default)]
    pub address: Option<String>,
    /// Where the store is rung, as E.164 writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Its areas.
    pub areas: Vec<Area>,
    /// Its devices.
    pub devices: Vec<Device>,
    /// How its panic button behaves.
    pub panic: PanicMode,
}

/// A part of a store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Its id, unique in the store.
    pub id: AreaId,
    /// What people call it.
    pub name: String,
}

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the documentation
pub enum DeviceKind {
    Terminal,
    Till,
    Camera,
    Button,
}

/// A device in a store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Its id, unique in the store.
    pub id: DeviceId,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub kind: DeviceKind,
    /// Where it stands.
    #[serde(default)]
    pub area: Option<AreaId>,
    /// For a camera: the areas it sees.
    #[serde(default)]
    pub covers: Vec<AreaId>,
}

/// How the panic button of a store behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanicMode {
    /// How long it is held before it counts: 500 to 1500 ms.
    pub hold_ms: u32,
    /// Nothing in the shop shows or sounds.
    pub silent: bool,
}

/// How it is where nobody has said anything: silent, for a siren beside a knife can kill.
impl Default for PanicMode {
    fn default() -> Self {
        Self {
            hold_ms: 800,
            silent: true,
        }
    }
}
