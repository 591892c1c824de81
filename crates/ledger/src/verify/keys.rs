//! The keys against the log: what is sealed can be opened, and what cannot was erased.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use outcry_domain::personal::Visit as _;
use outcry_domain::{Personal, RegionId};
use serde::Serialize;
use sqlx::FromRow;

use super::{Broken, Found, PAGE};
use crate::Error;
use crate::entry::FactRow;
use crate::erase::erases;
use crate::open::region_of;
use crate::store::{Store, Value};
use crate::vault::{self, Held, RegionKey};

/// What every fact that holds a sealed text has in its body.
const SEALED: &str = "\"sealed\":\"";
/// The kind of the fact that says that a story was erased.
const ERASED: &str = "incident.erased";

/// All keys, whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct VerifiedKeys {
    /// Stories whose key opens.
    pub stories: u64,
    /// Sealed texts that open.
    pub texts: u64,
    /// Stories that were erased.
    pub erased: u64,
}

/// The keys of regions, read when they are first named; nothing is made.
pub(super) struct Keys {
    directory: PathBuf,
    regions: HashMap<String, RegionKey>,
}

/// The story that is being read.
struct Story {
    stream: String,
    key: Option<Held>,
    /// The first fact with a sealed text.
    sealed: Option<(String, i64)>,
    texts: u64,
    erased: bool,
}

/// A fact and, when there is one, the key of its story.
#[derive(FromRow)]
struct Locked {
    #[sqlx(flatten)]
    fact: FactRow,
    kek: Option<String>,
    wrapped: Option<Vec<u8>>,
}

impl Keys {
    pub(super) fn of(data: &Path) -> Self {
        Self {
            directory: vault::directory(data),
            regions: HashMap::new(),
        }
    }

    pub(super) async fn check(mut self, store: &Store) -> Found<VerifiedKeys> {
        if let Err(broken) = self.strays(store).await? {
            return Ok(Err(broken));
        }
        let sql = "SELECT f.region, f.sequence, f.stream, f.version, f.at, f.actor, f.kind, f.body, \
                   f.hash, k.kek, k.wrapped \
                   FROM fact f LEFT JOIN data_key k ON k.stream = f.stream \
                   WHERE (f.stream, f.version) > ($1, $2) ORDER BY f.stream, f.version LIMIT $3";
        let mut verified = VerifiedKeys::default();
        let mut place = (String::new(), 0);
        let mut open: Option<Story> = None;
        loop {
            let values = [Value::Text(&place.0), Value::Int(place.1), Value::Int(PAGE)];
            let page: Vec<Locked> = store.rows(sql, &values).await?;
            let Some(last) = page.last() else { break };
            place = (last.fact.stream.clone(), last.fact.version);
            for row in &page {
                if open
                    .as_ref()
                    .is_none_or(|open| open.stream != row.fact.stream)
                {
                    let story = match self.story(row)? {
                        Ok(story) => story,
                        Err(broken) => return Ok(Err(broken)),
                    };
                    if let Some(read) = open.replace(story)
                        && let Err(broken) = read.end(store, &mut verified).await?
                    {
                        return Ok(Err(broken));
                    }
                }
                if let Some(Err(broken)) = open.as_mut().map(|story| story.read(&row.fact)) {
                    return Ok(Err(broken));
                }
            }
        }
        let last = match open {
            Some(read) => read.end(store, &mut verified).await?,
            None => Ok(()),
        };
        Ok(last.map(|()| verified))
    }

    /// A key that belongs to no fact.
    async fn strays(&self, store: &Store) -> Found<()> {
        let sql = "SELECT k.stream FROM data_key k \
                   WHERE NOT EXISTS (SELECT 1 FROM fact f WHERE f.stream = k.stream) \
                   ORDER BY k.stream LIMIT 1";
        let stray: Option<(String,)> = store.row(sql, &[]).await?;
        Ok(match stray {
            None => Ok(()),
            Some((stream,)) => {
                let why = format!("there is a key for story {stream}, of which no fact is left");
                Err(Broken::new("keys", 0, why))
            }
        })
    }

