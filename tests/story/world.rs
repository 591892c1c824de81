//! The world of a story: the program, its people with their tokens, the mailbox and the receiver.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use outcry::clock::Clock;
use outcry::demo::Peers;
use serde_json::{Value, json};

use crate::person::{Person, sign_in};

/// How long anything in a story may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct World {
    pub(crate) admin: Person,
    program: Program,
    peers: Peers,
    data: tempfile::TempDir,
}

struct Program {
    child: Child,
    url: String,
    log: PathBuf,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{}", std::fs::read_to_string(&self.log).unwrap_or_default());
        }
    }
}

pub(crate) struct Shop {
    pub(crate) id: String,
    pub(crate) clerk: Person,
    pub(crate) manager: Person,
    pub(crate) desk: Person,
}

/// What every start of the program logs, beside its settings.
const LOG: &str = "log.jsonl";

fn appended(file: &Path) -> std::fs::File {
    let mut open = std::fs::OpenOptions::new();
    open.create(true).append(true).open(file).expect("opens")
}

fn start(data: &Path, config: &Path) -> (Program, Option<String>) {
    let log = config.with_file_name(LOG);
    let mut child = Command::new(env!("CARGO_BIN_EXE_outcry"))
        .args(["serve", "--listen", "127.0.0.1:0", "--config"])
        .arg(config)
        .arg("--data")
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(appended(&log))
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut link = None;
    let url = loop {
        let line = lines
            .next()
            .expect("the program says where it listens")
            .expect("text");
        if let Some(url) = line.strip_prefix("Outcry listens on ") {
            break url.to_owned();
        }
        if line.contains("/sign-in/") {
            link = Some(line.trim().to_owned());
        }
    };
    (Program { child, url, log }, link)
}

