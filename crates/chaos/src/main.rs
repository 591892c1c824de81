//! The command line of the proof: exit code 0 if every promise was kept, 1 with the broken one.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand, ValueEnum};
use outcry_chaos::disk::Mode;
use outcry_chaos::ground::Ground;
use outcry_chaos::mount::Mount;
use outcry_chaos::postgres::Postgres;
use outcry_chaos::proof::{self, Fault, Plan, Report};
use outcry_chaos::workload::outcry::{Outcry, receipts};
use outcry_chaos::workload::{Synchronous, Workload, sqlite};

/// Cuts the power and kills the program at random instants, and checks that nothing acknowledged
/// is lost.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Kill, cut the power, check; again and again on one disk.
    Power(PowerArgs),
    /// Let the disk fail under load: nothing may have been promised in vain.
    Fault {
        /// What the disk does.
        #[arg(value_enum)]
        fault: Fault,
        #[command(flatten)]
        args: PowerArgs,
    },
    /// Kill and check, without cutting the power.
    Crash(CrashArgs),
    /// The small program that proves the harness; the other commands start it.
    #[command(hide = true)]
    Worker {
        /// The directory of its database.
        folder: PathBuf,
        /// The last number that an earlier run printed.
        acknowledged: i64,
        /// How hard it syncs.
        #[arg(long, value_enum)]
        synchronous: Synchronous,
    },
    /// The check of what the small program left.
    #[command(hide = true)]
    Check {
        /// The directory of its database.
        folder: PathBuf,
        /// The last number that it printed.
        acknowledged: u64,
    },
    /// The check of the program's log.
    #[command(hide = true)]
    Receipts {
        /// The database: a file, or a PostgreSQL URL.
        store: String,
        /// The file with the receipts.
        list: PathBuf,
        /// How many requests got no answer.
        unanswered: usize,
    },
}

#[derive(Args, Debug)]
struct PowerArgs {
    /// How often the power fails.
    #[arg(long, default_value_t = 100)]
    cycles: u32,
    /// How much a power cut may take.
    #[arg(long, value_enum, default_value = "strict")]
    disk: Mode,
    #[command(flatten)]
    what: What,
}

#[derive(Args, Debug)]
struct CrashArgs {
    /// How often the program is killed.
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// What keeps the log.
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engine,
    #[command(flatten)]
    what: What,
}

#[derive(Args, Debug)]
struct What {
    /// The program, such as target/release/outcry; without it a small SQLite worker, which proves
    /// the harness.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// How hard the program syncs; `normal` is planted to be caught.
    #[arg(long, value_enum, default_value = "full")]
    synchronous: Synchronous,
    /// The seed of delays and cuts.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let report = match Cli::parse().command {
        Command::Power(args) => unless_stopped(cut_power(&args)).await,
        Command::Fault { fault, args } => unless_stopped(fail(fault, &args)).await,
        Command::Crash(args) => unless_stopped(crash(&args)).await,
        Command::Worker {
            folder,
            acknowledged,
            synchronous,
        } => sqlite::work(&folder, acknowledged, synchronous).await,
        Command::Check {
            folder,
            acknowledged,
        } => sqlite::check(&folder, acknowledged).await,
        Command::Receipts {
            store,
            list,
            unanswered,
        } => receipts::check(&store, &list, unanswered).await,
    };
    let report = report.context("the proof could not be run")?;
    println!("{report}");
    if report.broken.is_some() {
        std::process::exit(1);
    }
    Ok(())
}

/// Ends early at a signal, so that programs are killed and disks unmounted in any case.
async fn unless_stopped(
    proof: impl Future<Output = anyhow::Result<Report>>,
) -> anyhow::Result<Report> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        report = proof => report,
        _ = terminate.recv() => bail!("it was stopped by SIGTERM"),
        _ = interrupt.recv() => bail!("it was stopped by SIGINT"),
    }
}

async fn cut_power(args: &PowerArgs) -> anyhow::Result<Report> {
    let mut ground = Ground::disk(args.what.seed, args.disk)?;
    let mut workload = args.what.workload(ground.path(), None).await?;
    // What the first start has set up is a promise, too.
    ground.cut()?;
    proof::run(args.what.plan(args.cycles), &mut workload, &mut ground).await
}

async fn fail(fault: Fault, args: &PowerArgs) -> anyhow::Result<Report> {
    let mount = Mount::new(args.what.seed, args.disk)?;
    let mut workload = args.what.workload(mount.path(), None).await?;
    proof::fault(args.what.plan(args.cycles), fault, &mut workload, mount).await
}

async fn crash(args: &CrashArgs) -> anyhow::Result<Report> {
    let postgres = (args.engine == Engine::Postgres).then(Postgres::start);
    let postgres = postgres.transpose()?;
    let url = postgres.as_ref().map(Postgres::url);
    let mut ground = Ground::folder()?;
    let mut workload = args.what.workload(ground.path(), url).await?;
    proof::run(args.what.plan(args.kills), &mut workload, &mut ground).await
}

impl What {
    fn plan(&self, cycles: u32) -> Plan {
        Plan {
            cycles,
            seed: self.seed,
        }
    }

    async fn workload(&self, folder: &Path, postgres: Option<String>) -> anyhow::Result<Workload> {
        let tool = std::env::current_exe()?;
        Ok(match &self.binary {
            None => Workload::Sqlite(sqlite::Worker::new(tool, self.synchronous)),
            Some(binary) => {
                let binary = binary.canonicalize().context("there is no such program")?;
                let outcry = Outcry::prepare(binary, tool, folder, self.synchronous, postgres);
                Workload::Outcry(Box::new(outcry.await?))
            }
        })
    }
}
