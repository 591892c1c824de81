//! A fresh ledger with an organisation, and what people do in it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use outcry_domain::actor::SystemId;
use outcry_domain::incident::{Channel, Command, Draft, Item};
use outcry_domain::organisation::{
    self, Area, Contact, Event, Means, PanicMode, Person, Region, Site, defaults,
};
use outcry_domain::{
    Actor, ActorId, Category, IncidentId, Moment, Personal, Reach, Role, Scope, Time,
};
use outcry_ledger::{Database, Error, Ledger, Recorded, Settings, Synchronous};

/// When every test begins: 2026-11-01T00:00:00Z.
pub(crate) const BEGIN: Time = Time(1_793_491_200_000_000);
/// Words that must never be on a disk as they are.
pub(crate) const NARRATIVE: &str = "Zebulon Quartermaine threatened the cashier with a breadknife";
/// A name that must never be on a disk as it is.
pub(crate) const NAME: &str = "Philippa Vanterpool-Okonkwo";
/// An address that must never be on a disk as it is.
pub(crate) const ADDRESS: &str = "philippa.vanterpool@example.org";

/// Which engine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A ledger and the clock and dice of its world.
pub(crate) struct House {
    pub(crate) ledger: Ledger,
    pub(crate) settings: Settings,
    /// Where PostgreSQL is, for those who look behind the ledger.
    pub(crate) url: Option<String>,
    ticks: AtomicU64,
    _dir: tempfile::TempDir,
}

/// Random bytes of the test: different every time, and nobody's secret.
pub(crate) fn fill(bytes: &mut [u8]) {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    for chunk in bytes.chunks_mut(8) {
        let mut n = COUNT
            .fetch_add(1, Ordering::Relaxed)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        n ^= n >> 29;
        n = n.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        n ^= n >> 32;
        chunk.copy_from_slice(&n.to_le_bytes()[..chunk.len()]);
    }
}

pub(crate) fn slug<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("a slug")
}

/// An actor as tests need them.
pub(crate) fn actor(id: &str, role: Role, reach: Reach) -> Actor {
    Actor {
        id: ActorId::Person(slug(id)),
        role,
        reach,
    }
}

/// Sees everything.
pub(crate) fn everything() -> Scope {
    Scope::of(&actor("dana", Role::Desk, Reach::All))
}

impl House {
    /// A house with two regions of two stores each.
    pub(crate) async fn open(engine: Engine) -> Self {
        let house = Self::empty(engine).await;
        house.set_up().await;
        house
    }

