//! `outcry-bench`: measures what the project promises, against the real program over loopback
//! sockets. One file per benchmark; each is one run, and this file repeats it and keeps the table.

mod build;
mod correlate;
mod desk;
mod events;
mod measure;
mod model;
mod overload;
mod pages;
mod panic;
mod peers;
mod pipeline;
mod report_64;
mod report_one;
mod shift;
mod sizes;
mod timers;
mod verify;
mod world;

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use measure::{Conditions, Run, results};

/// Measures what Outcry promises and writes bench/RESULTS.md.
#[derive(Debug, Parser)]
#[command(name = "outcry-bench")]
pub(crate) struct Setting {
    /// What to measure.
    name: Name,
    /// How often.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// How long each run loads the program.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// A look, not a measurement: one run of five seconds, not kept in the table.
    #[arg(long)]
    quick: bool,
    /// Incidents in the log of `pages` and `verify`, and armed timers in `timers`.
    #[arg(long, default_value_t = 1_000_000)]
    incidents: usize,
    /// Facts in the log of `sizes`.
    #[arg(long, default_value_t = 1_000_000)]
    facts: usize,
    /// Where scratch data goes; logs of a million incidents are kept there for the next time.
    #[arg(long, default_value = "target/bench")]
    scratch: PathBuf,
    /// The program.
    #[arg(long, default_value = "target/release/outcry")]
    binary: PathBuf,
    /// A Svix server to measure in `peers`; no package registry installs it.
    #[arg(long, value_name = "FILE")]
    svix: Option<PathBuf>,
    /// An ntfy server, likewise.
    #[arg(long, value_name = "FILE")]
    ntfy: Option<PathBuf>,
    /// The table that is kept.
    #[arg(long, default_value = "bench/RESULTS.md")]
    results: PathBuf,
}

/// The benchmarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// A durable report, one client.
    ReportOne,
    /// Durable reports, 64 clients, whole pipeline.
    #[value(name = "report-64")]
    Report64,
    /// Till events over HTTP in batches of 500.
    Events,
    /// Correlation alone, JSON in, one core.
    Correlate,
    /// Report to enriched, scored and queued on the desk's event stream.
    Pipeline,
    /// Panic to desk, mail server and webhook.
    Panic,
    /// Lateness of SLA timers; overdue ones after a crash.
    Timers,
    /// Desk queue and incident pages at a million incidents.
    Pages,
    /// Verify the log, rebuild the read tables.
    Verify,
    /// Scoring and training.
    Model,
    /// Memory, start, binary.
    Sizes,
    /// Cold release build; takes minutes, never part of `all`.
    Build,
    /// Three times the load that saturates it.
    Overload,
    /// The desk page in Chromium.
    Desk,
    /// Other programs beside this one, in the same run; installs them from PyPI into the scratch folder.
    Peers,
    /// Everything but `build`.
    All,
}

impl Name {
    fn words(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    async fn once(self, setting: &Setting) -> anyhow::Result<Run> {
        match self {
            Name::ReportOne => report_one::run(setting).await,
            Name::Report64 => report_64::run(setting).await,
            Name::Events => events::run(setting).await,
            Name::Correlate => correlate::run(setting),
            Name::Pipeline => pipeline::run(setting).await,
            Name::Panic => panic::run(setting).await,
            Name::Timers => timers::run(setting).await,
            Name::Pages => pages::run(setting).await,
            Name::Verify => verify::run(setting).await,
            Name::Model => model::run(setting),
            Name::Sizes => sizes::run(setting).await,
            Name::Build => build::run(setting),
            Name::Overload => overload::run(setting).await,
            Name::Desk => desk::run(setting).await,
            Name::Peers => peers::run(setting).await,
            Name::All => anyhow::bail!("all is a list"),
        }
    }
}

fn main() -> anyhow::Result<()> {
    let mut setting = Setting::parse();
    if setting.quick {
        (setting.runs, setting.seconds) = (1, 5);
    }
    std::fs::create_dir_all(&setting.scratch)?;
    let names = match setting.name {
        Name::All => Name::value_variants()
            .iter()
            .copied()
            .filter(|name| !matches!(name, Name::All | Name::Build))
            .collect(),
        one => vec![one],
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    for name in names {
        if let Err(error) = runtime.block_on(repeat(name, &setting)) {
            // One that cannot run does not keep the others from running.
            eprintln!("{}: {error:#}", name.words());
            if setting.name != Name::All {
                std::process::exit(1);
            }
        }
    }
    Ok(())
}

async fn repeat(name: Name, setting: &Setting) -> anyhow::Result<()> {
    let mut runs = Vec::new();
    for number in 1..=setting.runs {
        let conditions = Conditions::start(&setting.scratch)?;
        let mut run = name.once(setting).await?;
        run.conditions = conditions.end()?;
        println!("{} run {number}: {run}", name.words());
        runs.push(run);
    }
    let section = results::section(&name.words(), setting, &runs);
    println!("\n{section}");
    if !setting.quick {
        results::keep(&setting.results, &name.words(), &section)?;
    }
    Ok(())
}
