//! Svix server, a program that the reader has, on a PostgreSQL of this run's own: posts of new messages, durable when
//! answered, and how soon a webhook has them.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use outcry_chaos::postgres::Postgres;
use serde_json::Value;
use tokio::task::JoinSet;

use super::server::{Posts, Server, free_address};
use super::{CALLS_LATE, venv};
use crate::measure::Samples;
use crate::world::http::{Client, Pool};
use crate::world::pace;
use crate::world::peers::Peers;

/// As it is told.
pub(super) const NAME: &str = "Svix server on PostgreSQL";
/// Told when none is named.
pub(super) const UNNAMED: &str = "Svix server: not measured: no package of PyPI, npm, crates.io or Debian installs it; `--svix FILE` names the program where there is one.";
/// Connections to its database: one for each client, and some for what it does behind.
const CONNECTIONS: &str = "80";

/// A server with one application. What stops first stands first.
struct Svix {
    _server: Server,
    _database: Postgres,
    posts: Posts,
    /// Where its application's parts are.
    application: String,
}

impl Svix {
    async fn start(program: &Path) -> anyhow::Result<Self> {
        let database = Postgres::start()?;
        let address = free_address()?;
        let settings = [
            ("SVIX_DB_DSN", database.url()),
            ("SVIX_DB_POOL_MAX_SIZE", CONNECTIONS.into()),
            ("SVIX_QUEUE_TYPE", "memory".into()),
            ("SVIX_CACHE_TYPE", "memory".into()),
            (
                "SVIX_JWT_SECRET",
                "known to everybody who reads this".into(),
            ),
            ("SVIX_LISTEN_ADDRESS", address.to_string()),
            ("SVIX_WHITELIST_SUBNETS", "[127.0.0.1/32]".into()),
        ];
        let command = || {
            let mut command = Command::new(program);
            command.envs(settings.clone());
            command
        };
        let said = venv::ask(command().args(["jwt", "generate"]))?;
        let token = said
            .lines()
            .find_map(|line| line.strip_prefix("Token (Bearer):"));
        let token = token.context("it gives no token")?.trim().to_owned();
        let mut server = Server::start(command().arg("--run-migrations"))?;
        let ask = async || {
            let mut client = Client::open(address, &token).await?;
            let asked = client.post("/api/v1/app", r#"{"name":"Shops"}"#).await?;
            let answer: Value = serde_json::from_str(&asked.expect(201)?.body)?;
            let id = answer["id"].as_str().context("an application's id")?;
            anyhow::Ok(format!("/api/v1/app/{id}"))
        };
        let application = server.ready(ask).await?;
        let posts = Posts {
            address,
            token,
            path: format!("{application}/msg"),
            body: message,
            status: 202,
        };
        Ok(Self {
            _server: server,
            _database: database,
            posts,
            application,
        })
    }
}

/// Posts for so long, which nothing is delivered of; how long each answer took.
pub(super) async fn posts(program: &Path, time: Duration) -> anyhow::Result<Samples> {
    Svix::start(program).await?.posts.load(time).await
}

/// Posts so often for so long, open loop; from when each was due until the webhook had it to its last byte.
pub(super) async fn webhooks(program: &Path, per_s: f64, for_s: f64) -> anyhow::Result<Samples> {
    let svix = Svix::start(program).await?;
    let peers = Peers::start().await?;
    let pool = Pool::new(svix.posts.address, svix.posts.token.clone());
    let endpoint = serde_json::json!({"url": peers.webhook_url, "version": 1}).to_string();
    let path = format!("{}/endpoint", svix.application);
    pool.post(&path, &endpoint).await?.expect(201)?;
    let mut due = pace::every(per_s, for_s);
    let (mut sent, mut dues) = (JoinSet::new(), Vec::new());
    while let Some(due) = due.recv().await {
        let (pool, posts, number) = (pool.clone(), svix.posts.clone(), dues.len());
        dues.push(due);
        sent.spawn(async move {
            let body = (posts.body)(number);
            pool.post(&posts.path, &body).await?.expect(posts.status)
        });
    }
    while let Some(done) = sent.join_next().await {
        done??;
    }
    tokio::time::sleep(CALLS_LATE).await;
    let mut samples = Samples::default();
    for (number, due) in dues.iter().enumerate() {
        let told = peers.called(&key(number));
        samples.extend(told.map(|when| when.saturating_duration_since(*due)));
    }
    let missing = dues.len() - samples.len();
    ensure!(missing == 0, "{missing} messages never came");
    Ok(samples)
}

/// What our own report says, as a message; its link is what the receiver knows it by.
fn message(number: usize) -> String {
    let link = format!("https://outcry.example.test/incidents/{}", key(number));
    format!(
        r#"{{"eventType":"incident.reported","payload":{{"link":"{link}","site":"store-01","text":"A man in a grey coat put three bottles of spirits into his bag and walked out past the tills, number {number}."}}}}"#
    )
}

/// As long as an incident's id.
fn key(number: usize) -> String {
    format!("{number:036}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::listen::incident_linked;

    #[test]
    fn the_receiver_knows_a_message_by_its_link() {
        assert_eq!(incident_linked(&message(41)), Some(key(41).as_str()));
    }
}
