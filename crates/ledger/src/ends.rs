//! Ends: does every log end where the table `head` says? One statement, which sees one moment, and looks
//! at no more facts than there are regions, twice.

use crate::Error;
use crate::store::Store;

/// A log that ends elsewhere.
pub(crate) struct Torn {
    /// Whose.
    pub(crate) region: String,
    /// The last fact as `head` has it; none when it has no row for the log.
    pub(crate) head: Option<i64>,
    /// The last fact that there is; 0 when there is none.
    pub(crate) last: i64,
}

/// The logs that end elsewhere, by name.
pub(crate) async fn torn(store: &Store) -> Result<Vec<Torn>, Error> {
    // Each region by a jump in the index: DISTINCT would read every fact.
    let sql = "WITH RECURSIVE jump (region) AS (\
               SELECT MIN(region) FROM fact UNION ALL \
               SELECT (SELECT MIN(region) FROM fact WHERE region > jump.region) FROM jump \
               WHERE jump.region IS NOT NULL), \
               named (region) AS (SELECT region FROM jump WHERE region IS NOT NULL UNION SELECT region FROM head), \
               log (region, last) AS (SELECT region, COALESCE((SELECT MAX(sequence) FROM fact \
               WHERE fact.region = named.region), 0) FROM named) \
               SELECT log.region, head.sequence, log.last FROM log LEFT JOIN head ON head.region = log.region \
               WHERE COALESCE(head.sequence, 0) <> log.last ORDER BY log.region";
    let rows: Vec<(String, Option<i64>, i64)> = store.rows(sql, &[]).await?;
    let torn = |(region, head, last)| Torn { region, head, last };
    Ok(rows.into_iter().map(torn).collect())
}
