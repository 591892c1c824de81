//! Who reports, when and where: the city's rhythm, now and then a panic, and now and then a group in one shop.

use outcry_domain::{Category, PersonId};
use serde_json::{Value, json};

use super::filing::Filing;
use super::staff::Fate;
use super::{Act, Day, HISTORY_US};
use crate::demo::chain::{self, DESK};
use crate::demo::real::incidents::Recorded;

/// Of the last hour's reports only a sixth is sent. Outcry stamps a report when it receives it, and more than ten that
/// sound would open the desk in flood view.
const HISTORY_SHARE: f64 = 1.0 / 6.0;
/// So many of the last hour's reports are of the visitor's own store, so that its manager finds something.
const HOME_HISTORY: usize = 2;
/// Presses of a panic button, and groups that go through a shop, per hour of the whole chain.
const PANICS_PER_HOUR: f64 = 2.5;
const BURSTS_PER_HOUR: f64 = 1.5;
/// When the first group comes, so that nobody waits for long.
const FIRST_BURST_US: i64 = 240_000_000;
/// When the visitor's own store reports first.
const FIRST_AT_HOME_US: i64 = 12_000_000;
/// When the first button is pressed.
const FIRST_PANIC_US: i64 = 50_000_000;
/// Reports that somebody else files a second time.
const TWICE_SHARE: f64 = 0.06;
/// Thefts after which something like the goods comes back over a till.
const BROUGHT_BACK_SHARE: f64 = 0.35;
/// Goods come back this long before or after, at most, if the theft is told within the hour.
const BROUGHT_BACK_WITHIN_US: i64 = 240_000_000;

/// What a group does.
const BURST_KINDS: [Category; 6] = [
    Category::Theft,
    Category::Theft,
    Category::Suspicious,
    Category::Antisocial,
    Category::Threat,
    Category::Damage,
];

impl Day {
    /// Puts the first of everything on the agenda.
    pub(super) fn expect_reports(&mut self) {
        for _ in 0..HOME_HISTORY {
            let at_us = -self.people.within(0..HISTORY_US / 2);
            self.agenda.put(at_us, Act::Report { home: true });
        }
        self.agenda
            .put(FIRST_AT_HOME_US, Act::Report { home: true });
        self.agenda.put(-HISTORY_US, Act::Report { home: false });
        self.agenda.put(FIRST_PANIC_US, Act::Panic);
        self.agenda.put(FIRST_BURST_US, Act::Burst);
    }

    /// One report comes, and the next is expected; one of the visitor's own store comes by itself.
    pub(super) fn report(&mut self, at_us: i64, home: bool) {
        if home {
            return self.report_at_home(at_us);
        }
        let next_us = self.arrivals.next_us(at_us, &mut self.people);
        self.agenda.put(next_us, Act::Report { home: false });
        if at_us >= 0 || self.people.happens(HISTORY_SHARE) {
            let shop = self.any_shop();
            let incident = self.arrivals.one(at_us, &mut self.people).clone();
            self.tell(at_us, shop, &incident);
        }
    }

    /// A theft that was seen as it happened, so that its context shows what context is.
    fn report_at_home(&mut self, at_us: i64) {
        let home = self.seats[0].site.as_ref();
        let shop = self
            .shops
            .iter()
            .position(|shop| Some(&shop.store.site.id) == home);
        let fits = |one: &Recorded| one.category == Category::Theft && one.delay_s < 240;
        let incident = self.arrivals.of(&mut self.people, fits).clone();
        self.tell(at_us, shop.unwrap_or_default(), &incident);
    }

    fn any_shop(&mut self) -> usize {
        self.people
            .weighted(self.shops.iter().map(|shop| shop.store.trade))
    }

    fn tell(&mut self, at_us: i64, shop: usize, incident: &Recorded) {
        let filing = self.write(at_us, shop, incident);
        let fate = Fate::draw(&mut self.people);
        if self.people.happens(TWICE_SHARE) {
            self.tell_twice(at_us, shop, &filing);
        }
        self.agenda.put(
            at_us,
            Act::Send {
                filing: Box::new(filing),
                shop,
                fate,
            },
        );
    }

    /// Writes a report, and lets goods come back.
    fn write(&mut self, at_us: i64, shop: usize, incident: &Recorded) -> Filing {
        let told_at = self.time(at_us);
        let mut filing = self
            .pen
            .write(incident, &self.shops[shop], told_at, &mut self.people);
        self.leave_to_visitor(shop, &mut filing);
        let near = incident.delay_s * 1_000_000 < HISTORY_US - BROUGHT_BACK_WITHIN_US;
        if let (true, Some(taken)) = (
            near && self.people.happens(BROUGHT_BACK_SHARE),
            filing.items.first(),
        ) {
            let happened_us = at_us - incident.delay_s * 1_000_000;
            let around_us = self
                .people
                .within(-BROUGHT_BACK_WITHIN_US / 4..BROUGHT_BACK_WITHIN_US);
            let (article, quantity) = (taken.article, taken.quantity);
            self.agenda.put(
                happened_us + around_us,
                Act::BringBack {
                    shop,
                    article,
                    quantity,
                },
            );
        }
        filing
    }

