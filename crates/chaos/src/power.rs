//! The power-loss loop: start, kill at a random instant, cut the power, look whether every promise
//! was kept, and again on the same disk.

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use anyhow::bail;

use crate::dice::Dice;
use crate::disk::{Damage, Mode};
use crate::mount::Mount;
use crate::process::{Ended, KillAt};
use crate::workload::Workload;

/// The longest that the program runs before the power fails.
const RUN_MS_MAX: usize = 600;
/// A failed fsync must end the program within this time.
const STOP_AFTER_FAILED_SYNC: Duration = Duration::from_secs(10);
/// A program that stops at once leaves at most this many syncs that were already under way.
const FAILED_SYNCS_MAX: u64 = 2;

/// What to do, all of it following from the seed but for the instants at which the kernel runs.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often the power fails.
    pub cycles: u32,
    /// How much a cut may take.
    pub disk: Mode,
    /// The seed of delays and cuts.
    pub seed: u64,
}

/// What was done and found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Cuts made.
    pub cycles: u32,
    /// Commits or reports acknowledged.
    pub acknowledged: u64,
    /// The sum of what the cuts did.
    pub damage: Damage,
    /// Syncs that the program asked for.
    pub syncs: u64,
    /// The first broken promise, in words with the number of its cycle.
    pub broken: Option<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let damage = &self.damage;
        writeln!(f, "power cuts: {}", self.cycles)?;
        writeln!(f, "acknowledged: {}", self.acknowledged)?;
        writeln!(f, "syncs: {}", self.syncs)?;
        let (kept, lost) = (damage.blocks_kept, damage.blocks_lost);
        writeln!(f, "unsynced blocks: {kept} kept, {lost} lost or torn")?;
        let (kept, undone) = (damage.names_kept, damage.names_undone);
        writeln!(f, "unsynced names: {kept} kept, {undone} undone")?;
        match &self.broken {
            None => write!(f, "every promise was kept"),
            Some(words) => write!(f, "BROKEN PROMISE in {words}"),
        }
    }
}

/// Runs the plan until its end or the first broken promise.
pub async fn run(plan: Plan, workload: &mut Workload) -> anyhow::Result<Report> {
    let mut dice = Dice::new(plan.seed);
    let mut mount = Mount::new(dice.throw(), plan.disk)?;
    let mut report = Report::default();
    while report.cycles < plan.cycles && report.broken.is_none() {
        report.cycles += 1;
        let ended = workload
            .run_and_kill(mount.path(), instant(&mut dice))
            .await?;
        report.damage += mount.cut()?;
        // One time in three the power fails again before anybody has looked: the next start then
        // recovers from the wreck itself.
        let last = report.cycles == plan.cycles;
        let verdict = match ended {
            Ended::ByItself(status, words) => Err(format!("it ended by itself, {status}: {words}")),
            Ended::Killed if !last && dice.below(3) == 0 => Ok(()),
            Ended::Killed => workload.check(mount.path()).await?,
        };
        if let Err(words) = verdict {
            report.broken = Some(format!("cycle {}: {words}", report.cycles));
        }
    }
    report.acknowledged = workload.acknowledged();
    report.syncs = mount.counters().syncs.load(Relaxed);
    Ok(report)
}

/// Lets fsync fail under load: the program must stop by itself, must not try again, and must have
/// promised nothing that the disk does not hold.
pub async fn fail_fsync(plan: Plan, workload: &mut Workload) -> anyhow::Result<Report> {
    let mut dice = Dice::new(plan.seed);
    let mut mount = Mount::new(dice.throw(), plan.disk)?;
    let mut report = Report::default();
    while report.cycles < plan.cycles && report.broken.is_none() {
        report.cycles += 1;
        let failing_after = Duration::from_millis(dice.below(RUN_MS_MAX) as u64);
        let failed_before = mount.counters().failed_syncs.load(Relaxed);
        let patience = failing_after + STOP_AFTER_FAILED_SYNC;
        let path = mount.path().to_owned();
        let (ended, ()) = tokio::join!(
            workload.run_and_kill(&path, KillAt::SinceStart(patience)),
            async {
                tokio::time::sleep(failing_after).await;
                mount.fail_fsync(true);
            }
        );
        let failed = mount.counters().failed_syncs.load(Relaxed) - failed_before;
        report.damage += mount.cut()?;
        let verdict = match ended? {
            Ended::Killed => Err("it went on although fsync failed".to_owned()),
            Ended::ByItself(status, _) if status.success() => {
                Err("it ended as if all were well although fsync failed".to_owned())
            }
            Ended::ByItself(_, words) if failed == 0 => {
                bail!("it ended before any fsync failed: {words}")
            }
            Ended::ByItself(..) if failed > FAILED_SYNCS_MAX => {
                Err(format!("it tried to sync {failed} times on a failing disk"))
            }
            Ended::ByItself(..) => workload.check(mount.path()).await?,
        };
        if let Err(words) = verdict {
            report.broken = Some(format!("cycle {}: {words}", report.cycles));
        }
    }
    report.acknowledged = workload.acknowledged();
    report.syncs = mount.counters().syncs.load(Relaxed);
    Ok(report)
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
