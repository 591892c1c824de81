//! What a hung mail server does to the other channels: phases in which it hangs and in which it works, in turns
//! within one run, compared by their medians; beside it how far phases of the same kind differ among themselves.

use std::time::{Duration, Instant};

use crate::Setting;
use crate::measure::{Run, Samples, Target};
use crate::panic::{Arrivals, Behind, Press, World, press};
use crate::world::clock;
use crate::world::house::Scratch;

/// Presses a second.
const PRESSES_PER_S: f64 = 10.0;
/// Phases of each kind.
const PHASES: usize = 4;
/// Seconds of a phase that count, and seconds before them: what the phase before left behind is cleared away.
const PHASE_S: u64 = 6;
const BETWEEN_S: u64 = 2;
/// After the last phase: what arrives late.
const LATE: Duration = Duration::from_secs(3);
/// How often each kind's presses are drawn anew.
const DRAWS: usize = 2_000;

/// One phase.
struct Phase {
    hangs: bool,
    /// What counts was due between these.
    from: Instant,
    until: Instant,
}

/// Presses through all phases on a program that has just started; gives how many presses were missed by a channel that worked.
pub(crate) async fn measure(setting: &Setting, run: &mut Run) -> anyhow::Result<usize> {
    let scratch = Scratch::new(setting)?;
    let world = &World::start(setting, &scratch).await?;
    let phase_s = PHASE_S.min(setting.seconds);
    let for_s = ((BETWEEN_S + phase_s) * 2 * PHASES as u64) as f64;
    let behind = Behind::start(&world.house, for_s).await?;
    let turns = async {
        let mut phases = Vec::new();
        for turn in 0..2 * PHASES {
            let hangs = turn % 2 == 1;
            world.peers.stall_mail(hangs);
            tokio::time::sleep(Duration::from_secs(BETWEEN_S)).await;
            let from = Instant::now();
            tokio::time::sleep(Duration::from_secs(phase_s)).await;
            let until = Instant::now();
            phases.push(Phase { hangs, from, until });
        }
        world.peers.stall_mail(false);
        phases
    };
    let (presses, phases) = tokio::join!(press(world, PRESSES_PER_S, for_s), turns);
    let presses = presses?;
    behind.end().await?;
    tokio::time::sleep(LATE).await;
    let told: Vec<(bool, Arrivals)> = phases
        .iter()
        .map(|phase| (phase.hangs, arrivals(world, phase, &presses)))
        .collect();
    compare(run, "desk's stream", &told, |arrivals| &arrivals.desk);
    compare(run, "webhook", &told, |arrivals| &arrivals.webhook);
    Ok(told.iter().map(|(_, arrivals)| arrivals.missing).sum())
}

fn arrivals(world: &World, phase: &Phase, presses: &[Press]) -> Arrivals {
    let own = presses
        .iter()
        .filter(|press| press.due >= phase.from && press.due < phase.until);
    Arrivals::of(world, own, !phase.hangs)
}

fn compare(
    run: &mut Run,
    what: &str,
    told: &[(bool, Arrivals)],
    of: impl Fn(&Arrivals) -> &Samples,
) {
    let pool = |wanted: &dyn Fn(usize, bool) -> bool| {
        let mut all = Samples::default();
        for (turn, (hangs, arrivals)) in told.iter().enumerate() {
            if wanted(turn, *hangs) {
                all.extend(of(arrivals).clone().all());
            }
        }
        all
    };
    let (calm, hung) = (pool(&|_, hangs| !hangs), pool(&|_, hangs| hangs));
    let percent = |hung: f64, calm: f64| (hung / calm - 1.0) * 100.0;
    // Each calm phase against the other calm ones: as far apart as phases get with nothing to tell them apart.
    let floor = (0..told.len())
        .filter(|turn| !told[*turn].0)
        .map(|own| {
            let (own, others) = (
                pool(&|turn, _| turn == own),
                pool(&|turn, hangs| !hangs && turn != own),
            );
            percent(own.p50_ms(), others.p50_ms()).abs()
        })
        .fold(0.0_f64, f64::max);
    let redrawn = |samples: &Samples| samples.redrawn_p50_ms(DRAWS, clock::fill);
    let (low, high) = interval(&redrawn(&calm), &redrawn(&hung), percent);
    let name = format!("mail hangs: shift of the {what}, p50");
    let shift = percent(hung.p50_ms(), calm.p50_ms());
    run.aim(name, shift, "%", Target::AtMost(10.0));
    let name = format!("noise floor: one calm phase against the other calm ones, {what}, p50");
    run.tell(name, floor, "%");
    let name = format!("95 % interval of that shift, {what}");
    run.tell(format!("{name}, from"), low, "%");
    run.tell(format!("{name}, to"), high, "%");
    run.tell(format!("mail works: {what}, p50"), calm.p50_ms(), "ms");
    run.tell(format!("mail works: {what}, p99"), calm.p99_ms(), "ms");
    run.tell(format!("mail hangs: {what}, p50"), hung.p50_ms(), "ms");
    run.tell(format!("mail hangs: {what}, p99"), hung.p99_ms(), "ms");
    run.tell(format!("presses compared, {what}"), hung.len() as f64, "");
}

/// Between which two shifts nineteen of twenty pairs of draws lie.
fn interval(calm: &[f64], hung: &[f64], shift: impl Fn(f64, f64) -> f64) -> (f64, f64) {
    let pairs = hung.iter().zip(calm);
    let mut shifts: Vec<f64> = pairs.map(|(hung, calm)| shift(*hung, *calm)).collect();
    shifts.sort_by(f64::total_cmp);
    let cut = shifts.len() / 40;
    (shifts[cut], shifts[shifts.len() - 1 - cut])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(hangs: bool, ms: u64) -> (bool, Arrivals) {
        let mut arrivals = Arrivals::default();
        let around = (0..100).map(|place| Duration::from_millis(ms + place % 3));
        arrivals.desk.extend(around);
        (hangs, arrivals)
    }

    fn told(phases: &[(bool, Arrivals)]) -> Vec<f64> {
        let mut run = Run::default();
        compare(&mut run, "desk", phases, |arrivals| &arrivals.desk);
        run.figures[..4].iter().map(|figure| figure.value).collect()
    }

    #[test]
    fn a_shift_is_told_apart_from_phases_that_differ_by_themselves() {
        let phases = [(false, 99), (true, 119), (false, 99), (true, 119)];
        let found = told(&phases.map(|(hangs, ms)| phase(hangs, ms)));
        assert!((found[0] - 20.0).abs() < 0.1, "shift {}", found[0]);
        assert!(found[1] < 0.1, "noise floor {}", found[1]);
        assert!((18.0..=20.1).contains(&found[2]) && (19.9..22.1).contains(&found[3]));
        let phases = [(false, 99), (true, 99), (false, 119), (true, 119)];
        let found = told(&phases.map(|(hangs, ms)| phase(hangs, ms)));
        assert!(found[0].abs() < 0.1 && found[1] > 15.0, "{found:?}");
    }
}
