//! The house as it runs between two crashes: every room open, each loop moved by hand.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use outcry::clock::{Clock, Turned};
use outcry::follow::assess::{Assessor, Late};
use outcry::follow::courier::Courier;
use outcry::follow::escalate::Deadlines;
use outcry::follow::merge;
use outcry_domain::RegionId;
use outcry_ledger::Ledger;
use outcry_stream::Bus;
use tokio::task::AbortHandle;

use crate::crash::Fuse;
use crate::town::{self, Shared};

/// Before every simulated day.
const BEGIN_US: i64 = 1_763_000_000_000_000;

/// How far each loop has read each log.
pub(crate) type Read = BTreeMap<(&'static str, RegionId), u64>;

/// The house as it runs between two crashes.
pub(crate) struct Running {
    pub ledger: Ledger,
    pub bus: Bus,
    pub courier: Courier,
    pub assessor: Assessor,
    pub late: Late,
    pub deadlines: Deadlines,
    /// How far each loop has read; a crash throws it back to what was saved.
    pub read: Read,
    /// What it falls by.
    pub fuse: Arc<Fuse>,
    clock: Arc<Turned>,
    recorder: AbortHandle,
}

/// The simulated time, for what measures durations.
pub(crate) fn instant(clock: &Turned) -> Instant {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    let now_us = clock.now_us.load(Ordering::SeqCst) - BEGIN_US;
    let since = Duration::from_micros(now_us.try_into().expect("after the beginning"));
    *BEGIN.get_or_init(Instant::now) + since
}

pub(crate) fn settings(folder: &std::path::Path) -> outcry_ledger::Settings {
    outcry_ledger::Settings {
        data: folder.to_owned(),
        database: outcry_ledger::Database::Sqlite,
        synchronous: outcry_ledger::Synchronous::Full,
        owner: "town".into(),
    }
}

impl Running {
    pub(crate) async fn start(
        folder: &std::path::Path,
        clock: &Arc<Turned>,
        providers: &Shared,
        read: Read,
    ) -> Self {
        let at = instant(clock);
        let (turned, clock) = (clock.clone(), Clock::Simulated(clock.clone()));
        let fuse = Arc::<Fuse>::default();
        let ledger = Ledger::open(&settings(folder), outcry::clock::fill)
            .await
            .expect("opens");
        let bus = Bus::open(
            &folder.join("events"),
            outcry_stream::Settings::default(),
            clock.now().0,
        )
        .expect("opens");
        let (courier, record) = Courier::new(
            ledger.clone(),
            town::world(providers, &fuse),
            clock.clone(),
            "http://outcry.test".into(),
        );
        let recorder = tokio::spawn(record).abort_handle();
        let assess = outcry::config::Assess::default();
        let assessor = Assessor::open(ledger.clone(), bus.clone(), clock.clone(), &assess, folder)
            .expect("opens");
        let mut late = Late::new(assessor.clone());
        late.take_up(at).await.expect("readable");
        let undelivered = ledger.undelivered().await.expect("readable");
        courier.bring(undelivered).await.expect("brought");
        let deadlines = Deadlines::new(ledger.clone(), clock);
        Self {
            ledger,
            bus,
            courier,
            assessor,
            late,
            deadlines,
            read,
            fuse,
            clock: turned,
            recorder,
        }
    }

    /// A loop does what there is to do; whether there was anything.
    pub(crate) async fn turn(&mut self, name: &'static str) -> bool {
        match name {
            "escalate" => self.deadlines.step().await.expect("steps"),
            "late" => {
                let now = instant(&self.clock);
                self.late.step(now).await.expect("looks")
            }
            _ => self.follow(name).await,
        }
    }

    async fn follow(&mut self, name: &'static str) -> bool {
        let clock = Clock::Simulated(self.clock.clone());
        let organisation = self.ledger.organisation();
        let mut any = false;
        for region in organisation.regions.keys() {
            let at = self.read.entry((name, region.clone())).or_default();
            let entries = self.ledger.facts_after(region, *at, 64).await;
            let entries = entries.expect("readable");
            let Some(last) = entries.last() else { continue };
            match name {
                "assess" => self.assessor.handle(&entries).await,
                "courier" => self.courier.handle(&entries).await,
                _ => merge::handle(&self.ledger, &clock, &entries).await,
            }
            .expect("a loop never fails here");
            *at = last.fact.sequence;
            any = true;
        }
        any
    }

    /// Waits until the courier has recorded what became of everything it set out with; whether there was
    /// anything.
    pub(crate) async fn deliver(&self) -> bool {
        let idle = self.courier.idle();
        while !self.courier.idle() {
            tokio::task::yield_now().await;
        }
        !idle
    }

    /// Nothing of it goes on, and nothing is made durable that was not.
    pub(crate) fn fall(&self) {
        self.fuse.fall();
        self.recorder.abort();
    }
}
