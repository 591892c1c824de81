//! Verify: every hash computed again, every gap found; nothing is changed, also not by the repair
//! of a crash.

mod keys;
mod rows;

use std::sync::Arc;

use serde::Serialize;
use sqlx::AssertSqlSafe;
use tokio::task::JoinSet;

use crate::chain::{self, GENESIS, Link};
use crate::ends;
use crate::recognise;
use crate::store::{Store, Value};
use crate::{Error, Settings};
use keys::Keys;
pub use keys::VerifiedKeys;

/// Facts read at once.
const PAGE: i64 = 256;
/// Facts of one range; ranges are checked side by side and joined by the stored hashes between them.
const RANGE: i64 = 8_192;
/// Ranges checked at the same time.
const WORKERS: usize = 3;

/// A whole log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Every region, by name.
    pub regions: Vec<VerifiedRegion>,
}

/// One region's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifiedRegion {
    /// Whose.
    pub region: String,
    /// How many facts.
    pub facts: u64,
    /// The hash of the last one, in hex.
    pub hash: String,
}

impl Verified {
    /// Facts of all regions.
    pub fn facts(&self) -> u64 {
        self.regions.iter().map(|region| region.facts).sum()
    }
}

/// The first bad record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// In whose log.
    pub region: String,
    /// Where.
    pub sequence: u64,
    /// What is wrong with it.
    pub why: String,
}

impl Broken {
    pub(crate) fn new(region: &str, sequence: i64, why: impl Into<String>) -> Self {
        Self {
            region: region.to_owned(),
            sequence: sequence.unsigned_abs(),
            why: why.into(),
        }
    }
}

type Found<T> = Result<Result<T, Broken>, Error>;

/// Checks the log: the chain of every region without a gap up to its head, and every story without
/// a missing version. It may run beside the house. The outer error says that it could not check.
pub async fn verify(settings: &Settings) -> Result<Result<Verified, Broken>, Error> {
    let store = recognise::open(settings).await?;
    let found = check(&store).await;
    store.close().await;
    found
}

/// As `verify`, and also that every row of the read table is what the log says. For a house that
/// rests: it compares what two statements saw.
pub async fn verify_all(settings: &Settings) -> Result<Result<Verified, Broken>, Error> {
    let store = recognise::open(settings).await?;
    let found = match check(&store).await {
        Ok(Ok(verified)) => rows::rows_are_folds(&store)
            .await
            .map(|found| found.map(|()| verified)),
        other => other,
    };
    store.close().await;
    found
}

/// Checks the keys: each story's key opens with the key of its region, and each sealed text with
/// the key of its story, unless the log says that the story was erased. It reads every text, so it
/// takes about three times as long as `verify`, which it does not replace.
pub async fn verify_keys(settings: &Settings) -> Result<Result<VerifiedKeys, Broken>, Error> {
    let store = recognise::open(settings).await?;
    let found = Keys::of(&settings.data).check(&store).await;
    store.close().await;
    found
}

/// Chains and versions side by side, for the versions are one long statement that keeps one core.
async fn check(store: &Store) -> Found<Verified> {
    let (chains, versions) = tokio::try_join!(chains(store), versions(store))?;
    Ok(chains.and_then(|verified| versions.map(|()| verified)))
}

/// Every region's chain, from its first fact to its head.
async fn chains(store: &Store) -> Found<Verified> {
    // Each statement sees one moment, so the check may run beside a house that goes on writing.
    let torn = ends::torn(store).await?;
    if let Some(torn) = torn.iter().find(|torn| torn.head.is_none()) {
        return Ok(Err(Broken::new(
            &torn.region,
            torn.last,
            "the log has no head",
        )));
    }
    let heads: Vec<(String, i64, Vec<u8>)> = store
        .rows(
            "SELECT region, sequence, hash FROM head ORDER BY region",
            &[],
        )
        .await?;
    let mut regions = Vec::with_capacity(heads.len());
    for (region, head, hash) in heads {
        let end = match chain_of(store, &region, head).await? {
            Ok(end) => end,
            Err(broken) => return Ok(Err(broken)),
        };
        if hash != end {
            let why = "the head has another hash than the last fact";
            return Ok(Err(Broken::new(&region, head, why)));
        }
        // Facts that are missing before it were named above.
        if torn.iter().any(|torn| torn.region == region) {
            let why = "the fact stands behind the head";
            return Ok(Err(Broken::new(&region, head + 1, why)));
        }
        regions.push(VerifiedRegion {
            region,
            facts: head.unsigned_abs(),
            hash: chain::hex(&end),
        });
    }
    Ok(Ok(Verified { regions }))
}

