//! What the machine was like during a run: how long the disk takes to say that it has something,
//! and how late a thread wakes that asked to sleep for a millisecond.

use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Samples;

/// A sleeper worse than this makes a run noisy.
const NOISY_MS: f64 = 0.5;
/// Appends of the disk probe.
const SYNCS: usize = 200;
/// Bytes of each.
const SYNC_BYTES: usize = 4_096;

/// A run's conditions while they are measured.
pub(crate) struct Conditions {
    fdatasync_us: f64,
    stop: Arc<AtomicBool>,
    sleeper: JoinHandle<Samples>,
}

/// A run's conditions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Measured {
    /// Middle duration of an append of 4 KiB with fdatasync, in microseconds.
    pub(crate) fdatasync_us: f64,
    /// Lateness of a 1 kHz sleeper that 99 of 100 wake-ups do not exceed, in milliseconds.
    pub sleeper_p99_ms: f64,
}

impl Measured {
    /// Whether somebody else took the processor.
    pub(crate) fn noisy(&self) -> bool {
        self.sleeper_p99_ms > NOISY_MS
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noisy = if self.noisy() { " (noisy)" } else { "" };
        write!(
            f,
            "fdatasync p50 {:.0} µs, 1 kHz sleeper p99 {:.2} ms late{noisy}",
            self.fdatasync_us, self.sleeper_p99_ms
        )
    }
}

impl Conditions {
    /// Probes the disk under `scratch`, then starts the sleeper.
    pub(crate) fn start(scratch: &Path) -> anyhow::Result<Self> {
        let fdatasync_us = fdatasync_p50_us(scratch)?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let sleeper = std::thread::spawn(move || {
            let mut late = Samples::default();
            let mut due = Instant::now();
            while !stopped.load(Ordering::Relaxed) {
                due += Duration::from_millis(1);
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                late.push(due.elapsed());
            }
            late
        });
        Ok(Self {
            fdatasync_us,
            stop,
            sleeper,
        })
    }

    /// Stops the sleeper.
    pub(crate) fn end(self) -> Measured {
        self.stop.store(true, Ordering::Relaxed);
        let late = self.sleeper.join().unwrap_or_default();
        Measured {
            fdatasync_us: self.fdatasync_us,
            sleeper_p99_ms: late.p99_ms(),
        }
    }
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
