//! Durable reports, 64 clients, until the last one's deliveries are planned; beside a bare SQLite writer of the
//! same bytes in commits of 64 on the same disk.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use outcry_domain::incident::Event;
use outcry_domain::{Event as AnyEvent, Time};
use outcry_ledger::Synchronous;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, Executor as _};
use tokio::task::JoinSet;

use crate::Setting;
use crate::measure::{Run, Samples, Target};
use crate::report_one::report;
use crate::world::chain::{self, Escalation};
use crate::world::house::{House, Scratch};

/// Clients.
pub(crate) const CLIENTS: usize = 64;
/// Reports in one commit of the bare writer.
const COMMIT: usize = 64;
/// Rows that the bare writer writes at most.
const BARE_ROWS: usize = 200_000;
/// How long the loops may take to finish behind the last report.
const CATCH_UP_MAX: Duration = Duration::from_secs(300);

/// What the log says about the reports.
#[derive(Default)]
struct Told {
    reports: usize,
    planned: usize,
    first: Option<Time>,
    last_planned: Option<Time>,
    /// Of each report, the bytes of its facts.
    bytes: Vec<usize>,
}

/// One run.
pub(crate) async fn run(setting: &Setting) -> anyhow::Result<Run> {
    let scratch = Scratch::new(setting)?;
    chain::found(&scratch.data(), Escalation::Shipped, None).await?;
    let house = House::serve(setting, &scratch.data(), None).await?;
    let screen = crate::world::listen::screen(house.address, &chain::token(chain::DESK)).await?;
    let begun = Instant::now();
    let (samples, busy) = load(&house, Duration::from_secs(setting.seconds)).await?;
    let accepted_s = begun.elapsed().as_secs_f64();
    wait_until_planned(&house).await?;
    let cpu = house.cpu_s();
    let wide_open = !screen.is_finished();
    screen.abort();
    house.stop()?;
    let told = read(&scratch.data(), samples.len()).await?;
    let span = told
        .first
        .zip(told.last_planned)
        .context("no report was planned")?;
    let whole_s = (span.1 - span.0) as f64 / 1e6;
    let bare = bare(&scratch.data().with_extension("bare"), &told.bytes).await?;
    let rate = told.planned as f64 / whole_s;
    let mut run = Run::default();
    run.aim(
        "reports/s until the last is enriched, routed, planned",
        rate,
        "/s",
        Target::AtLeast(5_000.0),
    );
    run.aim(
        "the same, of the bare SQLite writer",
        rate / bare * 100.0,
        "%",
        Target::AtLeast(10.0),
    );
    run.tell(
        "bare SQLite writer, same bytes, commits of 64",
        bare,
        "reports/s",
    );
    run.tell(
        "durable answers while the clients send",
        samples.len() as f64 / accepted_s,
        "/s",
    );
    run.tell(
        "durable answers, of the bare SQLite writer",
        samples.len() as f64 / accepted_s / bare * 100.0,
        "%",
    );
    run.tell("answer p50", samples.p50_ms(), "ms");
    run.tell("answer p99", samples.p99_ms(), "ms");
    run.tell("turned away with 503 and sent again", busy as f64, "");
    run.tell(
        "bytes of facts per report",
        told.bytes.iter().sum::<usize>() as f64 / told.reports as f64,
        "B",
    );
    run.tell(
        "processor time of the server per report, all loops",
        cpu / told.reports as f64 * 1_000.0,
        "ms",
    );
    run.tell(
        "desk's event stream stayed open (1: yes)",
        f64::from(u8::from(wide_open)),
        "",
    );
    Ok(run)
}

