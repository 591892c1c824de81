//! Other programs that do a part of what this one does, side by side in the same run: a join of till events, posts
//! that are durable when answered, webhooks, timers. What cannot be had says why.

mod alerta;
mod flink;
mod lines;
mod ntfy;
mod pathway;
mod server;
mod svix;
mod venv;

use std::time::Duration;

use anyhow::ensure;

use crate::Setting;
use crate::correlate::Task;
use crate::measure::{Run, Samples};
use crate::panic::{self, Arrivals, World};
use crate::world::chain::{self, Escalation};
use crate::world::house::{House, Scratch};
use crate::{report_64, timers};

/// How long our own join is measured at most: a peer has one pass.
const JOIN_MAX: Duration = Duration::from_secs(10);
/// Posts a second of which a webhook is told.
const CALLS_PER_S: f64 = 5.0;
/// How long after the last one a webhook may still be called.
const CALLS_LATE: Duration = Duration::from_secs(3);
/// Timers, and scheduled messages, due each second.
const DUE_PER_S: usize = 20;

/// One run.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let mut run = Run::default();
    join(setting, &mut run)?;
    posts(setting, &mut run).await?;
    webhooks(setting, &mut run).await?;
    lateness(setting, &mut run).await?;
    Ok(run)
}

fn join(setting: &Setting, run: &mut Run) -> anyhow::Result<()> {
    let task = Task::of(setting);
    let expected = task.joined()?;
    let time = Duration::from_secs(setting.seconds).min(JOIN_MAX);
    let own = task.rate(&expected, time)?.0;
    run.tell("join, Outcry, one core", own, "events/s");
    let pathway = pathway::rate(setting, &task, &expected);
    let flink = flink::rate(setting, &task, &expected);
    for (name, cores, rate) in [
        (pathway::NAME, "one core", pathway),
        (flink::NAME, "two cores", flink),
    ] {
        let rate = rate.unwrap_or_else(|why| missing(run, name, &why));
        let what = format!("join, {name}, {cores}, the same matches");
        run.tell(what, rate, "events/s");
        run.tell(format!("Outcry of {name}"), own / rate, "times");
    }
    Ok(())
}

async fn posts(setting: &Setting, run: &mut Run) -> anyhow::Result<()> {
    let time = Duration::from_secs(setting.seconds);
    let scratch = Scratch::new(setting)?;
    chain::found(&scratch.data(), Escalation::Shipped, None).await?;
    let house = House::serve(setting, &scratch.data(), None).await?;
    let (samples, _) = report_64::load(&house, time).await?;
    house.stop()?;
    let own = tell_posts(run, "Outcry", &samples, time);
    let mut peers = vec![(alerta::NAME, alerta::posts(setting, time).await)];
    if let Some(program) = &setting.svix {
        peers.push((svix::NAME, svix::posts(program, time).await));
    }
    for (name, peer) in peers {
        let samples = measured(run, name, peer);
        let rate = tell_posts(run, name, &samples, time);
        run.tell(format!("Outcry of {name}"), own / rate, "times");
    }
    Ok(())
}

/// Tells how many posts were answered; gives how many a second.
fn tell_posts(run: &mut Run, name: &str, samples: &Samples, time: Duration) -> f64 {
    let rate = match samples.len() {
        0 => f64::NAN,
        count => count as f64 / time.as_secs_f64(),
    };
    run.tell(format!("durable posts, 64 clients, {name}"), rate, "/s");
    run.tell(format!("answer p50, {name}"), samples.p50_ms(), "ms");
    rate
}

async fn webhooks(setting: &Setting, run: &mut Run) -> anyhow::Result<()> {
    let Some(program) = &setting.svix else {
        run.note(svix::UNNAMED);
        return Ok(());
    };
    let for_s = setting.seconds as f64;
    let scratch = Scratch::new(setting)?;
    let world = World::start(setting, &scratch).await?;
    let presses = panic::press(&world, CALLS_PER_S, for_s).await?;
    tokio::time::sleep(CALLS_LATE).await;
    let own = Arrivals::of(&world, &presses, true);
    ensure!(own.missing == 0, "{} presses were not told", own.missing);
    world.house.stop()?;
    let peer = svix::webhooks(program, CALLS_PER_S, for_s).await;
    let peer = measured(run, svix::NAME, peer);
    tell_latency(run, "panic to webhook, Outcry", &own.webhook);
    let what = format!("message to webhook, {}", svix::NAME);
    tell_latency(run, &what, &peer);
    Ok(())
}

async fn lateness(setting: &Setting, run: &mut Run) -> anyhow::Result<()> {
    let Some(program) = &setting.ntfy else {
        run.note(ntfy::UNNAMED);
        return Ok(());
    };
    let for_s = setting.seconds as usize;
    let own = timers::few(setting, DUE_PER_S, for_s).await?;
    let peer = ntfy::lateness(setting, program, DUE_PER_S, for_s).await;
    let peer = measured(run, ntfy::NAME, peer);
    let what = "lateness of SLA timers on the desk's stream, Outcry";
    tell_latency(run, what, &own);
    let what = format!("lateness of scheduled messages, {}", ntfy::NAME);
    tell_latency(run, &what, &peer);
    Ok(())
}

fn tell_latency(run: &mut Run, what: &str, samples: &Samples) {
    run.tell(format!("{what}, p50"), samples.p50_ms(), "ms");
    run.tell(format!("{what}, p99"), samples.p99_ms(), "ms");
}

/// What a peer was measured to do; nothing, and why, if it was not.
fn measured(run: &mut Run, name: &str, peer: anyhow::Result<Samples>) -> Samples {
    peer.unwrap_or_else(|why| {
        missing(run, name, &why);
        Samples::default()
    })
}

/// Says why a peer has no figure.
fn missing(run: &mut Run, name: &str, why: &anyhow::Error) -> f64 {
    run.note(format!("{name}: not measured: {why:#}"));
    f64::NAN
}
