//! `sign-in-link`: a way back in for a person, from the server's own machine.

use std::process::ExitCode;

use outcry_domain::PersonId;
use outcry_ledger::{self as ledger, Ledger};

use super::{address, runtime, with_data};
use crate::cli::SignInLink;
use crate::clock::{self, Clock};
use crate::config::{self, BadConfig, Config};
use crate::credential::Credentials;
use crate::house::{self, LINK_S};

/// Prints a link that opens a session.
pub fn run(options: &SignInLink, config: Config) -> anyhow::Result<ExitCode> {
    let mut config = with_data(config, options.data.as_ref());
    let person = person(&options.person)?;
    if let Some(url) = &options.url {
        config::check_url("--url", url)?;
    }
    let doubt = find_server(options.url.as_ref(), &mut config);
    let link = issuing(&config, async |credentials| {
        credentials.sign_in_link(&person, Some(LINK_S)).await
    })?;
    println!("{link}");
    if let Some(doubt) = doubt {
        eprintln!("{doubt}");
    }
    Ok(ExitCode::SUCCESS)
}

/// The person that an argument names.
pub(super) fn person(id: &str) -> Result<PersonId, BadConfig> {
    id.parse()
        .map_err(|error| BadConfig::new(format!("PERSON: {error}")))
}

/// Opens the log, and no other room, for making credentials.
pub(super) fn issuing<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Credentials) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let settings = house::ledger_settings(config)?;
    runtime()?.block_on(async {
        ledger::recognise(&settings).await?;
        let ledger = Ledger::open(&settings, clock::fill).await?;
        let url = house::url(config, config.server.listen);
        let credentials = Credentials::new(ledger.clone(), Clock::system(), url);
        let made = work(&credentials).await;
        ledger.stop().await;
        made
    })
}

/// Sets the address that the link begins with; what to say when it may be another.
fn find_server(asked: Option<&String>, config: &mut Config) -> Option<String> {
    const WAY_OUT: &str = "put the server's address in its place, or name it with --url";
    if let Some(url) = asked {
        config.server.public_url = Some(url.clone());
    }
    if config.server.public_url.is_some() {
        return None;
    }
    let Some(last) = address::last(&config.data.dir) else {
        let listen = config.server.listen;
        return Some(format!(
            "The server has not run on this data directory yet: {listen} is from the settings. If it is started \
             with another address, {WAY_OUT}."
        ));
    };
    let doubt = if !last.lasts {
        Some(format!(
            "The server took any free port when it ran last, and may have another one next time: then {WAY_OUT}."
        ))
    } else if address::everywhere(&last.url) {
        Some(format!(
            "The server listens on every address of this machine: from another one, {WAY_OUT}."
        ))
    } else {
        None
    };
    config.server.public_url = Some(last.url);
    doubt
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn found(url: Option<&str>, public_url: Option<&str>, ran: Option<&str>) -> (String, bool) {
        let dir = tempfile::tempdir().expect("a folder");
        let mut config = Config::default();
        config.data.dir = dir.path().to_owned();
        config.server.public_url = public_url.map(str::to_owned);
        if let Some(asked) = ran {
            let asked: SocketAddr = asked.parse().expect("an address");
            let port = if asked.port() == 0 {
                4_711
            } else {
                asked.port()
            };
            let url = format!("http://{}", SocketAddr::new(asked.ip(), port));
            address::note(dir.path(), &url, asked, None);
        }
        let doubt = find_server(url.map(str::to_owned).as_ref(), &mut config);
        let listen = format!("http://{}", config.server.listen);
        (config.server.public_url.unwrap_or(listen), doubt.is_some())
    }

    #[test]
    fn the_link_leads_to_where_the_server_was_found_last() {
        let ran = Some("127.0.0.1:9000");
        let said = |url: &str, doubt| (url.to_owned(), doubt);
        assert_eq!(found(None, None, ran), said("http://127.0.0.1:9000", false));
        let public = Some("https://outcry.example");
        assert_eq!(
            found(None, public, ran),
            said("https://outcry.example", false)
        );
        assert_eq!(
            found(Some("http://shop"), public, ran),
            said("http://shop", false)
        );
    }

    #[test]
    fn what_it_cannot_know_it_says() {
        let doubtful = |url: &str| (url.to_owned(), true);
        assert_eq!(found(None, None, None), doubtful("http://127.0.0.1:8643"));
        assert_eq!(
            found(None, None, Some("127.0.0.1:0")),
            doubtful("http://127.0.0.1:4711")
        );
        assert_eq!(
            found(None, None, Some("0.0.0.0:80")),
            doubtful("http://0.0.0.0:80")
        );
    }
}
