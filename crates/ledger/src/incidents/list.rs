//! One page of incidents: by keyset, so that what arrives meanwhile neither repeats nor hides a row.

use outcry_domain::incident::Summary;
use outcry_domain::{Reach, RegionId, Scope};
use sqlx::AssertSqlSafe;

use super::filter::{Conditions, Filter, Times};
use super::place::Place;
use super::row;
use crate::Error;
use crate::ledger::Ledger;
use crate::search::{self, Query};
use crate::store::Value;

/// The most rows of a page.
const LIMIT_MAX: usize = 200;

/// In which order incidents are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Newest report first.
    #[default]
    Newest,
    /// Open incidents only: priority, then the time by which somebody must have acknowledged.
    Urgency,
}

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How many rows, 1 to 200.
    pub limit: usize,
    /// `next` of the page before.
    pub after: Option<String>,
    /// In which order.
    pub order: Order,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            limit: 50,
            after: None,
            order: Order::Newest,
        }
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Its rows.
    pub items: Vec<Summary>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

impl Ledger {
    /// The incidents within the scope that match, a page at a time.
    pub async fn incidents(
        &self,
        scope: &Scope,
        filter: &Filter,
        page: &Page,
    ) -> Result<Listed, Error> {
        let limit = page.limit.clamp(1, LIMIT_MAX);
        let after = page
            .after
            .as_deref()
            .map(|text| Place::read(text, page.order))
            .transpose()?;
        let mut found = match filter.q.as_deref().map_or(Query::All, Query::read) {
            Query::All => {
                self.page(scope, filter, page.order, after.as_ref(), limit, &[])
                    .await?
            }
            Query::Reference(reference) => {
                self.referenced(scope, filter, &reference, after.as_ref(), page.order)
                    .await?
            }
            Query::Words(words) => {
                self.worded(scope, filter, page.order, after.as_ref(), limit, &words)
                    .await?
            }
        };
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found
            .last()
            .filter(|_| more)
            .map(|last| place(last).write(page.order));
        Ok(Listed { items: found, next })
    }

    /// One row more than the page has, so that its end is known. `terms` must all occur.
    async fn page(
        &self,
        scope: &Scope,
        filter: &Filter,
        order: Order,
        after: Option<&Place>,
        limit: usize,
        terms: &[i64],
    ) -> Result<Vec<Summary>, Error> {
        let times = Times::of(filter);
        let mut conditions = Conditions::new();
        if !conditions.within(scope) {
            return Ok(Vec::new());
        }
        let mut from = String::new();
        for (place, term) in terms.iter().enumerate() {
            from.push_str(&format!("token t{place} CROSS JOIN "));
            conditions.and(&format!("t{place}.term = ?"), Value::Int(*term));
            if place > 0 {
                conditions.and_that(&format!("t{place}.incident = t0.incident"));
            }
        }
        let id = if terms.is_empty() {
            "i.id"
        } else {
            "t0.incident"
        };
        if !terms.is_empty() {
            conditions.and_that("i.id = t0.incident");
        }
        conditions.matching(filter, &times);
        let order = match order {
            Order::Newest => {
                if let Some(after) = after {
                    conditions.and(&format!("{id} < ?"), Value::Text(&after.id));
                }
                format!("{id} DESC")
            }
            Order::Urgency => {
                conditions.and_that("i.urgency IS NOT NULL");
                if let Some(after) = after {
                    conditions.and("i.urgency >= ?", Value::Int(after.urgency));
                    conditions.values.push(Value::Text(&after.id));
                    let (urgency, id) = (conditions.values.len() - 1, conditions.values.len());
                    conditions.and_that(&format!("(i.urgency, i.id) > (${urgency}, ${id})"));
                }
                "i.urgency, i.id".to_owned()
            }
        };
        let sql = format!(
            "SELECT i.summary FROM {from}incident i WHERE {} ORDER BY {order} LIMIT {}",
            conditions.text,
            limit + 1
        );
        let rows: Vec<(String,)> = self
            .0
            .store
            .rows(AssertSqlSafe(sql), &conditions.values)
            .await?;
        rows.iter().map(|(json,)| super::summary(json)).collect()
    }

    async fn referenced(
        &self,
        scope: &Scope,
        filter: &Filter,
        reference: &str,
        after: Option<&Place>,
        order: Order,
    ) -> Result<Vec<Summary>, Error> {
        let times = Times::of(filter);
        let mut conditions = Conditions::new();
        if after.is_some() || !conditions.within(scope) {
            return Ok(Vec::new());
        }
        conditions.and("i.reference = ?", Value::Text(reference));
        conditions.matching(filter, &times);
        if order == Order::Urgency {
            conditions.and_that("i.urgency IS NOT NULL");
        }
        let sql = format!(
            "SELECT i.summary FROM incident i WHERE {} ORDER BY i.id DESC LIMIT {LIMIT_MAX}",
            conditions.text
        );
        let rows: Vec<(String,)> = self
            .0
            .store
            .rows(AssertSqlSafe(sql), &conditions.values)
            .await?;
        rows.iter().map(|(json,)| super::summary(json)).collect()
    }

    /// Words are hashed with each region's own key, so each region is asked and the answers merged.
    async fn worded(
        &self,
        scope: &Scope,
        filter: &Filter,
        order: Order,
        after: Option<&Place>,
        limit: usize,
        words: &[String],
    ) -> Result<Vec<Summary>, Error> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for region in self.searched(scope, filter) {
            let Some(key) = self.0.vault.region(&region)? else {
                continue;
            };
            let terms: Vec<i64> = words.iter().map(|word| key.term(word)).collect();
            let terms = search::rarest_first(&self.0.store, &terms).await?;
            let filter = Filter {
                region: Some(region),
                ..filter.clone()
            };
            found.extend(
                self.page(scope, &filter, order, after, limit, &terms)
                    .await?,
            );
        }
        match order {
            Order::Newest => found.sort_by_key(|summary| std::cmp::Reverse(summary.id)),
            Order::Urgency => found.sort_by_key(|summary| (row::urgency(summary), summary.id)),
        }
        Ok(found)
    }

    fn searched(&self, scope: &Scope, filter: &Filter) -> Vec<RegionId> {
        let organisation = self.organisation();
        let of_site = |site| organisation.site(site).map(|site| site.region.clone());
        if let Some(site) = &filter.site {
            return of_site(site).into_iter().collect();
        }
        match scope.reach() {
            None => Vec::new(),
            Some(Reach::Site(site)) => of_site(site).into_iter().collect(),
            Some(Reach::Region(region)) => vec![region.clone()],
            Some(Reach::All) => match &filter.region {
                Some(region) => vec![region.clone()],
                None => organisation.regions.keys().cloned().collect(),
            },
        }
    }

    /// The row of one incident; `None` if there is none within the scope.
    pub async fn summary(
        &self,
        scope: &Scope,
        id: outcry_domain::IncidentId,
    ) -> Result<Option<Summary>, Error> {
        let state = self.state(id).await?;
        Ok(state
            .filter(|incident| scope.covers(&incident.report.region, &incident.report.site))
            .map(|incident| Summary::of(&incident)))
    }
}

fn place(last: &Summary) -> Place {
    Place {
        urgency: row::urgency(last).unwrap_or(0),
        id: row::key(last.id),
    }
}
