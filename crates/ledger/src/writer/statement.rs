//! Statements over many rows, in few sizes so that they stay prepared.

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::AssertSqlSafe;

use crate::store::{Connection, Value, places};

/// The most rows of one statement.
const ROWS_MAX: usize = 256;

/// An insertion of any number of rows.
pub(crate) struct ManyRows {
    before: &'static str,
    columns: usize,
    after: &'static str,
    texts: BTreeMap<usize, Arc<str>>,
}

impl ManyRows {
    /// `before` ends with `VALUES`; `after` is what follows the rows, such as an `ON CONFLICT` clause.
    pub(crate) fn new(before: &'static str, columns: usize, after: &'static str) -> Self {
        Self {
            before,
            columns,
            after,
            texts: BTreeMap::new(),
        }
    }

    /// Runs it over all the values, a row after the other; how many rows changed.
    pub(crate) async fn run(
        &mut self,
        connection: &mut Connection,
        mut values: &[Value<'_>],
    ) -> Result<u64, sqlx::Error> {
        let mut changed = 0;
        while !values.is_empty() {
            let rows = chunk(values.len() / self.columns);
            let (now, later) = values.split_at(rows * self.columns);
            changed += connection
                .execute(AssertSqlSafe(self.text(rows, connection.numbered())), now)
                .await?;
            values = later;
        }
        Ok(changed)
    }

    /// The text for so many rows.
    fn text(&mut self, rows: usize, numbered: bool) -> Arc<str> {
        let Self {
            before,
            columns,
            after,
            texts,
        } = self;
        let write = || {
            let row = |row: usize| {
                let first = row * *columns + 1;
                format!("({})", places(first, *columns, numbered))
            };
            let rows: Vec<String> = (0..rows).map(row).collect();
            format!("{before} {} {after}", rows.join(", ")).into()
        };
        texts.entry(rows).or_insert_with(write).clone()
    }
}

/// How many of `rows` the next statement takes: sizes 1 to 16, and then powers of two.
fn chunk(rows: usize) -> usize {
    match rows {
        ROWS_MAX.. => ROWS_MAX,
        17.. => 1 << rows.ilog2(),
        few => few,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_through() {
        let new = || ManyRows::new("INSERT INTO t (a, b) VALUES", 2, "ON CONFLICT DO NOTHING");
        assert_eq!(
            &*new().text(2, true),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING"
        );
        assert_eq!(
            &*new().text(2, false),
            "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) ON CONFLICT DO NOTHING"
        );
    }

    #[test]
    fn chunks_cover_everything_in_few_sizes() {
        for rows in 1..2_000 {
            let (mut left, mut statements) = (rows, 0);
            while left > 0 {
                left -= chunk(left);
                statements += 1;
            }
            assert!(statements <= rows / ROWS_MAX + 5, "{rows}");
        }
    }
}
