//! One page of incidents: by keyset, so that what arrives meanwhile neither repeats nor hides a row.

use outcry_domain::incident::Summary;
use outcry_domain::{Reach, RegionId, Scope};
use sqlx::AssertSqlSafe;

use super::filter::{Columns, Conditions, Filter, Order, Times};
use super::place::Place;
use crate::Error;
use crate::ledger::Ledger;
use crate::search::{self, Query};
use crate::store::{Text, Value};

/// The most rows of a page.
const LIMIT_MAX: usize = 200;

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How many rows, 1 to 200.
    pub limit: usize,
    /// `next` of the page before.
    pub after: Option<String>,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            limit: 50,
            after: None,
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

/// What a list reads of a row.
const ROW: &str = "i.id, i.urgency, i.summary";

/// A row of a list, which has its place also where nothing can be read of it.
struct Found {
    place: Place,
    summary: Option<Summary>,
}

/// What a page is made for.
struct Ask<'a> {
    scope: &'a Scope,
    filter: &'a Filter,
    after: Option<&'a Place>,
    limit: usize,
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
            .map(|text| Place::read(text, filter.order))
            .transpose()?;
        let ask = Ask {
            scope,
            filter,
            after: after.as_ref(),
            limit,
        };
        let mut found = match filter.text.as_deref().map_or(Query::All, Query::read) {
            Query::All => self.page(&ask, None, &[]).await?,
            Query::Reference(reference) => self.referenced(&ask, &reference).await?,
            Query::Words(words) => self.worded(&ask, &words).await?,
        };
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found
            .last()
            .filter(|_| more)
            .map(|last| last.place.write(filter.order));
        let items = found.into_iter().filter_map(|found| found.summary);
        Ok(Listed {
            items: items.collect(),
            next,
        })
    }

    /// One row more than the page has, so that its end is known. `terms` must all occur.
    async fn page(
        &self,
        ask: &Ask<'_>,
        region: Option<&RegionId>,
        terms: &[i64],
    ) -> Result<Vec<Found>, Error> {
        let times = Times::of(ask.filter);
        let Some((sql, values)) = text(ask, &times, region, terms) else {
            return Ok(Vec::new());
        };
        self.found(sql, &values).await
    }

    /// What a statement finds that takes `ROW`.
    async fn found(&self, sql: String, values: &[Value<'_>]) -> Result<Vec<Found>, Error> {
        let rows: Vec<(String, Option<i64>, Text)> =
            self.0.store.rows(AssertSqlSafe(sql), values).await?;
        let mut all = Vec::with_capacity(rows.len());
        for (id, urgency, json) in rows {
            let summary = self.summary_in_row(&id, json).await?;
            let urgency = urgency.unwrap_or(0);
            let place = Place { urgency, id };
            all.push(Found { place, summary });
        }
        Ok(all)
    }

    /// What goes by a reference: all of it is the first page.
    async fn referenced(&self, ask: &Ask<'_>, reference: &str) -> Result<Vec<Found>, Error> {
        let times = Times::of(ask.filter);
        let mut conditions = Conditions::new();
        if ask.after.is_some() || !conditions.within(ask.scope, Columns::of(ask.filter)) {
            return Ok(Vec::new());
        }
        conditions.and("i.reference = ?", Value::Text(reference));
        conditions.matching(ask.filter, &times, &Columns::OPEN);
        let sql = format!(
            "SELECT {ROW} FROM incident i WHERE {} ORDER BY i.id DESC LIMIT {LIMIT_MAX}",
            conditions.text
        );
        self.found(sql, &conditions.values).await
    }

    /// Words are hashed with each region's own key, so each region is asked and the answers merged.
    async fn worded(&self, ask: &Ask<'_>, words: &[String]) -> Result<Vec<Found>, Error> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for region in self.searched(ask) {
            let Some(key) = self.0.vault.region(&region)? else {
                continue;
            };
            let terms: Vec<i64> = words.iter().map(|word| key.term(word)).collect();
            let terms = search::rarest_first(&self.0.store, &terms).await?;
            found.extend(self.page(ask, Some(&region), &terms).await?);
        }
        let in_order = |left: &Place, right: &Place| match ask.filter.order {
            Order::Newest => right.id.cmp(&left.id),
            Order::Urgency => (left.urgency, &left.id).cmp(&(right.urgency, &right.id)),
        };
        found.sort_by(|left, right| in_order(&left.place, &right.place));
        Ok(found)
    }

    fn searched(&self, ask: &Ask<'_>) -> Vec<RegionId> {
        let organisation = self.organisation();
        let of_site = |site| organisation.site(site).map(|site| site.region.clone());
        if let Some(site) = &ask.filter.site {
            return of_site(site).into_iter().collect();
        }
        match ask.scope.reach() {
            None => Vec::new(),
            Some(Reach::Site(site)) => of_site(site).into_iter().collect(),
            Some(Reach::Region(region)) => vec![region.clone()],
            Some(Reach::All) => organisation.regions.keys().cloned().collect(),
        }
    }
}

