//! Starting the real peers.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// How long a peer may take for anything.
const PATIENCE: Duration = Duration::from_secs(20);

/// The Python of a virtual environment that holds the peers. The first caller makes it, others wait.
fn python() -> PathBuf {
    let wanted = include_str!("requirements.txt");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real-peers");
    fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let (venv, made) = (folder.join("venv"), folder.join("made-from.txt"));
    let python = venv.join("bin/python");
    if fs::read_to_string(&made).ok().as_deref() == Some(wanted) && python.exists() {
        return python;
    }
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, wanted).unwrap();
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&venv));
    run(Command::new(&python)
        .args(["-m", "pip", "install", "-q", "--no-input", "-r"])
        .arg(&requirements));
    fs::write(&made, wanted).unwrap();
    python
}

fn run(command: &mut Command) {
    let output = command
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A certificate authority made for one test, and a server's certificate for `localhost` from it.
pub(crate) struct Certificates {
    folder: tempfile::TempDir,
}

impl Certificates {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let certificates = Self { folder };
        let key = [
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ];
        let openssl = || {
            let mut command = Command::new("openssl");
            command
                .current_dir(certificates.folder.path())
                .args(["req", "-x509"])
                .args(key);
            command
        };
        run(openssl().args([
            "-subj",
            "/CN=Test authority",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
        ]));
        run(openssl()
            .args([
                "-subj",
                "/CN=localhost",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
            ])
            .args(["-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .args(["-keyout", "server.key", "-out", "server.pem"]));
        certificates
    }

    pub(crate) fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    pub(crate) fn server(&self) -> Value {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        json!({ "certificate": path("server.pem"), "key": path("server.key") })
    }
}

/// A peer in Python. It writes one line of JSON per thing that happens to it; the first tells its port.
pub(crate) struct Peer {
    /// Killed when dropped.
    _child: Child,
    events: UnboundedReceiver<Value>,
    pub(crate) port: u16,
    /// The peer's clock when it started, in seconds since 1970.
    pub(crate) now_s: i64,
}

impl Peer {
    pub(crate) async fn start(script: &str, options: &Value) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/real_peers")
            .join(script);
        let python = tokio::task::spawn_blocking(python).await.unwrap();
        let mut child = tokio::process::Command::new(python)
            .arg(path)
            .arg(options.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, events) = unbounded_channel();
        // Always read, or a talkative peer would wait for us.
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let _ = sender.send(serde_json::from_str(&line).unwrap());
            }
        });
        let mut peer = Self {
            _child: child,
            events,
            port: 0,
            now_s: 0,
        };
        let started = peer.next("started").await;
        peer.port = started["port"].as_u64().unwrap().try_into().unwrap();
        peer.now_s = started["now_s"].as_i64().unwrap();
        peer
    }

    /// The next thing of this kind that happened; others before it are passed over.
    pub(crate) async fn next(&mut self, kind: &str) -> Value {
        let wait = async {
            loop {
                let event = self
                    .events
                    .recv()
                    .await
                    .unwrap_or_else(|| panic!("the peer ended before {kind}"));
                if event["event"] == kind {
                    return event;
                }
            }
        };
        timeout(PATIENCE, wait)
            .await
            .unwrap_or_else(|_| panic!("nothing of kind {kind} happened"))
    }

    /// Everything that happens within `wait`, by kind.
    pub(crate) async fn kinds_within(&mut self, wait: Duration) -> Vec<String> {
        let mut kinds = Vec::new();
        while let Ok(Some(event)) = timeout(wait, self.events.recv()).await {
            kinds.push(event["event"].as_str().unwrap().to_owned());
        }
        kinds
    }
}
