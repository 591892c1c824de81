//! A worker that commits numbered rows to a SQLite database as fast as it can and prints each
//! number once its commit was acknowledged; and the check of what is left.

use std::io::Write;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Row, SqliteConnection};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{ChildStdout, Command};
use tokio::sync::watch;

use crate::dice::Dice;
use crate::process::{Ended, KillAt, Process};
use crate::workload::Synchronous;

/// Rows of one commit; they stand and fall together.
const PARTS: i64 = 3;
/// The longest body of a row: spans more than one page of the database.
const BODY_BYTES_MAX: usize = 6000;
/// Pages in the write-ahead log that start a checkpoint: few, so that cuts fall into checkpoints.
const CHECKPOINT_PAGES: &str = "200";

/// The worker as a child process, and the highest number that it printed.
#[derive(Debug)]
pub struct Worker {
    /// The program with the `worker` command.
    pub program: PathBuf,
    /// How hard it syncs.
    pub synchronous: Synchronous,
    /// All commits up to this number were acknowledged.
    pub acknowledged: u64,
}

impl Worker {
    /// A worker that has promised nothing yet.
    pub fn new(program: PathBuf, synchronous: Synchronous) -> Self {
        Self {
            program,
            synchronous,
            acknowledged: 0,
        }
    }

    pub(super) async fn run_and_kill(
        &mut self,
        folder: &Path,
        at: KillAt,
    ) -> anyhow::Result<Ended> {
        let mut command = Command::new(&self.program);
        command.arg("worker").arg(folder);
        command.arg(self.acknowledged.to_string());
        command.args(["--synchronous", self.synchronous.word()]);
        let mut process = Process::start(command)?;
        let (promise, promised) = watch::channel(0);
        // A pipe outlives its writer: what was printed before the kill is read in any case.
        let numbers = tokio::spawn(highest_number(process.stdout(), promise));
        let ended = process.kill(at, promised).await?;
        self.acknowledged = self.acknowledged.max(numbers.await??);
        Ok(ended)
    }

    pub(super) async fn check(&self, folder: &Path) -> anyhow::Result<Result<(), String>> {
        if self.acknowledged == 0 {
            return Ok(Ok(()));
        }
        let mut command = Command::new(&self.program);
        command.arg("check").arg(folder);
        let acknowledged = self.acknowledged.to_string();
        let output = command.arg(acknowledged).output().await?;
        match output.status.code() {
            Some(0) => Ok(Ok(())),
            Some(1) => Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned())),
            _ => anyhow::bail!("the check itself failed: {}", output.status),
        }
    }
}

/// Reads the printed numbers until the pipe is closed and returns the last, or 0.
async fn highest_number(stdout: ChildStdout, promise: watch::Sender<u64>) -> anyhow::Result<u64> {
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        promise.send_replace(line.parse()?);
    }
    Ok(*promise.borrow())
}

/// Checks the worker's database and ends the process: 0 if every commit up to `acknowledged` is
/// there, whole and once, 1 with the reason on stderr if not. One that cannot be opened or read
/// keeps no promise either.
pub async fn check(folder: &Path, acknowledged: u64) -> ! {
    let words = match check_database(folder, acknowledged).await {
        Ok(Ok(())) => std::process::exit(0),
        Ok(Err(words)) => words,
        Err(error) => format!("the database cannot be read: {error}"),
    };
    eprint!("{words}");
    std::process::exit(1)
}

async fn check_database(folder: &Path, acknowledged: u64) -> sqlx::Result<Result<(), String>> {
    let mut database = open(folder, Synchronous::Full).await?;
    let report: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut database)
        .await?;
    if report != "ok" {
        return Ok(Err(format!("integrity_check says: {report}")));
    }
    let rows = sqlx::query("SELECT number, part, body FROM entry ORDER BY number, part")
        .fetch_all(&mut database)
        .await?;
    for (position, row) in rows.iter().enumerate() {
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        let expected = (position / PARTS + 1, position % PARTS);
        let found: (i64, i64) = (row.get(0), row.get(1));
        if found != expected {
            return Ok(Err(format!("expected row {expected:?}, found {found:?}")));
        }
        if row.get::<&[u8], _>(2) != body(found.0, found.1) {
            return Ok(Err(format!("row {found:?} has a damaged body")));
        }
    }
    let rows = rows.len() as u64;
    let commits = rows / PARTS.unsigned_abs();
    if !rows.is_multiple_of(PARTS.unsigned_abs()) {
        return Ok(Err(format!("commit {} is there by half", commits + 1)));
    }
    if commits < acknowledged {
        let words = format!("commit {acknowledged} was acknowledged, the last there is {commits}");
        return Ok(Err(words));
    }
    Ok(Ok(()))
}

/// Commits rows until it is killed. It refuses to start below what was `acknowledged`: it would
/// write the lost commits once more and hide the loss. An error ends the process before the connection is closed: a
/// failed fsync must not be tried again, not even by the checkpoint of a clean close.
pub async fn work(folder: &Path, acknowledged: i64, synchronous: Synchronous) -> ! {
    let error = match open(folder, synchronous).await {
        Ok(mut database) => {
            let Err(error) = commit_for_ever(&mut database, acknowledged).await;
            std::mem::forget(database);
            error
        }
        Err(error) => error,
    };
    eprintln!("The worker stops: {error}");
    std::process::exit(1)
}

async fn commit_for_ever(
    database: &mut SqliteConnection,
    acknowledged: i64,
) -> sqlx::Result<std::convert::Infallible> {
    let create = "CREATE TABLE IF NOT EXISTS entry (number INTEGER, part INTEGER, body BLOB, \
                  PRIMARY KEY (number, part))";
    sqlx::query(create).execute(&mut *database).await?;
    let last = "SELECT coalesce(max(number), 0) FROM entry";
    let mut number: i64 = sqlx::query_scalar(last).fetch_one(&mut *database).await?;
    if number < acknowledged {
        let words = format!("commit {acknowledged} was acknowledged, the last there is {number}");
        return Err(sqlx::Error::Protocol(words));
    }
    loop {
        number += 1;
        commit(database, number).await?;
        // A closed pipe means that nobody listens: the same as being killed.
        if writeln!(std::io::stdout(), "{number}").is_err() {
            std::process::exit(1);
        }
    }
}

async fn commit(database: &mut SqliteConnection, number: i64) -> sqlx::Result<()> {
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut *database)
        .await?;
    for part in 0..PARTS {
        sqlx::query("INSERT INTO entry VALUES ($1, $2, $3)")
            .bind(number)
            .bind(part)
            .bind(body(number, part))
            .execute(&mut *database)
            .await?;
    }
    sqlx::query("COMMIT").execute(database).await?;
    Ok(())
}

/// The body that belongs to a row: no checksum is stored, the check writes it anew.
fn body(number: i64, part: i64) -> Vec<u8> {
    let mut dice = Dice::fork(number.unsigned_abs(), part.unsigned_abs());
    let len = dice.below(BODY_BYTES_MAX);
    std::iter::repeat_with(|| dice.throw().to_le_bytes()[7])
        .take(len)
        .collect()
}

async fn open(folder: &Path, synchronous: Synchronous) -> sqlx::Result<SqliteConnection> {
    SqliteConnectOptions::new()
        .filename(folder.join("work.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match synchronous {
            Synchronous::Full => SqliteSynchronous::Full,
            Synchronous::Normal => SqliteSynchronous::Normal,
        })
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .connect()
        .await
}
