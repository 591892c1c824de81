//! What was going on around an incident, as the API writes it.

use outcry_domain::Organisation;
use outcry_domain::incident::context::{self, TransactionKind};
use serde::Serialize;

use super::super::shape::one_of;
use crate::ask::Rfc3339;
use crate::shift::OnShift;

/// Live context: copied into the incident with its source, its time and its clock error.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Context {
    tills: Vec<Till>,
    /// Transactions that are not listed: of more than 60 those with a reported item are, then refunds, voids and
    /// opened drawers, then sales, the nearest in time first.
    omitted: u32,
    matches: Vec<Match>,
    cameras: Vec<Camera>,
    on_shift: Vec<OnShift>,
    stock: Vec<Stock>,
    /// People counted, where a counter reports.
    footfall: Option<u32>,
    window: Window,
    sources: Vec<Source>,
    taken_at: Rfc3339,
    /// Events that arrived after the context was first taken.
    late: u32,
}

/// One till and what it did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Till {
    till: String,
    /// How far its clock is ahead of ours; negative is behind.
    clock_error_ms: Option<i64>,
    transactions: Vec<Transaction>,
}

/// One transaction.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Transaction {
    id: String,
    #[schema(schema_with = kind_schema)]
    kind: TransactionKind,
    at: Rfc3339,
    total_minor: Option<i64>,
    currency: Option<String>,
    lines: Vec<Line>,
}

/// One line of a transaction.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Line {
    sku: String,
    name: String,
    quantity: i64,
    unit_minor: i64,
}

/// A reported item that a transaction contains.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Match {
    item: String,
    transaction: String,
    till: String,
    at: Rfc3339,
    #[schema(schema_with = kind_schema)]
    kind: TransactionKind,
    /// 0 to 1.
    confidence: f64,
}

/// A camera that sees the area, and what to look at.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Camera {
    camera: String,
    name: String,
    area: Option<String>,
    from: Rfc3339,
    until: Rfc3339,
}

/// Price, place and level of an item.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Stock {
    sku: String,
    name: String,
    price_minor: Option<i64>,
    location: Option<String>,
    level: Option<i64>,
}

/// The stretch of time that was looked at.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Window {
    from: Rfc3339,
    until: Rfc3339,
}

/// Where events came from.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Source {
    source: String,
    events: u32,
    last_at: Rfc3339,
    late: u32,
}

fn kind_schema() -> utoipa::openapi::schema::Object {
    one_of(["sale", "refund", "void", "no_sale"])
}

impl Context {
    pub(super) fn of(found: &context::Context, organisation: &Organisation) -> Self {
        Self {
            tills: found.tills.iter().map(till).collect(),
            omitted: found.omitted,
            matches: found
                .matches
                .iter()
                .map(|m| Match {
                    item: m.item.clone(),
                    transaction: m.transaction.clone(),
                    till: m.till.to_string(),
                    at: m.at.into(),
                    kind: m.kind,
                    confidence: m.confidence,
                })
                .collect(),
            cameras: found
                .cameras
                .iter()
                .map(|camera| Camera {
                    camera: camera.camera.to_string(),
                    name: camera.name.clone(),
                    area: camera.area.as_ref().map(ToString::to_string),
                    from: camera.from.into(),
                    until: camera.until.into(),
                })
                .collect(),
            on_shift: found
                .on_shift
                .iter()
                .map(|person| OnShift::of(person, organisation))
                .collect(),
            stock: found.stock.iter().map(stock).collect(),
            footfall: found.footfall,
            window: Window {
                from: found.window.from.into(),
                until: found.window.until.into(),
            },
            sources: found
                .sources
                .iter()
                .map(|source| Source {
                    source: source.source.clone(),
                    events: source.events,
                    last_at: source.last_at.into(),
                    late: source.late,
                })
                .collect(),
            taken_at: found.taken_at.into(),
            late: found.late,
        }
    }
}

fn till(till: &context::Till) -> Till {
    let line = |line: &context::Line| Line {
        sku: line.sku.clone(),
        name: line.name.clone(),
        quantity: line.quantity,
        unit_minor: line.unit_minor,
    };
    Till {
        till: till.till.to_string(),
        clock_error_ms: till.clock_error_ms,
        transactions: till
            .transactions
            .iter()
            .map(|transaction| Transaction {
                id: transaction.id.clone(),
                kind: transaction.kind,
                at: transaction.at.into(),
                total_minor: transaction.total_minor,
                currency: transaction.currency.clone(),
                lines: transaction.lines.iter().map(line).collect(),
            })
            .collect(),
    }
}

fn stock(stock: &context::Stock) -> Stock {
    Stock {
        sku: stock.sku.clone(),
        name: stock.name.clone(),
        price_minor: stock.price_minor,
        location: stock.location.clone(),
        level: stock.level,
    }
}
