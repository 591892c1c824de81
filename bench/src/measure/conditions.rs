//! What the machine was like around a run: how long the disk takes to say that it has something, and how late a
//! thread wakes that asked to sleep for a millisecond, before, during and after the load.

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Samples;

/// A sleeper worse than this, while nothing of ours runs, makes a run noisy.
const NOISY_MS: f64 = 0.5;
/// How long the machine is watched before and after the load.
const ALONE: Duration = Duration::from_secs(3);
/// Between the end of the load and the watch after it: ended processes are cleared away.
const SETTLE: Duration = Duration::from_secs(1);
/// Appends of the disk probe.
const SYNCS: usize = 200;
/// Bytes of each.
const SYNC_BYTES: usize = 4_096;

/// A run's conditions while they are measured.
pub(crate) struct Conditions {
    scratch: PathBuf,
    before: Alone,
    stop: Arc<AtomicBool>,
    sleeper: JoinHandle<Samples>,
}

/// The machine without our load.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Alone {
    /// Middle duration of an append of 4 KiB with fdatasync, in microseconds.
    fdatasync_us: f64,
    /// Lateness of a 1 kHz sleeper that 99 of 100 wake-ups do not exceed, in milliseconds.
    sleeper_p99_ms: f64,
}

/// A run's conditions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Measured {
    before: Alone,
    after: Alone,
    /// The sleeper beside our own load: what a thread of the program itself has to expect.
    under_load_p99_ms: f64,
}

impl Measured {
    /// Whether somebody else took the processor. Our own load does not count: it may take both cores.
    pub(crate) fn noisy(&self) -> bool {
        self.before.sleeper_p99_ms.max(self.after.sleeper_p99_ms) > NOISY_MS
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = (self.before, self.after);
        write!(
            f,
            "fdatasync p50 {:.0} µs before, {:.0} µs after; 1 kHz sleeper p99 {:.2} ms late before, {:.2} ms after{}, {:.2} ms under this load",
            before.fdatasync_us,
            after.fdatasync_us,
            before.sleeper_p99_ms,
            after.sleeper_p99_ms,
            if self.noisy() { " (noisy)" } else { "" },
            self.under_load_p99_ms
        )
    }
}

impl Conditions {
    /// Watches the machine alone, then starts the sleeper that runs beside the load.
    pub(crate) fn start(scratch: &Path) -> anyhow::Result<Self> {
        let before = alone(scratch)?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let sleeper = std::thread::spawn(move || sleep_until(|| stopped.load(Ordering::Relaxed)));
        Ok(Self {
            scratch: scratch.to_owned(),
            before,
            stop,
            sleeper,
        })
    }

    /// Stops the sleeper and watches the machine alone again.
    pub(crate) fn end(self) -> anyhow::Result<Measured> {
        self.stop.store(true, Ordering::Relaxed);
        let under_load = self.sleeper.join().unwrap_or_default();
        std::thread::sleep(SETTLE);
        Ok(Measured {
            before: self.before,
            after: alone(&self.scratch)?,
            under_load_p99_ms: under_load.p99_ms(),
        })
    }
}

fn alone(scratch: &Path) -> anyhow::Result<Alone> {
    let begun = Instant::now();
    Ok(Alone {
        sleeper_p99_ms: sleep_until(|| begun.elapsed() > ALONE).p99_ms(),
        fdatasync_us: fdatasync_p50_us(scratch)?,
    })
}

/// How late each wake-up of a 1 kHz sleeper was. A hold-up makes every wake-up late that was due meanwhile.
fn sleep_until(done: impl Fn() -> bool) -> Samples {
    const PERIOD: Duration = Duration::from_millis(1);
    let mut late = Samples::default();
    let mut due = Instant::now();
    while !done() {
        due += PERIOD;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        late.push(due.elapsed());
    }
    late
}

/// Middle duration of an append of 4 KiB with fdatasync in a folder.
pub(crate) fn fdatasync_p50_us(dir: &Path) -> anyhow::Result<f64> {
    let mut file = tempfile::tempfile_in(dir)?;
    let mut samples = Samples::default();
    for _ in 0..SYNCS {
        let begun = Instant::now();
        file.write_all(&[7; SYNC_BYTES])?;
        file.sync_data()?;
        samples.push(begun.elapsed());
    }
    Ok(samples.p50_ms() * 1_000.0)
}
