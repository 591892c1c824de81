//! Puts a context together from the events around an incident and from what is known of the site.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::bucket::{Bucket, Entry};
use super::clock;
use super::context::{Camera, CameraView, Context, Query, SourceSeen, StockFound, TillContext};
use super::item::KnownItem;
use super::nearest::Nearest;
use super::search::Search;
use super::shift::{self, Change};
use super::sold::{Hit, Sold, from_known, from_line, known_as};
use crate::event::{Body, Kind, Movement};
use crate::limits::{CONTEXT_CAMERAS_MAX, CONTEXT_MATCHES_MAX, CONTEXT_TRANSACTIONS_MAX};
use crate::record::{Device, Record, StoredLine};

/// What a site knows beside the events of the window.
pub(crate) struct Surroundings {
    pub(crate) changes: Vec<Change>,
    pub(crate) items: Vec<Arc<KnownItem>>,
    pub(crate) sources: Vec<SourceSeen>,
}

impl Surroundings {
    /// The answer to `query` from stretches of its site's events, which may come in any order and hold
    /// other times. Every event is looked at, but only by its entry; what is listed is read.
    pub(crate) fn context(
        mut self,
        query: &Query,
        buckets: &[Arc<Bucket>],
        taken_at_us: i64,
    ) -> Context {
        let mut found = Found::new(query);
        // The nearest first, so that few of the others are kept for a while.
        let mut nearest: Vec<&Bucket> = buckets.iter().map(|bucket| &**bucket).collect();
        nearest.sort_by_key(|bucket| bucket.distance_us(query.around_us));
        nearest.into_iter().for_each(|bucket| found.walk(bucket));
        let matches = found.best_matches();
        let (tills, omitted) = found.tills(&matches);
        Context {
            tills,
            cameras: found.cameras(),
            on_shift: shift::on_shift(&mut self.changes),
            stock: found.stock(&self.items, &matches),
            matches: matches.iter().map(|hit| hit.found(query)).collect(),
            footfall: found.footfall,
            from_us: query.from_us(),
            until_us: query.until_us(),
            late: found.sources.values().map(|seen| seen.late).sum(),
            sources: found.sources(self.sources),
            taken_at_us,
            omitted,
        }
    }
}

/// A till event that may be listed.
#[derive(Clone, Copy)]
struct Place<'a> {
    bucket: &'a Bucket,
    entry: Entry,
}

impl<'a> Place<'a> {
    fn read(self, query: &Query) -> Option<Sold<'a>> {
        Sold::read(self.bucket, self.entry, query.around_us)
    }
}

/// A reported item on one.
struct Likely<'a> {
    place: Place<'a>,
    wanted: usize,
    confidence: f64,
    line: StoredLine<'a>,
}

/// One source and device within one stretch.
struct Tally<'a> {
    source: &'a str,
    device: Device<'a>,
    till: usize,
    events: u32,
    late: u32,
    last_at_us: i64,
}

struct Found<'a> {
    query: &'a Query,
    search: Search<'a>,
    transactions: usize,
    /// By whether it is a sale, then by distance.
    listed: Nearest<(bool, u64), Place<'a>>,
    /// Surest first, then by distance.
    likely: Nearest<(Reverse<u64>, u64), Likely<'a>>,
    tills: HashMap<&'a str, usize>,
    delays_ms: Vec<Vec<i32>>,
    marked: HashSet<&'a str>,
    footfall: Option<u64>,
    sources: BTreeMap<&'a str, SourceSeen>,
}