/// Checks one log up to `last`; the hash there.
async fn chain_of(store: &Store, region: &str, last: i64) -> Found<[u8; 32]> {
    let region: Arc<str> = region.into();
    let mut ranges = (0..last).step_by(usize::try_from(RANGE).unwrap_or(usize::MAX));
    let mut running = JoinSet::new();
    let mut end = GENESIS;
    let mut first: Option<Broken> = None;
    loop {
        while running.len() < WORKERS && first.is_none() {
            let Some(from) = ranges.next() else { break };
            let (store, region) = (store.clone(), region.clone());
            let until = last.min(from + RANGE);
            running.spawn(async move { (until, range(&store, &region, from, until).await) });
        }
        let Some(done) = running.join_next().await else {
            break;
        };
        let (until, found) =
            done.map_err(|_| Error::Unavailable("the check was cut short".into()))?;
        match found? {
            Ok(hash) if until == last => end = hash,
            Ok(_) => {}
            Err(broken) => {
                if first
                    .as_ref()
                    .is_none_or(|held| broken.sequence < held.sequence)
                {
                    first = Some(broken);
                }
            }
        }
    }
    Ok(first.map_or(Ok(end), Err))
}

/// Checks the facts after `from` up to and with `until`; the hash there.
async fn range(store: &Store, region: &str, from: i64, until: i64) -> Found<[u8; 32]> {
    let mut previous = GENESIS;
    if from > 0 {
        let sql = "SELECT hash FROM fact WHERE region = $1 AND sequence = $2";
        let row: Option<(Vec<u8>,)> = store
            .row(sql, &[Value::Text(region), Value::Int(from)])
            .await?;
        match row.and_then(|(hash,)| hash.try_into().ok()) {
            Some(hash) => previous = hash,
            None => {
                return Ok(Err(Broken::new(
                    region,
                    from,
                    "the fact or its hash is missing",
                )));
            }
        }
    }
    let sql: Arc<str> = packed(store).into();
    let mut at = from;
    while at < until {
        let values = [
            Value::Text(region),
            Value::Int(at),
            Value::Int(until),
            Value::Int(PAGE),
        ];
        let page: Option<(Option<Vec<u8>>,)> =
            store.row(AssertSqlSafe(sql.clone()), &values).await?;
        let page = page.and_then(|(page,)| page).unwrap_or_default();
        if page.is_empty() {
            return Ok(Err(Broken::new(region, at + 1, "the fact is missing")));
        }
        let mut rest = page.as_slice();
        while !rest.is_empty() {
            at += 1;
            let Some((link, hash)) = unpack(region, &mut rest) else {
                let why = "the fact cannot be read, or is no text";
                return Ok(Err(Broken::new(region, at, why)));
            };
            if link.sequence != at {
                return Ok(Err(Broken::new(region, at, "the fact is missing")));
            }
            previous = chain::hash(&previous, &link);
            if !hash.eq_ignore_ascii_case(&chain::hex(&previous)) {
                let why = "the hash is not that of the fact and the one before";
                return Ok(Err(Broken::new(region, at, why)));
            }
        }
    }
    Ok(Ok(previous))
}

/// A page of facts in one piece, for handing rows over costs more than hashing them: for each its
/// numbers, the lengths of its texts in bytes, its hash, and the texts. In bytes, because what was
/// damaged need not be text any more.
fn packed(store: &Store) -> String {
    let numbers = [
        "sequence",
        "version",
        "at",
        "octet_length(stream)",
        "octet_length(actor)",
        "octet_length(kind)",
        "octet_length(body)",
    ];
    format!(
        "SELECT {} FROM \
         (SELECT sequence, {} || ' ' || {} || stream || actor || kind || body AS packed \
          FROM fact WHERE region = $1 AND sequence > $2 AND sequence <= $3 \
          ORDER BY sequence LIMIT $4) AS page",
        store.bytes("string_agg(packed, '' ORDER BY sequence)"),
        numbers.join(" || ' ' || "),
        store.hex("hash")
    )
}

/// Takes the first fact off a page, and its hash in hex.
fn unpack<'a>(region: &'a str, rest: &mut &'a [u8]) -> Option<(Link<'a>, &'a str)> {
    let mut numbers = [0_i64; 7];
    for number in &mut numbers {
        let end = rest.iter().position(|byte| *byte == b' ')?;
        *number = str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
        *rest = &rest[end + 1..];
    }
    let [sequence, version, at, stream, actor, kind, body] = numbers;
    let mut take = |length: i64| {
        let (text, left) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        *rest = left;
        str::from_utf8(text).ok()
    };
    let hash = take(64)?;
    let [stream, actor, kind, body] = [take(stream)?, take(actor)?, take(kind)?, take(body)?];
    Some((
        Link {
            region,
            sequence,
            stream,
            version,
            at,
            actor,
            kind,
            body,
        },
        hash,
    ))
}

/// Every story counts its versions from 1 without a gap.
async fn versions(store: &Store) -> Found<()> {
    let sql = "SELECT stream, COUNT(*), MAX(version) FROM fact GROUP BY stream \
               HAVING MIN(version) <> 1 OR MAX(version) <> COUNT(*) ORDER BY stream LIMIT 1";
    let Some((stream, count, version)) = store.row::<(String, i64, i64)>(sql, &[]).await? else {
        return Ok(Ok(()));
    };
    let sql = "SELECT region, sequence FROM fact WHERE stream = $1 ORDER BY version DESC LIMIT 1";
    let (region, sequence): (String, i64) = store
        .row(sql, &[Value::Text(&stream)])
        .await?
        .unwrap_or_default();
    let why = format!("story {stream} has {count} facts, but its last version is {version}");
    Ok(Err(Broken::new(&region, sequence, why)))
}
