//! Till events over HTTP in batches of 500, durable when answered.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::Setting;
use crate::measure::{Run, Samples, Target};
use crate::world::chain::{self, Escalation};
use crate::world::clock;
use crate::world::house::{House, Scratch};
use crate::world::tills::{BATCH, Batch, FORM};

/// Till servers that send at once.
const SENDERS: u64 = 8;
/// Batches that each of them has ready and numbers anew.
const READY: usize = 16;
/// Events that one sender may number.
const NUMBERS: u64 = 1_000_000_000;

/// One run.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let scratch = Scratch::new(setting)?;
    chain::found(&scratch.data(), Escalation::Shipped, None).await?;
    let house = House::serve(setting, &scratch.data(), None).await?;
    let time = Duration::from_secs(setting.seconds);
    let mut senders = JoinSet::new();
    for sender in 0..SENDERS {
        let mut client = house.client(chain::GATEWAY).await?;
        let mut batches: Vec<Batch> = (0..READY)
            .map(|variety| Batch::at(clock::now(), variety))
            .collect();
        senders.spawn(async move {
            let (mut samples, mut sent, mut busy) = (Samples::default(), 0_u64, 0_u64);
            let begun = Instant::now();
            while begun.elapsed() < time {
                let batch = &mut batches[samples.len() % READY];
                batch.number(sender * NUMBERS + sent);
                let asked = Instant::now();
                let answer = client.post_as("/api/v1/events", FORM, &batch.json).await?;
                if matches!(answer.status, 429 | 503) {
                    anyhow::ensure!(answer.retry_after, "a refusal without Retry-After");
                    busy += 1;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    continue;
                }
                let answer = answer.expect(202)?;
                anyhow::ensure!(answer.body.contains("\"accepted\":500"), "{}", answer.body);
                samples.push(asked.elapsed());
                sent += BATCH as u64;
            }
            anyhow::Ok((samples.all(), busy))
        });
    }
    let (mut samples, mut busy) = (Samples::default(), 0);
    let begun = Instant::now();
    while let Some(done) = senders.join_next().await {
        let (own, turned_away) = done??;
        samples.extend(own);
        busy += turned_away;
    }
    let seconds = begun.elapsed().as_secs_f64().max(setting.seconds as f64);
    let cpu = house.cpu_s();
    let events = (samples.len() * BATCH) as f64;
    let mut run = Run::default();
    run.aim(
        "events/s, durable",
        events / seconds,
        "/s",
        Target::AtLeast(100_000.0),
    );
    run.tell("batch p50", samples.p50_ms(), "ms");
    run.tell("batch p99", samples.p99_ms(), "ms");
    run.tell("turned away and sent again", busy as f64, "batches");
    run.tell(
        "processor time of the server per event",
        cpu / events * 1e6,
        "µs",
    );
    run.tell(
        "bytes of an event",
        Batch::at(clock::now(), 0).json.len() as f64 / BATCH as f64,
        "B",
    );
    house.stop()?;
    Ok(run)
}
