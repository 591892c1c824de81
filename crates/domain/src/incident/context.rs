//! What the house knew around the time: tills, cameras, rota, stock. Copied into the incident's
//! facts with its source, its time and its clock error; never a pointer to what may be gone.

use serde::{Deserialize, Serialize};

use crate::{AreaId, DeviceId, PersonId, Time};

/// Live context of an incident.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)] // the fields carry the names of the API
pub struct Context {
    /// The stretch of time that was looked at.
    pub window: Span,
    pub tills: Vec<Till>,
    /// Transactions of that stretch that are not listed, because there are too many.
    #[serde(skip_serializing_if = "none")]
    pub omitted: u32,
    pub matches: Vec<Match>,
    pub cameras: Vec<Camera>,
    pub on_shift: Vec<OnShift>,
    pub stock: Vec<Stock>,
    /// People counted in that stretch, where a counter reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footfall: Option<u32>,
    pub sources: Vec<Source>,
    pub taken_at: Time,
    /// How many events arrived after the context was first taken.
    pub late: u32,
}

fn none(number: &u32) -> bool {
    *number == 0
}

/// From, and up to but without, until.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Span {
    pub from: Time,
    pub until: Time,
}

/// One till and what it did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Till {
    pub till: DeviceId,
    /// How far its clock is ahead of ours (negative: behind), as far as we can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_error_ms: Option<i64>,
    pub transactions: Vec<Transaction>,
}

/// What a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum TransactionKind {
    Sale,
    Refund,
    Void,
    NoSale,
}

/// One transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Transaction {
    pub id: String,
    pub kind: TransactionKind,
    pub at: Time,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_minor: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
}

/// One line of a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Line {
    pub sku: String,
    pub name: String,
    pub quantity: i64,
    pub unit_minor: i64,
}

/// A reported item that a transaction contains.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Match {
    pub item: String,
    pub transaction: String,
    pub till: DeviceId,
    pub at: Time,
    pub kind: TransactionKind,
    /// 0 to 1.
    pub confidence: f64,
}

/// A camera that sees the area, and what to look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Camera {
    pub camera: DeviceId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    pub from: Time,
    pub until: Time,
}

/// Somebody at work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OnShift {
    pub id: PersonId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    pub since: Time,
}

/// Price, place and level of an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Stock {
    pub sku: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_minor: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<i64>,
}

/// Where events came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Source {
    pub source: String,
    pub events: u32,
    pub last_at: Time,
    pub late: u32,
}
