//! Starting the real program, and its own check of the log.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{ChildStdout, Command};
use tokio::sync::watch;

use crate::process::{Ended, FIRST_PROMISE_MAX, KillAt, Process};
use crate::receiver::Receiver;
use crate::workload::Synchronous;

/// The line that says where it listens begins with this.
const LISTENS: &str = "Outcry listens on ";
/// The line of the first start that signs the administrator in has this in it.
const SIGN_IN: &str = "/sign-in/";

/// Where a started program listens.
#[derive(Clone, Debug)]
pub(super) struct Opened {
    /// Scheme, host and port.
    pub(super) url: String,
    /// The path that signs the administrator in; at the first start only.
    pub(super) sign_in: Option<String>,
}

/// The binary and the settings that it runs with.
#[derive(Debug)]
pub(super) struct Program {
    binary: PathBuf,
    /// How hard it syncs from the next start on.
    pub(super) synchronous: Synchronous,
    settings: tempfile::TempDir,
}

impl Program {
    pub(super) fn new(binary: PathBuf, postgres_url: Option<&str>) -> anyhow::Result<Self> {
        let settings = tempfile::Builder::new()
            .prefix("outcry-settings-")
            .tempdir()?;
        let mut text = format!(
            "[log]\nlevel = \"warn\"\n[channels.webhook]\nallow_private = true\nsecrets = [{:?}]\n",
            Receiver::secret()
        );
        if let Some(url) = postgres_url {
            let file = settings.path().join("postgres-url");
            std::fs::write(&file, url)?;
            text.push_str(&format!("[data]\npostgres_url_file = {file:?}\n"));
        }
        std::fs::write(settings.path().join("outcry.toml"), text)?;
        Ok(Self {
            binary,
            synchronous: Synchronous::Full,
            settings,
        })
    }

    fn command(&self, name: &str, folder: &Path) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .arg("--config")
            .arg(self.settings.path().join("outcry.toml"));
        command.arg(name).arg("--data").arg(folder);
        command.current_dir(self.settings.path());
        command.env("OUTCRY_LEDGER_SYNCHRONOUS", self.synchronous.word());
        command
    }

    /// Starts the server on a free port.
    pub(super) fn serve(&self, folder: &Path) -> anyhow::Result<Running> {
        let mut command = self.command("serve", folder);
        command.args(["--listen", "127.0.0.1:0"]);
        let mut process = Process::start(command)
            .with_context(|| format!("cannot start {}", self.binary.display()))?;
        let (said, address) = watch::channel(None);
        tokio::spawn(listen(process.stdout(), said));
        Ok(Running { process, address })
    }

    /// Lets the stopped program check its own log; the inner error is what it found.
    pub(super) async fn verify(&self, folder: &Path) -> anyhow::Result<Result<(), String>> {
        let output = self.command("verify", folder).output().await?;
        if output.status.success() {
            return Ok(Ok(()));
        }
        let words = [output.stdout, output.stderr].concat();
        let words = String::from_utf8_lossy(&words);
        Ok(Err(format!("verify ended with {}: {words}", output.status)))
    }
}

/// The server while it runs.
#[derive(Debug)]
pub(super) struct Running {
    process: Process,
    address: watch::Receiver<Option<Opened>>,
}

impl Running {
    /// Where it listens, as soon as it says so; closed without a word if it ends before.
    pub(super) fn address(&self) -> watch::Receiver<Option<Opened>> {
        self.address.clone()
    }

    /// Waits until it listens.
    pub(super) async fn opened(&mut self) -> anyhow::Result<Opened> {
        let opened = self.address.wait_for(Option::is_some);
        let opened = tokio::time::timeout(FIRST_PROMISE_MAX, opened).await;
        if let Ok(Ok(opened)) = &opened
            && let Some(opened) = &**opened
        {
            return Ok(opened.clone());
        }
        drop(opened);
        bail!("it does not listen: {}", self.last_words()?)
    }

    /// Kills it at that instant.
    pub(super) async fn kill(
        &mut self,
        at: KillAt,
        promised: watch::Receiver<u64>,
    ) -> std::io::Result<Ended> {
        self.process.kill(at, promised).await
    }

    /// Kills it now.
    pub(super) async fn end(&mut self) -> std::io::Result<()> {
        self.process.end().await
    }

    /// The end of what it wrote to stderr.
    pub(super) fn last_words(&mut self) -> std::io::Result<String> {
        self.process.last_words()
    }
}

/// Reads what the program prints until it is gone, and passes on where it listens.
async fn listen(stdout: ChildStdout, said: watch::Sender<Option<Opened>>) {
    let mut lines = BufReader::new(stdout).lines();
    let mut sign_in = None;
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(at) = line.find(SIGN_IN) {
            sign_in = Some(line[at..].trim().to_owned());
        } else if let Some(url) = line.strip_prefix(LISTENS) {
            said.send_replace(Some(Opened {
                url: url.trim().to_owned(),
                sign_in: sign_in.take(),
            }));
        }
    }
}
