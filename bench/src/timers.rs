//! SLA timers: a million armed and a thousand due each second; then a crash, and everything overdue at the start.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use outcry_domain::incident::Event;
use outcry_domain::{Event as AnyEvent, IncidentId, Stream, Time};
use outcry_ledger::Synchronous;

use crate::Setting;
use crate::measure::{Run, Samples, Target};
use crate::world::chain::{self, Escalation, QUIET_RESOLVE_S};
use crate::world::house::{House, Scratch};
use crate::world::listen::Listener;
use crate::world::{clock, log, story};

/// Timers due each second.
const DUE_PER_S: usize = 1_000;
/// Between the making of the timers and the first that is due: the program starts meanwhile.
const LEAD_S: u32 = 10;
/// How long the program is down.
const DOWN: Duration = Duration::from_secs(3);
/// Seconds of timers that fall due around and after the crash.
const AFTER_S: usize = 8;
/// Timers made at once.
const CHUNK: usize = 512;

/// One run.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let data = log::kept(setting, log::Kind::Armed, setting.incidents).await?;
    let calm_s = setting.seconds as usize;
    let due = arm(&data, (calm_s + AFTER_S) * DUE_PER_S, DUE_PER_S).await?;
    let first = due.values().min().copied().context("timers")?;
    let house = House::serve(setting, &data, None).await?;
    let ready_after = house.ready_after;
    ensure!(
        clock::now() < first,
        "the program started too late: {ready_after:?}"
    );
    let listener = Listener::open(
        house.address,
        &chain::token(chain::DESK),
        &["incident.breached"],
    )
    .await?;
    let (anchor, anchor_at) = (std::time::Instant::now(), clock::now());
    sleep_until(first).await;
    let (cpu, commits) = (house.cpu_s(), Commits::so_far(&house).await?);
    sleep_until(first.plus_s(calm_s as u32)).await;
    let cpu = (house.cpu_s() - cpu) / calm_s as f64;
    let commits = Commits::so_far(&house).await?.since(&commits);
    let told: HashMap<String, std::time::Instant> =
        listener.all("incident.breached").into_iter().collect();
    let still_open = listener.open_still();
    drop(listener);
    house.crash()?;
    tokio::time::sleep(DOWN).await;
    let overdue_at = clock::now();
    let house = House::serve(setting, &data, None).await?;
    let started_at = house.started_at;
    let last = due.values().max().copied().context("timers")?;
    sleep_until(last.plus_s(3)).await;
    house.stop()?;

    let fired = fired(&data, &due).await?;
    let marks = Marks {
        told,
        anchor,
        anchor_at,
        end: first.plus_s(calm_s as u32 - 1),
        overdue_at,
        started_at,
    };
    let found = lateness(&fired, &due, &marks)?;
    let mut run = found.run();
    commits.tell(&mut run, calm_s as f64);
    run.tell(
        "desk's event stream stayed open (1: yes)",
        f64::from(u8::from(still_open)),
        "",
    );
    run.tell(
        "overdue at the start, each fired once",
        f64::from(found.overdue),
        "",
    );
    run.tell("start to ready", ready_after.as_secs_f64() * 1_000.0, "ms");
    run.tell(
        "processor of the server at 1,000 due/s",
        cpu * 100.0,
        "% of a core",
    );
    Ok(run)
}

/// What the program's own counters say of its commits.
struct Commits {
    count: f64,
    seconds: f64,
    facts: f64,
}

impl Commits {
    async fn so_far(house: &House) -> anyhow::Result<Self> {
        Ok(Self {
            count: house.metric("outcry_ledger_commit_seconds_count").await?,
            seconds: house.metric("outcry_ledger_commit_seconds_sum").await?,
            facts: house.metric("outcry_ledger_facts_total").await?,
        })
    }

    fn since(&self, before: &Self) -> Self {
        Self {
            count: self.count - before.count,
            seconds: self.seconds - before.seconds,
            facts: self.facts - before.facts,
        }
    }

    fn tell(&self, run: &mut Run, for_s: f64) {
        let mean_ms = self.seconds / self.count * 1_000.0;
        run.tell("of that, a commit, mean", mean_ms, "ms");
        run.tell("commits", self.count / for_s, "/s");
        run.tell("facts in a commit, mean", self.facts / self.count, "");
        let busy = self.seconds / for_s * 100.0;
        run.tell("writer busy with commits", busy, "% of the time");
    }
}

/// What was noted while the timers fell due.
struct Marks {
    /// When the desk heard of each incident.
    told: HashMap<String, std::time::Instant>,
    anchor: std::time::Instant,
    anchor_at: Time,
    /// Timers due before this are measured for their lateness.
    end: Time,
    /// Timers due before this, and not fired yet, were overdue at the second start.
    overdue_at: Time,
    started_at: Time,
}

/// How late the timers were.
struct Lateness {
    /// From when it was due until the program decided on it: its own clock, in the fact.
    decided: Samples,
    /// From the decision until the desk had it: made durable and told.
    told: Samples,
    /// From when it was due until the desk had it.
    heard: Samples,
    overdue: u32,
    overdue_ms: f64,
}

