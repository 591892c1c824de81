//! The straightforward answer, for tests: every event is read, repetitions are left out by hashing, all
//! transactions are put in order. It shares no step with the answer that is given, only the types.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::HashSet;

use super::Surroundings;
use super::context::{
    Camera, CameraView, Context, ItemWanted, Query, SourceSeen, StockFound, TillContext,
};
use super::item::KnownItem;
use super::shift;
use super::similar::{NAME_CONFIDENCE_MIN, Words};
use super::sold::{Hit, Sold, from_known, from_line};
use crate::event::{Body, Event, Line, Movement};
use crate::limits::{
    CONTEXT_CAMERAS_MAX, CONTEXT_ITEMS_MAX, CONTEXT_MATCHES_MAX, CONTEXT_TRANSACTIONS_MAX,
    LATE_AFTER_US,
};
use crate::record::Record;

impl Surroundings {
    /// The answer to `query`. The records may come in any order, hold other times and hold an event twice.
    pub(super) fn straightforward<'a>(
        mut self,
        query: &'a Query,
        records: impl Iterator<Item = Record<'a>>,
        taken_at_us: i64,
    ) -> Context {
        let mut found = Found::new(query);
        for record in records {
            found.add(record);
        }
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

struct Described<'a> {
    item: &'a ItemWanted,
    words: Words,
}

impl Described<'_> {
    fn has_sku(&self, sku: &str) -> bool {
        let wanted = self.item.sku.as_deref();
        wanted.is_some_and(|wanted| wanted.trim().eq_ignore_ascii_case(sku.trim()))
    }

    fn confidence(&self, line: Line<'_>) -> f64 {
        if self.has_sku(line.sku) {
            return 1.0;
        }
        self.words.confidence(&Words::of(line.name))
    }

    fn known_as<'k>(&self, known: &'k [Arc<KnownItem>]) -> Option<&'k KnownItem> {
        let by_sku = known.iter().find(|item| self.has_sku(&item.sku));
        let by_name = || {
            let scored = known
                .iter()
                .filter_map(|item| Some((self.words.confidence(&Words::of(item.name()?)), item)));
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
}

struct Found<'a> {
    query: &'a Query,
    wanted: Vec<Described<'a>>,
    seen: HashSet<(&'a str, &'a str)>,
    sold: Vec<Sold<'a>>,
    delays_us: BTreeMap<&'a str, Vec<i64>>,
    hits: Vec<Hit<'a>>,
    marked: HashSet<&'a str>,
    footfall: Option<u64>,
    sources: BTreeMap<&'a str, SourceSeen>,
}

impl<'a> Found<'a> {
    fn new(query: &'a Query) -> Found<'a> {
        let wanted = query.items.iter().take(CONTEXT_ITEMS_MAX);
        Found {
            query,
            wanted: wanted
                .map(|item| Described {
                    item,
                    words: Words::of(&item.name),
                })
                .collect(),
            seen: HashSet::new(),
            sold: Vec::new(),
            delays_us: BTreeMap::new(),
            hits: Vec::new(),
            marked: HashSet::new(),
            footfall: None,
            sources: BTreeMap::new(),
        }
    }

    fn add(&mut self, record: Record<'a>) {
        let is_inside = (self.query.from_us()..=self.query.until_us()).contains(&record.time_us);
        if !is_inside || record.site != self.query.site {
            return;
        }
        let Some(event) = record.event() else { return };
        if !self.seen.insert((event.source, event.id)) {
            return;
        }
        let delay_us = record.arrived_us.saturating_sub(event.time_us);
        self.note_source(&event, delay_us);
        match event.body {
            Body::Till {
                movement,
                till,
                transaction,
                ..
            } => {
                self.delays_us.entry(till).or_default().push(delay_us);
                let distance_us = event.time_us.abs_diff(self.query.around_us);
                let sold = Sold {
                    event,
                    movement,
                    till,
                    transaction,
                    distance_us,
                };
                self.sold.push(sold);
                self.look_for_items(sold);
            }
            Body::CameraMark { camera, .. } => {
                self.marked.insert(camera);
            }
            Body::Footfall { count } => *self.footfall.get_or_insert(0) += u64::from(count),
            Body::Shift { .. } | Body::StockLevel { .. } | Body::ItemLocation { .. } => {}
        }
    }

    fn note_source(&mut self, event: &Event<'a>, delay_us: i64) {
        let seen = self
            .sources
            .entry(event.source)
            .or_insert_with(|| SourceSeen {
                source: event.source.to_owned(),
                events: 0,
                last_at_us: event.time_us,
                late: 0,
            });
        seen.events += 1;
        seen.last_at_us = seen.last_at_us.max(event.time_us);
        seen.late += u32::from(delay_us > LATE_AFTER_US);
    }

    /// Notes each wanted item once per transaction, by the line that fits best.
    fn look_for_items(&mut self, sold: Sold<'a>) {
        let Body::Till { lines, .. } = sold.event.body else {
            return;
        };
        for (index, wanted) in self.wanted.iter().enumerate() {
            let scored = lines.iter().map(|line| (wanted.confidence(line), line));
            let best = scored.max_by(|left, right| left.0.total_cmp(&right.0));
            if let Some((confidence, line)) =
                best.filter(|(confidence, _)| *confidence >= NAME_CONFIDENCE_MIN)
            {
                self.hits.push(Hit {
                    wanted: index,
                    sold,
                    line,
                    confidence,
                });
            }
        }
    }

    fn best_matches(&mut self) -> Vec<Hit<'a>> {
        let mut hits = std::mem::take(&mut self.hits);
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
        let matched: HashSet<_> = matches.iter().map(|hit| hit.sold.identity()).collect();
        self.sold.sort_by_key(|sold| {
            let is_matched = matched.contains(&sold.identity());
            (
                !is_matched,
                sold.movement == Movement::Sale,
                sold.distance_us,
                sold.identity(),
            )
        });
        let omitted = self.sold.len().saturating_sub(CONTEXT_TRANSACTIONS_MAX);
        self.sold.truncate(CONTEXT_TRANSACTIONS_MAX);
        self.sold
            .sort_by_key(|sold| (sold.till, sold.event.time_us, sold.identity()));
        let mut tills = Vec::new();
        for of_till in self.sold.chunk_by(|left, right| left.till == right.till) {
            let till = of_till[0].till;
            tills.push(TillContext {
                till: till.to_owned(),
                clock_error_ms: self.delays_us.get_mut(till).and_then(|delays_us| {
                    delays_us.sort_unstable();
                    let quick_us = delays_us.get(delays_us.len() / 10)?;
                    (delays_us.len() >= 3).then(|| -quick_us.div_euclid(1_000))
                }),
                transactions: of_till.iter().map(Sold::listed).collect(),
            });
        }
        (tills, u32::try_from(omitted).unwrap_or(u32::MAX))
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
        for (index, wanted) in self.wanted.iter().enumerate() {
            let on_receipt = || {
                matches
                    .iter()
                    .find(|hit| hit.wanted == index)
                    .map(|hit| from_line(hit.line))
            };
            let Some(found) = wanted.known_as(known).map(from_known).or_else(on_receipt) else {
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
