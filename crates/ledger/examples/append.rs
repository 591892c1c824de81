//! How fast the ledger records, checks and rebuilds on this disk, beside a bare SQLite writer of the
//! same bytes. `cargo run --release -p outcry-ledger --example append [SECONDS] [postgres URL]`

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use outcry_domain::actor::SystemId;
use outcry_domain::incident::{
    Channel, Command, Context, Draft, Event as Incident, Item, Outcome, Scored,
};
use outcry_domain::organisation::{self, Event, PanicMode, Region, Site, defaults};
use outcry_domain::{
    Actor, Category, Event as AnyEvent, IncidentId, Moment, Personal, Reach, RegionId, Role,
    Stream, Time,
};
use outcry_ledger::{Database, Entry, Ledger, Settings, Synchronous, rebuild, verify};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

const CLIENTS: usize = 64;
const REGIONS: usize = 3;
const NARRATIVE: &str = "A man in a grey jacket filled a holdall with spirits from aisle six, pushed \
    past the guard at the exit and left towards the car park. He was seen last week as well.";

fn fill(bytes: &mut [u8]) {
    static STATE: AtomicU64 = AtomicU64::new(88_172_645_463_325_252);
    for chunk in bytes.chunks_mut(8) {
        let mut n = STATE.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        chunk.copy_from_slice(&(n ^ (n >> 31)).to_le_bytes()[..chunk.len()]);
    }
}

fn moment(now: Time, actor: Actor) -> Moment {
    let mut entropy = [0; 16];
    fill(&mut entropy);
    Moment {
        now,
        actor,
        entropy: u128::from_le_bytes(entropy),
    }
}

fn slug<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("a slug")
}

/// The time of the probe: microseconds since its start, on a fixed day.
fn now(begin: Instant) -> Time {
    let us = i64::try_from(begin.elapsed().as_micros()).expect("short");
    Time(1_793_491_200_000_000 + us)
}

async fn set_up(ledger: &Ledger) {
    let mut events = Vec::new();
    for region in 0..REGIONS {
        let id = format!("r{region}");
        events.push(Event::Region(Region {
            id: slug(&id),
            name: id.clone(),
        }));
        for site in 0..14 {
            events.push(Event::Site(Site {
                id: slug(&format!("{id}-s{site}")),
                name: "Store".into(),
                region: slug(&id),
                timezone: "Europe/London".into(),
                address: None,
                areas: vec![],
                devices: vec![],
                panic: PanicMode::default(),
            }));
        }
    }
    events.extend(defaults::events());
    let commands = events
        .into_iter()
        .map(|event| organisation::Command::Put {
            event,
            expected: None,
        })
        .collect();
    let moment = moment(Time(1_793_491_200_000_000), Actor::system(SystemId::Setup));
    ledger
        .configure_all(commands, &moment)
        .await
        .expect("set up");
}

fn draft(n: u64) -> Draft {
    Draft {
        site: slug(&format!("r{}-s{}", n % REGIONS as u64, n % 14)),
        category: Category::Theft,
        channel: Channel::Api,
        occurred_at: None,
        area: None,
        device: None,
        reporter: None,
        narrative: Some(Personal::new(format!("{NARRATIVE} Case {n}."))),
        fields: [].into(),
        items: vec![Item {
            sku: None,
            name: "Gin".into(),
            quantity: 3,
            value_minor: Some(2_100),
        }],
        silent: None,
    }
}

fn scored() -> Scored {
    let reason = |text: &str| outcry_domain::incident::Reason {
        text: Personal::new(text),
        weight: 12.5,
        kind: outcry_domain::incident::ReasonKind::Model,
    };
    Scored {
        category: Category::Theft,
        confidence: 0.8,
        risk: 40,
        reasons: vec![
            reason("\"pushed\""),
            reason("\"guard\""),
            reason("\"last week\""),
        ],
        model: "probe".into(),
    }
}

/// What follows from a fact.
fn answer(entry: &Entry, context: &Context, now: Time) -> Option<(IncidentId, Command, Moment)> {
    let (Stream::Incident(id), AnyEvent::Incident(event)) = (&entry.fact.stream, &entry.fact.event)
    else {
        return None;
    };
    let command = match event {
        Incident::Reported(_) => Command::Enrich {
            context: Box::new(context.clone()),
            scored: Some(Box::new(scored())),
        },
        Incident::Notified { deliveries, .. } => {
            let outcome = || Outcome::Delivered("ok".into());
            Command::Deliver {
                outcomes: deliveries
                    .iter()
                    .map(|d| (d.id.clone(), outcome()))
                    .collect(),
            }
        }
        _ => return None,
    };
    Some((*id, command, moment(now, Actor::system(SystemId::Assess))))
}

