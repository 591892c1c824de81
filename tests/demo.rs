//! The demo as a visitor meets it: the real program, started with nothing set up.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::{Value, json};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Visitor {
    client: Client,
    script: Value,
}

impl Visitor {
    fn person(&self, role: &str) -> &Value {
        let people = self.script["people"].as_array().expect("a list of people");
        people
            .iter()
            .find(|person| person["role"] == role)
            .unwrap_or_else(|| panic!("nobody is {role}"))
    }

    fn url(&self, path: &str) -> String {
        format!(
            "{}/api/v1{path}",
            self.script["url"].as_str().expect("a url")
        )
    }

    fn token(&self, role: &str) -> &str {
        self.person(role)["token"].as_str().expect("a token")
    }

    async fn get(&self, role: &str, path: &str) -> Value {
        let request = self
            .client
            .get(self.url(path))
            .bearer_auth(self.token(role));
        request
            .send()
            .await
            .expect("the demo answers")
            .json()
            .await
            .expect("JSON")
    }

    async fn post(&self, role: &str, path: &str, body: Value) -> Value {
        let request = self
            .client
            .post(self.url(path))
            .bearer_auth(self.token(role))
            .json(&body);
        request
            .send()
            .await
            .expect("the demo answers")
            .json()
            .await
            .expect("JSON")
    }
}

struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(data: &Path, said: &Path) -> Program {
    let said = std::fs::File::create(said).expect("a file for what it says");
    let child = Command::new(env!("CARGO_BIN_EXE_outcry"))
        .args(["demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(said)
        .spawn();
    Program(child.expect("the program starts"))
}

async fn visit(data: &Path) -> Visitor {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = Client::builder().no_proxy().build().expect("a client");
    let began = Instant::now();
    loop {
        if let Ok(text) = std::fs::read_to_string(data.join("demo.json")) {
            return Visitor {
                client,
                script: serde_json::from_str(&text).expect("demo.json is JSON"),
            };
        }
        assert!(began.elapsed() < PATIENCE, "no demo.json");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_finds_a_chain_that_lives() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, said) = (folder.path().join("data"), folder.path().join("said"));
    let program = start(&data, &said);
    let visitor = visit(&data).await;

    assert_eq!(
        visitor.script["sites"].as_array().expect("a list").len(),
        40
    );
    let said = greeting(&said).await;
    for role in ["clerk", "manager", "desk", "analyst", "admin"] {
        let me = visitor.get(role, "/me").await;
        assert_eq!(
            (&me["person"]["role"], &me["person"]["name"]),
            (&json!(role), &visitor.person(role)["name"])
        );
        let link = visitor.person(role)["sign_in_url"]
            .as_str()
            .expect("a link");
        assert!(said.contains(link), "the greeting does not name {link}");
    }
    assert_eq!(
        visitor.person("clerk")["site"],
        visitor.person("manager")["site"]
    );

    let lives = alive(&visitor).await;
    let context = &lives["context"];
    assert!(
        !context["on_shift"].as_array().expect("a list").is_empty(),
        "{context}"
    );
    assert!(
        lives["assessment"]["reasons"][0]["text"].is_string(),
        "{}",
        lives["assessment"]
    );

    // More than ten alarms in ten minutes are a flood; low ones do not sound.
    let listed = visitor.get("desk", "/incidents?limit=200").await;
    let items = listed["items"].as_array().expect("a list").iter();
    let alarms = items.filter(|item| item["priority"].as_u64().is_some_and(|p| p <= 3));
    let alarms = alarms.count();
    assert!(
        alarms <= 10,
        "the desk opens in flood view: {alarms} alarms"
    );

    let site = &visitor.person("clerk")["site"];
    let theft = json!({"site": site, "category": "theft", "narrative": "Two bottles, out by the side door."});
    let filed = visitor.post("clerk", "/reports", theft).await;
    let id = filed["incident"]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{filed}"))
        .to_owned();

    let ended = stop(program).await;
    assert!(ended.success(), "{ended}");

    // It goes on where it was, and what the visitor reported was left to the visitor.
    std::fs::remove_file(data.join("demo.json")).expect("the first demo wrote it");
    let _again = start(&data, &folder.path().join("again"));
    let visitor = visit(&data).await;
    let own = visitor.get("desk", &format!("/incidents/{id}")).await;
    assert_eq!(own["state"], "open", "{own}");
    assert!(own["acknowledged_by"].is_null());
}

/// Everything that it prints, which ends with how to stop it.
async fn greeting(said: &Path) -> String {
    let began = Instant::now();
    loop {
        let text = std::fs::read_to_string(said).expect("a file for what it says");
        if text.contains("Stop with Ctrl-C.") {
            return text;
        }
        assert!(began.elapsed() < PATIENCE, "it said only: {text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Asks it to stop, as a service manager would.
async fn stop(mut program: Program) -> ExitStatus {
    let asked = Command::new("kill")
        .arg(program.0.id().to_string())
        .status();
    assert!(asked.expect("there is a kill").success());
    let ended = tokio::task::spawn_blocking(move || program.0.wait());
    ended.await.expect("waits").expect("ends")
}

/// Waits until the desk lives: reports of the last hour, some taken up; one of those whose tills were found.
async fn alive(visitor: &Visitor) -> Value {
    let began = Instant::now();
    loop {
        let listed = visitor.get("desk", "/incidents?limit=200").await;
        let items = listed["items"].as_array().expect("a list");
        let taken_up = items
            .iter()
            .any(|item| item["acknowledged_by"]["id"].is_string());
        if items.len() >= 5 && taken_up {
            for item in items {
                let path = format!("/incidents/{}", item["id"].as_str().expect("an id"));
                let incident = visitor.get("desk", &path).await;
                if incident["context"]["tills"][0]["transactions"][0]["id"].is_string() {
                    return incident;
                }
            }
        }
        assert!(
            began.elapsed() < PATIENCE,
            "{} reports, none with tills and somebody who took it up",
            items.len()
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
