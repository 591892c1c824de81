//! `token`: an API token for a program, from the server's own machine.

use std::process::ExitCode;

use outcry_domain::organisation::CredentialKind;

use super::sign_in_link::{issuing, person};
use super::with_data;
use crate::cli::Token;
use crate::config::Config;

/// Prints a token that lasts until it is taken back.
pub fn run(options: &Token, config: Config) -> anyhow::Result<ExitCode> {
    let config = with_data(config, options.data.as_ref());
    let person = person(&options.person)?;
    let token = issuing(&config, async |credentials| {
        credentials.issue(&person, CredentialKind::Api, None).await
    })?;
    println!("{}", token.reveal());
    Ok(ExitCode::SUCCESS)
}
