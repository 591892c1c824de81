//! Pathway, on the events and the incidents of our own join; its matches are compared one by one.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use outcry_domain::Time;
use serde_json::value::RawValue;

use super::venv;
use crate::Setting;
use crate::correlate::{Found, REACH_US, Task};
use crate::world::house::Scratch;

/// As it is told.
pub(super) const NAME: &str = "Pathway 0.33.0";
const PACKAGE: &str = "pathway==0.33.0";
/// The dataflow.
const JOIN: &str = "bench/pathway_join.py";
/// The core that it may use.
const CORE: &str = "0";

/// Events a second, from the file of events to the file of matches.
pub(super) fn rate(setting: &Setting, task: &Task, expected: &[Found]) -> anyhow::Result<f64> {
    let programs = venv::programs(setting, &[PACKAGE])?;
    let scratch = Scratch::new(setting)?;
    let folder = scratch.data();
    std::fs::create_dir_all(&folder)?;
    let [events, incidents, matches] =
        ["events", "incidents", "matches"].map(|name| folder.join(name).with_extension("jsonl"));
    write_events(&events, task)?;
    write_incidents(&incidents, task)?;
    let said = venv::ask(
        Command::new("taskset")
            .args(["--cpu-list", CORE])
            .arg(programs.join("python"))
            .arg(JOIN)
            .args([&events, &incidents, &matches])
            .arg((REACH_US as f64 / 1e6).to_string())
            .env("PATHWAY_THREADS", "1"),
    )?;
    let seconds = said.lines().last().unwrap_or_default();
    let seconds: f64 = seconds
        .parse()
        .with_context(|| format!("{JOIN} says {seconds}"))?;
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

fn read(file: &Path) -> anyhow::Result<Vec<Found>> {
    let mut matches = Vec::new();
    for line in std::fs::read_to_string(file)?.lines() {
        let found: serde_json::Value = serde_json::from_str(line)?;
        let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
        let incident = found["incident"].as_u64().context("an incident")? as usize;
        matches.push((incident, text("source"), text("event")));
    }
    matches.sort_unstable();
    Ok(matches)
}
