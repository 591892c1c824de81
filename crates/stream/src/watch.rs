//! Time ranges at sites that somebody wants to hear about when an event comes into them later. It
//! never knows what the token stands for.

use std::collections::{HashMap, VecDeque};

use uuid::Uuid;

use crate::error::Error;
use crate::limits::{WATCHES_MAX, WATCHES_PER_SITE_MAX};
use crate::record::Record;

#[derive(Debug)]
struct Watch {
    from_us: i64,
    until_us: i64,
    token: Uuid,
    /// Whether the token waits to be told already; telling it twice would say no more.
    is_waiting: bool,
}

/// All ranges, and the tokens that wait to be told.
#[derive(Debug, Default)]
pub(crate) struct Watches {
    sites: HashMap<Box<str>, Vec<Watch>>,
    count: usize,
    waiting: VecDeque<(Box<str>, Uuid)>,
}

impl Watches {
    /// Watches a range, both ends included; the same token at the same site is moved to the new range.
    pub(crate) fn add(
        &mut self,
        site: &str,
        from_us: i64,
        until_us: i64,
        token: Uuid,
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
        watches.push(Watch {
            from_us,
            until_us,
            token,
            is_waiting: false,
        });
        self.count += 1;
        Ok(())
    }

    pub(crate) fn remove(&mut self, site: &str, token: Uuid) {
        self.keep(site, |watch| watch.token != token);
    }

    /// Stops watching ranges that no event can come into any more.
    pub(crate) fn forget(&mut self, before_us: i64) {
        let sites: Vec<Box<str>> = self.sites.keys().cloned().collect();
        for site in sites {
            self.keep(&site, |watch| watch.until_us >= before_us);
        }
    }

    fn keep(&mut self, site: &str, wanted: impl FnMut(&Watch) -> bool) {
        let Some(watches) = self.sites.get_mut(site) else {
            return;
        };
        let before = watches.len();
        watches.retain(wanted);
        self.count -= before - watches.len();
        if watches.is_empty() {
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
        let mut is_news = false;
        for watch in watches {
            if !watch.is_waiting && (watch.from_us..=watch.until_us).contains(&record.time_us) {
                watch.is_waiting = true;
                self.waiting.push_back((record.site.into(), watch.token));
                is_news = true;
            }
        }
        is_news
    }

    /// The token that waited longest. From now on its next event makes it wait again.
    pub(crate) fn next(&mut self) -> Option<Uuid> {
        loop {
            let (site, token) = self.waiting.pop_front()?;
            let watches = self.sites.get_mut(&site).into_iter().flatten();
            // Gone if it was removed or forgotten meanwhile.
            if let Some(watch) = watches
                .into_iter()
                .find(|watch| watch.token == token && watch.is_waiting)
            {
                watch.is_waiting = false;
                return Some(token);
            }
        }
    }
}
