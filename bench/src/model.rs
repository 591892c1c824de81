//! Scoring one report, and training, as `outcry model evaluate` measures them on the shipped real data.

use anyhow::Context as _;
use std::process::Command;

use crate::Setting;
use crate::measure::{Run, Target};

/// One run.
pub(crate) fn run(setting: &Setting) -> anyhow::Result<Run> {
    let done = Command::new(&setting.binary)
        .args(["model", "evaluate", "--json"])
        .output()?;
    anyhow::ensure!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let told: serde_json::Value = serde_json::from_slice(&done.stdout)?;
    let speed = |name: &str| {
        told["speed"][name]
            .as_f64()
            .with_context(|| format!("no {name} in the evaluation"))
    };
    let mut run = Run::default();
    run.aim(
        "score of one narrative, all findings, with reasons, p99",
        speed("score_p99_us")?,
        "µs",
        Target::AtMost(50.0),
    );
    run.aim(
        "training, texts in memory to a finished model",
        speed("train_texts_per_s")?,
        "texts/s",
        Target::AtLeast(100_000.0),
    );
    run.tell("score p50", speed("score_p50_us")?, "µs");
    run.tell(
        "score of a text of 1 MiB",
        speed("score_long_text_us")?,
        "µs",
    );
    run.tell("reading the model", speed("load_ms")?, "ms");
    Ok(run)
}
