//! What this machine gives: processor time, the disk's sync, and a bare SQLite writer.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

/// Processor time of this process so far, in seconds (proc(5), in ticks of 10 ms): on a machine that
/// is shared, the figure that stays true.
pub(crate) fn cpu() -> f64 {
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
pub(crate) fn each_us(before: f64, count: u64) -> f64 {
    (cpu() - before) * 1_000_000.0 / count.max(1) as f64
}

pub(crate) fn quantile(sorted: &[u64], q: f64) -> f64 {
    #[allow(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss
    )]
    let place = ((sorted.len() as f64 - 1.0) * q) as usize;
    sorted.get(place).copied().unwrap_or(0) as f64 / 1_000.0
}

/// A bare SQLite writer of bodies of the same size, 64 rows in each commit.
pub(crate) async fn bare(dir: &Path, body_bytes: usize, seconds: u64) -> f64 {
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

pub(crate) fn fdatasync(dir: &Path) -> f64 {
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
