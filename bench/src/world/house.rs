//! The program itself: the real binary on a free port, its settings, its end, what it uses.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use super::http::Client;
use super::peers::Peers;
use crate::Setting;

/// How long the program may take to be ready.
const READY_MAX: Duration = Duration::from_secs(120);
/// How often that is asked.
const ASK_EVERY: Duration = Duration::from_millis(5);
/// How long it may take to stop.
const STOP_MAX: Duration = Duration::from_secs(60);
/// Clock ticks a second of `/proc` (`USER_HZ` of Linux).
const TICKS_PER_S: f64 = 100.0;

/// A running program; killed when dropped.
pub(crate) struct House {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From the start of the process to the first "ready".
    pub(crate) ready_after: Duration,
    /// When the process was started, by the wall clock.
    pub(crate) started_at: outcry_domain::Time,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl House {
    /// Starts `serve` on a data directory; mail and webhooks go to the peers.
    pub(crate) async fn serve(
        setting: &Setting,
        data: &Path,
        peers: Option<&Peers>,
    ) -> anyhow::Result<Self> {
        let file = data.with_extension("toml");
        std::fs::write(&file, settings(peers))?;
        let arguments = [
            "--config",
            &path(&file)?,
            "serve",
            "--data",
            &path(data)?,
            "--listen",
            "127.0.0.1:0",
        ];
        Self::start(&setting.binary, &arguments).await
    }

    /// Starts `demo`.
    pub(crate) async fn demo(setting: &Setting, data: &Path) -> anyhow::Result<Self> {
        Self::start(
            &setting.binary,
            &["demo", "--data", &path(data)?, "--listen", "127.0.0.1:0"],
        )
        .await
    }

    async fn start(binary: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let (begun, started_at) = (Instant::now(), super::clock::now());
        let mut child = Command::new(binary)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| {
                format!("{}: build it with cargo build --release", binary.display())
            })?;
        let mut lines = BufReader::new(child.stdout.take().context("a pipe")?).lines();
        let address = loop {
            let Some(line) = lines.next() else {
                let _ = child.wait();
                bail!("the program ended before it listened");
            };
            if let Some(address) = address_in(&line?) {
                break address;
            }
        };
        // What else it prints must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let mut house = Self {
            child,
            address,
            ready_after: Duration::ZERO,
            started_at,
        };
        while !house.ready().await {
            ensure!(
                begun.elapsed() < READY_MAX,
                "the program is not ready after {READY_MAX:?}"
            );
            tokio::time::sleep(ASK_EVERY).await;
        }
        house.ready_after = begun.elapsed();
        Ok(house)
    }

    async fn ready(&self) -> bool {
        let asked = async {
            let mut client = Client::open(self.address, "none").await?;
            client.get("/readyz").await
        };
        asked.await.is_ok_and(|answer| answer.status == 200)
    }

    /// A connection that shows the token of `who`.
    pub(crate) async fn client(&self, who: &str) -> anyhow::Result<Client> {
        Client::open(self.address, &super::chain::token(who)).await
    }

    /// Stops it as an operator would, and waits.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let begun = Instant::now();
        Command::new("kill")
            .arg(self.child.id().to_string())
            .status()?;
        while begun.elapsed() < STOP_MAX {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("the program does not stop")
    }

    /// `kill -9`.
    pub(crate) fn crash(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Resident memory in MB.
    pub(crate) fn memory_mb(&self) -> anyhow::Result<f64> {
        self.status_mb("VmRSS:")
    }

    /// The most resident memory that it ever had, in MB.
    pub(crate) fn memory_peak_mb(&self) -> anyhow::Result<f64> {
        self.status_mb("VmHWM:")
    }

    fn status_mb(&self, name: &str) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .with_context(|| format!("no {name}"))?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1_024.0 / 1e6)
    }

    /// What the program's own counters say: the sum of all series of this name in `/metrics`.
    pub(crate) async fn metric(&self, name: &str) -> anyhow::Result<f64> {
        let text = self
            .client(super::chain::DESK)
            .await?
            .get("/metrics")
            .await?;
        let series = text.expect(200)?.body;
        Ok(series
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix([' ', '{']))
            .filter_map(|rest| rest.rsplit(' ').next()?.parse::<f64>().ok())
            .sum())
    }

    /// Processor seconds used so far.
    pub(crate) fn cpu_s(&self) -> f64 {
        let stat =
            std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields: Vec<f64> = stat
            .rsplit_once(')')
            .map_or("", |(_, rest)| rest)
            .split_whitespace()
            .map(|field| field.parse().unwrap_or(0.0))
            .collect();
        // utime and stime: fields 14 and 15, counted from the one after the name, which is 3.
        let ticks = fields.get(11).unwrap_or(&0.0) + fields.get(12).unwrap_or(&0.0);
        ticks / TICKS_PER_S
    }
}

fn path(path: &Path) -> anyhow::Result<String> {
    path.to_str()
        .map(str::to_owned)
        .context("the path is not text")
}

/// The address in a line such as `Outcry listens on http://127.0.0.1:8643` (or in the demo's greeting).
fn address_in(line: &str) -> Option<SocketAddr> {
    let rest = line.split("http://").nth(1)?;
    rest.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':'))
        .next()?
        .parse()
        .ok()
}

fn settings(peers: Option<&Peers>) -> String {
    let mut text = "[log]\nlevel = \"error\"\n".to_owned();
    if let Some(peers) = peers {
        text += &format!(
            "[channels.mail]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"plain\"\nfrom = \"Outcry <outcry@example.test>\"\n\
             [channels.webhook]\nallow_private = true\nsecrets = [\"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\"]\n",
            peers.mail.port()
        );
    }
    text
}

/// A folder that goes away, for the data of one run.
pub(crate) struct Scratch {
    dir: tempfile::TempDir,
}

impl Scratch {
    /// A new folder.
    pub(crate) fn new(setting: &Setting) -> anyhow::Result<Self> {
        Ok(Self {
            dir: tempfile::Builder::new()
                .prefix("run-")
                .tempdir_in(&setting.scratch)?,
        })
    }

    /// The data directory in it.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_what_the_program_says() {
        let expected: SocketAddr = "127.0.0.1:8643".parse().expect("an address");
        assert_eq!(
            address_in("Outcry listens on http://127.0.0.1:8643"),
            Some(expected)
        );
        assert_eq!(
            address_in("  http://127.0.0.1:8643/sign-in/abc"),
            Some(expected)
        );
        assert_eq!(address_in("Welcome."), None);
    }
}
