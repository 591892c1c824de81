//! The command line of the proof: exit code 0 if every promise was kept, 1 with the broken one.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use outcry_chaos::disk::Mode;
use outcry_chaos::power;
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
    /// Let fsync fail: the program must stop at once and must not try again.
    FailFsync(PowerArgs),
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
}

#[derive(Args, Debug)]
struct PowerArgs {
    /// How often the power fails.
    #[arg(long, default_value_t = 100)]
    cycles: u32,
    /// How hard the program syncs; `normal` is planted to be caught.
    #[arg(long, value_enum, default_value = "full")]
    synchronous: Synchronous,
    /// How much a power cut may take.
    #[arg(long, value_enum, default_value = "strict")]
    disk: Mode,
    /// The seed of delays and cuts.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let report = match Cli::parse().command {
        Command::Power(args) => power::run(args.plan(), &mut args.workload()?).await,
        Command::FailFsync(args) => power::fail_fsync(args.plan(), &mut args.workload()?).await,
        Command::Worker {
            folder,
            acknowledged,
            synchronous,
        } => sqlite::work(&folder, acknowledged, synchronous).await,
        Command::Check {
            folder,
            acknowledged,
        } => sqlite::check(&folder, acknowledged).await,
    };
    let report = report.context("the proof could not be run")?;
    println!("{report}");
    if report.broken.is_some() {
        std::process::exit(1);
    }
    Ok(())
}

impl PowerArgs {
    fn plan(&self) -> power::Plan {
        power::Plan {
            cycles: self.cycles,
            disk: self.disk,
            seed: self.seed,
        }
    }

    fn workload(&self) -> anyhow::Result<Workload> {
        let program = std::env::current_exe()?;
        let worker = sqlite::Worker::new(program, self.synchronous);
        Ok(Workload::Sqlite(worker))
    }
}
