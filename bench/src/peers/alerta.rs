//! Alerta on a PostgreSQL of this run's own: posts of new alerts, durable when answered, by as many clients as our
//! own reports have.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::ensure;
use outcry_chaos::postgres::Postgres;
use tokio::task::JoinSet;

use super::venv;
use crate::Setting;
use crate::measure::Samples;
use crate::report_64::CLIENTS;
use crate::world::http::Client;

/// As it is told.
pub(super) const NAME: &str = "Alerta 9.1.0 on PostgreSQL";
const PACKAGES: [&str; 3] = [
    "alerta-server==9.1.0",
    "gunicorn==23.0.0",
    "psycopg2-binary==2.9.10",
];
/// Processes and threads of its server: a process for each core, a thread for each client.
const SERVER: [&str; 6] = [
    "--workers",
    "2",
    "--worker-class",
    "gthread",
    "--threads",
    "32",
];
/// How long it may take to be ready.
const READY_MAX: Duration = Duration::from_secs(60);
/// How long it may take to stop.
const STOP_MAX: Duration = Duration::from_secs(10);

/// Posts for so long; how long each answer took.
pub(super) async fn posts(setting: &Setting, time: Duration) -> anyhow::Result<Samples> {
    let programs = venv::programs(setting, &PACKAGES)?;
    let database = Postgres::start()?;
    let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let child = Command::new(programs.join("gunicorn"))
        .args(SERVER)
        .args(["--keep-alive", "60", "--log-level", "error", "--bind"])
        .arg(address.to_string())
        .arg("alerta:create_app()")
        .env("DATABASE_URL", database.url())
        .env("SECRET_KEY", "known to everybody who reads this")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let server = Server(child);
    wait_until_ready(address).await?;
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        clients.spawn(post(address, number, time));
    }
    let mut samples = Samples::default();
    while let Some(done) = clients.join_next().await {
        samples.extend(done??.all());
    }
    drop(server);
    Ok(samples)
}

/// Sends the next when the one before is answered.
async fn post(address: SocketAddr, number: usize, time: Duration) -> anyhow::Result<Samples> {
    let mut client = Client::open(address, "").await?;
    let mut samples = Samples::default();
    let begun = Instant::now();
    while begun.elapsed() < time {
        let alert = alert(number + samples.len() * CLIENTS);
        let sent = Instant::now();
        client.post("/alert", &alert).await?.expect(201)?;
        samples.push(sent.elapsed());
    }
    Ok(samples)
}

/// What our own report says, as an alert that repeats none before it.
fn alert(number: usize) -> String {
    format!(
        r#"{{"resource":"report-{number}","event":"theft","environment":"Production","severity":"major","service":["tills"],"group":"shop","value":"3","text":"A man in a grey coat put three bottles of spirits into his bag and walked out past the tills, number {number}."}}"#
    )
}

async fn wait_until_ready(address: SocketAddr) -> anyhow::Result<()> {
    let begun = Instant::now();
    loop {
        let asked = async {
            Client::open(address, "")
                .await?
                .post("/alert", &alert(0))
                .await
        };
        match asked.await {
            Ok(answer) if answer.status == 201 => return Ok(()),
            last => ensure!(begun.elapsed() < READY_MAX, "it is not ready: {last:?}"),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The server; asked to stop when dropped, so that its workers go with it.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let begun = Instant::now();
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        while begun.elapsed() < STOP_MAX {
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