/// What the loops of the house do with each report: context and score, then a plan of two messages.
async fn follow(ledger: Ledger, begin: Instant, done: Arc<AtomicBool>) {
    let regions: Vec<RegionId> = (0..REGIONS).map(|r| slug(&format!("r{r}"))).collect();
    let mut at: Vec<u64> = regions.iter().map(|region| ledger.head(region)).collect();
    let mut watch = ledger.watch();
    let context = Context {
        taken_at: Time(1),
        ..Context::default()
    };
    loop {
        watch.borrow_and_update();
        let mut any = false;
        for (place, region) in regions.iter().enumerate() {
            let entries = ledger
                .facts_after(region, at[place], 512)
                .await
                .expect("reads");
            let Some(last) = entries.last() else { continue };
            at[place] = last.fact.sequence;
            any = true;
            let commands = entries
                .iter()
                .filter_map(|entry| answer(entry, &context, now(begin)))
                .collect();
            for result in ledger.record_all(commands).await {
                if let Err(error) = result {
                    assert!(matches!(error, outcry_ledger::Error::Refused(_)), "{error}");
                }
            }
        }
        if !any {
            if done.load(Ordering::Relaxed) {
                return;
            }
            let _ = tokio::time::timeout(Duration::from_millis(50), watch.changed()).await;
        }
    }
}

/// Processor time of this process so far, in seconds (proc(5), in ticks of 10 ms): on a machine that
/// is shared, the figure that stays true.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |place: usize| {
        fields
            .get(place)
            .and_then(|t| t.parse::<u32>().ok())
            .unwrap_or(0)
    };
    f64::from(ticks(11) + ticks(12)) / 100.0
}

/// What one of `count` things cost, in microseconds of processor time.
#[allow(clippy::cast_precision_loss)]
fn each_us(before: f64, count: u64) -> f64 {
    (cpu() - before) * 1_000_000.0 / count.max(1) as f64
}

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

fn quantile(sorted: &[u64], q: f64) -> f64 {
    #[allow(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss
    )]
    let place = ((sorted.len() as f64 - 1.0) * q) as usize;
    sorted.get(place).copied().unwrap_or(0) as f64 / 1_000.0
}

/// A bare SQLite writer of bodies of the same size, 64 rows in each commit.
async fn bare(dir: &Path, body_bytes: usize, seconds: u64) -> f64 {
    let mut connection = SqliteConnectOptions::new()
        .filename(dir.join("bare.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging()
        .connect()
        .await
        .expect("opens");
    sqlx::query("CREATE TABLE bare (n INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        .execute(&mut connection)
        .await
        .expect("makes");
    let rows: Vec<String> = (1..=64).map(|place| format!("(${place})")).collect();
    let sql: Arc<str> = format!("INSERT INTO bare (body) VALUES {}", rows.join(", ")).into();
    let body = "x".repeat(body_bytes);
    let (started, mut written) = (Instant::now(), 0_u64);
    while started.elapsed() < Duration::from_secs(seconds) {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql.clone()));
        for _ in 0..64 {
            query = query.bind(body.as_str());
        }
        query.execute(&mut connection).await.expect("writes");
        written += 64;
    }
    #[allow(clippy::cast_precision_loss)]
    let rate = written as f64 / started.elapsed().as_secs_f64();
    rate
}

fn fdatasync(dir: &Path) -> f64 {
    use std::io::{Seek as _, Write as _};
    let mut file = std::fs::File::create(dir.join("sync")).expect("a file");
    file.write_all(&[0; 1 << 20]).expect("writes");
    file.sync_all().expect("syncs");
    let mut took = Vec::new();
    for n in 0..300_u64 {
        file.seek(std::io::SeekFrom::Start((n % 256) * 4_096))
            .expect("seeks");
        file.write_all(&[1; 4_096]).expect("writes");
        let started = Instant::now();
        file.sync_data().expect("syncs");
        took.push(u64::try_from(started.elapsed().as_micros()).expect("short"));
    }
    took.sort_unstable();
    quantile(&took, 0.5)
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
