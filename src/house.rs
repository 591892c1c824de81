//! The house: every room opened and wired, the follower loops beside the counter, one way down.

mod private;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use outcry_channels::Outbound;
use outcry_domain::actor::SystemId;
use outcry_domain::organisation::{Command, Event, Person, Region, defaults};
use outcry_domain::{PersonId, Personal, Reach, Role};
use outcry_ledger::{self as ledger, Ledger};
use outcry_stream::Bus;
use outcry_web::LiveHub;
use tokio::net::TcpListener;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::clock::{self, Clock};
use crate::config::{BadConfig, Config};
use crate::credential::Credentials;
use crate::directory;
use crate::follow::courier::{self, Courier, World};
use crate::follow::{Duty, Follower, Lease, assess, escalate, merge, nothing_to_take_up};

/// How long what is under way may take at the end.
const GRACE: Duration = Duration::from_secs(15);
/// How long the lease may take to be left: the database may be gone.
const LEAVE_MAX: Duration = Duration::from_secs(2);
/// How often old events are let go.
const PRUNE_EVERY: Duration = Duration::from_secs(60);
/// The administrator of a first start.
const ADMINISTRATOR: &str = "administrator";
/// How long a link of the command line lasts, in seconds.
pub const LINK_S: u32 = 86_400;

/// All rooms, open.
pub struct House {
    /// The log.
    pub ledger: Ledger,
    /// The event stream.
    pub bus: Bus,
    outbound: Arc<Outbound>,
    hub: LiveHub,
    clock: Clock,
    settings: Config,
    /// Ways in for people.
    pub credentials: Credentials,
    url: String,
    lease: Lease,
    duty: Duty,
}

