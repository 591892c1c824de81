//! `demo`: a believable chain of stores on this machine, with nothing to install or configure.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use outcry_channels::Secret;
use outcry_domain::Organisation;
use outcry_domain::actor::SystemId;
use outcry_domain::organisation::{CredentialKind, defaults};
use serde::Serialize;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::serve::signals;
use super::{address, runtime};
use crate::cli::Demo;
use crate::clock::Clock;
use crate::config::{BadConfig, Config};
use crate::demo::{self, Chain, Face, Greeting, Peers};
use crate::directory;
use crate::house::House;
use crate::logging;

/// What scripts read: the address, and a way in per role.
#[derive(Debug, Serialize)]
struct Script {
    url: String,
    people: Vec<WayIn>,
    sites: Vec<String>,
}

/// One role's way in.
#[derive(Debug, Serialize)]
struct WayIn {
    role: outcry_domain::Role,
    name: String,
    site: Option<String>,
    token: String,
    sign_in_url: String,
}

/// Runs the demo until a signal, or for as long as asked.
pub fn run(options: &Demo) -> anyhow::Result<ExitCode> {
    if !(options.speed.is_finite() && (0.1..=1_000.0).contains(&options.speed)) {
        return Err(BadConfig::new("--speed must be 0.1 to 1000").into());
    }
    // From here on a signal ends it in order, for a temporary folder goes away with everything in it
    // when this ends.
    let runtime = runtime()?;
    let stop = CancellationToken::new();
    {
        let _inside = runtime.enter();
        signals(stop.clone());
    }
    let (kept, temporary) = match &options.data {
        Some(dir) => (dir.clone(), None),
        None => {
            let mut folder = tempfile::Builder::new();
            let private = std::fs::Permissions::from_mode(0o700);
            let dir = folder
                .prefix("outcry-demo-")
                .permissions(private)
                .tempdir()?;
            (dir.path().to_owned(), Some(dir))
        }
    };
    let ended = runtime.block_on(play(options, kept, stop));
    drop(runtime);
    drop(temporary);
    ended.map(|()| ExitCode::SUCCESS)
}

async fn play(options: &Demo, data: PathBuf, stop: CancellationToken) -> anyhow::Result<()> {
    let clock = Clock::system();
    let peers = Peers::start(clock.clone()).await?;
    let mut config = Config::default();
    config.data.dir.clone_from(&data);
    config.log.level = "warn".into();
    config.channels = channels(&peers);
    logging::start(&config.log);

    let listener = TcpListener::bind(options.listen).await.with_context(|| {
        format!(
            "cannot listen on {}; try --listen 127.0.0.1:0",
            options.listen
        )
    })?;
    let house = House::open(&config, clock.clone(), listener.local_addr()?).await?;
    let chain = demo::chain::build(options.seed).reached_by_webhook(&peers.webhook_url);
    let kept = house.ledger.organisation();
    own_house(&chain, &kept, &data)?;
    address::note(&data, house.url(), options.listen, None);
    let (chain, commands) = if kept.people.is_empty() {
        house.put_all(defaults::events()).await?;
        let commands = chain.commands();
        (chain, commands)
    } else {
        chain.resume(&kept)
    };
    if !commands.is_empty() {
        let moment = clock.moment(SystemId::Setup);
        house.ledger.configure_all(commands, &moment).await?;
    }
    let script = ways_in(&house, &chain).await?;
    let file = write(&data, &script)?;
    let actors: Vec<_> = chain
        .people
        .iter()
        .map(|person| person.id.clone())
        .collect();
    let tokens = house.credentials.issue_all(&actors).await?;
    print!(
        "{}",
        greeting(&script, &chain, &file, options.data.is_none(), &peers)
    );

    if let Some(seconds) = options.for_s {
        let stop = stop.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            stop.cancel();
        });
    }
    let world = demo::World {
        url: house.url().to_owned(),
        tokens,
        chain,
        seed: options.seed,
        speed: options.speed,
        clock,
    };
    let player = tokio::spawn(demo::play(world, stop.clone()));
    house.run(listener, stop).await?;
    // The player only stops with an error when it could not begin.
    player.await??;
    Ok(())
}

/// Refuses the log of another house, in which the simulated staff would go on record for ever.
fn own_house(chain: &Chain, kept: &Organisation, data: &Path) -> Result<(), BadConfig> {
    if kept.people.is_empty() || chain.plays_in(kept) {
        return Ok(());
    }
    Err(BadConfig::new(format!(
        "--data: {} holds the log of another house, which is left as it is: give the demo a folder of its own, or \
         leave --data out",
        data.display()
    )))
}

fn greeting(
    script: &Script,
    chain: &Chain,
    file: &Path,
    is_temporary: bool,
    peers: &Peers,
) -> String {
    let store_of = |id: &str| {
        let store = chain
            .stores
            .iter()
            .find(|store| store.site.id.as_str() == id);
        store.map(|store| store.site.name.clone())
    };
    let faces: Vec<Face> = script
        .people
        .iter()
        .map(|way| Face {
            role: way.role,
            name: way.name.clone(),
            store: way.site.as_deref().and_then(store_of),
            link: way.sign_in_url.clone(),
        })
        .collect();
    Greeting {
        faces: &faces,
        demo_json: file,
        is_temporary,
        peers_page: &peers.page_url,
    }
    .words()
}

fn channels(peers: &Peers) -> outcry_channels::Settings {
    let mut settings = outcry_channels::Settings::default();
    let mut mail = outcry_channels::MailSettings::new(
        peers.smtp_addr.ip().to_string(),
        "Outcry demo <outcry@example.test>",
    );
    mail.port = Some(peers.smtp_addr.port());
    mail.security = outcry_channels::Security::Plain;
    settings.mail = Some(mail);
    settings.webhook.secrets = vec![Secret::from(peers.webhook_secret.as_str())];
    settings.webhook.allow_private = true;
    settings
}

async fn ways_in(house: &House, chain: &Chain) -> anyhow::Result<Script> {
    let mut people = Vec::new();
    for seat in chain.seats() {
        let token = house
            .credentials
            .issue(&seat.person, CredentialKind::Api, None)
            .await?;
        people.push(WayIn {
            role: seat.role,
            name: chain.name_of(&seat.person).to_owned(),
            site: seat.site.as_ref().map(ToString::to_string),
            token: token.reveal().to_owned(),
            sign_in_url: house.credentials.sign_in_link(&seat.person, None).await?,
        });
    }
    let sites = chain
        .stores
        .iter()
        .map(|store| store.site.id.to_string())
        .collect();
    Ok(Script {
        url: house.url().to_owned(),
        people,
        sites,
    })
}

fn write(data: &Path, script: &Script) -> anyhow::Result<PathBuf> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = data.join(directory::SCRIPT);
    let next = data.join(format!("{}{}", directory::SCRIPT, directory::NEXT));
    // It holds tokens: for this user only, and never half written.
    let mut out = std::fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&next)
        .with_context(|| next.display().to_string())?;
    serde_json::to_writer_pretty(&mut out, script)?;
    out.write_all(b"\n")?;
    std::fs::rename(&next, &file)?;
    Ok(file)
}
