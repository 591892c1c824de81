//! How much it takes: memory when idle and in the demo, start to ready on a large log, the stripped binary.

use std::time::Duration;

use crate::Setting;
use crate::measure::{Run, Target};
use crate::world::chain::{self, Escalation};
use crate::world::house::{House, Scratch};
use crate::world::log;

/// How long the idle program is left alone.
const IDLE: Duration = Duration::from_secs(20);

/// One run. The log is its own: nobody else writes into it, so it keeps its size.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let scratch = Scratch::new(setting)?;
    chain::found(&scratch.data(), Escalation::Shipped, None).await?;
    let house = House::serve(setting, &scratch.data(), None).await?;
    let empty_ready = house.ready_after;
    tokio::time::sleep(IDLE).await;
    let idle = house.memory_mb()?;
    house.stop()?;

    let demo = House::demo(setting, &scratch.data().with_extension("demo")).await?;
    tokio::time::sleep(Duration::from_secs(setting.seconds.max(5))).await;
    let demo_memory = demo.memory_mb()?;
    let demo_ready = demo.ready_after;
    demo.stop()?;

    let data = log::kept(setting, log::Kind::Facts, setting.facts).await?;
    let house = House::serve(setting, &data, None).await?;
    let ready = house.ready_after;
    let large_memory = house.memory_mb()?;
    house.stop()?;
    let facts = log::facts(&data).await?;

    let shifts = log::kept(setting, log::Kind::Shifts, setting.facts).await?;
    let house = House::serve(setting, &shifts, None).await?;
    let shifts_ready = house.ready_after;
    house.stop()?;

    let mut run = Run::default();
    run.aim("idle memory (resident)", idle, "MB", Target::AtMost(40.0));
    run.aim(
        "demo memory (resident)",
        demo_memory,
        "MB",
        Target::AtMost(200.0),
    );
    run.aim(
        "start to ready, on a log of as many facts as are told below",
        ready.as_secs_f64() * 1_000.0,
        "ms",
        Target::AtMost(500.0),
    );
    run.aim(
        "start to ready, on a log of about as many facts about shifts",
        shifts_ready.as_secs_f64() * 1_000.0,
        "ms",
        Target::AtMost(500.0),
    );
    run.aim(
        "stripped binary",
        std::fs::metadata(&setting.binary)?.len() as f64 / 1e6,
        "MB",
        Target::AtMost(40.0),
    );
    run.tell("facts in the log", facts as f64, "");
    run.tell(
        "start to ready, empty",
        empty_ready.as_secs_f64() * 1_000.0,
        "ms",
    );
    run.tell(
        "start to ready, demo",
        demo_ready.as_secs_f64() * 1_000.0,
        "ms",
    );
    run.tell("memory after the start on that log", large_memory, "MB");
    Ok(run)
}
