//! ntfy's server, a program that the reader has: how late its scheduled messages come.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use outcry_domain::Time;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::server::{Server, free_address};
use crate::Setting;
use crate::measure::Samples;
use crate::world::clock;
use crate::world::house::Scratch;
use crate::world::http::Client;

/// As it is told.
pub(super) const NAME: &str = "ntfy's server";
/// Told when none is named.
pub(super) const UNNAMED: &str = "ntfy's server: not measured: no package of PyPI, npm, crates.io or Debian installs it (those of that name are clients); `--ntfy FILE` names the program where there is one.";
/// It schedules nothing that is due sooner than ten seconds; the rest is for the posts themselves.
const LEAD_S: i64 = 20;
/// It looks for messages that are due every ten seconds.
const LATE_MAX: Duration = Duration::from_secs(30);
const TOPIC: &str = "outcry";

/// So many messages due each second for so long; how late each came to who listens.
pub(super) async fn lateness(
    setting: &Setting,
    program: &Path,
    per_s: usize,
    for_s: usize,
) -> anyhow::Result<Samples> {
    let scratch = Scratch::new(setting)?;
    std::fs::create_dir_all(scratch.data())?;
    let address = free_address()?;
    let mut server = Server::start(
        Command::new(program)
            .args(["serve", "--listen-http", &address.to_string()])
            .args(["--base-url", &format!("http://{address}")])
            .args(["--visitor-request-limit-exempt-hosts", "127.0.0.1"])
            .arg("--cache-file")
            .arg(std::path::absolute(scratch.data().join("cache.db"))?),
    )?;
    let ask = async || {
        let mut client = Client::open(address, "").await?;
        client.get("/v1/health").await?.expect(200)
    };
    server.ready(ask).await?;
    let listener = tokio::spawn(listen(address, per_s * for_s));
    let mut client = Client::open(address, "").await?;
    let first_s = clock::now().0 / 1_000_000 + LEAD_S;
    for number in 0..per_s * for_s {
        // It knows whole seconds only.
        let due_s = first_s + (number / per_s) as i64;
        let path = format!("/{TOPIC}?at={due_s}");
        client.post(&path, &due_s.to_string()).await?.expect(200)?;
    }
    let last_s = first_s + for_s as i64;
    let left_us = (last_s * 1_000_000 - clock::now().0).max(0).unsigned_abs();
    let heard = tokio::time::timeout(Duration::from_micros(left_us) + LATE_MAX, listener).await;
    heard.context("not all messages came")??
}

/// Reads until so many messages came; the text of each is the second that it was due at.
async fn listen(address: SocketAddr, count: usize) -> anyhow::Result<Samples> {
    let mut stream = TcpStream::connect(address).await?;
    // The older protocol has no chunks: each line is one message.
    let request = format!("GET /{TOPIC}/json HTTP/1.0\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut lines = BufReader::new(stream).lines();
    let mut samples = Samples::default();
    while samples.len() < count {
        let line = lines.next_line().await?;
        let now = clock::now();
        let line = line.context("the stream of messages was closed")?;
        // The head's lines, and what it says besides messages.
        let Ok(told) = serde_json::from_str::<Value>(&line) else {
            continue;
        };
        if told["event"] != "message" {
            continue;
        }
        let due_s: i64 = told["message"].as_str().context("a text")?.parse()?;
        let late_us = now - Time(due_s * 1_000_000);
        ensure!(late_us >= 0, "a message came {late_us} µs too early");
        samples.push(Duration::from_micros(late_us.unsigned_abs()));
    }
    Ok(samples)
}