impl World {
    pub(crate) async fn open(name: &str) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let peers = Peers::start(Clock::system()).await.expect("peers");
        let data = tempfile::Builder::new()
            .prefix(name)
            .tempdir()
            .expect("a folder");
        std::fs::write(config_file(data.path()), config(&peers)).expect("written");
        let (program, link) = start(&data.path().join("data"), &config_file(data.path()));
        let link = link.expect("a first start prints a link");
        let admin = sign_in(&program.url, &link).await;
        Self {
            admin,
            program,
            peers,
            data,
        }
    }

    /// A store with a clerk, a manager who reads mail, and a desk that is called by webhook.
    pub(crate) async fn shop(&self, id: &str, name: &str) -> Shop {
        let site = json!({
            "name": name, "region": "main", "timezone": "Europe/London",
            "areas": [{"id": "tills", "name": "Tills"}],
            "devices": [{"id": "till-1", "name": "Till 1", "kind": "till", "area": "tills"}],
        });
        self.admin.put(&format!("/sites/{id}"), site).await.fine();
        let at = json!({"kind": "site", "id": id});
        let mail = json!([{"channel": "mail", "address": format!("{id}@example.test")}]);
        let hook =
            json!([{"channel": "webhook", "address": format!("{}/desk", self.peers.webhook_url)}]);
        let clerk = self
            .person(&format!("clerk-{id}"), "clerk", at.clone(), json!([]))
            .await;
        let manager = self
            .person(&format!("manager-{id}"), "manager", at, mail)
            .await;
        let desk = self
            .person("priya", "desk", json!({"kind": "all", "id": null}), hook)
            .await;
        Shop {
            id: id.to_owned(),
            clerk,
            manager,
            desk,
        }
    }

    async fn person(&self, id: &str, role: &str, reach: Value, contacts: Value) -> Person {
        let body =
            json!({"name": id, "role": role, "reach": reach, "contacts": contacts, "active": true});
        self.admin.put(&format!("/people/{id}"), body).await.fine();
        let link = self
            .admin
            .post(&format!("/people/{id}/sign-in-link"), json!({}))
            .await
            .created();
        sign_in(&self.program.url, link["url"].as_str().expect("a link")).await
    }

    /// A till sells something now.
    pub(crate) async fn till_sells(&self, shop: &Shop, sku: &str, name: &str, quantity: u32) {
        let event = json!({
            "specversion": "1.0", "type": "outcry.till.sale", "source": "/tills/1", "id": "sale-1",
            "subject": shop.id, "time": Clock::system().now().rfc3339(),
            "data": {
                "till": "till-1", "transaction": "T-1", "currency": "GBP", "operator": "somebody",
                "lines": [{"sku": sku, "name": name, "quantity": quantity, "unit_minor": 1800}],
            },
        });
        let request = self
            .admin
            .client
            .post(format!("{}/api/v1/events", self.program.url))
            .header("content-type", "application/cloudevents+json")
            .body(event.to_string());
        let taken = self.admin.ask(request).await.fine();
        assert_eq!(taken["accepted"], 1, "{taken}");
    }

    /// Waits for a mail with these words.
    pub(crate) async fn mail(&self, words: &str) {
        self.arrives(words).await;
    }

    /// Waits for a webhook about the incident.
    pub(crate) async fn called(&self, incident: &str) {
        self.arrives(&incident.replace('-', "")).await;
    }

    async fn arrives(&self, words: &str) {
        let mut page = String::new();
        for _ in 0..300 {
            let answer = self
                .admin
                .client
                .get(&self.peers.page_url)
                .send()
                .await
                .expect("a page");
            page = answer.text().await.expect("text");
            if page.contains(words) {
                return;
            }
            tokio::time::sleep(PATIENCE / 300).await;
        }
        panic!("{words:?} never arrived:\n{page}");
    }

    /// The power goes, as far as the process can tell; then it starts again.
    pub(crate) async fn kill_and_start(self) -> Self {
        let Self {
            mut admin,
            program,
            peers,
            data,
        } = self;
        drop(program);
        let (program, link) = start(&data.path().join("data"), &config_file(data.path()));
        assert_eq!(link, None, "only the first start sets up");
        admin.url.clone_from(&program.url);
        Self {
            admin,
            program,
            peers,
            data,
        }
    }

    /// The shop's people after a restart on another port: their sessions hold.
    pub(crate) fn again(&self, shop: &Shop) -> Shop {
        let moved = |person: &Person| Person {
            url: self.program.url.clone(),
            ..person.clone()
        };
        Shop {
            id: shop.id.clone(),
            clerk: moved(&shop.clerk),
            manager: moved(&shop.manager),
            desk: moved(&shop.desk),
        }
    }

    /// Ends the program as an operator does.
    pub(crate) async fn close(mut self) -> Closed {
        let id = self.program.child.id().to_string();
        let asked = Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .expect("kill runs");
        assert!(asked.success());
        let status = tokio::task::block_in_place(|| self.program.child.wait()).expect("it ends");
        assert!(status.success(), "a graceful stop exits with 0: {status}");
        Closed { data: self.data }
    }
}

/// A world that was closed; its folder is still there.
pub(crate) struct Closed {
    data: tempfile::TempDir,
}

impl Closed {
    /// What the program logged, at its most talkative; each line is JSON for machines.
    pub(crate) fn logged(&self) -> String {
        let log = std::fs::read_to_string(self.data.path().join(LOG)).expect("a log");
        for line in log.lines() {
            let read = serde_json::from_str::<Value>(line);
            assert!(read.is_ok_and(|line| line["level"].is_string()), "{line}");
        }
        log
    }

    /// The log of facts is whole.
    pub(crate) fn verified(&self) {
        let told = Command::new(env!("CARGO_BIN_EXE_outcry"))
            .args(["verify", "--data"])
            .arg(self.data.path().join("data"))
            .output()
            .expect("verify runs");
        assert!(
            told.status.success(),
            "{}",
            String::from_utf8_lossy(&told.stdout)
        );
    }
}

fn config_file(folder: &Path) -> PathBuf {
    folder.join("outcry.toml")
}

fn config(peers: &Peers) -> String {
    format!(
        "[log]\nlevel = \"debug\"\nformat = \"json\"\n\
         [channels.mail]\nhost = \"{}\"\nport = {}\nsecurity = \"plain\"\nfrom = \"Outcry <outcry@example.test>\"\n\
         [channels.webhook]\nsecrets = [\"{}\"]\nallow_private = true\n",
        peers.smtp_addr.ip(),
        peers.smtp_addr.port(),
        peers.webhook_secret,
    )
}
