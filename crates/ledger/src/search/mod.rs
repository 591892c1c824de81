//! Search without plaintext at rest: words become stems, stems become keyed hashes.
//! Never knows what a list looks like.

mod index;
mod words;

use crate::Error;
use crate::store::{Store, Value};

pub(crate) use index::{FOLLOWER, start};
use words::stems;

/// The most words of a query that count.
const WORDS_MAX: usize = 8;
/// From so many incidents on a word counts as common.
const COMMON: i64 = 2_000;
/// Letters and digits of references.
const REFERENCE: &str = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What somebody looks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Query {
    /// Nothing in particular.
    All,
    /// One incident by what people call it.
    Reference(String),
    /// Stems that must all occur.
    Words(Vec<String>),
}

impl Query {
    pub(crate) fn read(text: &str) -> Self {
        if text.trim().is_empty() {
            return Self::All;
        }
        if let Some(reference) = reference(text) {
            return Self::Reference(reference);
        }
        let mut words: Vec<String> = stems(text).collect();
        words.sort_unstable();
        words.dedup();
        words.truncate(WORDS_MAX);
        Self::Words(words)
    }
}

/// `INC-7F3K-92QX`, however it was typed; a bare word of eight letters is a word.
fn reference(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let named = text.strip_prefix("INC");
    let letters: String = named
        .unwrap_or(&text)
        .chars()
        .filter(|c| !matches!(c, '-' | ' '))
        .collect();
    let marked = named.is_some() || (text.len() == 9 && text.as_bytes()[4] == b'-');
    (marked && letters.len() == 8 && letters.chars().all(|c| REFERENCE.contains(c)))
        .then(|| format!("INC-{}-{}", &letters[..4], &letters[4..]))
}

/// The terms with the rarest in front, which then drives the query.
pub(crate) async fn rarest_first(store: &Store, terms: &[i64]) -> Result<Vec<i64>, Error> {
    if terms.len() < 2 {
        return Ok(terms.to_vec());
    }
    let sql = "SELECT COUNT(*) FROM (SELECT 1 FROM token WHERE term = $1 LIMIT $2) AS few";
    let mut counted = Vec::with_capacity(terms.len());
    for term in terms {
        let row: Option<(i64,)> = store
            .row(sql, &[Value::Int(*term), Value::Int(COMMON)])
            .await?;
        counted.push((row.map_or(0, |(count,)| count), *term));
    }
    counted.sort_unstable();
    Ok(counted.into_iter().map(|(_, term)| term).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_however_they_are_typed() {
        let found = Query::Reference("INC-7F3K-92QX".into());
        for text in [
            "INC-7F3K-92QX",
            "inc-7f3k-92qx",
            " 7F3K-92QX ",
            "INC 7F3K 92QX",
            "inc7f3k92qx",
        ] {
            assert_eq!(Query::read(text), found, "{text}");
        }
        for text in [
            "weathers",
            "INC-7F3K",
            "incident",
            "7F3K-92QO",
            "étrangère-é",
        ] {
            assert!(matches!(Query::read(text), Query::Words(_)), "{text}");
        }
        assert_eq!(Query::read("  "), Query::All);
    }
}
