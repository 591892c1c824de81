//! Which incidents a list shows, as conditions on the read table.

use std::fmt::Write as _;

use outcry_domain::category::Priority;
use outcry_domain::incident::State;
use outcry_domain::{ActorId, Category, IncidentId, QueueId, Reach, Scope, SiteId, Time};

use crate::store::Value;

/// What must hold of an incident to be listed; an empty filter lists everything in the scope.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// In one of these queues.
    pub queues: Vec<QueueId>,
    /// In one of these states.
    pub states: Vec<State>,
    /// Of this store.
    pub site: Option<SiteId>,
    /// Of this category.
    pub category: Option<Category>,
    /// Of this priority.
    pub priority: Option<Priority>,
    /// Reported at or after.
    pub since: Option<Time>,
    /// Reported before.
    pub until: Option<Time>,
    /// Only those on which somebody still has to do something.
    pub open: bool,
    /// A reference such as `INC-7F3K-92QX`, or words that all occur in the incident's texts.
    pub text: Option<String>,
    /// In which order.
    pub order: Order,
}

/// In which order incidents are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Newest report first.
    #[default]
    Newest,
    /// Open incidents only: priority, then the time by which somebody must have acknowledged.
    Urgency,
}

/// Conditions and the values they name.
pub(crate) struct Conditions<'a> {
    pub(crate) text: String,
    pub(crate) values: Vec<Value<'a>>,
}

impl<'a> Conditions<'a> {
    pub(crate) fn new() -> Self {
        Self {
            text: String::from("TRUE"),
            values: Vec::new(),
        }
    }

    /// One more condition; `?` in it stands for the value.
    pub(crate) fn and(&mut self, condition: &str, value: Value<'a>) {
        self.values.push(value);
        let place = format!("${}", self.values.len());
        let _ = write!(self.text, " AND {}", condition.replace('?', &place));
    }

    /// One more condition on a number and a text.
    pub(crate) fn and_both(&mut self, condition: &str, number: i64, text: &'a str) {
        self.values.extend([Value::Int(number), Value::Text(text)]);
        let count = self.values.len();
        let places = [count - 1, count].map(|place| format!("${place}"));
        let condition = condition
            .replacen('?', &places[0], 1)
            .replacen('?', &places[1], 1);
        let _ = write!(self.text, " AND {condition}");
    }

    /// One more condition without a value.
    pub(crate) fn and_that(&mut self, condition: &str) {
        let _ = write!(self.text, " AND {condition}");
    }

    /// One of these values.
    fn any_of(&mut self, column: &str, values: impl Iterator<Item = Value<'a>>) {
        let mut places = Vec::new();
        for value in values {
            self.values.push(value);
            places.push(format!("${}", self.values.len()));
        }
        match places.as_slice() {
            [] => {}
            [one] => self.and_that(&format!("{column} = {one}")),
            _ => self.and_that(&format!("{column} IN ({})", places.join(", "))),
        }
    }

    /// Nothing outside of what the actor may see. `false`: nothing at all may be seen.
    #[must_use]
    pub(crate) fn within(&mut self, scope: &'a Scope, columns: &Columns) -> bool {
        match scope.reach() {
            None => return false,
            Some(Reach::All) => {}
            Some(Reach::Region(region)) => {
                self.any_of(columns.region, [Value::Text(region.as_str())].into_iter());
            }
            Some(Reach::Site(site)) => {
                self.any_of(columns.site, [Value::Text(site.as_str())].into_iter());
            }
        }
        if let Some(own) = scope.only_own() {
            self.open_or_own(own, columns);
        }
        true
    }

    /// Of what is confidential only the reports of this one.
    fn open_or_own(&mut self, own: &'a ActorId, columns: &Columns) {
        let confidential = Category::ALL.into_iter().filter(|c| c.confidential());
        let names: Vec<String> = confidential.map(|c| format!("'{}'", c.as_str())).collect();
        let open = format!("{} NOT IN ({})", columns.category, names.join(", "));
        let (kind, id) = match own {
            ActorId::Person(id) => ("person", id.as_str()),
            ActorId::Device(id) => ("device", id.as_str()),
            ActorId::System(_) => return self.and_that(&open),
        };
        // As a summary is written; an id holds no letter that LIKE takes for another.
        let of = format!(r#"'%"reporter":{{"kind":"{kind}","id":"' || ? || '"}}%'"#);
        self.and(&format!("({open} OR i.summary LIKE {of})"), Value::Text(id));
    }

    /// Everything of the filter but its words.
    pub(crate) fn matching(&mut self, filter: &'a Filter, times: &'a Times, columns: &Columns) {
        let text = |text| Value::Text(text);
        self.any_of(
            columns.site,
            filter.site.iter().map(|site| text(site.as_str())),
        );
        self.any_of(
            columns.category,
            filter.category.iter().map(|one| text(one.as_str())),
        );
        self.any_of(
            columns.queue,
            filter.queues.iter().map(|queue| text(queue.as_str())),
        );
        self.any_of(
            columns.state,
            filter.states.iter().map(|state| text(state.as_str())),
        );
        if let Some(priority) = filter.priority {
            self.and(columns.priority, Value::Int(u8::from(priority).into()));
        }
        if filter.only_open() {
            self.and_that("i.urgency IS NOT NULL");
        }
        if let Some((since, id)) = &times.since {
            self.and("i.id >= ?", Value::Text(id));
            self.and("i.reported_at >= ?", Value::Int(since.0));
        }
        if let Some((until, id)) = &times.until {
            self.and("i.id < ?", Value::Text(id));
            self.and("i.reported_at < ?", Value::Int(until.0));
        }
    }
}

impl Filter {
    /// Whether the small indexes of open incidents hold all that is asked for.
    pub(crate) fn only_open(&self) -> bool {
        let live = !self.states.is_empty() && self.states.iter().all(|state| state.live());
        self.open || live || self.order == Order::Urgency
    }
}

/// How conditions name the columns.
pub(crate) struct Columns {
    region: &'static str,
    site: &'static str,
    category: &'static str,
    queue: &'static str,
    state: &'static str,
    priority: &'static str,
}

impl Columns {
    /// Any index may answer.
    pub(crate) const INDEXED: Self = Self {
        region: "i.region",
        site: "i.site",
        category: "i.category",
        queue: "i.queue",
        state: "i.state",
        priority: "i.priority = ?",
    };

    /// Only the index of open incidents, which holds these columns, may answer: the planners have
    /// no figures that would tell them how few are open, and an expression has no index.
    pub(crate) const OPEN: Self = Self {
        region: "(i.region || '')",
        site: "(i.site || '')",
        category: "(i.category || '')",
        queue: "(i.queue || '')",
        state: "(i.state || '')",
        priority: "i.priority + 0 = ?",
    };

    pub(crate) fn of(filter: &Filter) -> &'static Self {
        if filter.only_open() {
            &Self::OPEN
        } else {
            &Self::INDEXED
        }
    }
}

/// The bounds of a filter in time, and the ids that lie there: an id begins with its milliseconds.
pub(crate) struct Times {
    since: Option<(Time, String)>,
    until: Option<(Time, String)>,
}

impl Times {
    pub(crate) fn of(filter: &Filter) -> Self {
        Self {
            since: filter.since.map(|time| (time, id_from(time))),
            until: filter
                .until
                .map(|time| (time, id_from(time.plus_us(1_000)))),
        }
    }
}

/// The smallest id of the millisecond.
pub(crate) fn id_from(time: Time) -> String {
    super::row::key(IncidentId::first_at(time))
}
