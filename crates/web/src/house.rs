//! What the counter is given by whoever runs it: the rooms below, the clock and the dice.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use outcry_domain::{Actor, Moment, Time};
use outcry_identity::Lifetimes;
use outcry_ledger::Ledger;
use outcry_stream::Bus;
use serde::Serialize;
use tokio::sync::Semaphore;

use crate::ask::Answers;
use crate::door::Lanes;
use crate::live::LiveHub;

/// What time it is.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;
/// 128 fresh random bits.
pub type Entropy = Arc<dyn Fn() -> u128 + Send + Sync>;
/// What the loops beside the counter do, by their names.
pub type Loops = Arc<dyn Fn() -> BTreeMap<&'static str, Loop> + Send + Sync>;

/// What a loop does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Loop {
    /// Whether this process has it. Of several on one database, one has all loops.
    pub held: bool,
    /// How many facts it has yet to read; none while another process has it.
    pub behind: u64,
    /// How long ago it came to the end of a round, or began, in seconds.
    pub round_s: u64,
}

/// Everything that a handler may ask for.
pub struct House {
    /// The log and what was read from it.
    pub ledger: Ledger,
    /// Till, camera and shift events.
    pub bus: Bus,
    /// The clock.
    pub clock: Clock,
    /// The dice.
    pub entropy: Entropy,
    /// What an operator chose.
    pub settings: Settings,
    /// Who is listening.
    pub live: LiveHub,
}

/// What an operator chose.
#[derive(Clone)]
pub struct Settings {
    /// Where people reach the house, without a slash at the end: links begin with it, and unless it
    /// is plain `http` to this machine the session cookie is sent over TLS only.
    pub public_url: String,
    /// How long sign-in links, sessions and API tokens are good for.
    pub lifetimes: Lifetimes,
    /// Connections at once; beyond them only calls for help are served.
    pub connections_max: usize,
    /// Connections from one address on which nobody has shown a token yet; not limited where
    /// `public_url` is `https`.
    pub strangers_per_address_max: usize,
    /// Requests that change something, at once.
    pub writes_max: usize,
    /// Requests that only read, at once.
    pub reads_max: usize,
    /// Live streams at once.
    pub live_streams_max: usize,
    /// What the loops do, for `/readyz` and `/metrics`.
    pub loops: Option<Loops>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".into(),
            lifetimes: Lifetimes::default(),
            connections_max: crate::limits::CONNECTIONS_MAX,
            strangers_per_address_max: crate::limits::STRANGERS_PER_ADDRESS_MAX,
            writes_max: crate::limits::WRITES_MAX,
            reads_max: crate::limits::READS_MAX,
            live_streams_max: crate::limits::LIVE_STREAMS_MAX,
            loops: None,
        }
    }
}

impl Settings {
    /// TLS ends at a proxy, and behind that everybody has one address: nobody is told from another there.
    pub(crate) fn strangers_max(&self) -> usize {
        if self.public_url.starts_with("https://") {
            return usize::MAX;
        }
        self.strangers_per_address_max
    }
}

/// The house with what the counter keeps for itself.
pub(crate) struct Counter {
    pub(crate) house: House,
    pub(crate) lanes: Lanes,
    /// How many bodies may be read away.
    pub(crate) drains: Arc<Semaphore>,
    pub(crate) answers: Answers,
    /// The page of the API explorer, written when somebody first asks for it.
    pub(crate) explorer: OnceLock<Bytes>,
    pub(crate) metrics: crate::operate::Metrics,
    pub(crate) asked: crate::operate::Asked,
}

/// What every handler holds.
pub(crate) type Shared = Arc<Counter>;

impl Counter {
    pub(crate) fn of(house: House) -> Shared {
        let lanes = Lanes::of(&house.settings);
        Arc::new(Self {
            house,
            lanes,
            drains: Arc::new(Semaphore::new(crate::limits::DRAINS_MAX)),
            answers: Answers::default(),
            explorer: OnceLock::new(),
            metrics: crate::operate::Metrics::install(),
            asked: crate::operate::Asked::default(),
        })
    }

    pub(crate) fn now(&self) -> Time {
        (self.house.clock)()
    }

    /// What the loops do; nothing where none run.
    pub(crate) fn loops(&self) -> BTreeMap<&'static str, Loop> {
        let loops = self.house.settings.loops.as_ref();
        loops.map(|loops| loops()).unwrap_or_default()
    }

    pub(crate) fn moment(&self, actor: &Actor) -> Moment {
        Moment {
            now: self.now(),
            actor: actor.clone(),
            entropy: (self.house.entropy)(),
        }
    }

    /// Fresh random bytes for a token.
    pub(crate) fn secret(&self) -> [u8; outcry_identity::RANDOM_BYTES] {
        let mut bytes = [0; outcry_identity::RANDOM_BYTES];
        for half in bytes.chunks_mut(16) {
            half.copy_from_slice(&(self.house.entropy)().to_be_bytes());
        }
        bytes
    }
}

impl fmt::Debug for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("House")
            .field("public_url", &self.settings.public_url)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("public_url", &self.public_url)
            .field("lifetimes", &self.lifetimes)
            .field("connections_max", &self.connections_max)
            .field("strangers_per_address_max", &self.strangers_per_address_max)
            .field("writes_max", &self.writes_max)
            .field("reads_max", &self.reads_max)
            .field("live_streams_max", &self.live_streams_max)
            .finish_non_exhaustive()
    }
}
