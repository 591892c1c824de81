//! `check-config`: what holds, or what is wrong.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::cli::CheckConfig;
use crate::config::{BadConfig, Config, EXAMPLE};
use crate::house;

/// Reads the settings as `serve` would.
pub fn run(
    options: &CheckConfig,
    read: impl FnOnce() -> Result<Config, BadConfig>,
) -> anyhow::Result<ExitCode> {
    if options.example {
        // Most often this goes into a file, whose disk may be full.
        let mut out = std::io::stdout().lock();
        let written = out.write_all(EXAMPLE.as_bytes());
        written
            .and_then(|()| out.flush())
            .context("the example cannot be written")?;
        return Ok(ExitCode::SUCCESS);
    }
    let config = read()?;
    // What `serve` reads at its start is read here as well.
    house::ledger_settings(&config).map_err(|error| BadConfig::new(format!("{error:#}")))?;
    println!("The settings are fine.");
    println!("  listens on  {}", config.server.listen);
    println!("  data in     {}", config.data.dir.display());
    let database = if config.data.postgres_url_file.is_some() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    println!("  database    {database}");
    println!(
        "  mail        {}",
        if config.channels.mail.is_some() {
            "set up"
        } else {
            "not set up"
        }
    );
    let webhooks = &config.channels.webhook;
    let ready = !(webhooks.secrets.is_empty() && webhooks.receivers.is_empty());
    println!(
        "  webhooks    {}",
        if ready { "set up" } else { "not set up" }
    );
    Ok(ExitCode::SUCCESS)
}
