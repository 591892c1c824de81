//! Two real processes on one PostgreSQL: one has all the loops, the other stands by, says so, and takes over.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use outcry_chaos::postgres::Postgres;
use reqwest::Method;
use serde_json::{Value, json};

/// How long a process may take to start, or to have the loops of one that died.
const PATIENCE: Duration = Duration::from_secs(30);
/// After this time a process has heard of what the other one recorded.
const HEARD: Duration = Duration::from_secs(2);
/// The loops of a process.
const LOOPS: [&str; 4] = ["assess", "courier", "escalate", "merge"];

/// A process with a data directory of its own.
struct Server {
    child: Child,
    url: String,
    data: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(program: &Path, config: &Path, data: PathBuf) -> Self {
        let mut child = command(
            program,
            config,
            &data,
            &["serve", "--listen", "127.0.0.1:0"],
        )
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut lines = lines.map_while(Result::ok);
        let listens =
            lines.find_map(|line| Some(line.strip_prefix("Outcry listens on ")?.to_owned()));
        let url = listens.expect("it says where it listens");
        Self { child, url, data }
    }

    /// What it says of itself.
    async fn ready(&self) -> (u16, Value) {
        let answer = reqwest::get(format!("{}/readyz", self.url))
            .await
            .expect("answers");
        let status = answer.status().as_u16();
        (status, answer.json().await.expect("JSON"))
    }

    /// Waits until it says so of itself and of each of its loops.
    async fn comes_to(&self, status: u16, reason: Value, held: bool) {
        let done = async {
            loop {
                let (code, ready) = self.ready().await;
                let loops = ready["followers"].as_object().expect("by name");
                let all = loops.keys().eq(LOOPS) && loops.values().all(|one| one["held"] == held);
                if code == status && ready["reason"] == reason && all {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, done).await.is_err() {
            panic!("{:?}", self.ready().await);
        }
    }

    async fn serves(&self) {
        self.comes_to(200, Value::Null, true).await;
    }

    async fn stands_by(&self) {
        self.comes_to(503, "standby".into(), false).await;
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status();
        assert!(sent.expect("kill runs").success());
    }
}

fn command(program: &Path, config: &Path, data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.arg("--config").arg(config).args(words);
    command.arg("--data").arg(data);
    command
}

/// A second data directory with a copy of the keys.
fn beside(first: &Path, second: &Path) {
    for (from, to) in [
        (None, second.to_owned()),
        (Some(first.join("keys")), second.join("keys")),
    ] {
        std::fs::create_dir_all(&to).expect("a folder");
        std::fs::set_permissions(&to, PermissionsExt::from_mode(0o700)).expect("closed");
        for key in from
            .iter()
            .flat_map(|from| std::fs::read_dir(from).expect("lists"))
        {
            let key = key.expect("a key");
            std::fs::copy(key.path(), to.join(key.file_name())).expect("copies");
        }
    }
}

/// Sends something as somebody, again while they are not known yet.
async fn send(server: &Server, (method, path): (Method, &str), token: &str, body: Value) {
    let client = reqwest::Client::new();
    let done = async {
        loop {
            let url = format!("{}/api/v1/{path}", server.url);
            let ask = client.request(method.clone(), url).bearer_auth(token);
            let answer = ask.json(&body).header("if-none-match", "*").send().await;
            let answer = answer.expect("answers");
            match answer.status().as_u16() {
                200 | 201 => return,
                401 => tokio::time::sleep(Duration::from_millis(50)).await,
                _ => panic!("{path}: {:?}", answer.text().await),
            }
        }
    };
    let done = tokio::time::timeout(PATIENCE, done).await;
    done.expect("the token is known");
}

/// Sets up a store, and somebody there who files a report.
async fn report(server: &Server, token: impl Fn(&str) -> String) {
    let admin = token("administrator");
    let site =
        json!({"id": "leeds", "name": "Leeds", "region": "main", "timezone": "Europe/London"});
    send(server, (Method::PUT, "sites/leeds"), &admin, site).await;
    let ann = json!({"id": "ann", "name": "Ann", "role": "clerk", "reach": {"kind": "site", "id": "leeds"}});
    send(server, (Method::PUT, "people/ann"), &admin, ann).await;
    let report = json!({"site": "leeds", "category": "suspicious"});
    send(server, (Method::POST, "reports"), &token("ann"), report).await;
}

#[tokio::test]
async fn one_process_has_all_loops_and_the_other_stands_by() {
    let program = Path::new(env!("CARGO_BIN_EXE_outcry-chaos")).with_file_name("outcry");
    if !program.exists() {
        return eprintln!("SKIPPED: the program is not built: cargo build");
    }
    // Another test of this process may have done it.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let postgres = Postgres::start().expect("starts");
    let folder = tempfile::tempdir().expect("a folder");
    let (config, url) = (folder.path().join("outcry.toml"), folder.path().join("url"));
    std::fs::write(&url, postgres.url()).expect("written");
    let settings = format!("[log]\nlevel = \"error\"\n[data]\npostgres_url_file = {url:?}\n");
    std::fs::write(&config, settings).expect("written");

    let one = Server::start(&program, &config, folder.path().join("one"));
    one.serves().await;
    let second = folder.path().join("two");
    beside(&one.data, &second);
    let two = Server::start(&program, &config, second);
    two.stands_by().await;
    one.serves().await;

    // One stalls, and the other has everything, not some of it.
    one.signal("-STOP");
    two.serves().await;
    one.signal("-CONT");
    one.stands_by().await;

    let token = |person: &str| {
        let made = command(&program, &config, &two.data, &["token", person]).output();
        let text = String::from_utf8(made.expect("runs").stdout).expect("text");
        text.trim().to_owned()
    };
    report(&two, token).await;
    tokio::time::sleep(HEARD).await;
    two.serves().await;
    let (_, ready) = one.ready().await;
    for name in LOOPS {
        assert_eq!(
            ready["followers"][name]["behind"], 0,
            "a standby has nothing to read: {ready}"
        );
    }

    let mut two = two;
    two.child.kill().expect("killed");
    one.serves().await;
}
