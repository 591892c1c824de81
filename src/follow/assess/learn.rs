//! The model with what it learned from overrides, kept in one file together with how far it read:
//! a crash between two lessons repeats none and loses none.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use outcry_assess::Model;
use outcry_domain::RegionId;

/// The file in the data directory.
const FILE: &str = "model-learned.txt";

/// A model that learns.
pub(super) struct Learned {
    file: PathBuf,
    held: Mutex<Held>,
}

struct Held {
    model: Arc<Model>,
    /// The sequence of the last lesson, by region.
    taught: BTreeMap<RegionId, u64>,
}

impl Learned {
    /// The model as it was last written, or the shipped one.
    pub(super) fn open(data: &Path) -> anyhow::Result<Self> {
        let file = data.join(FILE);
        let held = match std::fs::read(&file) {
            Ok(bytes) => read(&bytes).with_context(|| {
                format!(
                    "{} is damaged; move it away to begin again with the shipped model",
                    file.display()
                )
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Held {
                model: Arc::new(outcry_assess::shipped().clone()),
                taught: BTreeMap::new(),
            },
            Err(error) => return Err(error).with_context(|| file.display().to_string()),
        };
        Ok(Self {
            file,
            held: Mutex::new(held),
        })
    }

    /// The model as it is now.
    pub(super) fn model(&self) -> Arc<Model> {
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .model
            .clone()
    }

    /// Whether the lesson at that place was learned already.
    pub(super) fn knows(&self, region: &RegionId, sequence: u64) -> bool {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.taught
            .get(region)
            .is_some_and(|last| *last >= sequence)
    }

    /// Learns the lesson at that place, and keeps it. Where it cannot be kept it is learned anew
    /// after the next start.
    pub(super) fn learn(&self, region: &RegionId, sequence: u64, lesson: impl FnOnce(&mut Model)) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        lesson(Arc::make_mut(&mut held.model));
        held.taught.insert(region.clone(), sequence);
        if let Err(error) = write(&self.file, &held) {
            tracing::warn!(%error, "what the model learned could not be written");
        }
    }
}

/// The first line is how far it read, the rest is the model's own file.
fn read(bytes: &[u8]) -> anyhow::Result<Held> {
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .context("has no first line")?;
    let taught = serde_json::from_slice(&bytes[..end])?;
    let model = Model::from_file(&bytes[end + 1..])?;
    Ok(Held {
        model: Arc::new(model),
        taught,
    })
}

fn write(file: &Path, held: &Held) -> anyhow::Result<()> {
    let next = file.with_extension("next");
    let mut out = std::fs::File::create(&next)?;
    serde_json::to_writer(&out, &held.taught)?;
    out.write_all(b"\n")?;
    out.write_all(&held.model.to_file())?;
    out.sync_all()?;
    std::fs::rename(&next, file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use outcry_assess::Report;

    #[test]
    fn a_lesson_survives_a_restart_and_is_taught_once() {
        let dir = tempfile::tempdir().expect("a folder");
        let north: RegionId = "north".parse().expect("a slug");
        let report = Report {
            text: "he waved a machete at the cashier",
            ..Report::default()
        };
        let learned = Learned::open(dir.path()).expect("opens");
        let before = learned.model().name();
        learned.learn(&north, 7, |model| {
            model.update(&report, outcry_assess::Category::Weapon);
        });
        let again = Learned::open(dir.path()).expect("opens again");
        assert_ne!(again.model().name(), before);
        let told = |learned: &Learned| {
            let score = learned.model().score(&report);
            (score.category, score.risk)
        };
        assert_eq!(told(&again), told(&learned));
        assert!(again.knows(&north, 7) && !again.knows(&north, 8));
    }
}