/// The statement for a page, and its values; `None` when nothing may be seen.
fn text<'a>(
    ask: &Ask<'a>,
    times: &'a Times,
    region: Option<&'a RegionId>,
    terms: &[i64],
) -> Option<(String, Vec<Value<'a>>)> {
    let mut conditions = Conditions::new();
    if !conditions.within(ask.scope, Columns::of(ask.filter)) {
        return None;
    }
    let mut from = String::new();
    for (place, term) in terms.iter().enumerate() {
        // In this order: the rarest word leads, the others are looked up.
        from.push_str(&format!("token t{place} CROSS JOIN "));
        conditions.and(&format!("t{place}.term = ?"), Value::Int(*term));
        if place > 0 {
            conditions.and_that(&format!("t{place}.incident = t0.incident"));
        }
    }
    if let Some(region) = region {
        conditions.and("i.region = ?", Value::Text(region.as_str()));
    }
    let id = if terms.is_empty() {
        "i.id"
    } else {
        "t0.incident"
    };
    if !terms.is_empty() {
        conditions.and_that("i.id = t0.incident");
    }
    conditions.matching(ask.filter, times, Columns::of(ask.filter));
    let order = match ask.filter.order {
        Order::Newest => {
            if let Some(after) = ask.after {
                conditions.and(&format!("{id} < ?"), Value::Text(&after.id));
            }
            format!("{id} DESC")
        }
        Order::Urgency => {
            if let Some(after) = ask.after {
                conditions.and_both("(i.urgency, i.id) > (?, ?)", after.urgency, &after.id);
            }
            "i.urgency, i.id".to_owned()
        }
    };
    let limit = i64::try_from(ask.limit + 1).unwrap_or(i64::MAX);
    conditions.values.push(Value::Int(limit));
    let sql = format!(
        "SELECT {ROW} FROM {from}incident i WHERE {} ORDER BY {order} LIMIT ${}",
        conditions.text,
        conditions.values.len()
    );
    Some((sql, conditions.values))
}

#[cfg(test)]
mod tests {
    use outcry_domain::category::Priority;
    use outcry_domain::incident::State;
    use outcry_domain::{Actor, ActorId, Category, Role, Time};
    use sqlx::{Connection as _, SqliteConnection};

    use super::*;
    use crate::store::schema;

    fn scope(reach: Reach) -> Scope {
        let id = ActorId::Person("dana".parse().expect("a slug"));
        Scope::of(&Actor {
            id,
            role: Role::Desk,
            reach,
        })
    }

    /// Everything that the desk and the lists ask for, alone and together.
    fn filters() -> Vec<Filter> {
        let mut all = vec![Filter::default()];
        let steps: [&dyn Fn(&mut Filter); 9] = [
            &|f| f.site = Some("leeds-1".parse().expect("a slug")),
            &|f| f.queues = vec!["critical".parse().expect("a slug")],
            &|f| f.states = vec![State::Closed],
            &|f| f.states = vec![State::Open, State::Acknowledged],
            &|f| f.category = Some(Category::Hate),
            &|f| f.priority = Some(Priority::P1),
            &|f| f.open = true,
            &|f| f.order = Order::Urgency,
            &|f| (f.since, f.until) = (Some(Time(1)), Some(Time(2))),
        ];
        for step in steps {
            let mut more = all.clone();
            more.iter_mut().for_each(step);
            all.extend(more);
        }
        all
    }

    async fn plan(connection: &mut SqliteConnection, sql: &str) -> String {
        let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql)
            .fetch_all(connection)
            .await
            .expect("a statement");
        rows.into_iter()
            .map(|row| row.3)
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[tokio::test]
    async fn no_page_reads_the_whole_table() {
        let mut connection = SqliteConnection::connect("sqlite::memory:")
            .await
            .expect("opens");
        let tables = sqlx::raw_sql(AssertSqlSafe(schema::sqlite_text()));
        tables.execute(&mut connection).await.expect("makes");
        let after = Place {
            urgency: 1,
            id: "0".repeat(32),
        };
        let region: RegionId = "north".parse().expect("a slug");
        let reaches = [
            Reach::All,
            Reach::Region(region.clone()),
            Reach::Site("leeds-1".parse().expect("a slug")),
        ];
        let mut count = 0;
        for (reach, filter) in reaches
            .iter()
            .flat_map(|r| filters().into_iter().map(move |f| (r, f)))
        {
            let (scope, times) = (scope(reach.clone()), Times::of(&filter));
            for after in [None, Some(&after)] {
                for terms in [&[][..], &[7, 8][..]] {
                    let ask = Ask {
                        scope: &scope,
                        filter: &filter,
                        after,
                        limit: 50,
                    };
                    let region = (!terms.is_empty()).then_some(&region);
                    let (sql, _) =
                        text(&ask, &times, region, terms).expect("something may be seen");
                    let plan = plan(&mut connection, &sql).await;
                    check(&plan, &filter, terms);
                    count += 1;
                }
            }
        }
        assert!(count > 1_000);
    }

    fn check(plan: &str, filter: &Filter, terms: &[i64]) {
        assert!(!plan.contains("AUTOMATIC"), "{filter:?}: {plan}");
        if !terms.is_empty() {
            // The rarest word leads; everything else is looked up by key.
            assert!(
                plan.starts_with("SEARCH t0 USING PRIMARY KEY (term="),
                "{plan}"
            );
            assert!(
                plan.contains("SEARCH i USING INDEX sqlite_autoindex_incident_1 (id="),
                "{plan}"
            );
            return;
        }
        let open = plan.contains("incident_open");
        assert_eq!(open, filter.only_open(), "{filter:?}: {plan}");
        // Without any condition the newest are simply the end of the key's index.
        let walks = plan.starts_with("SEARCH i USING")
            || plan.starts_with("SCAN i USING INDEX sqlite_autoindex_incident_1")
            || plan.starts_with("SCAN i USING INDEX incident_open");
        assert!(walks, "{filter:?}: {plan}");
        // Two states, or a stretch of time in order of urgency, are sorted: of the open ones only.
        let sorts =
            filter.states.len() > 1 || (filter.order == Order::Urgency && filter.since.is_some());
        if !sorts {
            assert!(!plan.contains("TEMP B-TREE"), "{filter:?}: {plan}");
        }
    }
}
