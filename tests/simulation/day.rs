//! One day: things happen in shops, people act, providers fail, the house crashes and starts again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use outcry::clock::{Clock, Turned};
use outcry::follow::merge;
use outcry_domain::actor::SystemId;
use outcry_domain::incident::{Channel, Command, Draft, Override, Resolution};
use outcry_domain::organisation::Command as Setting;
use outcry_domain::{Category, IncidentId, Moment, Organisation, Personal, RegionId};
use outcry_ledger::{Entry, Error};

use crate::promise;
use crate::running::{Read, Running, instant, settings};
use crate::town::{self, DESK, Dice, SITES, Shared, id};

/// Things that happen in a day.
const STEPS: u32 = 40;
/// How long the town sleeps at the end, so that everything that is armed has fired.
const NIGHT_S: i64 = 1_500;

pub(crate) struct Day {
    pub dice: Dice,
    pub house: Running,
    pub providers: Shared,
    pub known: Vec<IncidentId>,
    folder: tempfile::TempDir,
    clock: Arc<Turned>,
    saved: Read,
    told: Vec<String>,
}

/// Lives a day and tells what happened.
pub(crate) async fn live(seed: u64) -> Vec<String> {
    let mut day = Day::dawn(seed).await;
    for _ in 0..STEPS {
        day.something_happens().await;
        if day.dice.below(3) > 0 {
            day.settle().await;
            promise::while_it_runs(&day).await;
        }
    }
    day.night().await;
    promise::at_the_end(&day).await;
    let verified = outcry_ledger::verify(&settings(day.folder.path()))
        .await
        .expect("can be read");
    verified.unwrap_or_else(|broken| panic!("{broken:?}"));
    day.told
}

impl Day {
    async fn dawn(seed: u64) -> Self {
        let mut dice = Dice::of(seed);
        let shm = std::path::Path::new("/dev/shm");
        let folder = if shm.is_dir() {
            tempfile::tempdir_in(shm)
        } else {
            tempfile::tempdir()
        };
        let folder = folder.expect("a folder");
        let start =
            1_764_000_000_000_000 + i64::try_from(dice.below(86_400)).expect("small") * 1_000_000;
        let clock = Arc::new(Turned {
            now_us: AtomicI64::new(start),
            dice: AtomicU64::new(dice.roll()),
        });
        let providers = Shared::default();
        let house = Running::start(folder.path(), &clock, &providers, BTreeMap::new()).await;
        let commands = town::founding()
            .into_iter()
            .map(|event| Setting::Put {
                event,
                expected: None,
            })
            .collect();
        let moment = Clock::Simulated(clock.clone()).moment(SystemId::Setup);
        house
            .ledger
            .configure_all(commands, &moment)
            .await
            .expect("a valid town");
        Self {
            dice,
            house,
            providers,
            known: Vec::new(),
            folder,
            clock,
            saved: BTreeMap::new(),
            told: Vec::new(),
        }
    }

    pub(crate) fn clock(&self) -> Clock {
        Clock::Simulated(self.clock.clone())
    }

    fn by(&mut self, who: &str) -> Moment {
        let organisation = self.house.ledger.organisation();
        let person = organisation.person(&id(who)).expect("lives here");
        let actor = Organisation::actor(person);
        Moment {
            now: self.clock().now(),
            actor,
            entropy: self.dice.wide(),
        }
    }

    fn tell(&mut self, what: impl Into<String>) {
        self.told.push(what.into());
    }

    async fn something_happens(&mut self) {
        match self.dice.below(115) {
            0..22 => self.report().await,
            22..32 => self.panic().await,
            32..56 => self.somebody_acts().await,
            56..80 => self.time_passes().await,
            80..92 => self.the_world_changes(),
            92..96 => self.clock_jumps(),
            100.. => self.a_till_speaks().await,
            _ => self.crash().await,
        }
    }

