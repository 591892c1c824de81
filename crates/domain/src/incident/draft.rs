//! What somebody sends, and what the log keeps of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ActorId, AreaId, Category, DeviceId, PersonId, Personal, RegionId, SiteId, Time};

/// How a report came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the documentation
pub enum Channel {
    Terminal,
    Phone,
    #[default]
    Api,
    Mail,
    Portal,
    Button,
    Panel,
}

impl Channel {
    /// The name in the API and the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Terminal => "terminal",
            Channel::Phone => "phone",
            Channel::Api => "api",
            Channel::Mail => "mail",
            Channel::Portal => "portal",
            Channel::Button => "button",
            Channel::Panel => "panel",
        }
    }
}

/// An answer as it came in: the template says what it means.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the names are the documentation
pub enum Given {
    Flag(bool),
    Number(i64),
    Word(String),
    Words(Vec<String>),
}

/// An answer as the log keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[allow(missing_docs)] // the names are the documentation
pub enum Answer {
    Flag(bool),
    Number(i64),
    Choice(String),
    Many(Vec<String>),
    Text(Personal),
}

/// Something taken, damaged or refunded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The stock code, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// What it is called.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// What one is worth, in the smallest unit of the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_minor: Option<i64>,
}

/// What the rules need to know of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Flags {
    /// A weapon was seen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub weapon: bool,
    /// Somebody is hurt.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub injury: bool,
    /// Force was used.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub violence: bool,
    /// They are still here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub still_here: bool,
}

/// What somebody sent.
#[derive(Debug, Clone)]
#[allow(missing_docs)] // the fields carry the names of the API
pub struct Draft {
    pub site: SiteId,
    pub category: Category,
    pub channel: Channel,
    pub occurred_at: Option<Time>,
    pub area: Option<AreaId>,
    pub device: Option<DeviceId>,
    pub reporter: Option<PersonId>,
    pub narrative: Option<Personal>,
    pub fields: BTreeMap<String, Given>,
    pub items: Vec<Item>,
    /// `None`: as the store is set.
    pub silent: Option<bool>,
    /// What of a call for help could not be read. Of anything else that is refused.
    pub left_out: Vec<String>,
}

/// What the log keeps of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // the fields carry the names of the API
pub struct Report {
    pub region: RegionId,
    pub site: SiteId,
    pub category: Category,
    pub channel: Channel,
    pub occurred_at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// Who says so: the person named, else whoever sent it.
    pub reporter: ActorId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub narrative: Option<Personal>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Answer>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Item>,
    #[serde(default)]
    pub flags: Flags,
    pub silent: bool,
    /// What of a call for help could not be read, or did not fit and was put right or left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

impl Report {
    /// What was lost, in the smallest unit of the currency: the sum of the items that have a value.
    pub fn loss_minor(&self) -> Option<i64> {
        self.items
            .iter()
            .filter_map(|item| Some(item.value_minor?.saturating_mul(i64::from(item.quantity))))
            .reduce(i64::saturating_add)
    }
}