impl<'a> Found<'a> {
    fn new(query: &'a Query) -> Found<'a> {
        Found {
            query,
            search: Search::new(query),
            transactions: 0,
            listed: Nearest::new(CONTEXT_TRANSACTIONS_MAX),
            likely: Nearest::new(CONTEXT_MATCHES_MAX),
            tills: HashMap::new(),
            delays_ms: Vec::new(),
            marked: HashSet::new(),
            footfall: None,
            sources: BTreeMap::new(),
        }
    }

    fn walk(&mut self, bucket: &'a Bucket) {
        let range = self.query.from_us()..=self.query.until_us();
        let mut tallies: Vec<Tally<'a>> = bucket
            .parties()
            .map(|(source, device)| self.tally(source, device))
            .collect();
        for entry in bucket.entries() {
            let time_us = bucket.time_us(*entry);
            let Some(tally) = tallies.get_mut(entry.party as usize) else {
                continue;
            };
            if !range.contains(&time_us) {
                continue;
            }
            tally.events += 1;
            tally.late += u32::from(entry.is_late());
            tally.last_at_us = tally.last_at_us.max(time_us);
            let place = Place {
                bucket,
                entry: *entry,
            };
            match (tally.device, entry.kind()) {
                (Device::Till(_), Some(kind)) => {
                    self.delays_ms[tally.till].push(entry.delay_ms);
                    self.sold(place, kind, time_us);
                }
                (_, Some(Kind::Footfall)) => self.count(place),
                _ => {}
            }
        }
        tallies.into_iter().for_each(|tally| self.sum_up(&tally));
    }

    fn tally(&mut self, source: &'a str, device: Device<'a>) -> Tally<'a> {
        let till = match device {
            Device::Till(till) => *self.tills.entry(till).or_insert_with(|| {
                self.delays_ms.push(Vec::new());
                self.delays_ms.len() - 1
            }),
            Device::Camera(_) | Device::None => 0,
        };
        Tally {
            source,
            device,
            till,
            events: 0,
            late: 0,
            last_at_us: i64::MIN,
        }
    }

    fn sum_up(&mut self, tally: &Tally<'a>) {
        if tally.events == 0 {
            return;
        }
        if let Device::Camera(camera) = tally.device {
            self.marked.insert(camera);
        }
        let seen = self
            .sources
            .entry(tally.source)
            .or_insert_with(|| SourceSeen {
                source: tally.source.to_owned(),
                events: 0,
                last_at_us: tally.last_at_us,
                late: 0,
            });
        seen.events += tally.events;
        seen.late += tally.late;
        seen.last_at_us = seen.last_at_us.max(tally.last_at_us);
    }

    fn count(&mut self, place: Place<'_>) {
        let event = place.bucket.record(place.entry).and_then(Record::event);
        if let Some(Body::Footfall { count }) = event.map(|event| event.body) {
            *self.footfall.get_or_insert(0) += u64::from(count);
        }
    }

    /// Ranks a transaction, and each wanted item on it by the line that fits best.
    fn sold(&mut self, place: Place<'a>, kind: Kind, time_us: i64) {
        let distance_us = time_us.abs_diff(self.query.around_us);
        self.transactions += 1;
        self.listed.push((kind == Kind::Sale, distance_us), place);
        if self.search.wanted().is_empty() {
            return;
        }
        let likely = &mut self.likely;
        let lines = place.bucket.lines(place.entry);
        self.search.look(lines, |wanted, confidence, line| {
            // The bits of positive numbers are in the order of the numbers.
            let key = (Reverse(confidence.to_bits()), distance_us);
            let item = Likely {
                place,
                wanted,
                confidence,
                line,
            };
            likely.push(key, item);
        });
    }