    fn draft(&mut self, category: Category) -> Draft {
        let words = [
            "he took six bottles of gin",
            "she shouted and hit the cashier",
            "somebody broke the door",
            "refund without a receipt",
            "",
        ];
        Draft {
            site: id(self.dice.pick::<&str>(&SITES)),
            category,
            channel: Channel::Terminal,
            occurred_at: None,
            area: None,
            device: None,
            reporter: None,
            narrative: Some(Personal::new(*self.dice.pick(&words))),
            fields: BTreeMap::new(),
            items: vec![],
            silent: None,
            left_out: Vec::new(),
        }
    }

    async fn report(&mut self) {
        let category = *self.dice.pick(&Category::ALL);
        if category == Category::Panic {
            return;
        }
        let draft = self.draft(category);
        self.file(Command::Report(draft)).await;
    }

    async fn panic(&mut self) {
        let draft = self.draft(Category::Panic);
        self.file(Command::Panic(draft)).await;
    }

    async fn file(&mut self, command: Command) {
        let (Command::Report(draft) | Command::Panic(draft)) = &command else {
            return;
        };
        let clerk = format!("clerk-{}", draft.site);
        let what = format!("{} at {}", draft.category.as_str(), draft.site);
        let moment = self.by(&clerk);
        let recorded = self
            .house
            .ledger
            .report(command, &moment, None)
            .await
            .expect("accepted");
        self.known.push(recorded.summary.id);
        self.tell(what);
    }

    /// An event of the last minutes, which may come late into an incident's time.
    async fn a_till_speaks(&mut self) {
        let now_us = self.clock().now().0;
        let seconds_ago = i64::try_from(self.dice.below(400)).expect("small");
        let refund = self.dice.below(2) == 0;
        let number = self.dice.roll().to_string();
        let site = *self.dice.pick(&SITES);
        let event = town::rung_up(site, &number, refund, now_us - seconds_ago * 1_000_000);
        let receipt = self.house.bus.publish_events(&[event], now_us).await;
        assert_eq!(receipt.expect("taken").accepted, 1);
        self.tell(format!(
            "a till at {site} tells what was {seconds_ago} s ago"
        ));
    }

    async fn somebody_acts(&mut self) {
        if self.known.is_empty() {
            return;
        }
        let incident = *self.dice.pick(&self.known.clone());
        let other = *self.dice.pick(&self.known.clone());
        let desk = *self.dice.pick(&DESK);
        let command = match self.dice.below(12) {
            0..4 => Command::Acknowledge,
            4 => Command::Respond { note: None },
            5 => Command::Resolve {
                resolution: *self.dice.pick(&Resolution::ALL),
                note: None,
            },
            6 => Command::Close,
            7 => Command::FalseAlarm { note: None },
            8 => Command::Comment {
                text: Personal::new("the person came back"),
            },
            9 => Command::Escalate { reason: None },
            10 => Command::Override(Override {
                category: Some(*self.dice.pick(&Category::ALL)),
                risk: Some(u8::try_from(self.dice.below(101)).expect("small")),
                queue: None,
                reason: Personal::new("I saw it"),
            }),
            _ => match self.dice.below(2) {
                0 => {
                    let into = self.house.ledger.state(other).await.expect("reads");
                    let into = into.expect("known");
                    Command::Merge { into }
                }
                _ => Command::Unmerge,
            },
        };
        let moment = self.by(desk);
        let outcome = self
            .house
            .ledger
            .record(incident, command, &moment, None)
            .await;
        let outcome = match outcome {
            Ok(recorded) => recorded.summary.state.as_str().to_owned(),
            Err(Error::Refused(refusal)) => refusal.slug().to_owned(),
            Err(error) => panic!("{error}"),
        };
        self.tell(format!("{desk} acts: {outcome}"));
    }

