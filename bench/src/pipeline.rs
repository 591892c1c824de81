//! From a report's scheduled time until the desk's event stream says that it is queued, with till events behind it.

use std::time::Duration;

use anyhow::Context as _;

use crate::Setting;
use crate::measure::{Run, Samples, Target};
use crate::report_one::report;
use crate::world::chain::{self, Escalation};
use crate::world::house::{House, Scratch};
use crate::world::http::Pool;
use crate::world::listen::Listener;
use crate::world::peers::Peers;
use crate::world::{pace, tills};

/// Till events a second behind it.
pub(crate) const EVENTS_PER_S: f64 = 5_000.0;
/// Reports a second.
pub(crate) const REPORTS_PER_S: f64 = 20.0;
/// How long after the last report the desk may still hear of it.
const LATE: Duration = Duration::from_secs(3);
/// Seconds before the measurement.
const WARM_UP_S: f64 = 3.0;
/// Connections that reports share.
const CONNECTIONS: usize = 8;

/// One run.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let scratch = Scratch::new(setting)?;
    let peers = Peers::start().await?;
    chain::found(
        &scratch.data(),
        Escalation::Shipped,
        Some(&peers.webhook_url),
    )
    .await?;
    let house = House::serve(setting, &scratch.data(), Some(&peers)).await?;
    let kinds = ["incident.enriched", "incident.assessed", "incident.routed"];
    let listener = Listener::open(house.address, &chain::token(chain::DESK), &kinds).await?;
    let for_s = setting.seconds as f64 + WARM_UP_S;
    let events = tills::background(&house, EVENTS_PER_S, for_s);
    let pool = Pool::new(house.address, chain::token(chain::CLERK));
    pool.warm(CONNECTIONS).await?;
    let mut due = pace::every(REPORTS_PER_S, for_s);
    let warm_up = (REPORTS_PER_S * WARM_UP_S) as usize;
    let (mut sent, mut number) = (tokio::task::JoinSet::new(), 0);
    let cpu = house.cpu_s();
    while let Some(due) = due.recv().await {
        let (pool, body) = (pool.clone(), report(number));
        let measured = number >= warm_up;
        sent.spawn(async move {
            let answer = pool.post("/api/v1/reports", &body).await?.expect(201)?;
            anyhow::Ok((answer.incident()?, due, due.elapsed(), measured))
        });
        number += 1;
    }
    let cpu = (house.cpu_s() - cpu) / for_s;
    tokio::time::sleep(LATE).await;
    let accepted = events.await??;
    let (mut answered, mut enriched, mut queued) =
        (Samples::default(), Samples::default(), Samples::default());
    while let Some(done) = sent.join_next().await {
        let (incident, due, answer, measured) = done??;
        if measured {
            let when = |kind: &str| {
                listener
                    .when(kind, &incident)
                    .with_context(|| format!("no {kind} of {incident}"))
            };
            answered.push(answer);
            enriched.push(when("incident.enriched")?.saturating_duration_since(due));
            queued.push(when("incident.routed")?.saturating_duration_since(due));
        }
    }
    let mut run = latencies(&answered, &enriched, &queued);
    run.tell("reports measured", queued.len() as f64, "");
    run.tell("till events behind it", accepted as f64 / for_s, "/s");
    run.tell("processor of the server", cpu * 100.0, "% of a core");
    house.stop()?;
    Ok(run)
}

fn latencies(answered: &Samples, enriched: &Samples, queued: &Samples) -> Run {
    let mut run = Run::default();
    run.aim(
        "report to queued on the desk's stream, p50",
        queued.p50_ms(),
        "ms",
        Target::AtMost(15.0),
    );
    run.aim(
        "report to queued on the desk's stream, p99",
        queued.p99_ms(),
        "ms",
        Target::AtMost(100.0),
    );
    run.tell("report to durable answer, p50", answered.p50_ms(), "ms");
    run.tell("report to durable answer, p99", answered.p99_ms(), "ms");
    run.tell(
        "report to enriched on the desk's stream, p50",
        enriched.p50_ms(),
        "ms",
    );
    run
}
