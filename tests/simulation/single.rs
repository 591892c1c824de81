//! One house for one test: a founded town, and a clock that is turned by hand.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use outcry::clock::{Clock, Turned};
use outcry_domain::actor::SystemId;
use outcry_domain::incident::{Channel, Command, Draft};
use outcry_domain::organisation::Command as Setting;
use outcry_domain::{Category, Incident, IncidentId, Moment, Organisation};
use outcry_ledger::Entry;

use crate::running::{Read, Running, instant};
use crate::town::{self, Shared, id};

pub(crate) struct Single {
    pub house: Running,
    folder: tempfile::TempDir,
    turned: Arc<Turned>,
    providers: Shared,
}

impl Single {
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let turned = Arc::new(Turned {
            now_us: AtomicI64::new(1_764_000_000_000_000),
            dice: AtomicU64::new(7),
        });
        let providers = Shared::default();
        let house = Running::start(folder.path(), &turned, &providers, Read::new()).await;
        let commands = town::founding().into_iter().map(|event| Setting::Put {
            event,
            expected: None,
        });
        let moment = Clock::Simulated(turned.clone()).moment(SystemId::Setup);
        let founded = house.ledger.configure_all(commands.collect(), &moment);
        founded.await.expect("a valid town");
        Self {
            house,
            folder,
            turned,
            providers,
        }
    }

    /// Stops the house, does something to its folder, and starts it again.
    pub(crate) async fn restart(&mut self, meanwhile: impl AsyncFnOnce(&Path)) {
        self.house.ledger.stop().await;
        self.house.bus.stop().await;
        meanwhile(self.folder.path()).await;
        let folder = self.folder.path();
        self.house = Running::start(folder, &self.turned, &self.providers, Read::new()).await;
    }

    pub(crate) fn clock(&self) -> Clock {
        Clock::Simulated(self.turned.clone())
    }

    pub(crate) fn pass(&self, seconds: i64) {
        let time_us = seconds * 1_000_000;
        self.turned.now_us.fetch_add(time_us, Ordering::SeqCst);
    }

    fn by(&self, who: &str) -> Moment {
        let organisation = self.house.ledger.organisation();
        let person = organisation.person(&id(who)).expect("lives here");
        Moment {
            actor: Organisation::actor(person),
            ..self.clock().moment(SystemId::Setup)
        }
    }

    pub(crate) async fn press(&self, site: &str) -> IncidentId {
        self.file(site, Category::Panic, Command::Panic).await
    }

    pub(crate) async fn report(&self, site: &str, category: Category) -> IncidentId {
        self.file(site, category, Command::Report).await
    }

    async fn file(
        &self,
        site: &str,
        category: Category,
        command: fn(Draft) -> Command,
    ) -> IncidentId {
        let command = command(Draft {
            site: id(site),
            category,
            channel: Channel::Terminal,
            occurred_at: None,
            area: None,
            device: None,
            reporter: None,
            narrative: None,
            fields: [].into(),
            items: vec![],
            silent: None,
            left_out: Vec::new(),
        });
        let moment = self.by(&format!("clerk-{site}"));
        let recorded = self.house.ledger.report(command, &moment, None).await;
        recorded.expect("recorded").summary.id
    }

    /// The desk does something.
    pub(crate) async fn act(&self, incident: IncidentId, command: Command) {
        let moment = self.by("priya");
        let recorded = self.house.ledger.record(incident, command, &moment, None);
        recorded.await.expect("recorded");
    }

    pub(crate) async fn state(&self, incident: IncidentId) -> Arc<Incident> {
        let state = self.house.ledger.state(incident).await.expect("reads");
        state.expect("there is one")
    }

    /// Every fact that can be read.
    pub(crate) async fn facts(&self) -> Vec<Arc<Entry>> {
        let mut facts = Vec::new();
        for region in ["north", "south"] {
            let found = self.house.ledger.facts_after(&id(region), 0, 500).await;
            facts.extend(found.expect("reads"));
        }
        facts
    }

    /// The assess loop reads everything.
    pub(crate) async fn assess(&self) {
        let assessed = self.house.assessor.handle(&self.facts().await).await;
        assessed.expect("those that can be read");
    }

    /// The late loop takes a step.
    pub(crate) async fn look(&mut self) -> Result<bool, outcry_ledger::Error> {
        self.house.late.step(instant(&self.turned)).await
    }

    /// A till tells of a refund.
    pub(crate) async fn refund(&self, site: &str, number: &str, seconds_ago: i64) {
        let now_us = self.clock().now().0;
        let event = town::rung_up(site, number, true, now_us - seconds_ago * 1_000_000);
        let receipt = self.house.bus.publish_events(&[event], now_us).await;
        assert_eq!(receipt.expect("taken").accepted, 1);
    }
}
