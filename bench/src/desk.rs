//! The desk page in Chromium with thousands of open incidents while changes come in; the browser is driven by
//! `bench/desk.mjs`.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use outcry_ledger::Synchronous;

use crate::Setting;
use crate::measure::{Run, Target};
use crate::world::chain::{self, Escalation};
use crate::world::house::{House, Scratch};
use crate::world::log;

/// Changes a second.
const CHANGES_PER_S: u32 = 50;
/// Drives the browser.
const DRIVER: &str = "bench/desk.mjs";

/// One run.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let scratch = Scratch::new(setting)?;
    let ledger = chain::open(&scratch.data(), Synchronous::Normal).await?;
    chain::settle_in(&ledger, Escalation::Quiet, None).await?;
    log::make(&ledger, log::Kind::History, log::OPEN).await?;
    log::leave(ledger).await?;
    let house = House::serve(setting, &scratch.data(), None).await?;
    let driver = PathBuf::from(DRIVER);
    ensure!(driver.exists(), "run it from the root of the repository");
    let output = tokio::process::Command::new("node")
        .arg(driver)
        .env("BENCH_URL", format!("http://{}", house.address))
        .env("BENCH_TOKEN", chain::token(chain::DESK))
        .env("BENCH_SESSION", chain::session())
        .env("BENCH_SECONDS", setting.seconds.to_string())
        .env("BENCH_CHANGES", CHANGES_PER_S.to_string())
        .output()
        .await
        .context("node is needed to drive the browser")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{DRIVER}: {said}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let number = |name: &str| {
        told[name]
            .as_f64()
            .with_context(|| format!("no {name} in {told}"))
    };
    let mut run = Run::default();
    run.aim(
        "main thread busy",
        number("busy_percent")?,
        "%",
        Target::AtMost(20.0),
    );
    run.aim(
        "event to screen, p95",
        number("screen_p95_ms")?,
        "ms",
        Target::AtMost(50.0),
    );
    run.tell("event to screen, p50", number("screen_p50_ms")?, "ms");
    run.tell("changes measured on the screen", number("seen")?, "");
    run.tell("changes", number("changes_per_s")?, "/s");
    run.tell(
        "script, of the main thread's time",
        number("script_percent")?,
        "%",
    );
    run.tell(
        "style and layout, of the main thread's time",
        number("layout_percent")?,
        "%",
    );
    run.tell("open incidents", number("open")?, "");
    run.tell("memory of the page's script", number("heap_mb")?, "MB");
    house.stop()?;
    Ok(run)
}
