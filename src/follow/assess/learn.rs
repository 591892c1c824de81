//! The model with what it learned from overrides, kept in one file together with how far it read:
//! a crash between two lessons repeats none and loses none. No word of a report is ever in it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use outcry_assess::Model;
use outcry_domain::RegionId;

/// The file in the data directory.
const FILE: &str = "model-learned.txt";

/// A model that learns.
pub(super) struct Learned {
    file: PathBuf,
    /// Locked for moments only: whoever scores never waits for a disk.
    held: Mutex<Held>,
    /// One lesson after the other.
    turn: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Clone)]
struct Held {
    model: Arc<Model>,
    /// The sequence of the last lesson, by region.
    taught: BTreeMap<RegionId, u64>,
}

impl Held {
    fn shipped() -> Self {
        Self {
            model: Arc::new(Model::shipped()),
            taught: BTreeMap::new(),
        }
    }
}

impl Learned {
    /// The model as it was last written, or the shipped one. A damaged file is deleted: it holds lessons
    /// alone, nobody may wait for help because of them, and one that cannot be read may have words of
    /// reports in it, as earlier versions wrote them, which no erasure would reach.
    pub(super) fn open(data: &Path) -> anyhow::Result<Self> {
        let file = data.join(FILE);
        let held = match std::fs::read(&file).map(|bytes| read(&bytes)) {
            Ok(Ok((held, left_out))) => {
                // Words of reports, from an earlier version: they must not stay on the disk either.
                if left_out > 0 {
                    write(&file, &held).with_context(|| file.display().to_string())?;
                }
                held
            }
            Ok(Err(damage)) => {
                forget(&file, &damage).with_context(|| file.display().to_string())?;
                Held::shipped()
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Held::shipped(),
            Err(error) => return Err(error).with_context(|| file.display().to_string()),
        };
        Ok(Self {
            file,
            held: Mutex::new(held),
            turn: Arc::default(),
        })
    }

    /// The model as it is now. Never waits for a lesson that is being written.
    pub(super) fn model(&self) -> Arc<Model> {
        self.held().model.clone()
    }

    /// Whether the lesson at that place was learned already.
    pub(super) fn knows(&self, region: &RegionId, sequence: u64) -> bool {
        let held = self.held();
        held.taught
            .get(region)
            .is_some_and(|last| *last >= sequence)
    }

    /// Learns the lesson at that place, unless it knows it, and keeps it. Scores follow it once it is
    /// written; a lesson that cannot be written is written with the next one.
    pub(super) async fn learn(
        self: &Arc<Self>,
        region: &RegionId,
        sequence: u64,
        lesson: impl FnOnce(&mut Model),
    ) {
        let turn = self.turn.clone().lock_owned().await;
        if self.knows(region, sequence) {
            return;
        }
        let mut next = self.held().clone();
        lesson(Arc::make_mut(&mut next.model));
        next.taught.insert(region.clone(), sequence);
        let learned = self.clone();
        // To the end, and in turn, even if nobody waits for it any more.
        let kept = tokio::task::spawn_blocking(move || {
            if let Err(error) = write(&learned.file, &next) {
                tracing::warn!(%error, "what the model learned could not be written");
            }
            *learned.held() = next;
            drop(turn);
        });
        let _ = kept.await;
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn forget(file: &Path, damage: &anyhow::Error) -> std::io::Result<()> {
    std::fs::remove_file(file)?;
    tracing::warn!(
        %damage,
        "what the model learned could not be read: {} is deleted, for words of reports might be in it, \
         and the shipped model begins again",
        file.display()
    );
    Ok(())
}

/// The first line is how far it read, the rest is the model's own file. Says how many words of reports
/// were left out.
fn read(bytes: &[u8]) -> anyhow::Result<(Held, usize)> {
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .context("has no first line")?;
    let taught = serde_json::from_slice(&bytes[..end])?;
    let (model, left_out) = Model::from_taught_file(&bytes[end + 1..])?;
    let held = Held {
        model: Arc::new(model),
        taught,
    };
    Ok((held, left_out))
}

fn write(file: &Path, held: &Held) -> std::io::Result<()> {
    let next = file.with_extension("next");
    let mut out = std::fs::File::create(&next)?;
    serde_json::to_writer(&out, &held.taught)?;
    out.write_all(b"\n")?;
    out.write_all(&held.model.to_file())?;
    out.sync_all()?;
    std::fs::rename(&next, file)?;
    // The name as well: the cursor that says that this was learned is durable too.
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use outcry_assess::Report;

    const REPORT: Report<'_> = Report {
        text: "he waved a machete at the cashier",
        channel: None,
        hour: None,
        value_minor: None,
        site_history: None,
        tills: None,
        reported_category: None,
    };

    fn weapon(model: &mut Model) {
        model.update(&REPORT, outcry_assess::Category::Weapon);
    }

    fn north() -> RegionId {
        "north".parse().expect("a slug")
    }

    #[tokio::test]
    async fn a_lesson_survives_a_restart_and_is_taught_once() {
        let dir = tempfile::tempdir().expect("a folder");
        let learned = Arc::new(Learned::open(dir.path()).expect("opens"));
        let before = learned.model().name();
        learned.learn(&north(), 7, weapon).await;
        let after = learned.model().name();
        learned.learn(&north(), 7, weapon).await;
        assert_eq!(learned.model().name(), after, "no lesson is taken twice");
        let again = Learned::open(dir.path()).expect("opens again");
        assert_ne!(again.model().name(), before);
        let told = |learned: &Learned| {
            let score = learned.model().score(&REPORT);
            (score.category, score.risk)
        };
        assert_eq!(told(&again), told(&learned));
        assert!(again.knows(&north(), 7) && !again.knows(&north(), 8));
    }

    #[tokio::test]
    async fn a_damaged_file_is_deleted_and_learning_begins_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let shipped = Model::shipped().name();
        let learned = Arc::new(Learned::open(dir.path()).expect("opens"));
        learned.learn(&north(), 7, weapon).await;
        let file = dir.path().join(FILE);
        let mut whole = std::fs::read(&file).expect("reads");
        let middle = whole.len() / 2;
        whole[middle] ^= 0x55;
        for damaged in [whole.as_slice(), b"", b"{}", b"\xff\xfe"] {
            std::fs::write(&file, damaged).expect("written");
            let again = Arc::new(Learned::open(dir.path()).expect("opens all the same"));
            assert_eq!(again.model().name(), shipped);
            let left = std::fs::read_dir(dir.path()).expect("a folder").count();
            assert_eq!(left, 0, "no word of it stays on the disk");
            again.learn(&north(), 8, weapon).await;
            assert!(Learned::open(dir.path()).expect("opens").knows(&north(), 8));
        }
    }

    #[tokio::test]
    async fn no_word_of_a_report_reaches_the_disk_or_stays_there() {
        let dir = tempfile::tempdir().expect("a folder");
        let named = Report {
            text: "Zebulon Quackenbush waved a machete at the cashier",
            ..REPORT
        };
        let learned = Arc::new(Learned::open(dir.path()).expect("opens"));
        let lesson = |model: &mut Model| model.update(&named, outcry_assess::Category::Weapon);
        learned.learn(&north(), 7, lesson).await;
        let file = dir.path().join(FILE);
        let kept = || std::fs::read_to_string(&file).expect("text");
        assert!(!kept().contains("quackenbush"), "the name was written down");
        // As an earlier version wrote it: one more term.
        let taught = kept();
        let (head, model) = taught.split_once('\n').expect("two parts");
        std::fs::write(&file, format!("{head}\n{}", older(model))).expect("written");
        let again = Learned::open(dir.path()).expect("opens");
        assert!(again.knows(&north(), 7));
        let gone = !kept().contains("quackenbush");
        assert!(gone, "what came from a report is gone at once");
        assert_eq!(again.model().terms(), Model::shipped().terms());
    }

    /// The model's file as an earlier version wrote it: with a word of a report as one more term.
    fn older(model: &str) -> String {
        let (content, _) = model.rsplit_once("checksum").expect("a checksum");
        let terms = Model::shipped().terms();
        let [now, then] = [terms, terms + 1].map(|terms| format!("terms {terms}\n"));
        let content = content.replace(&now, &then) + "quackenbush 1 e80\n";
        let checksum = content
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        format!("{content}checksum {checksum:016x}\n")
    }

    /// The disk is a pipe that takes nothing until somebody reads from it.
    #[tokio::test]
    async fn scoring_never_waits_for_the_disk() {
        let dir = tempfile::tempdir().expect("a folder");
        let pipe = dir.path().join(FILE).with_extension("next");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo runs").success());
        let learned = Arc::new(Learned::open(dir.path()).expect("opens"));
        let before = learned.model().name();
        let lesson = tokio::spawn({
            let learned = learned.clone();
            async move { learned.learn(&north(), 7, weapon).await }
        });
        while learned.turn.try_lock().is_ok() {
            tokio::task::yield_now().await;
        }
        let (told, model) = std::sync::mpsc::channel();
        let scorer = learned.clone();
        std::thread::spawn(move || told.send(scorer.model().name()));
        let scored = model.recv_timeout(std::time::Duration::from_secs(5));
        assert_eq!(scored.as_ref(), Ok(&before), "the lesson is under way");
        let read = tokio::task::spawn_blocking(move || std::fs::read(pipe));
        lesson.await.expect("learned");
        assert!(!read.await.expect("runs").expect("reads").is_empty());
        assert_ne!(learned.model().name(), before);
    }
}
