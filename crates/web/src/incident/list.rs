//! `GET /incidents`.

use axum::Json;
use axum::extract::State;
use outcry_domain::category::Priority;
use outcry_domain::{Category, incident};
use outcry_ledger::{Error, Filter, Order, Page};

use super::{Summary, summary_of};
use crate::ask::{Listed, Query};
use crate::house::Shared;
use crate::limits::SEARCH_CHARS_MAX;
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
    let filter = filter(&query)?;
    let page = Page {
        limit: query.limit()?,
        after: query.text("after").map(str::to_owned),
    };
    let listed = counter
        .house
        .ledger
        .incidents(&visitor.scope(), &filter, &page)
        .await
        .map_err(|error| match error {
            Error::BadCursor => {
                let text = "must be the `next` of a page of this very list; begin without it";
                Problem::parameter(kind::INVALID_QUERY, "after", text)
            }
            other => other.into(),
        })?;
    let organisation = counter.house.ledger.organisation();
    Ok(Json(Listed {
        items: listed
            .items
            .iter()
            .map(|row| summary_of(row, &organisation))
            .collect(),
        next: listed.next,
    }))
}

fn filter(query: &Query) -> Result<Filter, Problem> {
    let priority = |text: &str| Priority::try_from(text.parse::<u8>().ok()?).ok();
    let text = query.with("q", "at most 200 characters", |text| {
        (text.chars().count() <= SEARCH_CHARS_MAX).then(|| text.to_owned())
    })?;
    let open = query.with("open", "true or false", |text| text.parse::<bool>().ok())?;
    Ok(Filter {
        queues: query.many("queue", "ids of queues, joined by commas", |id| {
            id.parse().ok()
        })?,
        states: query.many("state", &states(), state)?,
        site: query.one("site")?,
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

fn states() -> String {
    let names = incident::State::ALL.map(incident::State::as_str);
    format!("one or more of {}, joined by commas", names.join(", "))
}

fn categories() -> String {
    format!("one of {}", Category::ALL.map(Category::as_str).join(", "))
}
