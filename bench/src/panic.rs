//! From a press until the desk's event stream, the mail server's socket and a webhook have it, under load.

use std::time::{Duration, Instant};

use tokio::task::{JoinHandle, JoinSet};

use crate::Setting;
use crate::measure::{Run, Samples, Target};
use crate::pipeline::{EVENTS_PER_S, REPORTS_PER_S};
use crate::report_one::report;
use crate::shift;
use crate::world::chain::{self, Escalation};
use crate::world::house::{House, Scratch};
use crate::world::http::Pool;
use crate::world::listen::Listener;
use crate::world::peers::Peers;
use crate::world::{pace, tills};

/// Presses a second.
const PRESSES_PER_S: f64 = 5.0;
/// How long after the last press something may still arrive.
const LATE: Duration = Duration::from_secs(3);
/// How long until the desk acknowledges.
const ACKNOWLEDGED_AFTER: Duration = Duration::from_secs(2);
/// Seconds before the measurement.
const WARM_UP_S: f64 = 3.0;
/// Connections ready.
const CONNECTIONS: usize = 8;

/// The program, and everybody who hears of a press.
pub(crate) struct World {
    pub(crate) house: House,
    pub(crate) listener: Listener,
    pub(crate) peers: Peers,
}

impl World {
    /// Starts them on data of their own.
    pub(crate) async fn start(setting: &Setting, scratch: &Scratch) -> anyhow::Result<Self> {
        let peers = Peers::start().await?;
        let webhook = Some(peers.webhook_url.as_str());
        chain::found(&scratch.data(), Escalation::Shipped, webhook).await?;
        let house = House::serve(setting, &scratch.data(), Some(&peers)).await?;
        let kinds = ["incident.reported"];
        let listener = Listener::open(house.address, &chain::token(chain::DESK), &kinds).await?;
        Ok(Self {
            house,
            listener,
            peers,
        })
    }
}

/// One run: presses while all is well, then presses while the mail server hangs and does not, in turns.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let scratch = Scratch::new(setting)?;
    let world = World::start(setting, &scratch).await?;
    let for_s = setting.seconds as f64 + WARM_UP_S;
    let behind = Behind::start(&world.house, for_s).await?;
    let presses = press(&world, PRESSES_PER_S, for_s).await?;
    behind.end().await?;
    tokio::time::sleep(LATE).await;
    let measured = (PRESSES_PER_S * WARM_UP_S) as usize;
    let calm = Arrivals::of(&world, &presses[measured..], true);
    let mut run = Run::default();
    for (what, samples) in [
        ("desk's stream", &calm.desk),
        ("mail server's socket", &calm.mail),
        ("webhook", &calm.webhook),
    ] {
        let (middle, late) = (samples.p50_ms(), samples.p99_ms());
        let name = format!("panic to the {what}");
        run.aim(format!("{name}, p50"), middle, "ms", Target::AtMost(5.0));
        run.aim(format!("{name}, p99"), late, "ms", Target::AtMost(40.0));
    }
    run.tell("panic to durable answer, p50", calm.answer.p50_ms(), "ms");
    run.tell("panic to durable answer, p99", calm.answer.p99_ms(), "ms");
    run.tell("presses measured", calm.desk.len() as f64, "");
    world.house.stop()?;
    let missing = calm.missing + shift::measure(setting, &mut run).await?;
    run.aim(
        "presses that one of the three never told",
        missing as f64,
        "",
        Target::AtMost(0.0),
    );
    Ok(run)
}

/// Till events and reports behind the presses.
pub(crate) struct Behind {
    events: JoinHandle<anyhow::Result<u64>>,
    reports: JoinHandle<anyhow::Result<()>>,
}

impl Behind {
    /// Runs for so many seconds.
    pub(crate) async fn start(house: &House, for_s: f64) -> anyhow::Result<Self> {
        let pool = Pool::new(house.address, chain::token(chain::CLERK));
        pool.warm(CONNECTIONS).await?;
        let mut due = pace::every(REPORTS_PER_S, for_s);
        let reports = tokio::spawn(async move {
            let mut number = 0;
            while due.recv().await.is_some() {
                let answer = pool.post("/api/v1/reports", &report(number)).await?;
                answer.expect(201)?;
                number += 1;
            }
            anyhow::Ok(())
        });
        Ok(Self {
            events: tills::background(house, EVENTS_PER_S, for_s),
            reports,
        })
    }

    /// Waits for its end.
    pub(crate) async fn end(self) -> anyhow::Result<()> {
        self.events.await??;
        self.reports.await?
    }
}

/// A press that was recorded.
pub(crate) struct Press {
    incident: String,
    pub(crate) due: Instant,
    answered: Duration,
}

/// Presses so often for so long, and acknowledges each; in the order in which they were due.
pub(crate) async fn press(world: &World, per_s: f64, for_s: f64) -> anyhow::Result<Vec<Press>> {
    let pool = Pool::new(world.house.address, chain::token(chain::CLERK));
    let desk = Pool::new(world.house.address, chain::token(chain::DESK));
    pool.warm(CONNECTIONS).await?;
    let mut due = pace::every(per_s, for_s);
    let (mut under_way, mut number) = (JoinSet::new(), 0);
    while let Some(due) = due.recv().await {
        let (pool, desk) = (pool.clone(), desk.clone());
        let site = chain::site(number);
        let body = format!(r#"{{"site":"{site}","area":"tills","device":"button-1"}}"#);
        number += 1;
        under_way.spawn(async move {
            let answer = pool.post("/api/v1/panic", &body).await?.expect(201)?;
            let (answered, incident) = (due.elapsed(), answer.incident()?);
            tokio::time::sleep(ACKNOWLEDGED_AFTER).await;
            let path = format!("/api/v1/incidents/{incident}/acknowledge");
            desk.post(&path, "{}").await?.expect(200)?;
            anyhow::Ok(Press {
                incident,
                due,
                answered,
            })
        });
    }
    let mut presses = Vec::with_capacity(number);
    while let Some(done) = under_way.join_next().await {
        presses.push(done??);
    }
    presses.sort_unstable_by_key(|press| press.due);
    Ok(presses)
}

/// When something about each press arrived, in time since the press was due.
#[derive(Default)]
pub(crate) struct Arrivals {
    answer: Samples,
    pub(crate) desk: Samples,
    mail: Samples,
    pub(crate) webhook: Samples,
    /// Presses of which something never arrived.
    pub(crate) missing: usize,
}

impl Arrivals {
    /// What became of these presses; a letter is missed only where the mail server worked.
    pub(crate) fn of<'p>(
        world: &World,
        presses: impl IntoIterator<Item = &'p Press>,
        mail_works: bool,
    ) -> Self {
        let mut arrivals = Self::default();
        for press in presses {
            let told = |when: Option<Instant>| Some(when?.saturating_duration_since(press.due));
            let desk = told(world.listener.when("incident.reported", &press.incident));
            let webhook = told(world.peers.called(&press.incident));
            let mail = told(world.peers.mailed(&press.incident));
            let missing = desk.is_none() || webhook.is_none() || (mail_works && mail.is_none());
            arrivals.missing += usize::from(missing);
            arrivals.answer.push(press.answered);
            arrivals.desk.extend(desk);
            arrivals.webhook.extend(webhook);
            arrivals.mail.extend(mail);
        }
        arrivals
    }
}
