//! The vault: personal texts are sealed under a key of their own story, which is wrapped by the key
//! of its region. Never knows SQL or what the texts say.

mod region_key;
mod seal;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

use outcry_domain::RegionId;

pub(crate) use region_key::{RegionKey, path, read};
pub(crate) use seal::{DataKey, KEY_LOST, open_all, seal_all, speaks};

use crate::Error;
use crate::cache::Recent;

/// Data keys that are kept unwrapped.
const DATA_KEYS_MAX: usize = 20_000;
/// The folder of the keys.
pub(crate) const KEYS: &str = "keys";
/// What a data key takes, with its name.
const DATA_KEY_BYTES: usize = 160;

/// Fills a buffer with random bytes.
pub(crate) type Entropy = dyn Fn(&mut [u8]) + Send + Sync;

/// A story's key: the key itself, or the knowledge that it was destroyed.
#[derive(Clone)]
pub(crate) enum Held {
    Key(Arc<DataKey>),
    Forgotten,
}

/// Where a data directory has its keys.
pub(crate) fn directory(data: &Path) -> PathBuf {
    data.join(KEYS)
}

/// All keys of this process.
pub(crate) struct Vault {
    data: PathBuf,
    directory: PathBuf,
    entropy: Box<Entropy>,
    regions: RwLock<HashMap<RegionId, Arc<RegionKey>>>,
    stories: Mutex<Recent<String, Held>>,
}

impl Vault {
    /// The vault of a data directory, whose keys are read, and made, when they are needed. Refuses one
    /// whose keys others may read.
    pub(crate) fn open(data: &Path, entropy: Box<Entropy>) -> Result<Self, Error> {
        let directory = directory(data);
        if directory.exists() {
            region_key::private(&directory, "700")?;
        }
        Ok(Self {
            data: data.to_owned(),
            directory,
            entropy,
            regions: RwLock::default(),
            stories: Mutex::new(Recent::new(
                DATA_KEYS_MAX,
                DATA_KEYS_MAX * DATA_KEY_BYTES,
                |_| false,
            )),
        })
    }

    /// The data directory that has it.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// Random bytes.
    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.entropy)(&mut bytes);
        bytes
    }

    /// The key of a region, from memory or from its file; `None` when there is no file.
    pub(crate) fn region(&self, region: &RegionId) -> Result<Option<Arc<RegionKey>>, Error> {
        if let Some(key) = self.regions.read().expect("no holder panics").get(region) {
            return Ok(Some(key.clone()));
        }
        let Some(key) = region_key::read(&self.directory, region)? else {
            return Ok(None);
        };
        Ok(Some(self.keep(region, key)))
    }

    /// A new key for a region, durable on disk before it is used.
    pub(crate) fn make_region(&self, region: &RegionId) -> Result<Arc<RegionKey>, Error> {
        let key = region_key::make(&self.directory, region, self.random())?;
        Ok(self.keep(region, key))
    }

    fn keep(&self, region: &RegionId, key: RegionKey) -> Arc<RegionKey> {
        let mut regions = self.regions.write().expect("no holder panics");
        regions
            .entry(region.clone())
            .or_insert_with(|| Arc::new(key))
            .clone()
    }

    /// Where a region's key belongs, for people.
    pub(crate) fn path(&self, region: &RegionId) -> PathBuf {
        region_key::path(&self.directory, region)
    }

    /// A story's key if it is in memory.
    pub(crate) fn remembered(&self, stream: &str) -> Option<Held> {
        self.stories
            .lock()
            .expect("no holder panics")
            .find(stream)
            .cloned()
    }

    /// Keeps a story's key in memory. What was destroyed stays so, whatever somebody read before.
    pub(crate) fn remember(&self, stream: &str, held: Held) {
        let mut stories = self.stories.lock().expect("no holder panics");
        if !matches!(stories.find(stream), Some(Held::Forgotten)) {
            stories.insert(stream.to_owned(), held, DATA_KEY_BYTES);
        }
    }

    /// A fresh key for a story.
    pub(crate) fn make_story(&self) -> DataKey {
        DataKey::new(self.random())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_destroyed_comes_not_back_from_an_older_look() {
        let dir = tempfile::tempdir().expect("a directory");
        let fill = |bytes: &mut [u8]| bytes.fill(7);
        let vault = Vault::open(dir.path(), Box::new(fill)).expect("opens");
        let key = || Held::Key(Arc::new(vault.make_story()));
        vault.remember("incident:1", key());
        vault.remember("incident:1", Held::Forgotten);
        // Whoever read the key's row before it was deleted comes late.
        vault.remember("incident:1", key());
        let held = vault.remembered("incident:1");
        assert!(matches!(held, Some(Held::Forgotten)));
    }
}
