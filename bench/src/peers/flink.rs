//! Apache Flink, on the events and the incidents of our own join; its matches are compared one by one.

use std::process::Command;

use anyhow::Context as _;

use super::{lines, venv};
use crate::Setting;
use crate::correlate::{Found, Task};

/// As it is told.
pub(super) const NAME: &str = "Apache Flink 2.3.0";
const PACKAGE: &str = "apache-flink==2.3.0";
/// The job.
const JOIN: &str = "bench/flink_join.py";
/// The cores that it may use, one for each of its two workers.
const CORES: &str = "0,1";
/// Its package brings everything but this.
const JAVA: &str = "it needs a Java runtime, such as Debian's openjdk-17-jre-headless";

/// Events a second, from the file of events to the files of matches.
pub(super) fn rate(setting: &Setting, task: &Task, expected: &[Found]) -> anyhow::Result<f64> {
    venv::ask(Command::new("java").arg("-version")).context(JAVA)?;
    let programs = venv::programs(setting, &[PACKAGE])?;
    let mut job = Command::new("taskset");
    job.args(["--cpu-list", CORES])
        .arg(programs.join("python"))
        .arg(JOIN);
    lines::rate(setting, task, expected, &mut job)
}