    /// The story that begins with this row, its key unwrapped.
    fn story(&mut self, row: &Locked) -> Found<Story> {
        let key = match (&row.kek, &row.wrapped) {
            (Some(kek), Some(wrapped)) => match self.unwrap(&row.fact, kek, wrapped)? {
                Ok(key) => Some(key),
                Err(broken) => return Ok(Err(broken)),
            },
            _ => None,
        };
        Ok(Ok(Story {
            stream: row.fact.stream.clone(),
            key,
            sealed: None,
            texts: 0,
            erased: false,
        }))
    }

    fn unwrap(&mut self, fact: &FactRow, kek: &str, wrapped: &[u8]) -> Found<Held> {
        let broken = |why: String| Ok(Err(Broken::new(&fact.region, fact.sequence, why)));
        let stream = &fact.stream;
        let Ok(region) = region_of(kek) else {
            return broken(format!(
                "the key of story {stream} names no region key: {kek}"
            ));
        };
        let Some(key) = self.region(kek, &region)? else {
            let path = vault::path(&self.directory, &region);
            return broken(format!(
                "the key of story {stream} needs {}, which is missing: put it back from your backup",
                path.display()
            ));
        };
        match key.unwrap(stream, wrapped) {
            Some(key) => Ok(Ok(Held::Key(key.into()))),
            None => broken(format!(
                "the key of story {stream} does not open with the key of {region}: one of them was changed"
            )),
        }
    }

    fn region(&mut self, kek: &str, region: &RegionId) -> Result<Option<&RegionKey>, Error> {
        if !self.regions.contains_key(kek)
            && let Some(key) = vault::read(&self.directory, region)?
        {
            self.regions.insert(kek.to_owned(), key);
        }
        Ok(self.regions.get(kek))
    }
}

impl Story {
    /// Opens what is sealed in a fact.
    fn read(&mut self, row: &FactRow) -> Result<(), Broken> {
        let broken = |why: &str| Broken::new(&row.region, row.sequence, why);
        // Most facts hold neither, and then need not be read.
        if !row.body.contains(SEALED) && row.kind != ERASED {
            return Ok(());
        }
        let Ok(mut fact) = row.fact() else {
            return Err(broken("the fact cannot be read"));
        };
        self.erased |= erases(&fact.event);
        let mut sealed = 0;
        fact.event
            .personal(&mut |text| sealed += u64::from(matches!(text, Personal::Sealed(_))));
        if sealed == 0 {
            return Ok(());
        }
        self.sealed
            .get_or_insert_with(|| (row.region.clone(), row.sequence));
        let Some(key) = &self.key else { return Ok(()) };
        if !vault::open_all(key, &self.stream, &mut fact.event) {
            return Err(broken(
                "a sealed text does not open with the key of its story",
            ));
        }
        self.texts += sealed;
        Ok(())
    }

    /// Counts the story, or says what is wrong with it.
    async fn end(self, store: &Store, verified: &mut VerifiedKeys) -> Found<()> {
        verified.stories += u64::from(self.key.is_some() && !self.erased);
        verified.texts += self.texts;
        verified.erased += u64::from(self.erased);
        let Some((region, sequence)) = self.sealed else {
            return Ok(Ok(()));
        };
        let why = match (self.key, self.erased) {
            (None, false) => {
                "the key of this story is lost: its texts cannot be read, and no fact says that they were erased"
            }
            // It may have been erased while this check went on.
            (Some(_), true) if locked(store, &self.stream).await? => {
                "this story was erased, but its key is still there"
            }
            _ => return Ok(Ok(())),
        };
        Ok(Err(Broken::new(&region, sequence, why)))
    }
}

/// Whether the story has a key now.
async fn locked(store: &Store, stream: &str) -> Result<bool, Error> {
    let sql = "SELECT kek FROM data_key WHERE stream = $1";
    let row: Option<(String,)> = store.row(sql, &[Value::Text(stream)]).await?;
    Ok(row.is_some())
}
