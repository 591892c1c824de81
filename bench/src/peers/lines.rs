//! The events and the incidents of our own join as files for a peer's job, and the job's matches, compared one by one.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use outcry_domain::Time;
use serde_json::value::RawValue;

use super::venv;
use crate::Setting;
use crate::correlate::{Found, REACH_US, Task};
use crate::world::house::Scratch;

/// Runs a job that takes the files of events and of incidents, where its matches go, and the seconds to look either
/// side, and prints how many seconds it took. Events a second.
pub(super) fn rate(
    setting: &Setting,
    task: &Task,
    expected: &[Found],
    job: &mut Command,
) -> anyhow::Result<f64> {
    let scratch = Scratch::new(setting)?;
    let folder = std::path::absolute(scratch.data())?;
    std::fs::create_dir_all(&folder)?;
    let [events, incidents, matches] =
        ["events", "incidents", "matches"].map(|name| folder.join(name).with_extension("jsonl"));
    write_events(&events, task)?;
    write_incidents(&incidents, task)?;
    let reach_s = (REACH_US as f64 / 1e6).to_string();
    let said = venv::ask(job.args([&events, &incidents, &matches]).arg(reach_s))?;
    let seconds = said.lines().last().unwrap_or_default();
    let seconds: f64 = seconds
        .parse()
        .with_context(|| format!("the job says {seconds}"))?;
    ensure!(
        read(&matches)? == expected,
        "its matches are not those of the independent join"
    );
    Ok(task.events() as f64 / seconds)
}

/// One event a line, byte for byte as they are in the batches.
fn write_events(file: &Path, task: &Task) -> anyhow::Result<()> {
    let mut file = BufWriter::new(File::create(file)?);
    for batch in &task.batches {
        let events: Vec<&RawValue> = serde_json::from_slice(batch)?;
        for event in events {
            writeln!(file, "{event}")?;
        }
    }
    Ok(file.flush()?)
}

fn write_incidents(file: &Path, task: &Task) -> anyhow::Result<()> {
    let mut file = File::create(file)?;
    for (place, incident) in task.incidents.iter().enumerate() {
        let at = Time(incident.at_us).rfc3339();
        let line = serde_json::json!({"incident": place, "site": incident.site, "at": at});
        writeln!(file, "{line}")?;
    }
    Ok(())
}

fn read(matches: &Path) -> anyhow::Result<Vec<Found>> {
    let mut found = Vec::new();
    for part in parts(matches)? {
        for line in std::fs::read_to_string(part)?.lines() {
            let line: serde_json::Value = serde_json::from_str(line)?;
            let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            let incident = line["incident"].as_u64().context("an incident")? as usize;
            found.push((incident, text("source"), text("event")));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// One file, or those of a folder: a job of several workers writes one each.
fn parts(matches: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !matches.is_dir() {
        return Ok(vec![matches.to_owned()]);
    }
    let entries = std::fs::read_dir(matches)?.map(|entry| Ok(entry?.path()));
    entries.collect()
}
