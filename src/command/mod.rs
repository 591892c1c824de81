//! What the command line does, one file per command.

mod address;
pub mod check_config;
pub mod demo;
pub mod model;
mod open_files;
pub mod rebuild;
pub mod serve;
pub mod sign_in_link;
pub mod token;
pub mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use outcry_ledger as ledger;

use crate::cli::{Arguments, Command};
use crate::config::{self, BadConfig, Config};

/// Runs a command to its end.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let file = arguments.config.as_deref();
    let read = || config::read(file);
    match arguments.command {
        Command::Demo(options) => demo::run(&options),
        Command::Serve(options) => serve::run(&options, config::read_to_serve(file)?),
        Command::CheckConfig(options) => {
            check_config::run(&options, || config::read_to_serve(file))
        }
        Command::Verify(options) => verify::run(&options, read()?),
        Command::Rebuild(options) => rebuild::run(&options, read()?),
        Command::Model(options) => model::run(options),
        Command::SignInLink(options) => sign_in_link::run(&options, read()?),
        Command::Token(options) => token::run(&options, read()?),
    }
}

/// The documented exit code of a failure (after `sysexits.h` where it has one).
pub fn exit_code(error: &anyhow::Error) -> u8 {
    if error.is::<BadConfig>() {
        return 2;
    }
    if error.chain().any(is_full_disk) {
        return 74;
    }
    match error.downcast_ref::<ledger::Error>() {
        Some(ledger::Error::Stopped | ledger::Error::NoRoom(_)) => 74,
        Some(
            ledger::Error::Refused(_)
            | ledger::Error::RefusedSetting(_)
            | ledger::Error::Corrupt { .. }
            | ledger::Error::Damaged,
        ) => 1,
        Some(_) => 69,
        None if error.is::<std::io::Error>() => 69,
        None => 1,
    }
}

fn is_full_disk(cause: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::{Error, ErrorKind};
    let kind = cause.downcast_ref::<Error>().map(Error::kind);
    let json = cause.downcast_ref::<serde_json::Error>();
    let kind = kind.or_else(|| json.and_then(serde_json::Error::io_error_kind));
    matches!(
        kind,
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
    )
}

/// Many threads, one runtime.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}

/// The settings with the data directory of the flag, if one was given.
fn with_data(mut config: Config, data: Option<&PathBuf>) -> Config {
    if let Some(dir) = data {
        config.data.dir.clone_from(dir);
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    #[test]
    fn a_full_disk_has_the_code_of_a_refused_write() {
        let full = || Error::from(ErrorKind::StorageFull);
        let told = anyhow::Error::from(full()).context("demo.json.next");
        assert_eq!(exit_code(&told), 74);
        let disk = std::fs::File::create("/dev/full").expect("always full");
        let told = serde_json::to_writer(disk, "demo").expect_err("full");
        assert_eq!(exit_code(&told.into()), 74);
        let told = ledger::Error::NoRoom("the disk is full".into());
        assert_eq!(exit_code(&told.into()), 74);
        let other = Error::from(ErrorKind::AddrInUse);
        assert_eq!(exit_code(&other.into()), 69);
    }
}
