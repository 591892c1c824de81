//! Query parameters: known by name, each once, each read strictly.

use axum::extract::{FromRequestParts, Query as Pairs};
use axum::http::request::Parts;
use outcry_domain::Time;
use serde::Serialize;

use super::json;
use crate::house::Shared;
use crate::limits::{PAGE_ITEMS, PAGE_ITEMS_MAX, QUERY_VALUES_MAX};
use crate::problem::{Problem, kind};

/// The parameters as they were sent.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

impl FromRequestParts<Shared> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Shared) -> Result<Self, Problem> {
        Pairs::from_request_parts(parts, house)
            .await
            .map(|Pairs(pairs)| Self(pairs))
            .map_err(|_| Problem::new(kind::INVALID_QUERY, "the query cannot be read"))
    }
}

fn wrong(name: &str, detail: impl Into<String>) -> Problem {
    Problem::parameter(kind::INVALID_QUERY, name, detail)
}

impl Query {
    /// Refuses what is not known here, and what is sent twice.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Problem> {
        for (place, (name, _)) in self.0.iter().enumerate() {
            let short: String = name.chars().take(60).collect();
            if !known.contains(&name.as_str()) {
                return Err(wrong(&short, json::nearest(&short, known)));
            }
            if self.0[..place].iter().any(|(other, _)| other == name) {
                return Err(wrong(name, "is there twice; join values with commas"));
            }
        }
        Ok(())
    }

    /// The text of a parameter; an empty one counts as left out.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(other, value)| other == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Reads a parameter with `read`, which says nothing where the text does not fit.
    pub(crate) fn with<T>(
        &self,
        name: &str,
        must_be: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        self.text(name)
            .map(|text| read(text).ok_or_else(|| wrong(name, format!("must be {must_be}"))))
            .transpose()
    }

    /// Values joined by commas.
    pub(crate) fn many<T>(
        &self,
        name: &str,
        must_be: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, Problem> {
        let parts: Vec<&str> = self.text(name).unwrap_or_default().split(',').collect();
        if parts.len() > QUERY_VALUES_MAX {
            let text = format!("may have at most {QUERY_VALUES_MAX} values");
            return Err(wrong(name, text));
        }
        parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(|part| read(part).ok_or_else(|| wrong(name, format!("must be {must_be}"))))
            .collect()
    }

    pub(crate) fn time(&self, name: &str) -> Result<Option<Time>, Problem> {
        self.with(
            name,
            "a time such as 2026-11-22T14:02:07Z (RFC 3339)",
            |text| {
                // A plus that was not escaped arrives as a space.
                Time::parse(text).or_else(|| Time::parse(&text.replace(' ', "+")))
            },
        )
    }

    /// How many items are wanted.
    pub(crate) fn limit(&self) -> Result<usize, Problem> {
        let must_be = format!("a whole number from 1 to {PAGE_ITEMS_MAX}");
        let limit = self.with("limit", &must_be, |text| {
            text.parse()
                .ok()
                .filter(|limit| (1..=PAGE_ITEMS_MAX).contains(limit))
        })?;
        Ok(limit.unwrap_or(PAGE_ITEMS))
    }

    /// A page of a list that grows and is read from its end: how many items, and before which place
    /// as counted from its beginning.
    pub(crate) fn backwards(&self) -> Result<(usize, Option<u64>), Problem> {
        self.only(&["limit", "after"])?;
        let must_be = "the `next` of a page of this very list; begin without it";
        let before = self.with("after", must_be, |text| text.parse().ok())?;
        Ok((self.limit()?, before))
    }
}

/// One page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Listed<T> {
    /// The items of this page.
    pub(crate) items: Vec<T>,
    /// What to send as `after` for the next page; null on the last one.
    pub(crate) next: Option<String>,
}

/// One page of a list that is all in memory, in the order of its ids: `after` is the last id seen.
pub(crate) fn page<K: AsRef<str>, V>(
    query: &Query,
    all: impl Iterator<Item = (K, V)>,
) -> Result<Listed<V>, Problem> {
    query.only(&["limit", "after"])?;
    let limit = query.limit()?;
    let after = query.text("after").unwrap_or_default();
    let mut rest = all.filter(|(id, _)| id.as_ref() > after);
    let mut items = Vec::new();
    let mut last = None;
    for (id, value) in rest.by_ref().take(limit) {
        last = Some(id);
        items.push(value);
    }
    let more = rest.next().is_some();
    Ok(Listed {
        items,
        next: last.filter(|_| more).map(|id| id.as_ref().to_owned()),
    })
}
