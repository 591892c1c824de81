//! The world that plays on the chain: tills, doors, rotas, people who report and people who answer.
//! It acts through the doors that everybody else has and takes its time from the clock that it is given.

mod agenda;
mod arrivals;
mod door;
mod event;
mod filing;
mod machines;
mod outbox;
mod reports;
mod screens;
mod shop;
mod staff;

use std::collections::BTreeMap;
use std::time::Duration;

use outcry_domain::{PersonId, Time};
use tokio_util::sync::CancellationToken;

use self::agenda::{Agenda, Pace};
use self::arrivals::Arrivals;
use self::door::Door;
use self::filing::{Filing, Pen};
use self::outbox::Outbox;
use self::shop::Shop;
use self::staff::{Fate, Step};
use super::chain::{self, Chain, DESK, Seat, TRADE_MAX};
use super::chance::Chance;
use super::real::incidents::Incidents;
use super::real::invoices::Invoices;
use super::real::narratives;
use crate::clock::Clock;

/// How far back the day begins, so that the desk is alive from the first second.
const HISTORY_US: i64 = 3_600_000_000;
/// How often the world looks what is due.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// What the world needs.
pub struct World {
    /// Where Outcry listens, such as `http://127.0.0.1:8643`.
    pub url: String,
    /// A bearer token of everybody who acts.
    pub tokens: BTreeMap<PersonId, String>,
    /// The chain that it plays on, already in place.
    pub chain: Chain,
    /// The same seed plays the same day.
    pub seed: u64,
    /// How many times faster than life.
    pub speed: f64,
    /// What time it is.
    pub clock: Clock,
}

/// Plays the last hour at once and then on, until it is told to stop.
///
/// # Errors
/// When no HTTP client can be made. An Outcry that does not answer is waited for.
pub async fn play(world: World, shutdown: CancellationToken) -> Result<(), reqwest::Error> {
    let clock = world.clock.clone();
    let _open = screens::open(&world.url, at_a_screen(&world))?;
    let mut day = Day::new(world)?;
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = day.go_on(&clock) => {}
    }
    Ok(())
}

/// Who sits at a screen: the dispatchers beside the visitor, and the managers of the busiest stores.
fn at_a_screen(world: &World) -> Vec<(PersonId, String)> {
    let home = world.chain.seats().map(|seat| seat.person);
    let busiest = world
        .chain
        .stores
        .iter()
        .filter(|store| store.trade == TRADE_MAX);
    let managers = busiest.map(|store| store.manager.clone());
    let desk = DESK.iter().map(|id| chain::slug(id));
    let all = desk.chain(managers).filter(|person| !home.contains(person));
    all.filter_map(|person| Some((person.clone(), world.tokens.get(&person)?.clone())))
        .collect()
}

/// One thing that is to happen in the world.
#[derive(Debug)]
enum Act {
    /// The next invoice goes over its till.
    RingUp { place: usize, round: u32 },
    /// A shop counts who came in.
    Footfall { shop: usize },
    /// Somebody starts or ends their shift in Outcry as well.
    Shift {
        shop: usize,
        person: PersonId,
        starts: bool,
    },
    /// Somebody goes off shift in a shop, somebody else comes.
    ShiftChange { shop: usize },
    /// Somebody who watches cameras marks a moment.
    Mark,
    /// What a till said arrives late.
    Late(String),
    /// Something like what was taken comes back.
    BringBack {
        shop: usize,
        article: usize,
        quantity: i64,
    },
    /// The next report comes.
    Report { home: bool },
    /// A report is sent.
    Send {
        filing: Box<Filing>,
        shop: usize,
        fate: Fate,
    },
    /// A button is pressed.
    Panic,
    /// A group goes through a shop.
    Burst,
    /// Somebody does the next thing about an incident.
    Answer { case: u64, step: Step },
}

/// The day, as far as it has come.
struct Day {
    pace: Pace,
    agenda: Agenda<Act>,
    door: Door,
    outbox: Outbox,
    shops: Vec<Shop>,
    seats: [Seat; 5],
    invoices: Invoices,
    arrivals: Arrivals,
    pen: Pen,
    staff: staff::Staff,
    machines: Chance,
    people: Chance,
    answers: Chance,
}

impl Day {
    fn new(world: World) -> Result<Self, reqwest::Error> {
        let started = world.clock.now();
        let invoices = Invoices::read();
        let mut shelves = Chance::of(world.seed, "shelves");
        let stores = world.chain.stores.iter();
        let mut day = Self {
            pace: Pace::new(started, world.speed),
            agenda: Agenda::default(),
            door: Door::new(&world.url, world.tokens, started)?,
            outbox: Outbox::new(),
            shops: stores
                .map(|store| Shop::new(store, &invoices.articles, &mut shelves))
                .collect(),
            seats: world.chain.seats(),
            invoices,
            arrivals: Arrivals::new(Incidents::read()),
            pen: Pen::new(narratives::read()),
            staff: staff::Staff::default(),
            machines: Chance::of(world.seed, "machines"),
            people: Chance::of(world.seed, "people"),
            answers: Chance::of(world.seed, "answers"),
        };
        day.open_shops();
        day.expect_reports();
        Ok(day)
    }

    /// Everything that is due, again and again. The first time that is the last hour.
    async fn go_on(&mut self, clock: &Clock) {
        loop {
            let so_far = self.pace.so_far(clock.now());
            while let Some((at_us, act)) = self.agenda.due(so_far) {
                self.act(at_us, act).await;
            }
            self.outbox.flush(&self.door, &mut self.machines).await;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn act(&mut self, at_us: i64, act: Act) {
        match act {
            Act::RingUp { place, round } => self.ring_up(at_us, place, round),
            Act::Footfall { shop } => self.footfall(at_us, shop),
            Act::ShiftChange { shop } => self.shift_change(at_us, shop),
            Act::Shift {
                shop,
                person,
                starts,
            } => self.shift(shop, &person, starts).await,
            Act::Mark => self.mark(at_us),
            Act::Late(event) => self.outbox.put(event),
            Act::BringBack {
                shop,
                article,
                quantity,
            } => self.bring_back(at_us, shop, article, quantity),
            Act::Report { home } => self.report(at_us, home),
            Act::Send { filing, shop, fate } => self.send(at_us, &filing, shop, fate).await,
            Act::Panic => self.panic(at_us).await,
            Act::Burst => self.burst(at_us),
            Act::Answer { case, step } => self.answer(at_us, case, step).await,
        }
        if self.outbox.is_full() {
            self.outbox.flush(&self.door, &mut self.machines).await;
        }
    }

    /// When something happens, on the real clock.
    fn time(&self, day_us: i64) -> Time {
        self.pace.on_the_clock(day_us)
    }

    /// Whether a visitor may sit there: then nobody else acts in that name.
    fn is_visitors(&self, person: &PersonId) -> bool {
        self.seats.iter().any(|seat| seat.person == *person)
    }
}

#[cfg(test)]
mod tests;