    fn best_matches(&mut self) -> Vec<Hit<'a>> {
        let likely = std::mem::replace(&mut self.likely, Nearest::new(1));
        let hit = |likely: Likely<'a>| {
            Some(Hit {
                wanted: likely.wanted,
                sold: likely.place.read(self.query)?,
                line: likely.line.read()?,
                confidence: likely.confidence,
            })
        };
        let mut hits: Vec<Hit<'a>> = likely.into_kept().filter_map(hit).collect();
        hits.sort_by(|left, right| {
            let order = |hit: &Hit<'a>| (hit.sold.distance_us, hit.sold.identity(), hit.wanted);
            let surer = right.confidence.total_cmp(&left.confidence);
            surer.then_with(|| order(left).cmp(&order(right)))
        });
        hits.truncate(CONTEXT_MATCHES_MAX);
        hits
    }

    /// The transactions worth listing: with a reported item first, then refunds, voids and opened
    /// drawers, then sales, each nearest in time first; and how many had to be left out.
    fn tills(&mut self, matches: &[Hit<'a>]) -> (Vec<TillContext>, u32) {
        let mut matched: HashMap<_, _> = matches
            .iter()
            .map(|hit| (hit.sold.identity(), hit.sold))
            .collect();
        let listed = std::mem::replace(&mut self.listed, Nearest::new(1));
        let others = listed
            .into_kept()
            .filter_map(|place| place.read(self.query));
        let mut sold: Vec<(bool, Sold<'a>)> = others
            .map(|sold| (matched.remove(&sold.identity()).is_none(), sold))
            .collect();
        sold.extend(matched.into_values().map(|sold| (false, sold)));
        sold.sort_by_key(|(is_other, sold)| {
            let is_sale = sold.movement == Movement::Sale;
            (*is_other, is_sale, sold.distance_us, sold.identity())
        });
        sold.truncate(CONTEXT_TRANSACTIONS_MAX);
        sold.sort_by_key(|(_, sold)| (sold.till, sold.event.time_us, sold.identity()));
        let of_tills = sold.chunk_by(|(_, left), (_, right)| left.till == right.till);
        let tills = of_tills.map(|of_till| self.till(of_till)).collect();
        let omitted = self.transactions.saturating_sub(CONTEXT_TRANSACTIONS_MAX);
        (tills, u32::try_from(omitted).unwrap_or(u32::MAX))
    }

    fn till(&mut self, sold: &[(bool, Sold<'a>)]) -> TillContext {
        let till = sold[0].1.till;
        let delays_ms = self.tills.get(till).map(|at| &mut self.delays_ms[*at]);
        TillContext {
            till: till.to_owned(),
            clock_error_ms: delays_ms.and_then(|delays_ms| clock::error_ms(delays_ms)),
            transactions: sold.iter().map(|(_, sold)| sold.listed()).collect(),
        }
    }

    fn cameras(&self) -> Vec<CameraView> {
        let area = self.query.area.as_deref();
        let cameras = self.query.cameras.iter().filter(|camera| {
            let sees = |area: &str| {
                camera.area.as_deref() == Some(area)
                    || camera.covers.iter().any(|seen| seen == area)
            };
            area.is_none_or(sees) || self.marked.contains(camera.camera.as_str())
        });
        let view = |camera: &Camera| CameraView {
            camera: camera.camera.clone(),
            name: camera.name.clone(),
            area: camera.area.clone(),
            from_us: self.query.from_us(),
            until_us: self.query.until_us(),
        };
        cameras.take(CONTEXT_CAMERAS_MAX).map(view).collect()
    }

    /// Each wanted item as the site knows it; failing that, as it stands on the receipt that fits best.
    fn stock(&self, known: &[Arc<KnownItem>], matches: &[Hit<'a>]) -> Vec<StockFound> {
        let mut stock: Vec<StockFound> = Vec::new();
        for (index, wanted) in self.search.wanted().iter().enumerate() {
            let on_receipt = || {
                matches
                    .iter()
                    .find(|hit| hit.wanted == index)
                    .map(|hit| from_line(hit.line))
            };
            let Some(found) = known_as(wanted, known).map(from_known).or_else(on_receipt) else {
                continue;
            };
            if stock.iter().all(|other| other.sku != found.sku) {
                stock.push(found);
            }
        }
        stock
    }

    /// The sources of the window, and the site's others with nothing in it.
    fn sources(self, known: Vec<SourceSeen>) -> Vec<SourceSeen> {
        let mut sources: BTreeMap<String, SourceSeen> = known
            .into_iter()
            .map(|seen| (seen.source.clone(), seen))
            .collect();
        for (name, seen) in self.sources {
            let last_at_us = sources.get(name).map_or(seen.last_at_us, |known| {
                known.last_at_us.max(seen.last_at_us)
            });
            sources.insert(name.to_owned(), SourceSeen { last_at_us, ..seen });
        }
        sources.into_values().collect()
    }
}
