//! A PostgreSQL server of this run's own, on a free port and in a directory of its own.

use std::ffi::OsStr;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, bail};

/// Where Debian keeps the programs that are not on the path, the newest version first.
const DEBIAN: [&str; 4] = ["17", "16", "15", "14"];
/// The user under which the server runs when we are root: it refuses to be root itself.
const USER: &str = "postgres";

/// The server. Dropping it stops it and removes its files.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
}

impl Postgres {
    /// Makes a cluster and starts it.
    pub fn start() -> anyhow::Result<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new()
            .prefix("outcry-postgres-")
            .tempdir()?;
        if is_root() {
            let home = std::fs::metadata("/var/lib/postgresql")
                .context("there is no user postgres to run the server")?;
            chown(folder.path(), Some(home.uid()), Some(home.gid()))?;
        }
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o700))?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let server = Self {
            programs,
            folder,
            port,
        };
        let data = server.data();
        let trust = ["--auth=trust", "--username=postgres", "--pgdata"].map(OsStr::new);
        server.run("initdb", &[&trust[..], &[data.as_os_str()]].concat())?;
        let options = format!("-c listen_addresses=127.0.0.1 -c port={port} -k {data:?}");
        server.control(&["-w", "-o", &options, "-l", "/dev/null", "start"])?;
        Ok(server)
    }

    /// The address of its first database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn control(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let data = self.data();
        let mut all = vec![OsStr::new("--pgdata"), data.as_os_str()];
        all.extend(arguments.iter().map(OsStr::new));
        self.run("pg_ctl", &all)
    }

    fn run(&self, program: &str, arguments: &[&OsStr]) -> anyhow::Result<()> {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", USER, "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        let Output { status, stderr, .. } = command
            .args(arguments)
            .current_dir(self.folder.path())
            .output()?;
        if !status.success() {
            bail!("{program} failed: {}", String::from_utf8_lossy(&stderr));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Err(error) = self.control(&["-m", "immediate", "stop"]) {
            eprintln!("The test's PostgreSQL could not be stopped: {error}");
        }
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

fn programs() -> anyhow::Result<PathBuf> {
    let debian = DEBIAN.map(|version| Path::new("/usr/lib/postgresql").join(version).join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = debian
        .into_iter()
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").exists());
    found.context("PostgreSQL is not installed: apt-get install postgresql")
}
