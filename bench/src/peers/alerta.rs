//! Alerta on a PostgreSQL of this run's own: posts of new alerts, durable when answered, by as many clients as our
//! own reports have.

use std::process::Command;
use std::time::Duration;

use outcry_chaos::postgres::Postgres;

use super::server::{Posts, Server, free_address};
use super::venv;
use crate::Setting;
use crate::measure::Samples;
use crate::world::http::Client;

/// As it is told.
pub(super) const NAME: &str = "Alerta 9.1.0 on PostgreSQL";
const PACKAGES: [&str; 3] = [
    "alerta-server==9.1.0",
    "gunicorn==23.0.0",
    "psycopg2-binary==2.9.10",
];
/// Processes and threads of its server: a process for each core, a thread for each client. It makes its tables before
/// the processes part, or they would make them at the same time and one fail.
const SERVER: [&str; 7] = [
    "--preload",
    "--workers",
    "2",
    "--worker-class",
    "gthread",
    "--threads",
    "32",
];

/// Posts for so long; how long each answer took.
pub(super) async fn posts(setting: &Setting, time: Duration) -> anyhow::Result<Samples> {
    let programs = venv::programs(setting, &PACKAGES)?;
    let database = Postgres::start()?;
    let posts = Posts {
        address: free_address()?,
        token: String::new(),
        path: "/alert".into(),
        body: alert,
        status: 201,
    };
    let mut server = Server::start(
        Command::new(programs.join("gunicorn"))
            .args(SERVER)
            .args(["--keep-alive", "60", "--log-level", "error", "--bind"])
            .arg(posts.address.to_string())
            .arg("alerta:create_app()")
            .env("DATABASE_URL", database.url())
            .env("SECRET_KEY", "known to everybody who reads this"),
    )?;
    let ask = async || {
        let mut client = Client::open(posts.address, &posts.token).await?;
        client.post(&posts.path, &alert(0)).await?.expect(201)
    };
    server.ready(ask).await?;
    posts.load(time).await
}

/// What our own report says, as an alert that repeats none before it.
fn alert(number: usize) -> String {
    format!(
        r#"{{"resource":"report-{number}","event":"theft","environment":"Production","severity":"major","service":["tills"],"group":"shop","value":"3","text":"A man in a grey coat put three bottles of spirits into his bag and walked out past the tills, number {number}."}}"#
    )
}
