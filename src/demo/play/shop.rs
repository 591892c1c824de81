//! A shop as the world knows it: what stands where, what was sold lately, who is on the floor, how wrong its clocks are.

use std::collections::{BTreeMap, VecDeque};

use outcry_domain::organisation::DeviceKind;
use outcry_domain::{AreaId, PersonId};

use crate::demo::chain::Store;
use crate::demo::chance::Chance;
use crate::demo::real::invoices::{Article, Invoice};

/// Articles whose place and stock a shop keeps books of.
const RANGE: usize = 60;
/// The range is drawn from so many of the best sellers.
const BEST_SELLERS: usize = 400;
/// Sales that are remembered.
const LATELY_MAX: usize = 40;

/// One shop.
#[derive(Debug)]
pub(crate) struct Shop {
    pub(crate) store: Store,
    /// The tills, with how far each clock is ahead.
    pub(crate) tills: Vec<Till>,
    /// What it keeps books of, by its place among the articles.
    pub(crate) range: BTreeMap<usize, Stock>,
    /// The last articles that went over a till.
    pub(crate) lately: VecDeque<usize>,
    /// Which of the clerks are on the floor.
    pub(crate) on_floor: Vec<PersonId>,
}

/// A till of a shop.
#[derive(Debug, Clone)]
pub(crate) struct Till {
    pub(crate) id: String,
    pub(crate) ahead_us: i64,
}

/// Where an article stands and how much of it there is.
#[derive(Debug, Clone)]
pub(crate) struct Stock {
    pub(crate) area: AreaId,
    pub(crate) level: i64,
}

impl Shop {
    pub(crate) fn new(store: &Store, articles: &[Article], chance: &mut Chance) -> Self {
        let tills = store
            .site
            .devices
            .iter()
            .filter(|device| device.kind == DeviceKind::Till);
        Self {
            tills: tills
                .map(|till| Till {
                    id: till.id.to_string(),
                    ahead_us: clock_error_us(chance),
                })
                .collect(),
            range: range(store, articles, chance),
            lately: VecDeque::new(),
            on_floor: store.clerks[..store.clerks.len() / 2 + 1].to_vec(),
            store: store.clone(),
        }
    }

    /// Notes what an invoice takes from the shelves; the articles whose books changed.
    pub(crate) fn sold(&mut self, invoice: &Invoice) -> Vec<usize> {
        let mut changed = Vec::new();
        for line in &invoice.lines {
            if let Some(stock) = self.range.get_mut(&line.article) {
                // A wholesale order would empty the shelf; a delivery fills it up again.
                stock.level = (stock.level - line.quantity).rem_euclid(200);
                if !changed.contains(&line.article) {
                    changed.push(line.article);
                }
            }
            if line.quantity > 0 && line.unit_minor > 0 {
                self.lately.push_back(line.article);
            }
        }
        let too_many = self.lately.len().saturating_sub(LATELY_MAX);
        self.lately.drain(..too_many);
        changed
    }

    /// Takes an article off its shelf, which it is given if the books did not have one; what is left.
    pub(crate) fn taken(&mut self, article: usize, quantity: i64, chance: &mut Chance) -> Stock {
        let area = self.area(chance);
        let new = Stock {
            area,
            level: chance.within(2..120),
        };
        let stock = self.range.entry(article).or_insert(new);
        stock.level = (stock.level - quantity).max(0);
        stock.clone()
    }

    /// An article that somebody could take: mostly one of those that were sold lately.
    pub(crate) fn article(&self, chance: &mut Chance) -> usize {
        let lately: Vec<usize> = self.lately.iter().copied().collect();
        if !lately.is_empty() && chance.happens(0.8) {
            return *chance.pick(&lately);
        }
        let range: Vec<usize> = self.range.keys().copied().collect();
        *chance.pick(&range)
    }

    /// An area, of the floor rather than of the back.
    pub(crate) fn area(&self, chance: &mut Chance) -> AreaId {
        let floor: Vec<&AreaId> = self.floor().collect();
        (*chance.pick(&floor)).clone()
    }

    fn floor(&self) -> impl Iterator<Item = &AreaId> {
        let areas = self.store.site.areas.iter().map(|area| &area.id);
        areas.filter(|area| area.as_str() != "stock-room")
    }
}

/// Most clocks are some seconds wrong, one in fifteen a minute or two.
fn clock_error_us(chance: &mut Chance) -> i64 {
    let far = if chance.happens(1.0 / 15.0) { 5 } else { 1 };
    chance.within(-28_000_000..28_000_000) * far
}

fn range(store: &Store, articles: &[Article], chance: &mut Chance) -> BTreeMap<usize, Stock> {
    let mut sellers: Vec<usize> = (0..articles.len())
        .filter(|place| is_goods(&articles[*place]))
        .collect();
    sellers.sort_by_key(|place| std::cmp::Reverse(articles[*place].lines));
    sellers.truncate(BEST_SELLERS);
    chance.shuffle(&mut sellers);
    let places: Vec<&AreaId> = store
        .site
        .areas
        .iter()
        .map(|area| &area.id)
        .filter(|area| shelves(area))
        .collect();
    sellers
        .into_iter()
        .take(RANGE)
        .map(|article| {
            (
                article,
                Stock {
                    area: (*chance.pick(&places)).clone(),
                    level: chance.within(2..120),
                },
            )
        })
        .collect()
}

fn shelves(area: &AreaId) -> bool {
    !matches!(area.as_str(), "entrance" | "tills" | "stock-room")
}

/// Postage, fees and corrections have codes of letters.
fn is_goods(article: &Article) -> bool {
    article.sku.starts_with(|c: char| c.is_ascii_digit())
        && !article.name.is_empty()
        && article.price_minor > 0
}
