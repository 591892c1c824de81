//! Time ranges at sites that somebody wants to hear about when an event comes into them later. It
//! never knows what the token stands for.

mod ranges;

use std::collections::{HashMap, VecDeque};

use uuid::Uuid;

use crate::error::Error;
use crate::event::{Body, Kind};
use crate::limits::{WATCHES_MAX, WATCHES_PER_SITE_MAX};
use crate::record::Record;
use crate::window::{ItemWanted, Wanted, Words};
use ranges::Ranges;

/// Events came into a watched range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late {
    /// Whose range it is.
    pub token: Uuid,
    /// What came, since the token was last returned.
    pub weight: Weight,
}

/// How much late events say about an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Only what goes on all day: sales of other articles, stock levels, footfall.
    Routine,
    /// Also a refund, a void, an opened drawer, a camera mark, a shift change or a watched article.
    Telling,
}

/// A range and what is looked for in it.
#[derive(Debug)]
struct Watch {
    from_us: i64,
    until_us: i64,
    expires_us: i64,
    token: Uuid,
    items: Vec<Wanted>,
}

/// A site's watches by what they wait to tell; most events have to look at few of them.
#[derive(Debug, Default)]
struct Site {
    quiet: Ranges,
    routine: Ranges,
    telling: Ranges,
}

/// All ranges, and the tokens that wait to be told.
#[derive(Debug, Default)]
pub(crate) struct Watches {
    sites: HashMap<Box<str>, Site>,
    count: usize,
    waiting: VecDeque<(Box<str>, Uuid)>,
}

impl Watches {
    /// Watches a range, both ends included, until it expires; the same token at the same site is moved to
    /// the new range.
    pub(crate) fn add(
        &mut self,
        site: &str,
        from_us: i64,
        until_us: i64,
        expires_us: i64,
        token: Uuid,
        items: &[ItemWanted],
    ) -> Result<(), Error> {
        self.remove(site, token);
        let watches = self.sites.entry(site.into()).or_default();
        for (found, limit) in [
            (watches.len(), WATCHES_PER_SITE_MAX),
            (self.count, WATCHES_MAX),
        ] {
            if found >= limit {
                return Err(Error::TooManyWatches { limit });
            }
        }
        watches.quiet.add(Watch {
            from_us,
            until_us,
            expires_us,
            token,
            items: Wanted::of(items),
        });
        self.count += 1;
        Ok(())
    }

    pub(crate) fn remove(&mut self, site: &str, token: Uuid) {
        self.keep(site, |watch| watch.token != token);
    }

    /// Stops watching what has expired at `now_us`.
    pub(crate) fn forget(&mut self, now_us: i64) {
        let sites: Vec<Box<str>> = self.sites.keys().cloned().collect();
        for site in sites {
            self.keep(&site, |watch| watch.expires_us > now_us);
        }
    }

    fn keep(&mut self, site: &str, wanted: impl Fn(&Watch) -> bool) {
        let Some(watches) = self.sites.get_mut(site) else {
            return;
        };
        let before = watches.len();
        for ranges in watches.all() {
            ranges.keep(&wanted);
        }
        self.count -= before - watches.len();
        if watches.len() == 0 {
            self.sites.remove(site);
        }
    }

    /// Sees an event that has become durable; whether a token now waits because of it.
    pub(crate) fn see(&mut self, record: &Record<'_>) -> bool {
        if self.count == 0 {
            return false;
        }
        let Some(watches) = self.sites.get_mut(record.site) else {
            return false;
        };
        let before = self.waiting.len();
        let mut news = News::of(record);
        let waiting = &mut self.waiting;
        let told = watches.quiet.take(record.time_us, |_| true);
        for watch in told {
            waiting.push_back((record.site.into(), watch.token));
            match news.weight(&watch) {
                Weight::Routine => watches.routine.add(watch),
                Weight::Telling => watches.telling.add(watch),
            }
        }
        // What only waits to tell of routine may have more to tell now.
        let told = watches.routine.take(record.time_us, |watch| {
            news.weight(watch) == Weight::Telling
        });
        told.into_iter()
            .for_each(|watch| watches.telling.add(watch));
        self.waiting.len() > before
    }

    /// The token that waited longest. From now on its next event makes it wait again.
    pub(crate) fn next(&mut self) -> Option<Late> {
        loop {
            let (site, token) = self.waiting.pop_front()?;
            // Gone if it was removed, forgotten or moved meanwhile.
            let Some(watches) = self.sites.get_mut(&site) else {
                continue;
            };
            let told = [
                (Weight::Telling, watches.telling.remove(token)),
                (Weight::Routine, watches.routine.remove(token)),
            ];
            for (weight, watch) in told {
                if let Some(watch) = watch {
                    watches.quiet.add(watch);
                    return Some(Late { token, weight });
                }
            }
        }
    }
}

impl Site {
    fn all(&mut self) -> [&mut Ranges; 3] {
        [&mut self.quiet, &mut self.routine, &mut self.telling]
    }

    fn len(&self) -> usize {
        self.quiet.len() + self.routine.len() + self.telling.len()
    }
}

/// An event, read as far as the watches that it concerns ask.
struct News<'a> {
    record: &'a Record<'a>,
    is_telling: bool,
    /// Article number and words of each line.
    lines: Option<Vec<(&'a str, Words)>>,
}

impl<'a> News<'a> {
    fn of(record: &'a Record<'a>) -> News<'a> {
        let is_telling = match record.kind {
            Kind::Refund | Kind::Void | Kind::NoSale => true,
            Kind::CameraMark | Kind::ShiftStart | Kind::ShiftEnd => true,
            Kind::Sale | Kind::StockLevel | Kind::ItemLocation | Kind::Footfall => false,
        };
        News {
            record,
            is_telling,
            lines: None,
        }
    }

    fn weight(&mut self, watch: &Watch) -> Weight {
        if self.is_telling || (!watch.items.is_empty() && self.names_any(&watch.items)) {
            Weight::Telling
        } else {
            Weight::Routine
        }
    }

    fn names_any(&mut self, items: &[Wanted]) -> bool {
        let record = self.record;
        let lines =
            self.lines
                .get_or_insert_with(|| match record.event().map(|event| event.body) {
                    Some(Body::Till { lines, .. }) => lines
                        .iter()
                        .map(|line| (line.sku, Words::of(line.name)))
                        .collect(),
                    _ => Vec::new(),
                });
        lines
            .iter()
            .any(|(sku, name)| items.iter().any(|item| item.is(sku, name)))
    }
}

#[cfg(test)]
mod tests;
