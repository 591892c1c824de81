//! The proofs against the real program, short; the long ones are run by command.

mod support;

use std::path::{Path, PathBuf};

use outcry_chaos::disk::Mode;
use outcry_chaos::ground::Ground;
use outcry_chaos::postgres::Postgres;
use outcry_chaos::proof::{self, Fault, Plan};
use outcry_chaos::workload::outcry::Outcry;
use outcry_chaos::workload::{Synchronous, Workload};
use support::{SEED, mount, skip};

/// This tool; the program lies beside it once `cargo build` has made it.
const TOOL: &str = env!("CARGO_BIN_EXE_outcry-chaos");

fn program() -> Option<PathBuf> {
    let program = Path::new(TOOL).with_file_name("outcry");
    if program.exists() {
        return Some(program);
    }
    skip("the program is not built: cargo build");
    None
}

fn plan(cycles: u32) -> Plan {
    Plan { cycles, seed: SEED }
}

async fn outcry(
    program: PathBuf,
    folder: &Path,
    synchronous: Synchronous,
    postgres: Option<String>,
) -> Workload {
    let outcry = Outcry::prepare(program, TOOL.into(), folder, synchronous, postgres);
    Workload::Outcry(Box::new(outcry.await.expect("the first start works")))
}

#[tokio::test]
async fn no_power_cut_takes_what_was_acknowledged() {
    let (Some(program), Some(mount)) = (program(), mount(Mode::Strict)) else {
        return;
    };
    let mut ground = Ground::Disk(mount);
    let mut workload = outcry(program, ground.path(), Synchronous::Full, None).await;
    let report = proof::run(plan(10), &mut workload, &mut ground).await;
    let report = report.unwrap();
    assert_eq!(report.broken, None);
    assert!(report.acknowledged > 0, "nothing was promised");
    assert!(
        report.damage.unwrap().blocks_lost > 0,
        "the cuts took nothing"
    );
}

#[tokio::test]
async fn a_log_that_does_not_sync_is_caught_within_three_power_cuts() {
    let (Some(program), Some(mount)) = (program(), mount(Mode::Strict)) else {
        return;
    };
    let mut ground = Ground::Disk(mount);
    let mut workload = outcry(program, ground.path(), Synchronous::Normal, None).await;
    let report = proof::run(plan(3), &mut workload, &mut ground).await;
    let report = report.unwrap();
    assert!(report.broken.is_some(), "{report}");
}

#[tokio::test]
async fn a_failed_fsync_ends_the_program_and_is_not_tried_again() {
    let (Some(program), Some(mount)) = (program(), mount(Mode::Strict)) else {
        return;
    };
    let mut workload = outcry(program, mount.path(), Synchronous::Full, None).await;
    let report = proof::fault(plan(5), Fault::Fsync, &mut workload, mount).await;
    assert_eq!(report.unwrap().broken, None);
}

#[tokio::test]
async fn a_full_disk_takes_nothing_that_was_acknowledged() {
    let (Some(program), Some(mount)) = (program(), mount(Mode::Strict)) else {
        return;
    };
    let mut workload = outcry(program, mount.path(), Synchronous::Full, None).await;
    let report = proof::fault(plan(3), Fault::Full, &mut workload, mount).await;
    assert_eq!(report.unwrap().broken, None);
}

#[tokio::test]
async fn no_kill_loses_or_repeats_anything_on_sqlite() {
    let Some(program) = program() else { return };
    let mut ground = Ground::folder().unwrap();
    let mut workload = outcry(program, ground.path(), Synchronous::Full, None).await;
    let report = proof::run(plan(10), &mut workload, &mut ground).await;
    let report = report.unwrap();
    assert_eq!(report.broken, None);
    assert!(report.acknowledged > 0, "nothing was promised");
}

#[tokio::test]
async fn no_kill_loses_or_repeats_anything_on_postgresql() {
    let Some(program) = program() else { return };
    let postgres = Postgres::start().unwrap();
    let url = Some(postgres.url());
    let mut ground = Ground::folder().unwrap();
    let mut workload = outcry(program, ground.path(), Synchronous::Full, url).await;
    let report = proof::run(plan(10), &mut workload, &mut ground).await;
    let report = report.unwrap();
    assert_eq!(report.broken, None);
    assert!(report.acknowledged > 0, "nothing was promised");
}