/// The ledger's part of the settings.
pub fn ledger_settings(config: &Config) -> anyhow::Result<ledger::Settings> {
    // SQLite has one process at a time: what the one before left, the next one has at once.
    let (database, owner) = match &config.data.postgres_url_file {
        None => (ledger::Database::Sqlite, "the only process".to_owned()),
        Some(file) => {
            let url = std::fs::read_to_string(file)
                .with_context(|| format!("data.postgres_url_file: {}", file.display()))?;
            let url = url.trim();
            if !["postgres://", "postgresql://"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
            {
                return Err(BadConfig::new(format!(
                    "data.postgres_url_file: {} holds no PostgreSQL URL; it looks like postgres://user@host/database",
                    file.display()
                ))
                .into());
            }
            let database = ledger::Database::Postgres {
                url: url.to_owned().into(),
            };
            (database, format!("{:032x}", clock::entropy()))
        }
    };
    // Only the power-loss proof weakens this, to show that it would be noticed.
    let synchronous = match std::env::var("OUTCRY_LEDGER_SYNCHRONOUS").as_deref() {
        Ok("normal") => ledger::Synchronous::Normal,
        _ => ledger::Synchronous::Full,
    };
    Ok(ledger::Settings {
        data: config.data.dir.clone(),
        database,
        synchronous,
        owner,
    })
}

/// Where browsers find the house, if it listens at `address`.
pub fn url(config: &Config, address: SocketAddr) -> String {
    let url = config.server.public_url.clone();
    let url = url.unwrap_or_else(|| format!("http://{address}"));
    url.trim_end_matches('/').to_owned()
}

fn bus_settings(config: &Config) -> outcry_stream::Settings {
    outcry_stream::Settings {
        keep_us: i64::from(config.stream.keep_hours) * 3_600_000_000,
        keep_bytes: u64::from(config.stream.keep_mib) << 20,
        remembered_max: config.stream.remembered_events as usize,
        ..Default::default()
    }
}

impl House {
    /// Opens every room; nothing runs yet.
    pub async fn open(config: &Config, clock: Clock, address: SocketAddr) -> anyhow::Result<Self> {
        private::make(&config.data.dir)?;
        let ledger = Ledger::open(&ledger_settings(config)?, clock::fill).await?;
        let bus = Bus::open(
            &config.data.dir.join(directory::EVENTS),
            bus_settings(config),
            clock.now().0,
        )?;
        let url = url(config, address);
        Ok(Self {
            credentials: Credentials::new(ledger.clone(), clock.clone(), url.clone()),
            lease: Lease::new(ledger.clone(), clock.clone()),
            ledger,
            bus,
            outbound: Arc::new(Outbound::open(&config.channels)?),
            hub: LiveHub::default(),
            clock,
            settings: config.clone(),
            url,
            duty: Duty::default(),
        })
    }

    /// Where browsers find the house.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Prepares an empty organisation in one commit. `tell` is given the administrator's first sign-in link just
    /// before that: whatever ends the process in between, no house is left whose link nobody was told.
    pub async fn set_up(&self, tell: impl FnOnce(&str)) -> anyhow::Result<()> {
        if !self.ledger.organisation().people.is_empty() {
            return Ok(());
        }
        let person: PersonId = ADMINISTRATOR.parse().expect("a slug");
        let mut events = vec![
            Event::Region(Region {
                id: "main".parse().expect("a slug"),
                name: "Main".into(),
            }),
            Event::Person(Person {
                id: person.clone(),
                name: Personal::new("Administrator"),
                role: Role::Admin,
                reach: Reach::All,
                contacts: Vec::new(),
                phone: None,
                active: true,
            }),
        ];
        events.extend(defaults::events());
        let moment = self.clock.moment(SystemId::Setup);
        let expires_at = moment.now.plus_s(LINK_S);
        let (link, command) = self.credentials.first_link(&person, expires_at);
        let mut commands = puts(events);
        commands.push(command);
        tell(&link);
        self.ledger.configure_all(commands, &moment).await?;
        Ok(())
    }

    /// Puts settings in place at a first start, in one commit.
    pub async fn put_all(&self, events: Vec<Event>) -> anyhow::Result<()> {
        let moment = self.clock.moment(SystemId::Setup);
        self.ledger.configure_all(puts(events), &moment).await?;
        Ok(())
    }

    /// Runs counter and loops until `stop`, or until the log takes nothing more.
    pub async fn run(self, listener: TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
        for line in courier::missing(&self.outbound) {
            tracing::warn!("{line}");
        }
        let mut loops = JoinSet::new();
        let loops_stop = CancellationToken::new();
        self.start(&mut loops, &loops_stop)?;
        let counter = outcry_web::run(listener, self.counter(), stop.clone());
        tokio::pin!(counter);
        let ended = tokio::select! {
            () = &mut counter => Ok(()),
            why = self.ledger.stopped() => {
                tracing::error!("{}: nothing more can be promised, so this process ends", what(why));
                stop.cancel();
                Err(ledger::Error::Stopped.into())
            }
            // The others would keep the lease, and nobody would do the work of this one.
            fault = broken(&mut loops) => {
                tracing::error!("a loop broke off over a fault of this program, which stands above, so this process ends");
                stop.cancel();
                counter.as_mut().await;
                Err(fault.into())
            }
        };
        // The counter is closed; what it accepted is durable. The loops finish what they hold.
        loops_stop.cancel();
        let _ =
            tokio::time::timeout(GRACE, async { while loops.join_next().await.is_some() {} }).await;
        loops.abort_all();
        let _ = tokio::time::timeout(LEAVE_MAX, self.lease.leave()).await;
        self.close().await;
        ended
    }

    /// Closes log and stream in order.
    pub async fn close(&self) {
        self.ledger.stop().await;
        self.bus.stop().await;
    }

    fn counter(&self) -> outcry_web::House {
        let clock = self.clock.clone();
        outcry_web::House {
            ledger: self.ledger.clone(),
            bus: self.bus.clone(),
            live: self.hub.clone(),
            clock: Arc::new(move || clock.now()),
            entropy: Arc::new(clock::entropy),
            settings: outcry_web::Settings {
                public_url: self.url.clone(),
                strangers_per_address_max: self.settings.server.strangers_per_address as usize,
                loops: Some(self.loops()),
                ..Default::default()
            },
        }
    }

    /// What the loops do, for `/readyz` and `/metrics`.
    fn loops(&self) -> outcry_web::Loops {
        let (ledger, duty) = (self.ledger.clone(), self.duty.clone());
        Arc::new(move || duty.seen(&ledger))
    }

    fn follower(&self, name: &'static str, stop: &CancellationToken) -> Follower {
        Follower {
            name,
            ledger: self.ledger.clone(),
            lease: self.lease.clone(),
            duty: self.duty.clone(),
            stop: stop.clone(),
        }
    }

    fn start(&self, loops: &mut JoinSet<()>, stop: &CancellationToken) -> anyhow::Result<()> {
        let (ledger, clock) = (self.ledger.clone(), self.clock.clone());
        let (courier, record) = Courier::new(
            ledger.clone(),
            World::Real {
                outbound: self.outbound.clone(),
                hub: self.hub.clone(),
            },
            clock.clone(),
            self.url.clone(),
        );
        loops.spawn(record);
        let courier = Arc::new(courier);
        let (l, c) = (ledger.clone(), courier.clone());
        loops.spawn(self.follower("courier", stop).run(
            async move || c.bring(l.undelivered().await?).await,
            async move |entries: &_| courier.handle(entries).await,
        ));
        let (l, c) = (ledger.clone(), clock.clone());
        loops.spawn(
            self.follower("merge", stop)
                .run(nothing_to_take_up, async move |entries: &_| {
                    merge::handle(&l, &c, entries).await
                }),
        );
        let assessor = assess::Assessor::open(
            ledger.clone(),
            self.bus.clone(),
            clock.clone(),
            &self.settings.assess,
            &self.settings.data.dir,
        )?;
        assessor.start(loops, self.follower("assess", stop), stop.clone());
        let deadlines = self.follower("escalate", stop);
        loops.spawn(escalate::run(deadlines, clock.clone()));
        loops.spawn(tend(self.bus.clone(), clock, stop.clone()));
        Ok(())
    }
}

/// The commands that put new settings in place.
fn puts(events: Vec<Event>) -> Vec<Command> {
    let put = |event| Command::Put {
        event,
        expected: None,
    };
    events.into_iter().map(put).collect()
}

/// Waits until a loop breaks off. One that ends has said why.
async fn broken(loops: &mut JoinSet<()>) -> JoinError {
    loop {
        match loops.join_next().await {
            Some(Err(fault)) => return fault,
            Some(Ok(())) => {}
            None => std::future::pending().await,
        }
    }
}

/// What happened to the log, for whoever runs the house.
fn what(end: ledger::End) -> &'static str {
    match end {
        ledger::End::Refused => "the database refused a write",
        ledger::End::BrokeOff => {
            "the writer of the log broke off over a fault of this program, which stands above"
        }
    }
}

