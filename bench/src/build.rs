//! A cold `cargo build --release` into a target folder of its own.

use std::process::Command;
use std::time::Instant;

use crate::Setting;
use crate::measure::{Run, Target};

/// One run.
pub(crate) fn run(setting: &Setting) -> anyhow::Result<Run> {
    let target = tempfile::Builder::new()
        .prefix("build-")
        .tempdir_in(&setting.scratch)?;
    let begun = Instant::now();
    let status = Command::new("cargo")
        .args(["build", "--release", "--locked", "--quiet", "--target-dir"])
        .arg(target.path())
        .env("CARGO_INCREMENTAL", "0")
        .status()?;
    anyhow::ensure!(status.success(), "the build failed");
    let mut run = Run::default();
    run.aim(
        "cold cargo build --release, crates downloaded",
        begun.elapsed().as_secs_f64() / 60.0,
        "min",
        Target::AtMost(8.0),
    );
    Ok(run)
}