fn lateness(
    fired: &HashMap<IncidentId, Vec<Time>>,
    due: &HashMap<IncidentId, Time>,
    marks: &Marks,
) -> anyhow::Result<Lateness> {
    let (mut decided, mut told, mut heard) =
        (Samples::default(), Samples::default(), Samples::default());
    let (mut overdue, mut overdue_ms) = (0, 0.0_f64);
    for (id, due) in due {
        let times = fired.get(id).map_or(&[][..], Vec::as_slice);
        ensure!(times.len() == 1, "a timer fired {} times", times.len());
        if *due < marks.end {
            decided.push(Duration::from_micros(
                (times[0] - *due).max(0).unsigned_abs(),
            ));
            if let Some(when) = marks.told.get(&id.to_string()) {
                let at = marks
                    .anchor_at
                    .plus_us(when.duration_since(marks.anchor).as_micros() as i64);
                heard.push(Duration::from_micros((at - *due).max(0).unsigned_abs()));
                told.push(Duration::from_micros((at - times[0]).max(0).unsigned_abs()));
            }
        } else if *due <= marks.overdue_at && times[0] >= marks.started_at {
            overdue += 1;
            overdue_ms = overdue_ms.max((times[0] - marks.started_at) as f64 / 1_000.0);
        }
    }
    Ok(Lateness {
        decided,
        told,
        heard,
        overdue,
        overdue_ms,
    })
}

impl Lateness {
    fn run(&self) -> Run {
        let mut run = Run::default();
        run.aim(
            "lateness of the decision, p99",
            self.decided.p99_ms(),
            "ms",
            Target::AtMost(20.0),
        );
        run.aim(
            "lateness on the desk's stream (durable and told), p99",
            self.heard.p99_ms(),
            "ms",
            Target::AtMost(20.0),
        );
        run.aim(
            "after kill -9: from the start of the process to the last overdue timer",
            self.overdue_ms,
            "ms",
            Target::AtMost(1_000.0),
        );
        run.tell("lateness of the decision, p50", self.decided.p50_ms(), "ms");
        run.tell(
            "lateness on the desk's stream, p50",
            self.heard.p50_ms(),
            "ms",
        );
        run.tell(
            "from the decision to the desk's stream (durable and told), p50",
            self.told.p50_ms(),
            "ms",
        );
        run.tell(
            "from the decision to the desk's stream (durable and told), p99",
            self.told.p99_ms(),
            "ms",
        );
        run.tell(
            "timers measured, each fired once",
            self.decided.len() as f64,
            "",
        );
        run.tell(
            "of those heard on the desk's stream",
            self.heard.len() as f64,
            "",
        );
        run
    }
}

/// So many timers due each second for so long and no others: how late each was on the desk's stream.
pub(crate) async fn few(setting: &Setting, per_s: usize, for_s: usize) -> anyhow::Result<Samples> {
    let scratch = Scratch::new(setting)?;
    let data = scratch.data();
    chain::found(&data, Escalation::Quiet, None).await?;
    let due = arm(&data, per_s * for_s, per_s).await?;
    let last = due.values().max().copied().context("timers")?;
    let house = House::serve(setting, &data, None).await?;
    let desk = chain::token(chain::DESK);
    let listener = Listener::open(house.address, &desk, &["incident.breached"]).await?;
    let (anchor, anchor_at) = (std::time::Instant::now(), clock::now());
    sleep_until(last.plus_s(3)).await;
    let mut heard = Samples::default();
    for (id, due) in &due {
        let when = listener.when("incident.breached", &id.to_string());
        let since = when.context("a timer that the desk was not told of")? - anchor;
        let at = anchor_at.plus_us(since.as_micros() as i64);
        heard.push(Duration::from_micros((at - *due).max(0).unsigned_abs()));
    }
    house.stop()?;
    Ok(heard)
}

/// Adds timers to the log, evenly so many a second from `LEAD_S` after the last is made.
async fn arm(
    data: &std::path::Path,
    count: usize,
    per_s: usize,
) -> anyhow::Result<HashMap<IncidentId, Time>> {
    let ledger = chain::open(data, Synchronous::Normal).await?;
    // Making them takes its time, which the first one's deadline has to leave: two thousand a second, at worst.
    let first = clock::now().plus_s(LEAD_S + (count / 2_000) as u32);
    let spacing_us = 1_000_000 / per_s as i64;
    let due = |number: usize| first.plus_us(number as i64 * spacing_us);
    let month = i64::from(QUIET_RESOLVE_S) * 1_000_000;
    let mut armed = HashMap::new();
    for from in (0..count).step_by(CHUNK) {
        let numbers = from..count.min(from + CHUNK);
        let made = story::armed(&ledger, numbers, |number| due(number).plus_us(-month)).await?;
        armed.extend(made.into_iter().map(|(id, at)| (id, at.plus_us(month))));
    }
    log::leave(ledger).await?;
    ensure!(
        clock::now().plus_s(LEAD_S / 2) < first,
        "making the timers took too long"
    );
    Ok(armed)
}

async fn sleep_until(time: Time) {
    let wait_us = (time - clock::now()).max(0).unsigned_abs();
    tokio::time::sleep(Duration::from_micros(wait_us)).await;
}

/// When each of these timers fired, as the log says.
async fn fired(
    data: &std::path::Path,
    due: &HashMap<IncidentId, Time>,
) -> anyhow::Result<HashMap<IncidentId, Vec<Time>>> {
    let ledger = chain::open(data, Synchronous::Full).await?;
    let mut fired: HashMap<IncidentId, Vec<Time>> = HashMap::new();
    let regions: Vec<_> = ledger.organisation().regions.keys().cloned().collect();
    for region in regions {
        // What fired lies behind what armed it: five facts each, and a few more of the desk.
        let mut after = ledger.head(&region).saturating_sub(due.len() as u64 * 12);
        loop {
            let entries = ledger.facts_after(&region, after, 2_000).await?;
            let Some(last) = entries.last() else { break };
            after = last.fact.sequence;
            for entry in &entries {
                if let (Stream::Incident(id), AnyEvent::Incident(Event::Breached { resolve: true })) =
                    (&entry.fact.stream, &entry.fact.event)
                    && due.contains_key(id)
                {
                    fired.entry(*id).or_default().push(entry.fact.at);
                }
            }
        }
    }
    ledger.stop().await;
    Ok(fired)
}
