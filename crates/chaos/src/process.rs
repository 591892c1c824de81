//! One run of the program under test: started, watched, and killed with SIGKILL at a set instant.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// A program that has not promised anything after this time is taken for dead.
pub const FIRST_PROMISE_MAX: Duration = Duration::from_secs(60);
/// How much of its last words is shown.
const LAST_WORDS_BYTES: u64 = 2000;

/// When to kill.
#[derive(Clone, Copy, Debug)]
pub enum KillAt {
    /// This long after the start: hits starting and recovering.
    SinceStart(Duration),
    /// This long after this run's first acknowledgement: hits work.
    SinceFirstPromise(Duration),
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// By our SIGKILL.
    Killed,
    /// Before that, by itself, with its last words.
    ByItself(ExitStatus, String),
}

/// A started program. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    words: File,
}

impl Process {
    /// Starts the command with its stderr in a nameless file, so that no full pipe holds it up.
    pub fn start(mut command: Command) -> io::Result<Self> {
        let words = tempfile::tempfile()?;
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(words.try_clone()?)
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self { child, words })
    }

    /// The program's stdout, once.
    pub fn stdout(&mut self) -> ChildStdout {
        self.child.stdout.take().expect("stdout is taken once")
    }

    /// Waits for the instant, kills, and reaps. `promised` counts this run's acknowledgements.
    pub async fn kill(
        &mut self,
        at: KillAt,
        mut promised: watch::Receiver<u64>,
    ) -> io::Result<Ended> {
        let instant = async {
            match at {
                KillAt::SinceStart(delay) => sleep(delay).await,
                KillAt::SinceFirstPromise(delay) => {
                    let first = promised.wait_for(|count| *count > 0);
                    // An error means that nobody posts any more: there is nothing to wait for.
                    let promised = timeout(FIRST_PROMISE_MAX, first).await;
                    if promised.is_ok_and(|first| first.is_ok()) {
                        sleep(delay).await;
                    }
                }
            }
        };
        let ended = tokio::select! {
            status = self.child.wait() => Some(status?),
            () = instant => None,
        };
        self.child.kill().await?;
        Ok(match ended {
            None => Ended::Killed,
            Some(status) => Ended::ByItself(status, self.last_words()?),
        })
    }

    /// Kills and reaps it now.
    pub async fn end(&mut self) -> io::Result<()> {
        self.child.kill().await
    }

    /// The end of what the program wrote to stderr.
    pub fn last_words(&mut self) -> io::Result<String> {
        let len = self.words.seek(SeekFrom::End(0))?;
        self.words
            .seek(SeekFrom::Start(len.saturating_sub(LAST_WORDS_BYTES)))?;
        let mut bytes = Vec::new();
        self.words.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    }
}
