//! A PostgreSQL server of the test run's own: started once, a fresh database for every house,
//! stopped when the test process ends.

use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where Debian keeps the programs, newest first, before `PATH` is asked.
const PLACES: [&str; 4] = ["17", "16", "15", "14"];

struct Server {
    port: u16,
    bin: PathBuf,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The URL of a new, empty database.
pub(crate) fn fresh_database() -> String {
    let server = SERVER.get_or_init(start);
    let name = format!("t{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let made = Command::new(server.bin.join("createdb"))
        .args([
            "-h",
            "127.0.0.1",
            "-p",
            &server.port.to_string(),
            "-U",
            "postgres",
            &name,
        ])
        .output()
        .expect("createdb runs");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    format!("postgres://postgres@127.0.0.1:{}/{name}", server.port)
}

fn programs() -> PathBuf {
    let debian = PLACES
        .iter()
        .map(|v| PathBuf::from(format!("/usr/lib/postgresql/{v}/bin")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian
        .chain(std::env::split_paths(&path))
        .find(|dir| dir.join("initdb").is_file() && dir.join("postgres").is_file())
        .expect(
            "PostgreSQL is not installed, and the ledger must be proven on it: \
             apt-get install -y --no-install-recommends postgresql",
        )
}

/// As root the server refuses to run, so it runs as `postgres`.
fn as_owner(line: &str) -> Command {
    let root =
        fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    if root {
        let mut command = Command::new("su");
        command.args(["postgres", "-s", "/bin/sh", "-c", line]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        command
    }
}

fn start() -> Server {
    let bin = programs();
    let dir = std::env::temp_dir().join(format!("outcry-postgres-{}", std::process::id()));
    // Made by the server's own user, who then may also remove it.
    let made = as_owner(&format!("mkdir -m 755 {}", dir.display()))
        .status()
        .expect("mkdir runs");
    assert!(made.success(), "{} cannot be made", dir.display());
    let port = free_port();
    let data = dir.join("data");
    let made = as_owner(&format!(
        "{}/initdb -D {} -A trust -U postgres --no-sync >{}/initdb.log 2>&1",
        bin.display(),
        data.display(),
        dir.display()
    ))
    .status()
    .expect("initdb runs");
    assert!(
        made.success(),
        "initdb failed: {}",
        log(&dir.join("initdb.log"))
    );
    guard(&bin, &dir, port);
    for _ in 0..600 {
        let ready = Command::new(bin.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
            .status();
        if ready.is_ok_and(|status| status.success()) {
            return Server { port, bin };
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("PostgreSQL did not start: {}", log(&dir.join("server.log")));
}

/// Runs the server under a shell that ends it, and removes its files, when this process is gone:
/// the shell waits for the end of its standard input, which this process holds open.
#[allow(clippy::zombie_processes)] // it outlives this process on purpose, for a moment
fn guard(bin: &Path, dir: &Path, port: u16) {
    let line = format!(
        "{bin}/postgres -D {data} -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={dir} \
         -c max_connections=200 -c shared_buffers=64MB >{dir}/server.log 2>&1 </dev/null & server=$!; \
         cat >/dev/null; kill -INT $server; wait $server; rm -rf {dir}/data {dir}/*.log; rmdir {dir}",
        bin = bin.display(),
        data = dir.join("data").display(),
        dir = dir.display(),
    );
    let mut child = as_owner(&line)
        .stdin(Stdio::piped())
        .spawn()
        .expect("the server starts");
    // Kept open until this process ends.
    std::mem::forget(child.stdin.take());
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a free port")
        .port()
}

fn log(path: &Path) -> String {
    let mut text = String::new();
    let _ = fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text));
    text
}