    /// A report in the visitor's clerk's name would be a lie: the other clerk tells it, or the desk takes it down.
    fn leave_to_visitor(&self, shop: usize, filing: &mut Filing) {
        if self.is_visitors(&filing.reporter) {
            let mut others = self.shops[shop].on_floor.iter();
            let other = others.rfind(|clerk| !self.is_visitors(clerk));
            filing.reporter = other.unwrap_or(&self.shops[shop].store.clerks[1]).clone();
        }
    }

    /// Somebody else tells of the same a little later; the desk will merge the two.
    fn tell_twice(&mut self, at_us: i64, shop: usize, first: &Filing) {
        let words = self
            .arrivals
            .of(&mut self.people, |one| one.category == first.category)
            .clone();
        let later_us = at_us + self.people.within(12_000_000..70_000_000);
        let told_at = self.time(later_us);
        let mut again =
            self.pen
                .write_again(first, &words, &self.shops[shop], told_at, &mut self.people);
        self.leave_to_visitor(shop, &mut again);
        self.agenda.put(
            later_us,
            Act::Send {
                filing: Box::new(again),
                shop,
                fate: Fate::Duplicate,
            },
        );
    }

    /// Files a report through the door of whoever tells it, and lets the staff see it.
    pub(super) async fn send(&mut self, at_us: i64, filing: &Filing, shop: usize, fate: Fate) {
        self.look_up(at_us, filing, shop);
        self.outbox.flush(&self.door, &mut self.machines).await;
        let dispatcher: PersonId = chain::slug(DESK[1]);
        let who = if filing.phoned {
            &dispatcher
        } else {
            &filing.reporter
        };
        let body = filing.body(&self.invoices.articles);
        let answer = self.door.post(who, "/reports", &body).await;
        self.opened(at_us, answer.as_ref(), shop, filing.category, fate);
    }

    /// The stock book says where the goods stood and how many are left, before anybody asks.
    fn look_up(&mut self, at_us: i64, filing: &Filing, shop: usize) {
        for taken in &filing.items {
            let left = self.shops[shop].taken(taken.article, taken.quantity, &mut self.machines);
            self.stock(at_us, shop, taken.article, &left);
        }
    }

    pub(super) async fn panic(&mut self, at_us: i64) {
        let next_us = self.people.until_next_us(PANICS_PER_HOUR);
        self.agenda.put(at_us + next_us, Act::Panic);
        let shop = self.any_shop();
        self.press(at_us, shop).await;
    }

    async fn press(&mut self, at_us: i64, shop: usize) {
        let here = &self.shops[shop];
        let clerks: Vec<&PersonId> = here
            .on_floor
            .iter()
            .filter(|clerk| !self.is_visitors(clerk))
            .collect();
        let Some(clerk) = clerks.last() else { return };
        let body: Value =
            json!({"site": here.store.site.id.as_str(), "area": "tills", "device": "panic-button"});
        let answer = self.door.post(clerk, "/panic", &body).await;
        let fate = Fate::draw(&mut self.people);
        self.opened(at_us, answer.as_ref(), shop, Category::Panic, fate);
    }

    /// A group goes through one shop: seven to ten reports within a minute and a half, two of them of the same.
    pub(super) fn burst(&mut self, at_us: i64) {
        let next_us = self
            .people
            .until_next_us(BURSTS_PER_HOUR)
            .max(FIRST_BURST_US);
        self.agenda.put(at_us + next_us, Act::Burst);
        let shop = self.any_shop();
        for number in 0..self.people.within(7..11) {
            let kind = *self.people.pick(&BURST_KINDS);
            let incident = self
                .arrivals
                .of(&mut self.people, |one| {
                    one.category == kind && one.delay_s < 60
                })
                .clone();
            let told_us = at_us + self.people.within(0..90_000_000);
            let filing = self.write(told_us, shop, &incident);
            if number == 0 {
                self.tell_twice(told_us, shop, &filing);
            }
            let fate = Fate::draw(&mut self.people);
            self.agenda.put(
                told_us,
                Act::Send {
                    filing: Box::new(filing),
                    shop,
                    fate,
                },
            );
        }
    }
}
