//! Shifts: the read table of everybody's latest shift, so that a start reads none of their facts.
//! Never knows who is at work now.

use std::collections::BTreeMap;

use outcry_domain::organisation::Event;
use outcry_domain::{Event as AnyEvent, PersonId, SiteId, Time};
use sqlx::FromRow;

use crate::Error;
use crate::store::{Store, Value};
use crate::writer::ManyRows;

/// Rows read at once.
const PAGE: i64 = 1_000;

/// A row of the table.
#[derive(Debug, FromRow)]
struct Row {
    person: String,
    site: String,
    since: i64,
    ended_at: Option<i64>,
    facts: i64,
}

/// A shift, and how many facts there are about its person's shifts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shift {
    site: SiteId,
    since: Time,
    ended_at: Option<Time>,
    facts: i64,
}

/// Everybody's latest shift.
#[derive(Debug, PartialEq, Eq, Default)]
pub(crate) struct Shifts(BTreeMap<PersonId, Shift>);

impl Shifts {
    /// Takes the next fact; one that is about no shift changes nothing.
    pub(crate) fn take(&mut self, event: &AnyEvent) {
        let (person, site, since, ended_at) = match event {
            AnyEvent::Organisation(Event::ShiftStarted {
                person,
                site,
                since,
            }) => (person, site, since, None),
            AnyEvent::Organisation(Event::ShiftEnded {
                person,
                site,
                since,
                at,
            }) => (person, site, since, Some(*at)),
            _ => return,
        };
        let before = self.0.get(person).map_or(0, |shift| shift.facts);
        let shift = Shift {
            site: site.clone(),
            since: *since,
            ended_at,
            facts: before + 1,
        };
        self.0.insert(person.clone(), shift);
    }

    /// The table; `None` when a row of it names no person or store.
    pub(crate) async fn read(store: &Store) -> Result<Option<Self>, Error> {
        let sql = "SELECT person, site, since, ended_at, facts FROM shift WHERE person > $1 \
                   ORDER BY person LIMIT $2";
        let mut all = Self::default();
        let mut after = String::new();
        loop {
            let values = [Value::Text(&after), Value::Int(PAGE)];
            let rows: Vec<Row> = store.rows(sql, &values).await?;
            let Some(last) = rows.last() else {
                return Ok(Some(all));
            };
            after.clone_from(&last.person);
            for row in &rows {
                let (Ok(person), Ok(site)) = (row.person.parse(), row.site.parse()) else {
                    return Ok(None);
                };
                let shift = Shift {
                    site,
                    since: Time(row.since),
                    ended_at: row.ended_at.map(Time),
                    facts: row.facts,
                };
                all.0.insert(person, shift);
            }
        }
    }

    /// What the last fact about each person's shifts says.
    pub(crate) fn last(self) -> impl Iterator<Item = Event> {
        self.0.into_iter().map(|(person, shift)| {
            let Shift { site, since, .. } = shift;
            match shift.ended_at {
                None => Event::ShiftStarted {
                    person,
                    site,
                    since,
                },
                Some(at) => Event::ShiftEnded {
                    person,
                    site,
                    since,
                    at,
                },
            }
        })
    }

    /// The values of its rows.
    pub(crate) fn values(&self) -> Vec<Value<'_>> {
        let rows = self.0.iter();
        rows.flat_map(|(person, shift)| {
            [
                Value::Text(person.as_str()),
                Value::Text(shift.site.as_str()),
                Value::Int(shift.since.0),
                Value::MaybeInt(shift.ended_at.map(|at| at.0)),
                Value::Int(shift.facts),
            ]
        })
        .collect()
    }
}

/// Adds what was taken to the table.
pub(crate) fn upsert() -> ManyRows {
    ManyRows::new(
        "INSERT INTO shift (person, site, since, ended_at, facts) VALUES",
        5,
        "ON CONFLICT (person) DO UPDATE SET site = excluded.site, since = excluded.since, \
         ended_at = excluded.ended_at, facts = shift.facts + excluded.facts",
    )
}
