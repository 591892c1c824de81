//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Retail crime reporting and response.
///
/// Exit codes: 0 fine, 1 a check found something, the log is damaged, or what was asked for is refused,
/// 2 wrong arguments or settings, 69 the database or a port cannot be had or there is no log, 74 the disk
/// refused a write.
#[derive(Debug, Parser)]
#[command(name = "outcry", version, max_term_width = 100)]
pub struct Arguments {
    /// The settings file, else `outcry.toml` where this is run; without either every default holds.
    #[arg(long, global = true, value_name = "FILE", env = "OUTCRY_CONFIG")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a believable chain of stores on this machine, with nothing to install or configure.
    Demo(Demo),
    /// Run the server.
    Serve(Serve),
    /// Read the settings as `serve` would, and say what is wrong or what holds.
    CheckConfig(CheckConfig),
    /// Check every hash of the log. Exits 0 when it is whole, 1 with the first bad record named, 69
    /// when there is no log.
    Verify(Verify),
    /// Fill the read tables again from the log.
    Rebuild(Data),
    /// The model that scores reports.
    #[command(subcommand)]
    Model(Model),
    /// Print a new sign-in link for a person. Run it on the server's machine; with SQLite, while the
    /// server is stopped.
    SignInLink(SignInLink),
    /// Print a new API token for a person or a connected system, such as the tills. Run it on the
    /// server's machine; with SQLite, while the server is stopped.
    Token(Token),
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// The same seed gives the same chain and the same day.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// How many times faster than life the day goes.
    #[arg(long, default_value_t = 1.0, value_name = "X")]
    pub speed: f64,
    /// Stop by itself after so many seconds.
    #[arg(long = "for", value_name = "SECONDS")]
    pub for_s: Option<u64>,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8643", value_name = "IP:PORT", value_parser = listen)]
    pub listen: SocketAddr,
    /// Keep everything in this folder; without it a temporary one is used and removed.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// The data directory; overrides the settings.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where to listen; overrides the settings.
    #[arg(long, value_name = "IP:PORT", value_parser = listen)]
    pub listen: Option<SocketAddr>,
}

/// Arguments of `check-config`.
#[derive(Debug, Args)]
pub struct CheckConfig {
    /// Print an example with every setting, its default and what it means.
    #[arg(long)]
    pub example: bool,
}

/// Arguments of commands on a data directory.
#[derive(Debug, Args)]
pub struct Data {
    /// The data directory; overrides the settings.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print JSON for scripts.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Where, and how to print it.
    #[command(flatten)]
    pub data: Data,
    /// Also open every sealed text with its key: takes about four times as long.
    #[arg(long)]
    pub keys: bool,
}

/// Commands of the model.
#[derive(Debug, Subcommand)]
pub enum Model {
    /// Train on the shipped real data and write the model.
    Train {
        /// Where to write it.
        #[arg(long, value_name = "FILE", default_value = "outcry-model.txt")]
        out: PathBuf,
        /// Print JSON for scripts.
        #[arg(long)]
        json: bool,
    },
    /// Train on four fifths of the shipped data and measure on the rest.
    Evaluate {
        /// Print JSON for scripts.
        #[arg(long)]
        json: bool,
    },
}

/// Arguments of `sign-in-link`.
#[derive(Debug, Args)]
pub struct SignInLink {
    /// The person's id.
    pub person: String,
    /// The server's address, such as `https://outcry.example`; else the one that the settings name,
    /// or the one at which it ran last.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// The data directory; overrides the settings.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// Arguments of `token`.
#[derive(Debug, Args)]
pub struct Token {
    /// The id of the person or connected system.
    pub person: String,
    /// The data directory; overrides the settings.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// Where to listen. Names are not looked up: one may stand for several addresses, and whether others reach
/// the server is to be seen where it is set.
fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "must be an IP address and a port: 127.0.0.1:8643 for this machine alone, 0.0.0.0:8643 for every address \
         of it, [::1]:8643 with IPv6; names such as localhost are not looked up"
            .to_owned()
    })
}

/// Reads the arguments, or prints help or what is wrong and gives the exit code.
pub fn read() -> Result<Arguments, ExitCode> {
    Arguments::try_parse().map_err(|error| {
        let fine = !error.use_stderr();
        let _ = error.print();
        if fine {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        }
    })
}
