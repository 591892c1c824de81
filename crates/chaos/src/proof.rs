//! The loops: start, kill at a random instant, cut the power, look whether every promise was kept,
//! and again on the same data.

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use anyhow::bail;

use crate::dice::Dice;
use crate::disk::Damage;
use crate::ground::Ground;
use crate::mount::Mount;
use crate::process::{Ended, KillAt};
use crate::workload::Workload;

/// The longest that the program works before it is killed.
const RUN_MS_MAX: usize = 600;
/// A failed fsync must end the program within this time.
const STOP_AFTER_FAILED_SYNC: Duration = Duration::from_secs(10);
/// How long the program is watched on a full disk.
const FULL_FOR: Duration = Duration::from_millis(1500);

/// What the disk is made to do under load.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Fault {
    /// Every fsync fails, and the bytes are lost. The program must stop by itself, say so by its
    /// exit code, and sync no file a second time.
    Fsync,
    /// No space is left. The program may stop or turn requests away.
    Full,
}

/// How often, and from which seed.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often the program is killed.
    pub cycles: u32,
    /// The seed of the delays. The instants within the kernel are not ours to repeat.
    pub seed: u64,
}

/// What was done and found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Kills made.
    pub cycles: u32,
    /// Commits or reports acknowledged.
    pub acknowledged: u64,
    /// The sum of what the power cuts did; none where the power did not fail.
    pub damage: Option<Damage>,
    /// Syncs that failed on demand.
    pub failed_syncs: u64,
    /// The first broken promise, in words with the number of its cycle.
    pub broken: Option<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "kills: {}", self.cycles)?;
        writeln!(f, "acknowledged: {}", self.acknowledged)?;
        if let Some(damage) = &self.damage {
            let (kept, lost) = (damage.blocks_kept, damage.blocks_lost);
            writeln!(f, "unsynced blocks: {kept} kept, {lost} lost or torn")?;
            let (kept, undone) = (damage.names_kept, damage.names_undone);
            writeln!(f, "unsynced names: {kept} kept, {undone} undone")?;
        }
        if self.failed_syncs > 0 {
            writeln!(f, "syncs that failed: {}", self.failed_syncs)?;
        }
        match &self.broken {
            None => write!(f, "every promise was kept"),
            Some(words) => write!(f, "BROKEN PROMISE in {words}"),
        }
    }
}

impl Report {
    fn add_damage(&mut self, damage: Option<Damage>) {
        if let Some(damage) = damage {
            *self.damage.get_or_insert_default() += damage;
        }
    }

    fn judge(&mut self, verdict: Result<(), String>) {
        let cycle = self.cycles;
        self.broken = verdict.err().map(|words| format!("cycle {cycle}: {words}"));
    }
}

/// Kills, and cuts the power where it can fail, until the plan's end or the first broken promise.
pub async fn run(
    plan: Plan,
    workload: &mut Workload,
    ground: &mut Ground,
) -> anyhow::Result<Report> {
    let mut dice = Dice::new(plan.seed);
    let mut report = Report::default();
    while report.cycles < plan.cycles && report.broken.is_none() {
        report.cycles += 1;
        let at = instant(&mut dice);
        let ended = workload.run_and_kill(ground.path(), at).await?;
        report.add_damage(ground.cut()?);
        let last = report.cycles == plan.cycles;
        let verdict = match ended {
            Ended::ByItself(status, words) => Err(format!("it ended by itself, {status}: {words}")),
            Ended::Killed if last => workload.finish(ground.path()).await?,
            // One time in three nobody looks: the next start recovers from the wreck itself.
            Ended::Killed if dice.below(3) == 0 => Ok(()),
            Ended::Killed => workload.check(ground.path()).await?,
        };
        report.judge(verdict);
    }
    report.acknowledged = workload.acknowledged();
    Ok(report)
}

/// Lets the disk fail under load, cuts the power, and looks whether every promise was kept.
pub async fn fault(
    plan: Plan,
    fault: Fault,
    workload: &mut Workload,
    mut mount: Mount,
) -> anyhow::Result<Report> {
    let mut dice = Dice::new(plan.seed);
    let mut report = Report::default();
    while report.cycles < plan.cycles && report.broken.is_none() {
        report.cycles += 1;
        let failing_after = Duration::from_millis(dice.below(RUN_MS_MAX) as u64);
        let ended = run_on_failing_disk(failing_after, fault, workload, &mount).await?;
        let verdict = match (fault, &ended) {
            (_, Ended::ByItself(status, _)) if status.success() => {
                Err("it ended as if all were well".to_owned())
            }
            (Fault::Fsync, Ended::Killed) => Err("it went on although fsync failed".to_owned()),
            (Fault::Fsync, Ended::ByItself(..)) => match mount.retried() {
                Some(name) => Err(format!("it synced {name} again after that had failed")),
                None => Ok(()),
            },
            (Fault::Full, _) => Ok(()),
        };
        report.add_damage(Some(mount.cut()?));
        let checked = match verdict {
            Ok(()) => workload.check(mount.path()).await?,
            broken => broken,
        };
        report.judge(checked);
    }
    report.failed_syncs = mount.counters().failed_syncs.load(Relaxed);
    report.acknowledged = workload.acknowledged();
    Ok(report)
}

async fn run_on_failing_disk(
    failing_after: Duration,
    fault: Fault,
    workload: &mut Workload,
    mount: &Mount,
) -> anyhow::Result<Ended> {
    let failed_syncs = || mount.counters().failed_syncs.load(Relaxed);
    let before = failed_syncs();
    let patience = match fault {
        Fault::Fsync => STOP_AFTER_FAILED_SYNC,
        Fault::Full => FULL_FOR,
    };
    let at = KillAt::SinceStart(failing_after + patience);
    let (ended, ()) = tokio::join!(workload.run_and_kill(mount.path(), at), async {
        tokio::time::sleep(failing_after).await;
        match fault {
            Fault::Fsync => mount.fail_fsync(true),
            Fault::Full => mount.fill(true),
        }
    });
    match ended? {
        Ended::ByItself(_, words) if fault == Fault::Fsync && failed_syncs() == before => {
            bail!("it ended before any fsync failed: {words}")
        }
        ended => Ok(ended),
    }
}

/// Short runs as often as long ones; one in four counts from the start, to hit recovering.
fn instant(dice: &mut Dice) -> KillAt {
    let longest = RUN_MS_MAX >> dice.below(5);
    let delay = Duration::from_millis(dice.below(longest) as u64);
    match dice.below(4) {
        0 => KillAt::SinceStart(delay),
        _ => KillAt::SinceFirstPromise(delay),
    }
}
