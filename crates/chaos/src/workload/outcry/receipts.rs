//! Compares receipts with the log itself, in a process of its own.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, bail};
use sqlx::Connection;

use super::client::Receipt;

/// The whole log: place and hash.
const LOG: &str = "SELECT region, sequence, hash FROM fact";
/// How many incidents there are.
const INCIDENTS: &str = "SELECT count(*) FROM incident";

type Log = Vec<(String, i64, Vec<u8>)>;

/// Checks that every receipt is in the log, and that there are as many incidents as receipts and,
/// at most, `unanswered` more. The inner error is a broken promise.
pub(super) async fn check_in_child(
    tool: &Path,
    store: &str,
    receipts: &[Receipt],
    unanswered: usize,
) -> anyhow::Result<Result<(), String>> {
    let mut list = String::new();
    for receipt in receipts {
        list.push_str(&format!(
            "{} {} {}\n",
            receipt.region, receipt.sequence, receipt.hash
        ));
    }
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), list)?;
    let output = tokio::process::Command::new(tool)
        .args(["receipts", store])
        .arg(file.path())
        .arg(unanswered.to_string())
        .output()
        .await?;
    match output.status.code() {
        Some(0) => Ok(Ok(())),
        Some(1) => Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned())),
        _ => bail!("the check itself failed: {}", output.status),
    }
}

/// The child's part: ends the process with 0, or with 1 and the reason on stderr.
pub async fn check(store: &str, list: &Path, unanswered: usize) -> ! {
    let words = match compare(store, list, unanswered).await {
        Ok(()) => std::process::exit(0),
        Err(words) => words,
    };
    eprint!("{words:#}");
    std::process::exit(1)
}

async fn compare(store: &str, list: &Path, unanswered: usize) -> anyhow::Result<()> {
    let (log, incidents) = read(store).await.context("the log cannot be read")?;
    let hashes: HashMap<(&str, i64), &[u8]> = log
        .iter()
        .map(|(region, sequence, hash)| ((region.as_str(), *sequence), hash.as_slice()))
        .collect();
    let list = std::fs::read_to_string(list)?;
    let receipts: Vec<&str> = list.lines().collect();
    for receipt in &receipts {
        let mut words = receipt.split(' ');
        let region = words.next().unwrap_or_default();
        let sequence = words.next().unwrap_or_default().parse()?;
        let promised = words.next().unwrap_or_default();
        let Some(hash) = hashes.get(&(region, sequence)) else {
            bail!("{region} {sequence} was acknowledged and is not in the log");
        };
        let found: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        if found != promised {
            bail!("{region} {sequence} was acknowledged as {promised} and is {found}");
        }
    }
    let (least, most) = (receipts.len(), receipts.len() + unanswered);
    if !(least..=most).contains(&usize::try_from(incidents)?) {
        bail!("{incidents} incidents are on record, {least} to {most} were reported");
    }
    Ok(())
}

async fn read(store: &str) -> sqlx::Result<(Log, i64)> {
    if store.starts_with("postgres://") {
        let mut database = sqlx::PgConnection::connect(store).await?;
        let log = sqlx::query_as(LOG).fetch_all(&mut database).await?;
        let incidents = sqlx::query_scalar(INCIDENTS)
            .fetch_one(&mut database)
            .await?;
        return Ok((log, incidents));
    }
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(store);
    let mut database = sqlx::SqliteConnection::connect_with(&options).await?;
    let log = sqlx::query_as(LOG).fetch_all(&mut database).await?;
    let incidents = sqlx::query_scalar(INCIDENTS)
        .fetch_one(&mut database)
        .await?;
    Ok((log, incidents))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the comparison says of two facts, of which the first began the only incident.
    async fn verdict(receipts: &str, unanswered: usize) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("log.db");
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(&store)
            .create_if_missing(true);
        let mut database = sqlx::SqliteConnection::connect_with(&options)
            .await
            .unwrap();
        for sql in [
            "CREATE TABLE fact (region TEXT, sequence BIGINT, hash BLOB)",
            "CREATE TABLE incident (id TEXT)",
            "INSERT INTO fact VALUES ('main', 1, x'0a'), ('main', 2, x'0b')",
            "INSERT INTO incident VALUES ('i')",
        ] {
            sqlx::query(sql).execute(&mut database).await.unwrap();
        }
        database.close().await.unwrap();
        let list = folder.path().join("receipts");
        std::fs::write(&list, receipts).unwrap();
        let store = store.to_str().unwrap();
        let compared = compare(store, &list, unanswered).await;
        compared.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn every_broken_promise_is_named() {
        let promised = |text: &'static str| verdict(text, 0);
        assert_eq!(promised("main 1 0a").await, Ok(()));
        assert_eq!(
            promised("main 3 0a").await.unwrap_err(),
            "main 3 was acknowledged and is not in the log"
        );
        assert_eq!(
            promised("main 1 0b").await.unwrap_err(),
            "main 1 was acknowledged as 0b and is 0a"
        );
        assert_eq!(
            promised("").await.unwrap_err(),
            "1 incidents are on record, 0 to 0 were reported"
        );
        assert_eq!(verdict("", 1).await, Ok(()), "the answer was lost");
    }
}