    /// A house with nothing in it.
    pub(crate) async fn empty(engine: Engine) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let url = (engine == Engine::Postgres).then(super::postgres::fresh_database);
        let database = match &url {
            None => Database::Sqlite,
            Some(url) => Database::Postgres {
                url: url.clone().into(),
            },
        };
        let settings = Settings {
            data: dir.path().join("data"),
            database,
            synchronous: Synchronous::Full,
            owner: "one".into(),
        };
        let ledger = Ledger::open(&settings, fill).await.expect("opens");
        Self {
            ledger,
            settings,
            url,
            ticks: AtomicU64::new(0),
            _dir: dir,
        }
    }

    /// Stops, and opens again on the same data.
    pub(crate) async fn restart(&mut self) {
        self.ledger.stop().await;
        let none = Ledger::open(&self.settings, fill).await;
        // The lock of the data directory goes with the last handle.
        match none {
            Ok(ledger) => self.ledger = ledger,
            Err(error) => panic!("does not open again: {error}"),
        }
    }

    pub(crate) fn data(&self) -> &Path {
        &self.settings.data
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.settings.data.join("outcry.db")
    }

    /// Two regions of two stores each, and people.
    pub(crate) async fn set_up(&self) {
        let site = |id: &str, region: &str| {
            Event::Site(Site {
                id: slug(id),
                name: id.to_uppercase(),
                region: slug(region),
                timezone: "Europe/London".into(),
                address: None,
                phone: None,
                areas: vec![Area {
                    id: slug("tills"),
                    name: "Tills".into(),
                }],
                devices: vec![],
                panic: PanicMode::default(),
            })
        };
        let person = |id: &str, name: &str, role, reach| {
            let contacts = vec![Contact {
                channel: Means::Mail,
                address: Personal::new(ADDRESS),
            }];
            let name = Personal::new(name);
            Event::Person(Person {
                id: slug(id),
                name,
                role,
                reach,
                contacts,
                phone: None,
                active: true,
            })
        };
        let mut events = vec![
            region("north", "North"),
            region("south", "South"),
            site("leeds-1", "north"),
            site("leeds-2", "north"),
            site("hove-1", "south"),
            site("hove-2", "south"),
            person("dana", NAME, Role::Desk, Reach::All),
            person("mia", "Mia", Role::Manager, Reach::Site(slug("leeds-1"))),
        ];
        events.extend(defaults::events());
        let commands = events
            .into_iter()
            .map(|event| organisation::Command::Put {
                event,
                expected: None,
            })
            .collect();
        let moment = self.system(SystemId::Setup);
        self.ledger
            .configure_all(commands, &moment)
            .await
            .expect("set up");
    }

    /// The next moment: a millisecond after the one before.
    pub(crate) fn now(&self) -> Time {
        let tick = self.ticks.fetch_add(1, Ordering::Relaxed);
        BEGIN.plus_us(i64::try_from(tick).expect("few ticks") * 1_000)
    }

    pub(crate) fn moment(&self, actor: Actor) -> Moment {
        let mut entropy = [0; 16];
        fill(&mut entropy);
        Moment {
            now: self.now(),
            actor,
            entropy: u128::from_le_bytes(entropy),
        }
    }

    pub(crate) fn system(&self, id: SystemId) -> Moment {
        self.moment(Actor::system(id))
    }

    pub(crate) fn desk(&self) -> Moment {
        self.moment(actor("dana", Role::Desk, Reach::All))
    }

    /// A region is made, or has that name from now on.
    pub(crate) async fn name_region(&self, id: &str, name: &str) -> Result<Vec<Event>, Error> {
        let put = organisation::Command::Put {
            event: region(id, name),
            expected: None,
        };
        self.ledger
            .configure(put, &self.system(SystemId::Setup))
            .await
    }

    /// Somebody reports a theft.
    pub(crate) async fn report(&self, site: &str) -> Recorded {
        let moment = self.desk();
        self.ledger
            .report(Command::Report(theft(site)), &moment, None)
            .await
            .expect("recorded")
    }

    /// Somebody calls for help.
    pub(crate) async fn panic(&self, site: &str) -> Recorded {
        let draft = Draft {
            narrative: None,
            items: vec![],
            ..theft(site)
        };
        let moment = self.desk();
        self.ledger
            .report(Command::Panic(draft), &moment, None)
            .await
            .expect("recorded")
    }

    pub(crate) async fn command(
        &self,
        id: IncidentId,
        command: Command,
    ) -> Result<Recorded, Error> {
        let moment = self.desk();
        self.ledger.record(id, command, &moment, None).await
    }
}

fn region(id: &str, name: &str) -> Event {
    Event::Region(Region {
        id: slug(id),
        name: name.into(),
    })
}

/// A theft as a clerk writes it.
pub(crate) fn theft(site: &str) -> Draft {
    Draft {
        site: slug(site),
        category: Category::Theft,
        channel: Channel::Terminal,
        occurred_at: None,
        area: Some(slug("tills")),
        device: None,
        reporter: None,
        narrative: Some(Personal::new(NARRATIVE)),
        fields: [].into(),
        items: vec![Item {
            sku: Some("SKU-881".into()),
            name: "Whisky".into(),
            quantity: 2,
            value_minor: Some(3_250),
        }],
        silent: None,
        left_out: Vec::new(),
    }
}
