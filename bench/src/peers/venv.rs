//! Python packages in a folder of their own under the scratch folder, installed once.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::Setting;

/// The folder of programs of an environment that has these packages. The first package, with its version, names it.
pub(super) fn programs(setting: &Setting, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let name = packages.first().context("a package")?;
    let folder = std::path::absolute(setting.scratch.join(format!("venv-{name}")))?;
    let (programs, done) = (folder.join("bin"), folder.join("installed"));
    if done.exists() {
        return Ok(programs);
    }
    let _ = std::fs::remove_dir_all(&folder);
    ask(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    println!("  installing {}", packages.join(", "));
    ask(Command::new(programs.join("pip"))
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .args(packages))?;
    std::fs::write(done, "")?;
    Ok(programs)
}

/// What a program says; its last words if it fails.
pub(super) fn ask(command: &mut Command) -> anyhow::Result<String> {
    let program = Path::new(command.get_program()).display().to_string();
    let output = command
        .output()
        .with_context(|| format!("{program} cannot be started"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{program} failed: {}",
        why(&said).unwrap_or("it says nothing")
    );
    Ok(String::from_utf8(output.stdout)?)
}

/// The last line that names an error (`ValueError: …`), or the last of all.
fn why(said: &str) -> Option<&str> {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let last = lines.clone().next_back();
    lines.rfind(|line| line.contains("Error")).or(last)
}
