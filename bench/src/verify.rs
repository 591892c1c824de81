//! `outcry verify` and `outcry rebuild` on a large log, from the start of the process to its end.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, ensure};

use crate::Setting;
use crate::measure::{Run, Target};
use crate::world::log;

/// One run.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let data = log::kept(setting, log::Kind::History, setting.incidents).await?;
    let (verify_s, told) = command(setting, "verify", &data)?;
    let regions = told["regions"].as_array().context("regions")?;
    let facts: u64 = regions
        .iter()
        .filter_map(|region| region["facts"].as_u64())
        .sum();
    let (rebuild_s, told) = command(setting, "rebuild", &data)?;
    let rebuilt = told["facts"].as_u64().context("facts")?;
    let mut run = Run::default();
    run.aim(
        "verify",
        facts as f64 / verify_s,
        "facts/s",
        Target::AtLeast(300_000.0),
    );
    run.aim(
        "rebuild of all read tables",
        rebuilt as f64 / rebuild_s,
        "facts/s",
        Target::AtLeast(50_000.0),
    );
    run.tell("facts in the log", facts as f64, "");
    run.tell("database", log::bytes(&data) as f64 / 1e6, "MB");
    Ok(run)
}

fn command(
    setting: &Setting,
    command: &str,
    data: &Path,
) -> anyhow::Result<(f64, serde_json::Value)> {
    let begun = Instant::now();
    let done = Command::new(&setting.binary)
        .arg(command)
        .arg("--json")
        .arg("--data")
        .arg(data)
        .output()?;
    let seconds = begun.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(
        done.status.success(),
        "outcry {command}: {said}{}",
        String::from_utf8_lossy(&done.stdout)
    );
    Ok((seconds, serde_json::from_slice(&done.stdout)?))
}
