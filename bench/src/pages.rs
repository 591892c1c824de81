//! The desk's queue and incident pages over HTTP in a log of many incidents, while others write.

use std::time::Duration;

use anyhow::ensure;
use tokio::task::JoinSet;

use crate::Setting;
use crate::measure::{Run, Samples, Target};
use crate::report_one::report;
use crate::world::chain;
use crate::world::house::House;
use crate::world::http::Pool;
use crate::world::{log, pace};

/// Writes a second: as many new reports as comments.
const WRITES_PER_S: f64 = 100.0;
/// Reads of each kind a second.
const READS_PER_S: f64 = 50.0;
/// Connections ready for each.
const CONNECTIONS: usize = 8;
/// The desk's queue.
const QUEUE: &str = "/api/v1/incidents?open=true&order=urgency&limit=50";
/// How the pages are asked for, and what for.
const KINDS: [&str; 3] = ["desk queue", "desk figures", "incident page"];

/// One run.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let data = log::kept(setting, log::Kind::History, setting.incidents).await?;
    let house = House::serve(setting, &data, None).await?;
    let screen = crate::world::listen::screen(house.address, &chain::token(chain::DESK)).await?;
    let desk = Pool::new(house.address, chain::token(chain::DESK));
    desk.warm(CONNECTIONS).await?;
    let ids = open_ids(&desk).await?;
    let for_s = setting.seconds as f64;
    let writes = tokio::spawn(write(house.address, ids.clone(), for_s));
    let mut due = pace::every(READS_PER_S * KINDS.len() as f64, for_s);
    let (mut asked, mut number) = (JoinSet::new(), 0);
    let cpu = house.cpu_s();
    while let Some(due) = due.recv().await {
        let (desk, kind) = (desk.clone(), number % KINDS.len());
        let path = match kind {
            0 => QUEUE.to_owned(),
            1 => "/api/v1/desk".to_owned(),
            // A prime step, so that pages are not asked for in the order of the list.
            _ => format!("/api/v1/incidents/{}", ids[number * 7_919 % ids.len()]),
        };
        number += 1;
        asked.spawn(async move {
            desk.get(&path).await?.expect(200)?;
            anyhow::Ok((kind, due.elapsed()))
        });
    }
    let mut samples: [Samples; KINDS.len()] = Default::default();
    while let Some(done) = asked.join_next().await {
        let (kind, time) = done??;
        samples[kind].push(time);
    }
    let cpu = (house.cpu_s() - cpu) / for_s;
    let written = writes.await??;
    screen.abort();
    let mut run = Run::default();
    for (what, samples) in KINDS.iter().zip(&samples) {
        run.aim(
            format!("{what}, p99"),
            samples.p99_ms(),
            "ms",
            Target::AtMost(10.0),
        );
        run.tell(format!("{what}, p50"), samples.p50_ms(), "ms");
    }
    run.tell("writes", written as f64 / for_s, "/s");
    run.tell("processor of the server", cpu * 100.0, "% of a core");
    run.tell("memory of the server", house.memory_mb()?, "MB");
    run.tell("database", log::bytes(&data) as f64 / 1e6, "MB");
    house.stop()?;
    Ok(run)
}

/// Ids of open incidents, some thousands.
async fn open_ids(desk: &Pool) -> anyhow::Result<Vec<String>> {
    let mut ids = Vec::new();
    let mut after = String::new();
    while ids.len() < log::OPEN {
        let answer = desk
            .get(&format!("/api/v1/incidents?open=true&limit=200{after}"))
            .await?
            .expect(200)?;
        let page: serde_json::Value = serde_json::from_str(&answer.body)?;
        let items = page["items"].as_array().map_or(&[][..], Vec::as_slice);
        ids.extend(
            items
                .iter()
                .filter_map(|item| Some(item["id"].as_str()?.to_owned())),
        );
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    ensure!(
        ids.len() > log::OPEN / 2,
        "only {} incidents are open",
        ids.len()
    );
    Ok(ids)
}

async fn write(
    address: std::net::SocketAddr,
    ids: Vec<String>,
    for_s: f64,
) -> anyhow::Result<usize> {
    let (clerk, desk) = (
        Pool::new(address, chain::token(chain::CLERK)),
        Pool::new(address, chain::token(chain::DESK)),
    );
    let mut due = pace::every(WRITES_PER_S, for_s);
    let (mut sent, mut number) = (JoinSet::new(), 0);
    while due.recv().await.is_some() {
        let (clerk, desk) = (clerk.clone(), desk.clone());
        let path = format!(
            "/api/v1/incidents/{}/comment",
            ids[number * 104_729 % ids.len()]
        );
        number += 1;
        sent.spawn(async move {
            if number % 2 == 0 {
                clerk
                    .post("/api/v1/reports", &report(number))
                    .await?
                    .expect(201)?;
            } else {
                desk.post(
                    &path,
                    r#"{"text":"Police have been called, they are on their way."}"#,
                )
                .await?
                .expect(200)?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = sent.join_next().await {
        done??;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    Ok(number)
}
