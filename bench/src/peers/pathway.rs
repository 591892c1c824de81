//! Pathway, on the events and the incidents of our own join; its matches are compared one by one.

use std::process::Command;

use super::{lines, venv};
use crate::Setting;
use crate::correlate::{Found, Task};

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
    let mut job = Command::new("taskset");
    job.args(["--cpu-list", CORE])
        .arg(programs.join("python"))
        .arg(JOIN)
        .env("PATHWAY_THREADS", "1");
    lines::rate(setting, task, expected, &mut job)
}
