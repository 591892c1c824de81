//! One day: things happen in shops, people act, providers fail, the house crashes and starts again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use outcry::clock::{Clock, Turned};
use outcry_domain::actor::SystemId;
use outcry_domain::incident::{Command, Override, Resolution};
use outcry_domain::organisation::Command as Setting;
use outcry_domain::{Category, IncidentId, Moment, Organisation, Personal};
use outcry_ledger::{Error, Once, Receipt};
use tempfile::TempDir;

use crate::crash::{self, Point};
use crate::promise;
use crate::running::{Read, Running};
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
    /// What people were told stands in the log.
    pub receipts: Vec<Receipt>,
    /// How often the house fell.
    pub falls: u32,
    folder: TempDir,
    clock: Arc<Turned>,
    saved: Read,
    /// Requests so far: each has a key of its own.
    requests: u64,
    /// Where the house falls is not part of the story that the other dice tell.
    fate: Dice,
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
    day.house.ledger.stop().await;
    day.house.bus.stop().await;
    promise::on_the_disk(day.folder.path()).await;
    day.told
}

impl Day {
    async fn dawn(seed: u64) -> Self {
        let mut dice = Dice::of(seed);
        let folder = crash::folder();
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
            fate: Dice::of(dice.roll()),
            dice,
            house,
            providers,
            known: Vec::new(),
            receipts: Vec::new(),
            falls: 0,
            folder,
            clock,
            saved: BTreeMap::new(),
            requests: 0,
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
        match self.dice.below(29) {
            0 => self.crash().await,
            _ => self.the_day_goes_on().await,
        }
    }

    async fn the_day_goes_on(&mut self) {
        match self.dice.below(111) {
            0..22 => self.report().await,
            22..32 => self.panic().await,
            32..56 => self.somebody_acts().await,
            56..80 => self.time_passes().await,
            80..92 => self.the_world_changes(),
            92..96 => self.clock_jumps(),
            _ => self.a_till_speaks().await,
        }
    }

    /// The answer of the house. When it falls meanwhile, the next one is asked the same, as terminals,
    /// browsers and tills do; `once` is how a house knows a request again.
    async fn ask<T>(&mut self, asked: impl AsyncFn(&Running, Once) -> T) -> T {
        self.requests += 1;
        let once = Once {
            principal: "the town".into(),
            key: self.requests.to_string(),
            body_hash: [0; 32],
        };
        loop {
            let fuse = self.house.fuse.clone();
            let answer = fuse.or_fall(asked(&self.house, once.clone())).await;
            match answer {
                Some(answer) => return answer,
                None => self.fall().await,
            }
        }
    }

    async fn report(&mut self) {
        let category = *self.dice.pick(&Category::ALL);
        if category == Category::Panic {
            return;
        }
        let draft = town::draft(&mut self.dice, category);
        self.file(Command::Report(draft)).await;
    }

    async fn panic(&mut self) {
        let draft = town::draft(&mut self.dice, Category::Panic);
        self.file(Command::Panic(draft)).await;
    }

    async fn file(&mut self, command: Command) {
        let (Command::Report(draft) | Command::Panic(draft)) = &command else {
            return;
        };
        let clerk = format!("clerk-{}", draft.site);
        let what = format!("{} at {}", draft.category.as_str(), draft.site);
        let moment = self.by(&clerk);
        let report = async |house: &Running, once| {
            let ledger = &house.ledger;
            ledger.report(command.clone(), &moment, Some(once)).await
        };
        let recorded = self.ask(report).await.expect("accepted");
        self.known.push(recorded.summary.id);
        self.receipts.push(recorded.receipt);
        self.tell(what);
    }

    /// An event of the last minutes, which may come late into an incident's time.
    async fn a_till_speaks(&mut self) {
        let now_us = self.clock().now().0;
        let seconds_ago = i64::try_from(self.dice.below(400)).expect("small");
        let refund = self.dice.below(2) == 0;
        let number = self.dice.roll().to_string();
        let site = *self.dice.pick(&SITES);
        let events = [town::rung_up(
            site,
            &number,
            refund,
            now_us - seconds_ago * 1_000_000,
        )];
        let publish = async |house: &Running, _| house.bus.publish_events(&events, now_us).await;
        let receipt = self.ask(publish).await.expect("taken");
        assert_eq!(receipt.accepted + receipt.duplicate, 1);
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
        let record = async |house: &Running, once| {
            let ledger = &house.ledger;
            let command = command.clone();
            ledger.record(incident, command, &moment, Some(once)).await
        };
        let outcome = match self.ask(record).await {
            Ok(recorded) => {
                self.receipts.push(recorded.receipt);
                recorded.summary.state.as_str().to_owned()
            }
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

    /// The house falls at a point that the dice choose, while things happen and its loops follow; at the
    /// latest when all is quiet.
    async fn crash(&mut self) {
        let falls = self.falls;
        let point = Point::of(&mut self.fate);
        self.house.fuse.light(point, &self.house.ledger);
        self.tell("the house crashes and starts again");
        for _ in 0..self.dice.below(4) {
            self.the_day_goes_on().await;
        }
        self.settle().await;
        if self.falls == falls {
            self.fall().await;
        }
    }

    /// Everything in memory is gone; cursors fall back to what was saved, which may be long ago. Another
    /// house opens what the disk had, and now and then falls soon as well.
    async fn fall(&mut self) {
        self.house.fall();
        let wreck = crash::wreck(self.folder.path());
        let read = self.saved.clone();
        self.house = Running::start(wreck.path(), &self.clock, &self.providers, read).await;
        self.folder = wreck;
        self.falls += 1;
        if self.fate.below(3) == 0 {
            let point = Point::of(&mut self.fate);
            self.house.fuse.light(point, &self.house.ledger);
        }
    }

    /// Every loop does what there is to do, in an order that the dice choose.
    pub(crate) async fn settle(&mut self) {
        let mut order = Dice::of(self.dice.roll());
        while self.round(&mut order).await {}
    }

    /// Every loop has a turn; whether there was anything to do.
    async fn round(&mut self, order: &mut Dice) -> bool {
        let mut loops = ["assess", "late", "courier", "merge", "escalate"];
        loops.rotate_left(usize::try_from(order.below(5)).expect("small"));
        let mut any = false;
        for name in loops {
            let fuse = self.house.fuse.clone();
            let Some(did) = fuse.or_fall(self.house.turn(name)).await else {
                self.fall().await;
                return true;
            };
            any |= did;
            if order.below(8) == 0 {
                self.saved = self.house.read.clone();
            }
        }
        let fuse = self.house.fuse.clone();
        let Some(did) = fuse.or_fall(self.house.deliver()).await else {
            self.fall().await;
            return true;
        };
        any | did
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
