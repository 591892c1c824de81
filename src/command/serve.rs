//! `serve`: the server, until a signal ends it.

use std::process::ExitCode;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{address, runtime, with_data};
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
    runtime()?.block_on(async {
        let listener = TcpListener::bind(config.server.listen)
            .await
            .with_context(|| format!("cannot listen on {}", config.server.listen))?;
        let stop = CancellationToken::new();
        let house = House::open(&config, Clock::System, listener.local_addr()?).await?;
        if let Some(link) = house.set_up().await? {
            println!("Welcome. Sign in once with this link to set Outcry up (it lasts one day):\n  {link}");
        }
        let public_url = config.server.public_url.as_deref();
        address::note(&config.data.dir, house.url(), config.server.listen, public_url);
        tokio::spawn(signals(stop.clone()));
        println!("Outcry listens on {}", house.url());
        house.run(listener, stop).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Ends the house at the first SIGTERM or SIGINT.
pub async fn signals(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    stop.cancel();
}
