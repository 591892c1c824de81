//! From a press until the desk's event stream, the mail server's socket and a webhook have it, under load; then the
//! same again while the mail server hangs.

use std::time::{Duration, Instant};

use crate::Setting;
use crate::measure::{Run, Samples, Target};
use crate::pipeline::{EVENTS_PER_S, REPORTS_PER_S};
use crate::report_one::report;
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

/// When something about each press arrived, in time since the press was due.
#[derive(Default)]
struct Arrivals {
    answer: Samples,
    desk: Samples,
    mail: Samples,
    webhook: Samples,
    /// Presses of which something never arrived.
    missing: usize,
}

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
    let listener = Listener::open(
        house.address,
        &chain::token(chain::DESK),
        &["incident.reported"],
    )
    .await?;
    let free = arrivals(setting, &house, &listener, &peers, true).await?;
    peers.stall_mail();
    let stalled = arrivals(setting, &house, &listener, &peers, false).await?;
    let mut run = Run::default();
    for (what, samples) in [
        ("desk's stream", &free.desk),
        ("mail server's socket", &free.mail),
        ("webhook", &free.webhook),
    ] {
        run.aim(
            format!("panic to the {what}, p50"),
            samples.p50_ms(),
            "ms",
            Target::AtMost(5.0),
        );
        run.aim(
            format!("panic to the {what}, p99"),
            samples.p99_ms(),
            "ms",
            Target::AtMost(40.0),
        );
    }
    for (what, calm, hung) in [
        ("desk's stream", &free.desk, &stalled.desk),
        ("webhook", &free.webhook, &stalled.webhook),
    ] {
        let shift = (hung.p50_ms() / calm.p50_ms() - 1.0) * 100.0;
        run.aim(
            format!("mail hangs: shift of the {what}, p50"),
            shift,
            "%",
            Target::AtMost(10.0),
        );
        run.tell(format!("mail hangs: {what}, p99"), hung.p99_ms(), "ms");
    }
    run.tell("panic to durable answer, p50", free.answer.p50_ms(), "ms");
    run.tell("presses measured", free.desk.len() as f64, "");
    run.aim(
        "presses that one of the three never told",
        (free.missing + stalled.missing) as f64,
        "",
        Target::AtMost(0.0),
    );
    house.stop()?;
    Ok(run)
}

async fn arrivals(
    setting: &Setting,
    house: &House,
    listener: &Listener,
    peers: &Peers,
    mail_works: bool,
) -> anyhow::Result<Arrivals> {
    let for_s = setting.seconds as f64 + WARM_UP_S;
    let events = tills::background(house, EVENTS_PER_S, for_s);
    let pool = Pool::new(house.address, chain::token(chain::CLERK));
    let desk = Pool::new(house.address, chain::token(chain::DESK));
    pool.warm(CONNECTIONS).await?;
    let mut reports = pace::every(REPORTS_PER_S, for_s);
    let behind = pool.clone();
    let behind = tokio::spawn(async move {
        let mut number = 0;
        while reports.recv().await.is_some() {
            behind
                .post("/api/v1/reports", &report(number))
                .await?
                .expect(201)?;
            number += 1;
        }
        anyhow::Ok(())
    });
    let mut due = pace::every(PRESSES_PER_S, for_s);
    let (mut pressed, mut number) = (tokio::task::JoinSet::new(), 0);
    while let Some(due) = due.recv().await {
        let (pool, desk) = (pool.clone(), desk.clone());
        let measured = number as f64 >= PRESSES_PER_S * WARM_UP_S;
        let body = format!(
            r#"{{"site":"{}","area":"tills","device":"button-1"}}"#,
            chain::site(number)
        );
        number += 1;
        pressed.spawn(async move {
            let answer = pool.post("/api/v1/panic", &body).await?.expect(201)?;
            let (answered, incident) = (due.elapsed(), answer.incident()?);
            tokio::time::sleep(ACKNOWLEDGED_AFTER).await;
            desk.post(&format!("/api/v1/incidents/{incident}/acknowledge"), "{}")
                .await?
                .expect(200)?;
            anyhow::Ok((incident, due, answered, measured))
        });
    }
    let mut arrivals = Arrivals::default();
    let mut presses = Vec::new();
    while let Some(done) = pressed.join_next().await {
        presses.push(done??);
    }
    events.await??;
    behind.await??;
    tokio::time::sleep(LATE).await;
    for (incident, due, answered, measured) in presses {
        let told = |when: Option<Instant>| when.map(|when| when.saturating_duration_since(due));
        let (desk, webhook) = (
            told(listener.when("incident.reported", &incident)),
            told(peers.called(&incident)),
        );
        let mail = told(peers.mailed(&incident));
        if desk.is_none() || webhook.is_none() || (mail_works && mail.is_none()) {
            arrivals.missing += 1;
        }
        if measured {
            arrivals.answer.push(answered);
            arrivals.desk.extend(desk);
            arrivals.webhook.extend(webhook);
            arrivals.mail.extend(mail);
        }
    }
    Ok(arrivals)
}
