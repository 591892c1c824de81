//! Other programs that do a part of what this one does, side by side in the same run: a join of till events, and
//! posts that are durable when answered. What cannot be had says why.

mod alerta;
mod pathway;
mod venv;

use std::time::Duration;

use crate::Setting;
use crate::correlate::Task;
use crate::measure::Run;
use crate::report_64;
use crate::world::chain::{self, Escalation};
use crate::world::house::{House, Scratch};

/// Peers that cannot be installed from the package registries that a development machine reaches.
const ABSENT: [&str; 3] = [
    "Svix server: not measured: crates.io, npm, PyPI and Debian hold its client libraries, not the server.",
    "Apache Flink: not measured: its PyPI packages bring the whole cluster and need a Java runtime; no job is written for it here.",
    "ntfy: not measured: none of these registries holds the server.",
];
/// How long our own join is measured at most: a peer has one pass.
const JOIN_MAX: Duration = Duration::from_secs(10);

/// One run.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let mut run = Run::default();
    join(setting, &mut run)?;
    posts(setting, &mut run).await?;
    ABSENT.iter().for_each(|why| run.note(*why));
    Ok(run)
}

fn join(setting: &Setting, run: &mut Run) -> anyhow::Result<()> {
    let task = Task::of(setting);
    let expected = task.joined()?;
    let time = Duration::from_secs(setting.seconds).min(JOIN_MAX);
    let own = task.rate(&expected, time)?.0;
    run.tell("join, Outcry, one core", own, "events/s");
    let peer = pathway::rate(setting, &task, &expected);
    let rate = peer.unwrap_or_else(|why| missing(run, pathway::NAME, &why));
    run.tell(
        format!("join, {}, one core, the same matches", pathway::NAME),
        rate,
        "events/s",
    );
    run.tell("Outcry of Pathway", own / rate, "times");
    Ok(())
}

async fn posts(setting: &Setting, run: &mut Run) -> anyhow::Result<()> {
    let time = Duration::from_secs(setting.seconds);
    let scratch = Scratch::new(setting)?;
    chain::found(&scratch.data(), Escalation::Shipped, None).await?;
    let house = House::serve(setting, &scratch.data(), None).await?;
    let (samples, _) = report_64::load(&house, time).await?;
    house.stop()?;
    let own = samples.len() as f64 / time.as_secs_f64();
    run.tell("durable posts, 64 clients, Outcry", own, "/s");
    run.tell("answer p50, Outcry", samples.p50_ms(), "ms");
    let peer = alerta::posts(setting, time).await;
    let (rate, middle_ms) = match peer {
        Ok(samples) => (samples.len() as f64 / time.as_secs_f64(), samples.p50_ms()),
        Err(why) => (missing(run, alerta::NAME, &why), f64::NAN),
    };
    let name = alerta::NAME;
    run.tell(format!("durable posts, 64 clients, {name}"), rate, "/s");
    run.tell(format!("answer p50, {name}"), middle_ms, "ms");
    run.tell("Outcry of Alerta", own / rate, "times");
    Ok(())
}

/// Says why a peer has no figure.
fn missing(run: &mut Run, name: &str, why: &anyhow::Error) -> f64 {
    run.note(format!("{name}: not measured: {why:#}"));
    f64::NAN
}
