//! Three times the load that saturates it: what still gets through, how presses fare, how refusals are told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Setting;
use crate::measure::{Run, Samples, Target};
use crate::report_one::report;
use crate::world::chain::{self, Escalation};
use crate::world::house::{House, Scratch};
use crate::world::http::Pool;
use crate::world::pace;

/// Clients that find the peak.
const CLIENTS: usize = 64;
/// Clients of the overload; a request that finds none idle waits, and its wait counts.
const CONNECTIONS: usize = 1_000;
/// How much more than the peak is sent.
const TIMES: f64 = 3.0;
/// Presses a second.
const PRESSES_PER_S: f64 = 10.0;
/// How long the peak is looked for, in seconds.
const PEAK_S: u64 = 10;

/// What came of the overload.
#[derive(Default)]
struct Outcome {
    accepted: usize,
    refused: Samples,
    without_retry_after: usize,
    unsent: usize,
}

/// One run.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let scratch = Scratch::new(setting)?;
    chain::found(&scratch.data(), Escalation::Quiet, None).await?;
    let house = House::serve(setting, &scratch.data(), None).await?;
    let peak = peak(&house, Duration::from_secs(PEAK_S.min(setting.seconds))).await?;
    let pool = Pool::new(house.address, chain::token(chain::CLERK));
    pool.warm(CONNECTIONS).await?;
    let for_s = setting.seconds as f64;
    let presses = tokio::spawn(press(house.address, for_s));
    let outcome = flood(pool, peak * TIMES, for_s).await?;
    let presses = presses.await??;
    let goodput = outcome.accepted as f64 / for_s;
    let mut run = Run::default();
    run.aim(
        "goodput, of the peak",
        goodput / peak * 100.0,
        "%",
        Target::AtLeast(80.0),
    );
    run.aim(
        "panic to durable answer, p99",
        presses.p99_ms(),
        "ms",
        Target::AtMost(50.0),
    );
    run.aim(
        "refusal answered, p99",
        outcome.refused.p99_ms(),
        "ms",
        Target::AtMost(10.0),
    );
    run.aim(
        "refusals without Retry-After",
        outcome.without_retry_after as f64,
        "",
        Target::AtMost(0.0),
    );
    run.tell("peak, 64 clients", peak, "reports/s");
    run.tell("offered", peak * TIMES, "reports/s");
    run.tell("goodput", goodput, "reports/s");
    run.tell("refused", outcome.refused.len() as f64 / for_s, "/s");
    run.tell(
        "not sent: all connections were waiting",
        outcome.unsent as f64 / for_s,
        "/s",
    );
    run.tell("refusal answered, p50", outcome.refused.p50_ms(), "ms");
    run.tell("panic to durable answer, p50", presses.p50_ms(), "ms");
    run.tell("memory of the server", house.memory_mb()?, "MB");
    house.stop()?;
    Ok(run)
}

async fn peak(house: &House, time: Duration) -> anyhow::Result<f64> {
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let mut client = house.client(chain::CLERK).await?;
        clients.spawn(async move {
            let (begun, mut done) = (Instant::now(), 0_usize);
            while begun.elapsed() < time {
                let answer = client
                    .post("/api/v1/reports", &report(number + done))
                    .await?;
                done += usize::from(answer.status == 201);
            }
            anyhow::Ok(done)
        });
    }
    let mut all = 0;
    while let Some(done) = clients.join_next().await {
        all += done??;
    }
    Ok(all as f64 / time.as_secs_f64())
}

async fn flood(pool: Pool, per_s: f64, for_s: f64) -> anyhow::Result<Outcome> {
    let mut due = pace::every(per_s, for_s);
    let unsent = Arc::new(AtomicUsize::new(0));
    let (mut sent, mut number) = (JoinSet::new(), 0);
    let mut outcome = Outcome::default();
    let end = Instant::now() + Duration::from_secs_f64(for_s);
    while let Some(_due) = due.recv().await {
        number += 1;
        // A sender that cannot even connect is load that never arrives; it is counted.
        let Some(mut client) = pool.try_take() else {
            unsent.fetch_add(1, Ordering::Relaxed);
            continue;
        };
        let pool = pool.clone();
        sent.spawn(async move {
            let begun = Instant::now();
            let answer = client.post("/api/v1/reports", &report(number)).await?;
            pool.give(client);
            anyhow::Ok((
                answer.status,
                answer.retry_after,
                begun.elapsed(),
                Instant::now(),
            ))
        });
        while let Some(done) = sent.try_join_next() {
            take(&mut outcome, done??, end);
        }
    }
    while let Some(done) = sent.join_next().await {
        take(&mut outcome, done??, end);
    }
    outcome.unsent = unsent.load(Ordering::Relaxed);
    Ok(outcome)
}

fn take(
    outcome: &mut Outcome,
    (status, retry_after, time, when): (u16, bool, Duration, Instant),
    end: Instant,
) {
    if status == 201 {
        outcome.accepted += usize::from(when <= end);
    } else {
        outcome.refused.push(time);
        outcome.without_retry_after += usize::from(!retry_after);
    }
}

async fn press(address: std::net::SocketAddr, for_s: f64) -> anyhow::Result<Samples> {
    let pool = Pool::new(address, chain::token(chain::DESK));
    pool.warm(8).await?;
    let mut due = pace::every(PRESSES_PER_S, for_s);
    let (mut sent, mut number) = (JoinSet::new(), 0);
    while let Some(due) = due.recv().await {
        let (pool, body) = (
            pool.clone(),
            format!(r#"{{"site":"{}","area":"tills"}}"#, chain::site(number)),
        );
        number += 1;
        sent.spawn(async move {
            pool.post("/api/v1/panic", &body).await?.expect(201)?;
            anyhow::Ok(due.elapsed())
        });
    }
    let mut samples = Samples::default();
    while let Some(done) = sent.join_next().await {
        samples.push(done??);
    }
    Ok(samples)
}
