//! The proof of the harness: it finds nothing where there is nothing, and what was planted.

use std::io::{self, Write};
use std::path::PathBuf;

use outcry_chaos::disk::Mode;
use outcry_chaos::mount::Mount;
use outcry_chaos::power::{self, Plan, Report};
use outcry_chaos::workload::{Synchronous, Workload, sqlite};

/// The worker's plan, or a clear line on why the test says nothing on this machine.
fn plan(cycles: u32, disk: Mode) -> Option<Plan> {
    match Mount::new(1, disk) {
        Ok(_) => Some(Plan {
            cycles,
            disk,
            seed: 1,
        }),
        Err(error) if Mount::is_impossible(&error) => {
            // Past the test runner's capture: a skipped proof must be seen.
            let _ = writeln!(io::stderr(), "SKIPPED: no FUSE mount here: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

fn worker(synchronous: Synchronous) -> Workload {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_outcry-chaos"));
    Workload::Sqlite(sqlite::Worker::new(program, synchronous))
}

async fn run(cycles: u32, disk: Mode, synchronous: Synchronous) -> Option<Report> {
    let plan = plan(cycles, disk)?;
    Some(power::run(plan, &mut worker(synchronous)).await.unwrap())
}

#[tokio::test]
async fn sqlite_that_syncs_keeps_every_promise() {
    for disk in [Mode::Strict, Mode::Ordered] {
        let Some(report) = run(10, disk, Synchronous::Full).await else {
            return;
        };
        assert_eq!(report.broken, None, "{disk:?}");
        assert_eq!(report.cycles, 10);
        assert!(report.acknowledged > 0, "nothing was promised");
        assert!(report.damage.blocks_lost > 0, "the cuts took nothing");
    }
}

#[tokio::test]
async fn sqlite_that_does_not_sync_is_caught_within_three_cycles() {
    for disk in [Mode::Strict, Mode::Ordered] {
        let Some(report) = run(3, disk, Synchronous::Normal).await else {
            return;
        };
        assert!(report.broken.is_some(), "{disk:?}: {report}");
    }
}

#[tokio::test]
async fn a_program_that_stops_at_a_failed_fsync_keeps_every_promise() {
    let Some(plan) = plan(3, Mode::Strict) else {
        return;
    };
    let report = power::fail_fsync(plan, &mut worker(Synchronous::Full)).await;
    let report = report.unwrap();
    assert_eq!(report.broken, None);
    assert!(report.acknowledged > 0, "nothing was promised");
}
