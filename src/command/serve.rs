//! `serve`: the server, until a signal ends it.

use std::process::ExitCode;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{address, open_files, runtime, with_data};
use crate::cli::Serve;
use crate::clock::Clock;
use crate::config::Config;
use crate::house::House;
use crate::logging;

/// Serves until SIGTERM or SIGINT, or until the disk refuses a write.
pub fn run(options: &Serve, config: Config) -> anyhow::Result<ExitCode> {
    let mut config = with_data(config, options.data.as_ref());
    if let Some(listen) = options.listen {
        config.server.listen = listen;
    }
    logging::start(&config.log);
    open_files::raise();
    runtime()?.block_on(async {
        let listener = TcpListener::bind(config.server.listen)
            .await
            .with_context(|| format!("cannot listen on {}", config.server.listen))?;
        let stop = CancellationToken::new();
        let house = House::open(&config, Clock::system(), listener.local_addr()?).await?;
        let tell = |link: &str| print!("{}", welcome(link, house.url()));
        house.set_up(tell).await?;
        let public_url = config.server.public_url.as_deref();
        address::note(
            &config.data.dir,
            house.url(),
            config.server.listen,
            public_url,
        );
        signals(stop.clone());
        println!("Outcry listens on {}", house.url());
        house.run(listener, stop).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// What a first start says; a link that no browser finds is said to be one.
fn welcome(link: &str, url: &str) -> String {
    let mut words = format!(
        "Welcome. Sign in once with this link to set Outcry up (it lasts one day):\n  {link}\n"
    );
    if address::everywhere(url) {
        let host = url.split_once("://").map_or(url, |(_, host)| host);
        words += &format!(
            "The server listens on every address of this machine: put the one that your browser reaches (on this \
             machine itself localhost) and its port in place of {host}. With server.public_url set, links lead there.\n"
        );
    }
    words
}

/// Ends the house at the first SIGTERM or SIGINT. From its return on both are heard.
pub fn signals(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return;
    };
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.cancel();
    });
}

#[cfg(test)]
mod tests {
    use super::welcome;

    #[test]
    fn a_link_that_no_browser_finds_is_said_to_be_one() {
        for (url, doubtful) in [
            ("http://0.0.0.0:8643", true),
            ("http://[::]:8643", true),
            ("http://127.0.0.1:8643", false),
            ("https://outcry.example", false),
        ] {
            let words = welcome(&format!("{url}/sign-in/oc_in_x"), url);
            assert!(
                words.contains(&format!("\n  {url}/sign-in/oc_in_x\n")),
                "{words}"
            );
            assert_eq!(words.contains("every address"), doubtful, "{words}");
        }
    }
}
