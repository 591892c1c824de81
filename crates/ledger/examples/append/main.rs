//! How fast the ledger records, checks and rebuilds on this disk, beside a bare SQLite writer of the
//! same bytes. `cargo run --release -p outcry-ledger --example append [SECONDS] [postgres URL]`

mod measure;
mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use outcry_domain::incident::Command;
use outcry_domain::{Actor, Reach, Role};
use outcry_ledger::{Database, Ledger, Settings, Synchronous, rebuild, verify, verify_keys};

use measure::{bare, cpu, each_us, fdatasync, quantile};
use work::{REGIONS, draft, fill, follow, moment, now, set_up, slug};

const CLIENTS: usize = 64;

/// Reports for a while; how many, and how long each took.
async fn report(ledger: &Ledger, clients: usize, seconds: u64, begin: Instant) -> (u64, Vec<u64>) {
    let end = Instant::now() + Duration::from_secs(seconds);
    let count = Arc::new(AtomicU64::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for client in 0..clients {
        let (ledger, count) = (ledger.clone(), count.clone());
        tasks.spawn(async move {
            let actor = Actor {
                id: outcry_domain::ActorId::Person(slug(&format!("p{client}"))),
                role: Role::Desk,
                reach: Reach::All,
            };
            let mut took = Vec::new();
            while Instant::now() < end {
                let n = count.fetch_add(1, Ordering::Relaxed);
                let started = Instant::now();
                let moment = moment(now(begin), actor.clone());
                ledger
                    .report(Command::Report(draft(n)), &moment, None)
                    .await
                    .expect("recorded");
                took.push(u64::try_from(started.elapsed().as_micros()).expect("short"));
            }
            took
        });
    }
    let mut took = Vec::new();
    while let Some(one) = tasks.join_next().await {
        took.extend(one.expect("runs"));
    }
    took.sort_unstable();
    (took.len() as u64, took)
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds: u64 = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10);
    let dir = tempfile::tempdir().expect("a directory");
    let url = arguments.next();
    let settings = Settings {
        data: dir.path().join("data"),
        database: url.map_or(Database::Sqlite, |url| Database::Postgres {
            url: url.into(),
        }),
        synchronous: Synchronous::Full,
        owner: "probe".into(),
    };
    println!("fdatasync of 4 KiB: p50 {:.3} ms", fdatasync(dir.path()));
    let ledger = Ledger::open(&settings, fill).await.expect("opens");
    set_up(&ledger).await;
    record(&ledger, seconds).await;
    ledger.stop().await;
    drop(ledger);
    check(&settings).await;
    let rate = bare(dir.path(), 700, 5).await;
    println!("bare SQLite writer, 700 bytes a row, commits of 64: {rate:.0} rows/s");
}

/// One client, many clients, many clients with the loops behind them.
async fn record(ledger: &Ledger, seconds: u64) {
    let begin = Instant::now();
    let (count, took) = report(ledger, 1, 3, begin).await;
    let (p50, p99) = (quantile(&took, 0.5), quantile(&took, 0.99));
    println!("1 client alone: {count} reports, p50 {p50:.2} ms, p99 {p99:.2} ms");
    let (alone_s, before) = (seconds.min(5), cpu());
    let (count, took) = report(ledger, CLIENTS, alone_s, begin).await;
    let (p50, p99) = (quantile(&took, 0.5), quantile(&took, 0.99));
    println!(
        "{CLIENTS} clients, reports alone: {} reports/s, p50 {p50:.2} ms, p99 {p99:.2} ms, {:.0} us of CPU each",
        count / alone_s,
        each_us(before, count)
    );
    let done = Arc::new(AtomicBool::new(false));
    let follower = tokio::spawn(follow(ledger.clone(), begin, done.clone()));
    let facts = || {
        (0..REGIONS)
            .map(|r| ledger.head(&slug(&format!("r{r}"))))
            .sum::<u64>()
    };
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (before, started, before_cpu) = (facts(), Instant::now(), cpu());
    let (count, took) = report(ledger, CLIENTS, seconds, begin).await;
    done.store(true, Ordering::Relaxed);
    follower.await.expect("follows");
    let (whole, new) = (started.elapsed().as_secs_f64(), facts() - before);
    #[allow(clippy::cast_precision_loss)]
    let (reports_s, facts_s) = (count as f64 / whole, new as f64 / whole);
    let (p50, p99) = (quantile(&took, 0.5), quantile(&took, 0.99));
    println!(
        "{CLIENTS} clients and the loops behind: {reports_s:.0} reports/s, {facts_s:.0} facts/s until all was \
         followed, p50 {p50:.2} ms, p99 {p99:.2} ms, {:.0} us of CPU a report",
        each_us(before_cpu, count)
    );
}

/// Verify, rebuild, open.
async fn check(settings: &Settings) {
    let (started, before) = (Instant::now(), cpu());
    let verified = verify(settings).await.expect("checks").expect("whole");
    #[allow(clippy::cast_precision_loss)]
    let rate = verified.facts() as f64 / started.elapsed().as_secs_f64();
    let cost = each_us(before, verified.facts());
    println!(
        "verify: {rate:.0} facts/s of {}, {cost:.1} us of CPU each",
        verified.facts()
    );
    let (started, before) = (Instant::now(), cpu());
    let keys = verify_keys(settings).await.expect("checks").expect("whole");
    #[allow(clippy::cast_precision_loss)]
    let rate = verified.facts() as f64 / started.elapsed().as_secs_f64();
    let cost = each_us(before, verified.facts());
    println!(
        "verify --keys: {rate:.0} facts/s more, {cost:.1} us of CPU each ({} texts)",
        keys.texts
    );
    let (started, before) = (Instant::now(), cpu());
    let rebuilt = rebuild(settings).await.expect("rebuilds");
    #[allow(clippy::cast_precision_loss)]
    let rate = rebuilt.facts as f64 / started.elapsed().as_secs_f64();
    let cost = each_us(before, rebuilt.facts);
    println!(
        "rebuild: {rate:.0} facts/s, {cost:.1} us of CPU each ({} incidents)",
        rebuilt.incidents
    );
    let started = Instant::now();
    let ledger = Ledger::open(settings, fill).await.expect("opens");
    println!("open: {:.0} ms", started.elapsed().as_secs_f64() * 1_000.0);
    ledger.stop().await;
}
