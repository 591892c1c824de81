//! The proof of the harness: it finds nothing where there is nothing, and what was planted.

mod support;

use std::path::PathBuf;

use outcry_chaos::disk::Mode;
use outcry_chaos::ground::Ground;
use outcry_chaos::proof::{self, Fault, Plan, Report};
use outcry_chaos::workload::{Synchronous, Workload, sqlite};
use support::{SEED, mount};

fn worker(synchronous: Synchronous) -> Workload {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_outcry-chaos"));
    Workload::Sqlite(sqlite::Worker::new(program, synchronous))
}

async fn run(cycles: u32, disk: Mode, synchronous: Synchronous) -> Option<Report> {
    let mut ground = Ground::Disk(mount(disk)?);
    let plan = Plan { cycles, seed: SEED };
    let report = proof::run(plan, &mut worker(synchronous), &mut ground).await;
    Some(report.expect("the proof can be run"))
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
        assert!(
            report.damage.unwrap().blocks_lost > 0,
            "the cuts took nothing"
        );
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
    let Some(mount) = mount(Mode::Strict) else {
        return;
    };
    let plan = Plan {
        cycles: 3,
        seed: SEED,
    };
    let report = proof::fault(plan, Fault::Fsync, &mut worker(Synchronous::Full), mount).await;
    let report = report.unwrap();
    assert_eq!(report.broken, None);
    assert!(report.acknowledged > 0, "nothing was promised");
}

#[tokio::test]
async fn a_kill_without_a_power_cut_takes_nothing_even_from_what_does_not_sync() {
    let mut ground = Ground::folder().unwrap();
    let plan = Plan {
        cycles: 5,
        seed: SEED,
    };
    let report = proof::run(plan, &mut worker(Synchronous::Normal), &mut ground).await;
    assert_eq!(report.unwrap().broken, None);
}
