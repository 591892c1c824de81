//! `sign-in-link`: a way back in for a person, from the server's own machine.

use std::process::ExitCode;

use outcry_domain::PersonId;

use super::{runtime, with_data};
use crate::cli::SignInLink;
use crate::clock::Clock;
use crate::config::{BadConfig, Config};
use crate::house::{House, LINK_S};

/// Prints a link that opens a session.
pub fn run(options: &SignInLink, config: Config) -> anyhow::Result<ExitCode> {
    let config = with_data(config, options.data.as_ref());
    let person: PersonId = options
        .person
        .parse()
        .map_err(|error| BadConfig::new(format!("PERSON: {error}")))?;
    runtime()?.block_on(async {
        let house = House::open(&config, Clock::System, config.server.listen).await?;
        println!("{}", house.sign_in_link(&person, Some(LINK_S)).await?);
        house.close().await;
        Ok(ExitCode::SUCCESS)
    })
}
