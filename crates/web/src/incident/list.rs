//! `GET /incidents`.

use axum::Json;
use axum::extract::State;
use outcry_domain::category::Priority;
use outcry_domain::{Category, Organisation, QueueId, Scope, SiteId, incident};
use outcry_ledger::{Error, Filter, Order, Page};

use super::hidden::hidden;
use super::{Summary, summary_of};
use crate::ask::{Listed, Query};
use crate::house::Shared;
use crate::limits::{NAMED_VALUES_MAX, SEARCH_CHARS_MAX};
use crate::problem::{Problem, kind};
use crate::session::Visitor;

/// What may be asked for.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)] // read by name, so that each is answered by name
pub(crate) struct Filters {
    /// Queue ids, joined by commas.
    #[param(example = "critical,urgent")]
    queue: Option<String>,
    /// States, joined by commas.
    #[param(example = "reported,open")]
    state: Option<String>,
    /// A site's id.
    site: Option<String>,
    /// A category.
    #[param(example = "theft")]
    category: Option<String>,
    /// 1 (critical) to 4 (low).
    #[param(minimum = 1, maximum = 4)]
    priority: Option<u8>,
    /// Reported at or after.
    #[param(example = "2026-11-22T00:00:00Z")]
    since: Option<String>,
    /// Reported before.
    until: Option<String>,
    /// Words of the report, or a reference such as `INC-7F3K-92QX`.
    #[param(max_length = 200)]
    q: Option<String>,
    /// `true`: only those that somebody still has to do something about.
    open: Option<bool>,
    /// `reported` (newest first, the default) or `urgency` (priority, then the time to acknowledge).
    order: Option<String>,
    /// Items per page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next` of the page before.
    after: Option<String>,
}

const KNOWN: &[&str] = &[
    "queue", "state", "site", "category", "priority", "since", "until", "q", "open", "order",
    "limit", "after",
];

/// Incidents within reach, newest first.
#[utoipa::path(
    get,
    path = "/incidents",
    tag = "incidents",
    params(Filters),
    responses((status = 200, description = "A page of incidents", body = Listed<Summary>))
)]
pub(crate) async fn list(
    State(counter): State<Shared>,
    visitor: Visitor,
    query: Query,
) -> Result<Json<Listed<Summary>>, Problem> {
    visitor.needs(outcry_domain::Action::Read)?;
    query.only(KNOWN)?;
    let organisation = counter.house.ledger.organisation();
    let filter = filter(&query, &organisation, &visitor.scope())?;
    let page = Page {
        limit: query.limit()?,
        after: query.text("after").map(str::to_owned),
    };
    let (ledger, scope) = (&counter.house.ledger, visitor.scope());
    let mut listed =
        ledger
            .incidents(&scope, &filter, &page)
            .await
            .map_err(|error| match error {
                Error::BadCursor => {
                    let text = "must be the `next` of a page of this very list; begin without it";
                    Problem::parameter(kind::INVALID_QUERY, "after", text)
                }
                other => other.into(),
            })?;
    let merged = listed.items.iter().filter_map(|row| row.merged_into);
    let hidden = hidden(ledger, &scope, merged).await?;
    for row in &mut listed.items {
        row.merged_into = row.merged_into.filter(|id| !hidden.contains(id));
    }
    Ok(Json(Listed {
        items: listed
            .items
            .iter()
            .map(|row| summary_of(row, &organisation))
            .collect(),
        next: listed.next,
    }))
}

fn filter(query: &Query, organisation: &Organisation, scope: &Scope) -> Result<Filter, Problem> {
    let priority = |text: &str| Priority::try_from(text.parse::<i64>().ok()?).ok();
    let text = query.with("q", "at most 200 characters", |text| {
        (text.chars().count() <= SEARCH_CHARS_MAX).then(|| text.to_owned())
    })?;
    let open = query.with("open", "true or false", |text| text.parse::<bool>().ok())?;
    Ok(Filter {
        queues: query.many("queue", &queues(organisation), |id| {
            let id = id.parse().ok()?;
            organisation.queues.contains_key(&id).then_some(id)
        })?,
        states: query.many("state", &states(), state)?,
        site: site(query, organisation, scope)?,
        category: query.with("category", &categories(), Category::parse)?,
        priority: query.with("priority", "1, 2, 3 or 4", priority)?,
        since: query.time("since")?,
        until: query.time("until")?,
        open: open.unwrap_or(false),
        text,
        order: order(query)?,
    })
}

fn order(query: &Query) -> Result<Order, Problem> {
    let order = query.with("order", "reported or urgency", |text| match text {
        "reported" => Some(Order::Newest),
        "urgency" => Some(Order::Urgency),
        _ => None,
    })?;
    Ok(order.unwrap_or_default())
}

fn state(name: &str) -> Option<incident::State> {
    let mut all = incident::State::ALL.into_iter();
    all.find(|state| state.as_str() == name)
}

/// A store beyond reach is as unknown as one that does not exist.
fn site(
    query: &Query,
    organisation: &Organisation,
    scope: &Scope,
) -> Result<Option<SiteId>, Problem> {
    if query.text("site").is_none() {
        return Ok(None);
    }
    let sites = organisation.sites.iter();
    let within: Vec<&SiteId> = sites
        .filter(|(id, held)| scope.covers(&held.value.region, id))
        .map(|(id, _)| id)
        .collect();
    let must_be = few(
        within.iter().map(|id| id.as_str()),
        "the id of a store within your reach; GET /api/v1/sites lists them",
    );
    query.with("site", &must_be, |text| {
        within
            .iter()
            .find(|id| id.as_str() == text)
            .copied()
            .cloned()
    })
}

fn queues(organisation: &Organisation) -> String {
    let known = few(
        organisation.queues.keys().map(QueueId::as_str),
        "ids of queues, as GET /api/v1/queues lists them",
    );
    format!("{known}; join several with commas")
}

/// The values that fit, if they are few; else where to find them.
fn few<'a>(values: impl Iterator<Item = &'a str>, else_say: &str) -> String {
    let values: Vec<&str> = values.take(NAMED_VALUES_MAX + 1).collect();
    match values.len() {
        1..=NAMED_VALUES_MAX => format!("one of {}", values.join(", ")),
        _ => else_say.to_owned(),
    }
}

fn states() -> String {
    let names = incident::State::ALL.map(incident::State::as_str);
    format!("one or more of {}, joined by commas", names.join(", "))
}

fn categories() -> String {
    format!("one of {}", Category::ALL.map(Category::as_str).join(", "))
}
