//! Place: the sequence and the hash of every fact that is about to be.

use std::collections::BTreeMap;

use outcry_domain::RegionId;

use super::append::Append;
use crate::chain::{self, GENESIS, Link};
use crate::store::{Connection, Value};

/// Where an append went: the sequence of its first fact, and every hash.
pub(super) struct Place {
    pub(super) stream: String,
    pub(super) first: u64,
    pub(super) actors: Vec<String>,
    pub(super) hashes: Vec<[u8; 32]>,
}
/// Where logs end.
pub(super) type Ends = BTreeMap<RegionId, (u64, [u8; 32])>;
pub(super) type Heads<'a> = BTreeMap<&'a RegionId, (u64, [u8; 32])>;

/// Takes the head of every log that grows, in the order of their names so that two processes never
/// wait for each other in a circle. Heads that are known belong to this process alone.
pub(super) async fn take_heads<'a>(
    connection: &mut Connection,
    appends: &'a [Append],
    known: &Ends,
) -> Result<Heads<'a>, sqlx::Error> {
    const TAKE: &str =
        "UPDATE head SET sequence = sequence WHERE region = $1 RETURNING sequence, hash";
    const FIRST: &str = "INSERT INTO head (region, sequence, hash, projected) VALUES ($1, 0, $2, 0) \
                         ON CONFLICT (region) DO NOTHING";
    let mut heads: Heads<'a> = appends
        .iter()
        .map(|append| (&append.region, (0, GENESIS)))
        .collect();
    for (region, head) in &mut heads {
        if let Some(known) = known.get(*region) {
            *head = *known;
            continue;
        }
        let name = [Value::Text(region.as_str())];
        let mut row = connection.rows::<(i64, Vec<u8>)>(TAKE, &name).await?;
        if row.is_empty() {
            let values = [Value::Text(region.as_str()), Value::Bytes(&GENESIS)];
            connection.execute(FIRST, &values).await?;
            row = connection.rows(TAKE, &name).await?;
        }
        let (sequence, hash) = row.pop().ok_or(sqlx::Error::RowNotFound)?;
        let hash = hash
            .as_slice()
            .try_into()
            .map_err(|_| sqlx::Error::Decode("the hash of a head is not 32 bytes".into()))?;
        *head = (sequence.unsigned_abs(), hash);
    }
    Ok(heads)
}

/// Gives every fact its sequence and its hash.
pub(super) fn place(appends: &[Append], heads: &mut Heads<'_>) -> Vec<Place> {
    let mut places = Vec::with_capacity(appends.len());
    for append in appends {
        let head = heads
            .get_mut(&append.region)
            .expect("taken for every append");
        let stream = append.stream.to_string();
        let first = head.0 + 1;
        let actors: Vec<String> = append
            .drafts
            .iter()
            .map(|draft| draft.actor.to_string())
            .collect();
        let mut hashes = Vec::with_capacity(append.drafts.len());
        for (version, (draft, actor)) in (append.version..).zip(append.drafts.iter().zip(&actors)) {
            head.0 += 1;
            head.1 = chain::hash(
                &head.1,
                &Link {
                    region: append.region.as_str(),
                    sequence: number(head.0),
                    stream: &stream,
                    version: number(version),
                    at: draft.at.0,
                    actor,
                    kind: draft.event.kind(),
                    body: &draft.body,
                },
            );
            hashes.push(head.1);
        }
        places.push(Place {
            stream,
            first,
            actors,
            hashes,
        });
    }
    places
}
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).expect("no log has 2^63 facts")
}
