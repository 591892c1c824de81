//! A durable report through the HTTP API, one client: each is sent when the one before is answered.

use std::time::{Duration, Instant};

use crate::Setting;
use crate::measure::{Run, Samples, Target, fdatasync_p50_us};
use crate::world::chain::{self, Escalation};
use crate::world::house::{House, Scratch};

/// Reports before the measurement.
const WARM_UP: usize = 50;

/// One run.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let scratch = Scratch::new(setting)?;
    chain::found(&scratch.data(), Escalation::Shipped, None).await?;
    let house = House::serve(setting, &scratch.data(), None).await?;
    let screen = crate::world::listen::screen(house.address, &chain::token(chain::DESK)).await?;
    let mut client = house.client(chain::CLERK).await?;
    for number in 0..WARM_UP {
        client
            .post("/api/v1/reports", &report(number))
            .await?
            .expect(201)?;
    }
    let fdatasync_us = fdatasync_p50_us(&setting.scratch)?;
    let mut samples = Samples::default();
    let (begun, cpu) = (Instant::now(), house.cpu_s());
    while begun.elapsed() < Duration::from_secs(setting.seconds) {
        let sent = Instant::now();
        client
            .post("/api/v1/reports", &report(samples.len()))
            .await?
            .expect(201)?;
        samples.push(sent.elapsed());
        // A shop does not report back to back; the loops behind catch up as they would.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let cpu = (house.cpu_s() - cpu) / samples.len() as f64;
    screen.abort();
    let mut run = Run::default();
    let goal_ms = 3.0 * fdatasync_us / 1_000.0 + 1.0;
    run.aim(
        "p50, of (3 × fdatasync + 1 ms) in the same run",
        samples.p50_ms() / goal_ms * 100.0,
        "%",
        Target::AtMost(100.0),
    );
    run.tell(
        "fdatasync p50 in the same run",
        fdatasync_us / 1_000.0,
        "ms",
    );
    run.tell("p50", samples.p50_ms(), "ms");
    run.tell("p99", samples.p99_ms(), "ms");
    run.tell(
        "processor time of the server per report, all loops",
        cpu * 1_000.0,
        "ms",
    );
    house.stop()?;
    Ok(run)
}

/// A report as a terminal sends it.
pub(crate) fn report(number: usize) -> String {
    let site = chain::site(number);
    format!(
        r#"{{"site":"{site}","category":"theft","area":"tills","channel":"terminal","narrative":"A man in a grey coat put three bottles of spirits into his bag and walked out past the tills, number {number}.","fields":{{"goods":"spirits","people":"one"}},"items":[{{"sku":"20017","name":"WHITE HANGING HEART","quantity":3,"value_minor":255}}]}}"#
    )
}