    async fn time_passes(&mut self) {
        let seconds = *self.dice.pick(&[1, 5, 16, 40, 90, 200, 700]);
        self.clock
            .now_us
            .fetch_add(seconds * 1_000_000, Ordering::SeqCst);
        let pruned = self.house.bus.prune(self.clock().now().0).await;
        pruned.expect("the disk is well");
        self.tell(format!("{seconds} s pass"));
    }

    fn clock_jumps(&mut self) {
        // A time server pulls the clock back a little.
        let back = i64::try_from(self.dice.below(5_000_000)).expect("small");
        self.clock.now_us.fetch_sub(back, Ordering::SeqCst);
        self.tell("the clock jumps back");
    }

    fn the_world_changes(&mut self) {
        let what = self.dice.below(5);
        let who: outcry_domain::PersonId = id(self.dice.pick::<&str>(&DESK));
        let site = *self.dice.pick(&SITES);
        let mut providers = self.providers.lock().expect("whole");
        match what {
            0 => providers.mail_down = !providers.mail_down,
            1 => providers.webhook_down = !providers.webhook_down,
            2 => {
                providers.gone.insert(format!("{site}@example.test"));
            }
            _ => {
                if !providers.at_screens.remove(&who) {
                    providers.at_screens.insert(who);
                }
            }
        }
        drop(providers);
        self.tell(format!("the world changes: {what}"));
    }

    /// Everything in memory is gone; cursors fall back to what was saved, which may be long ago.
    async fn crash(&mut self) {
        self.house.ledger.stop().await;
        self.house.bus.stop().await;
        let read = self.saved.clone();
        self.house = Running::start(self.folder.path(), &self.clock, &self.providers, read).await;
        self.tell("the house crashes and starts again");
    }

    /// Every loop does what there is to do, in an order that the dice choose.
    pub(crate) async fn settle(&mut self) {
        loop {
            let mut any = false;
            let mut loops = ["assess", "late", "courier", "merge", "escalate"];
            let shift = usize::try_from(self.dice.below(5)).expect("small");
            loops.rotate_left(shift);
            for name in loops {
                any |= self.turn(name).await;
            }
            while !self.house.courier.idle() {
                tokio::task::yield_now().await;
                any = true;
            }
            if !any {
                break;
            }
        }
        if self.dice.below(4) == 0 {
            self.saved = self.house.read.clone();
        }
    }

    async fn turn(&mut self, name: &'static str) -> bool {
        if name == "escalate" {
            return self.house.deadlines.step().await.expect("steps");
        }
        if name == "late" {
            let now = instant(&self.clock);
            return self.house.late.step(now).await.expect("looks");
        }
        let clock = self.clock();
        let ledger = self.house.ledger.clone();
        let regions: Vec<RegionId> = ledger.organisation().regions.keys().cloned().collect();
        let mut any = false;
        for region in regions {
            let at = self
                .house
                .read
                .get(&(name, region.clone()))
                .copied()
                .unwrap_or(0);
            let entries: Vec<Arc<Entry>> =
                ledger.facts_after(&region, at, 64).await.expect("readable");
            let Some(last) = entries.last() else { continue };
            match name {
                "assess" => self.house.assessor.handle(&entries).await,
                "courier" => self.house.courier.handle(&entries).await,
                _ => merge::handle(&ledger, &clock, &entries).await,
            }
            .expect("a loop never fails here");
            self.house.read.insert((name, region), last.fact.sequence);
            any = true;
        }
        any
    }

    /// Nobody acts any more, every provider is well, and hours pass.
    async fn night(&mut self) {
        {
            let mut providers = self.providers.lock().expect("whole");
            providers.mail_down = false;
            providers.webhook_down = false;
        }
        self.settle().await;
        let end = self.clock().now().plus_us(NIGHT_S * 1_000_000);
        while self.clock().now() < end {
            self.clock.now_us.fetch_add(30_000_000, Ordering::SeqCst);
            self.settle().await;
        }
    }
}