/// Lets old events go now and then, until the stop, or until the stream ends: that stops nothing else.
async fn tend(bus: Bus, clock: Clock, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(PRUNE_EVERY) => {}
            () = bus.ended() => {
                if !stop.is_cancelled() {
                    tracing::error!(
                        "the event stream has ended: reports and panics go on, without the events of tills, cameras and rotas; check the disk and start again"
                    );
                }
                return;
            }
            () = stop.cancelled() => return,
        }
        if let Err(error) = bus.prune(clock.now().0).await {
            tracing::warn!(%error, "old events stay a little longer");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_with_sqlite_waits_for_no_lease() {
        let owner = || ledger_settings(&Config::default()).expect("valid").owner;
        assert_eq!(owner(), owner());
    }

    #[tokio::test]
    async fn the_first_link_is_told_before_anything_stands_and_counts_with_all_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config::default();
        config.data.dir = folder.path().join("data");
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        let house = House::open(&config, Clock::system(), address).await;
        let house = house.expect("opens");
        let known = |link: &str| {
            let secret = link.rsplit('/').next().expect("a link");
            let hash = outcry_identity::Token::parse(secret)
                .expect("a token")
                .hash();
            let organisation = house.ledger.organisation();
            let bearer = organisation.bearer(&hash.to_string(), house.clock.now());
            bearer.map(|(person, _)| person.id.to_string())
        };
        let mut told = String::new();
        let tell = |link: &str| {
            assert_eq!(house.ledger.organisation().sequence, 0, "nothing stands");
            told = link.to_owned();
        };
        house.set_up(tell).await.expect("prepared");
        assert_eq!(known(&told).as_deref(), Some(ADMINISTRATOR), "{told}");
        let again = |link: &str| panic!("told again: {link}");
        house.set_up(again).await.expect("nothing to do");
        house.close().await;
    }

    #[tokio::test]
    async fn a_loop_that_breaks_off_is_noticed_and_one_that_ends_is_not() {
        let mut loops = JoinSet::new();
        loops.spawn(async {});
        let soon = Duration::from_millis(50);
        assert!(
            tokio::time::timeout(soon, broken(&mut loops))
                .await
                .is_err()
        );
        loops.spawn(async { panic!("a fault") });
        assert!(broken(&mut loops).await.is_panic());
    }
}
