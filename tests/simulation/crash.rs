//! Crash: a house falls between two steps, and leaves what the disk had at that moment. The point is the
//! seed's: how many commits, messages or turns from now. Which facts share a commit is up to the threads,
//! so the same seed may fall a fact earlier or later; what is promised holds wherever it falls.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::task::Poll;

use outcry_ledger::Ledger;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::town::Dice;

/// Where a house falls, counted from when that is settled.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Point {
    /// Its loops, or whoever asks it for something, had so many turns: what they are at is given up.
    Turns(u64),
    /// So many commits are durable, and who waits for the last one has not heard of it.
    Commits(u64),
    /// A provider has so many messages, and its answer to the last one never comes back.
    Messages(u64),
}

impl Point {
    pub(crate) fn of(dice: &mut Dice) -> Self {
        match dice.below(3) {
            0 => Self::Turns(1 + dice.below(40)),
            1 => Self::Commits(1 + dice.below(12)),
            _ => Self::Messages(1 + dice.below(8)),
        }
    }
}

/// What a house falls by. Its loops and the wires to its providers share it.
#[derive(Default)]
pub(crate) struct Fuse {
    lit: Mutex<Option<Lit>>,
    fallen: CancellationToken,
}

struct Lit {
    /// What is left of it.
    point: Point,
    commits: watch::Receiver<u64>,
}

impl Fuse {
    pub(crate) fn light(&self, mut point: Point, ledger: &Ledger) {
        let commits = ledger.watch();
        if let Point::Commits(count) = &mut point {
            *count += *commits.borrow();
        }
        *self.lit() = Some(Lit { point, commits });
    }

    /// What comes of the work; nothing if the house falls before it is done.
    pub(crate) async fn or_fall<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.falls() => None,
            done = work => Some(done),
        }
    }

    async fn falls(&self) {
        let lit = self
            .lit()
            .as_ref()
            .map(|lit| (lit.point, lit.commits.clone()));
        match lit {
            None => std::future::pending().await,
            Some((Point::Turns(_), _)) => {
                std::future::poll_fn(|_| match self.is_last() {
                    true => Poll::Ready(()),
                    // The work that is polled beside it wakes both.
                    false => Poll::Pending,
                })
                .await;
            }
            // The writer tells of a commit before it answers who waits for it.
            Some((Point::Commits(at), mut commits)) => {
                let _ = commits.wait_for(|count| *count >= at).await;
            }
            Some((Point::Messages(_), _)) => self.fallen.cancelled().await,
        }
    }

    /// A provider took a message, or refused it.
    pub(crate) fn count_message(&self) {
        let counts = matches!(
            *self.lit(),
            Some(Lit {
                point: Point::Messages(_),
                ..
            })
        );
        if counts && self.is_last() {
            self.fall();
        }
    }

    /// Counts one down; whether it was the last.
    fn is_last(&self) -> bool {
        match self.lit().as_mut().map(|lit| &mut lit.point) {
            Some(Point::Turns(left) | Point::Messages(left)) => {
                *left = left.saturating_sub(1);
                *left == 0
            }
            _ => false,
        }
    }

    /// From now on nothing of this house reaches anybody.
    pub(crate) fn fall(&self) {
        self.fallen.cancel();
    }

    /// Ends the task that asks, as every task of a house that fell ends, and tells nobody.
    pub(crate) fn end_if_fallen(&self) {
        if self.fallen.is_cancelled() {
            std::panic::resume_unwind(Box::new("the house fell"));
        }
    }

    fn lit(&self) -> MutexGuard<'_, Option<Lit>> {
        self.lit.lock().expect("whole")
    }
}

/// A folder in memory where there is such a thing.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    folder.expect("a folder")
}

/// What the disk has at this moment, as a process leaves it that is killed: every commit, and nothing that
/// waits for one. It blocks the thread that all tasks of the house run on.
pub(crate) fn wreck(data: &Path) -> TempDir {
    let copy = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(copy_of(data))
    };
    std::thread::scope(|threads| threads.spawn(copy).join()).expect("copied")
}

async fn copy_of(data: &Path) -> TempDir {
    // The writer has a thread of its own: while somebody else may write, it neither commits nor begins
    // its log anew, so that file and log fit each other.
    let mut writer = SqliteConnectOptions::new()
        .filename(data.join("outcry.db"))
        .connect()
        .await
        .expect("opens");
    let held = sqlx::query("BEGIN IMMEDIATE").execute(&mut writer).await;
    held.expect("the writer comes to the end of its commit");
    let folder = folder();
    copy(data, folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("readable");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            // The keys' folder must be their owner's alone.
            let mut folder = std::fs::DirBuilder::new();
            folder.mode(0o700).create(&to).expect("made");
            copy(&from, &to);
        } else if from.extension().is_none_or(|kind| kind != "db-shm") {
            // What another thread just deleted or renamed was no longer there, or not yet.
            match std::fs::copy(&from, &to) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                copied => drop(copied.expect("copied")),
            }
        }
    }
}
