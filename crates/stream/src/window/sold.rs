//! A transaction near an incident, a reported item on one, and both as a context lists them.

use std::sync::Arc;

use super::bucket::{Bucket, Entry};
use super::context::{ItemMatch, Query, StockFound, Transaction, TransactionLine};
use super::item::KnownItem;
use super::search::Wanted;
use super::similar::NAME_CONFIDENCE_MIN;
use crate::event::{Body, Event, Line, Movement};
use crate::limits::CONTEXT_LINES_MAX;

/// A transaction of the window.
#[derive(Clone, Copy)]
pub(super) struct Sold<'a> {
    pub(super) event: Event<'a>,
    pub(super) movement: Movement,
    pub(super) till: &'a str,
    pub(super) transaction: &'a str,
    pub(super) distance_us: u64,
}

/// A reported item on one of them.
#[derive(Clone, Copy)]
pub(super) struct Hit<'a> {
    pub(super) wanted: usize,
    pub(super) sold: Sold<'a>,
    pub(super) line: Line<'a>,
    pub(super) confidence: f64,
}

impl Hit<'_> {
    pub(super) fn found(&self, query: &Query) -> ItemMatch {
        ItemMatch {
            item: query.items[self.wanted].name.clone(),
            transaction: self.sold.transaction.to_owned(),
            till: self.sold.till.to_owned(),
            at_us: self.sold.event.time_us,
            kind: self.sold.movement,
            confidence: (self.confidence * 100.0).round() / 100.0,
        }
    }
}

impl<'a> Sold<'a> {
    /// The transaction of an entry, if it is one.
    pub(super) fn read(bucket: &'a Bucket, entry: Entry, around_us: i64) -> Option<Sold<'a>> {
        let event = bucket.record(entry)?.event()?;
        let Body::Till {
            movement,
            till,
            transaction,
            ..
        } = event.body
        else {
            return None;
        };
        Some(Sold {
            event,
            movement,
            till,
            transaction,
            distance_us: event.time_us.abs_diff(around_us),
        })
    }

    /// The source and id of its event: unique, so an order by it is the same every time.
    pub(super) fn identity(&self) -> (&'a str, &'a str) {
        (self.event.source, self.event.id)
    }

    pub(super) fn listed(&self) -> Transaction {
        let Body::Till {
            movement,
            transaction,
            currency,
            total_minor,
            lines,
            ..
        } = self.event.body
        else {
            unreachable!("only till events are taken for transactions")
        };
        let sum = || {
            lines.iter().fold(0_i64, |sum, line| {
                sum.saturating_add(line.quantity.saturating_mul(line.unit_minor))
            })
        };
        let listed = |line: Line<'_>| TransactionLine {
            sku: line.sku.to_owned(),
            name: line.name.to_owned(),
            quantity: line.quantity,
            unit_minor: line.unit_minor,
        };
        Transaction {
            id: transaction.to_owned(),
            kind: movement,
            at_us: self.event.time_us,
            total_minor: total_minor.unwrap_or_else(sum),
            currency: currency.map(str::to_owned),
            lines: lines.iter().take(CONTEXT_LINES_MAX).map(listed).collect(),
        }
    }
}

pub(super) fn known_as<'k>(wanted: &Wanted, known: &'k [Arc<KnownItem>]) -> Option<&'k KnownItem> {
    let by_sku = known.iter().find(|item| wanted.has_sku(&item.sku));
    let by_name = || {
        let scored = known
            .iter()
            .filter_map(|item| Some((wanted.likeness(item.name()?), item)));
        let best = scored.max_by(|left, right| {
            left.0
                .total_cmp(&right.0)
                .then_with(|| right.1.sku.cmp(&left.1.sku))
        });
        best.filter(|(confidence, _)| *confidence >= NAME_CONFIDENCE_MIN)
            .map(|(_, item)| item)
    };
    by_sku.or_else(by_name).map(|item| &**item)
}

pub(super) fn from_known(item: &KnownItem) -> StockFound {
    StockFound {
        sku: item.sku.to_string(),
        name: item.name().map(str::to_owned),
        price_minor: item.price_minor(),
        location: item.area().map(str::to_owned),
        level: item.level(),
    }
}

pub(super) fn from_line(line: Line<'_>) -> StockFound {
    StockFound {
        sku: line.sku.to_owned(),
        name: (!line.name.is_empty()).then(|| line.name.to_owned()),
        price_minor: Some(line.unit_minor),
        location: None,
        level: None,
    }
}
