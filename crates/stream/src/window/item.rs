//! What is known of a site's articles: latest price, level and place. An older event that comes late
//! never overwrites a newer one.

use std::collections::HashMap;
use std::sync::Arc;

use super::context::ItemWanted;
use crate::event::Body;
use crate::limits::ITEMS_PER_SITE_MAX;
use crate::record::Record;

/// A value and the time of the event that said so.
type Dated<T> = Option<(i64, T)>;

/// One article.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownItem {
    pub(crate) sku: Box<str>,
    name: Dated<Box<str>>,
    price_minor: Dated<i64>,
    level: Dated<i64>,
    area: Dated<Box<str>>,
    newest_us: i64,
}

impl KnownItem {
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_ref().map(|(_, name)| &**name)
    }

    pub(crate) fn price_minor(&self) -> Option<i64> {
        self.price_minor.map(|(_, price)| price)
    }

    pub(crate) fn level(&self) -> Option<i64> {
        self.level.map(|(_, level)| level)
    }

    pub(crate) fn area(&self) -> Option<&str> {
        self.area.as_ref().map(|(_, area)| &**area)
    }
}

/// All articles of a site, by article number.
#[derive(Debug, Default)]
pub(super) struct Items {
    known: HashMap<Box<str>, Arc<KnownItem>>,
}

impl Items {
    /// Takes in a stock level or a place.
    pub(super) fn learn(&mut self, record: &Record<'_>) {
        let body = record.event().map(|event| event.body);
        let (sku, name, price_minor, level, area) = match body {
            Some(Body::StockLevel {
                sku,
                name,
                level,
                price_minor,
            }) => (sku, name, price_minor, Some(level), None),
            Some(Body::ItemLocation {
                sku,
                name,
                area,
                price_minor,
            }) => (sku, name, price_minor, None, Some(area)),
            _ => return,
        };
        if !self.known.contains_key(sku) && self.known.len() >= ITEMS_PER_SITE_MAX {
            self.forget_older_half();
        }
        let item = Arc::make_mut(self.known.entry(sku.into()).or_default());
        let time_us = record.time_us;
        item.sku = sku.into();
        item.newest_us = item.newest_us.max(time_us);
        renew(&mut item.name, time_us, name.map(Into::into));
        renew(&mut item.price_minor, time_us, price_minor);
        renew(&mut item.level, time_us, level);
        renew(&mut item.area, time_us, area.map(Into::into));
    }

    /// The articles that could be the wanted ones: those with their numbers, or all if one goes by name.
    pub(super) fn wanted(&self, wanted: &[ItemWanted]) -> Vec<Arc<KnownItem>> {
        let by_sku = |item: &ItemWanted| self.known.get(item.sku.as_deref()?.trim());
        let found: Option<Vec<_>> = wanted.iter().map(|item| by_sku(item).cloned()).collect();
        found.unwrap_or_else(|| self.known.values().cloned().collect())
    }

    fn forget_older_half(&mut self) {
        let mut times: Vec<i64> = self.known.values().map(|item| item.newest_us).collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        self.known.retain(|_, item| item.newest_us > median);
    }
}

fn renew<T>(slot: &mut Dated<T>, time_us: i64, value: Option<T>) {
    if let Some(value) = value
        && slot
            .as_ref()
            .is_none_or(|(known_us, _)| *known_us <= time_us)
    {
        *slot = Some((time_us, value));
    }
}