/// Durable answers for so long, each client sending when it is answered, and how many were turned away.
pub(crate) async fn load(house: &House, time: Duration) -> anyhow::Result<(Samples, u64)> {
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let mut client = house.client(chain::CLERK).await?;
        clients.spawn(async move {
            let (mut samples, mut busy) = (Samples::default(), 0);
            let begun = Instant::now();
            while begun.elapsed() < time {
                let body = report(number + samples.len() * CLIENTS);
                let sent = Instant::now();
                let answer = client.post("/api/v1/reports", &body).await?;
                if answer.status == 503 {
                    busy += 1;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    continue;
                }
                answer.expect(201)?;
                samples.push(sent.elapsed());
            }
            anyhow::Ok((samples.all(), busy))
        });
    }
    let (mut all, mut turned_away) = (Samples::default(), 0);
    while let Some(done) = clients.join_next().await {
        let (samples, busy) = done??;
        all.extend(samples);
        turned_away += busy;
    }
    Ok((all, turned_away))
}

/// Nothing is left in the state `reported`, and every loop has read everything.
async fn wait_until_planned(house: &House) -> anyhow::Result<()> {
    let mut client = house.client(chain::DESK).await?;
    let begun = Instant::now();
    loop {
        let answer = client
            .get("/api/v1/incidents?state=reported&limit=1")
            .await?
            .expect(200)?;
        if answer.body.contains("\"items\":[]") {
            break;
        }
        anyhow::ensure!(begun.elapsed() < CATCH_UP_MAX, "the loops do not catch up");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Planning follows routing within moments; the log tells the exact time.
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(())
}

async fn read(data: &Path, expected: usize) -> anyhow::Result<Told> {
    let ledger = chain::open(data, Synchronous::Full).await?;
    let mut told = Told::default();
    let mut bytes = std::collections::HashMap::new();
    let regions: Vec<_> = ledger.organisation().regions.keys().cloned().collect();
    for region in regions {
        let mut after = 0;
        loop {
            let entries = ledger.facts_after(&region, after, 2_000).await?;
            let Some(last) = entries.last() else { break };
            after = last.fact.sequence;
            for entry in &entries {
                let body = serde_json::to_string(&entry.fact.event).map_or(0, |body| body.len());
                *bytes.entry(entry.fact.stream.to_string()).or_insert(0) += body + 32;
                let at = entry.fact.at;
                match &entry.fact.event {
                    AnyEvent::Incident(Event::Reported(_)) => {
                        told.reports += 1;
                        told.first = Some(told.first.map_or(at, |first| first.min(at)));
                    }
                    AnyEvent::Incident(Event::Notified {
                        round: 0, step: 0, ..
                    }) => {
                        told.planned += 1;
                        told.last_planned = Some(told.last_planned.map_or(at, |last| last.max(at)));
                    }
                    _ => {}
                }
            }
        }
    }
    ledger.stop().await;
    anyhow::ensure!(
        told.reports >= expected,
        "{} of {expected} reports are in the log",
        told.reports
    );
    anyhow::ensure!(
        told.planned >= told.reports,
        "{} of {} reports were planned",
        told.planned,
        told.reports
    );
    told.bytes = bytes.into_values().collect();
    Ok(told)
}

/// One row per report with as many bytes as all its facts have, a unique key, 64 rows a commit. Rows a second.
async fn bare(dir: &Path, bytes: &[usize]) -> anyhow::Result<f64> {
    std::fs::create_dir_all(dir)?;
    let options = SqliteConnectOptions::new()
        .filename(dir.join("bare.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    connection
        .execute(
            "CREATE TABLE fact (sequence INTEGER PRIMARY KEY, stream TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT",
        )
        .await?;
    let sql = format!(
        "INSERT INTO fact (stream, body) VALUES {}",
        vec!["(?, ?)"; COMMIT].join(", ")
    );
    let longest = "x".repeat(bytes.iter().copied().max().unwrap_or(1));
    let rows = &bytes[..bytes.len().min(BARE_ROWS) / COMMIT * COMMIT];
    let begun = Instant::now();
    for (commit, chunk) in rows.chunks(COMMIT).enumerate() {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql.clone()));
        for (place, bytes) in chunk.iter().enumerate() {
            // Keys are as random as those of incidents.
            let key = ((commit * COMMIT + place) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            query = query.bind(format!("{key:036x}")).bind(&longest[..*bytes]);
        }
        query.execute(&mut connection).await?;
    }
    let rate = rows.len() as f64 / begun.elapsed().as_secs_f64();
    connection.close().await?;
    Ok(rate)
}
