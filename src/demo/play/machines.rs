//! What the machines of the shops say: tills, counters at the door, the rota, cameras, the stock book.

use outcry_domain::PersonId;
use serde_json::{Value, json};

use super::event::Voice;
use super::shop::Stock;
use super::{Act, Day, HISTORY_US};
use crate::demo::real::invoices::ROUND_US;

/// Till events that arrive minutes late.
const LATE_SHARE: f64 = 0.02;
/// Receipts that are cancelled, and drawers that are opened without one, after an invoice.
const VOID_SHARE: f64 = 0.02;
const NO_SALE_SHARE: f64 = 0.015;
/// How often a shop counts who came in.
const FOOTFALL_EVERY_US: i64 = 300_000_000;
/// Within this time of its start the staff of that day has told Outcry of their shifts.
const SIGN_ON_WITHIN_US: i64 = 180_000_000;
/// Shift changes of one shop, and camera marks of the whole chain, per hour.
const SHIFT_CHANGES_PER_HOUR: f64 = 0.6;
const MARKS_PER_HOUR: f64 = 30.0;
/// Stock levels that are told after one invoice.
const LEVELS_MAX: usize = 3;

const MARKS: [&str; 5] = [
    "Long stay at a shelf",
    "Group at the door",
    "Bag put down and left",
    "Running",
    "View partly blocked",
];

impl Day {
    /// Everybody comes in, the shelves are counted, and the first of everything is put on the agenda.
    pub(super) fn open_shops(&mut self) {
        for shop in 0..self.shops.len() {
            self.open(shop);
            self.sign_on(shop);
            let first = -HISTORY_US + self.machines.within(0..FOOTFALL_EVERY_US);
            self.agenda.put(first, Act::Footfall { shop });
            let change = self.machines.until_next_us(SHIFT_CHANGES_PER_HOUR);
            self.agenda.put(change, Act::ShiftChange { shop });
        }
        self.agenda.put(-HISTORY_US, Act::Mark);
        let first = self.invoices.all[0].at_us - HISTORY_US;
        self.agenda.put(first, Act::RingUp { place: 0, round: 1 });
    }

    fn open(&mut self, shop: usize) {
        let since_us = -HISTORY_US - self.machines.within(0..2 * HISTORY_US);
        let (since, at) = (self.time(since_us), self.time(-HISTORY_US));
        let here = &self.shops[shop];
        let voice = self.voice(shop);
        let mut said: Vec<Value> = vec![voice.shift(true, &here.store.manager, "manager", since)];
        said.extend(
            here.on_floor
                .iter()
                .map(|clerk| voice.shift(true, clerk, "clerk", since)),
        );
        for (place, stock) in &here.range {
            let article = &self.invoices.articles[*place];
            said.push(voice.item_location(article, &stock.area, at));
            said.push(voice.stock_level(article, stock.level, at));
        }
        // They go out when the day begins, in batches.
        for event in said {
            self.agenda.put(-HISTORY_US, Act::Late(event.to_string()));
        }
    }

    /// The rota knows everybody; the staff tells Outcry as well, within the first minutes of the day.
    fn sign_on(&mut self, shop: usize) {
        let here = &self.shops[shop];
        let all = i64::try_from(self.shops.len()).unwrap_or(i64::MAX);
        let at_us = SIGN_ON_WITHIN_US * i64::try_from(shop).unwrap_or_default() / all;
        for person in std::iter::once(&here.store.manager).chain(&here.on_floor) {
            let act = Act::Shift {
                shop,
                person: person.clone(),
                starts: true,
            };
            self.agenda.put(at_us, act);
        }
    }

    /// Somebody starts or ends their own shift. A visitor does it with the button.
    pub(super) async fn shift(&mut self, shop: usize, person: &PersonId, starts: bool) {
        if self.is_visitors(person) {
            return;
        }
        let shifts = format!("/sites/{}/shifts", self.shops[shop].store.site.id);
        let (path, body) = match starts {
            true => (shifts, json!({"person": person.as_str()})),
            false => (format!("{shifts}/{person}/end"), json!({})),
        };
        self.door.post(person, &path, &body).await;
    }

    fn voice(&self, shop: usize) -> Voice<'_> {
        Voice {
            site: &self.shops[shop].store.site,
            run: self.pace.started().0 / 1_000_000,
        }
    }

    /// One invoice of the real set, in the customer's store, at the till's own time.
    pub(super) fn ring_up(&mut self, at_us: i64, place: usize, round: u32) {
        self.expect_next_invoice(at_us, place, round);
        let invoice = &self.invoices.all[place];
        let shop = invoice.store(self.shops.iter().map(|shop| shop.store.trade));
        let transaction = match round {
            1 => invoice.number.clone(),
            round => format!("{}-{round}", invoice.number),
        };
        let (cancelled, opened) = (
            self.machines.happens(VOID_SHARE),
            self.machines.happens(NO_SALE_SHARE),
        );
        let changed = self.shops[shop].sold(&self.invoices.all[place]);

        let (here, invoice) = (&self.shops[shop], &self.invoices.all[place]);
        let till = &here.tills[invoice.till(here.tills.len())];
        let till_time = self.time(at_us).plus_us(till.ahead_us);
        let voice = self.voice(shop);
        let mut said = vec![voice.rung_up(
            &till.id,
            till_time,
            invoice,
            &transaction,
            &self.invoices.articles,
        )];
        if cancelled {
            said.push(voice.nothing_sold(
                "void",
                &till.id,
                till_time.plus_s(20),
                &format!("{transaction}-V"),
            ));
        }
        if opened {
            said.push(voice.nothing_sold(
                "no_sale",
                &till.id,
                till_time.plus_s(30),
                &format!("{transaction}-N"),
            ));
        }
        said.extend(changed.into_iter().take(LEVELS_MAX).map(|article| {
            voice.stock_level(
                &self.invoices.articles[article],
                here.range[&article].level,
                self.time(at_us),
            )
        }));
        self.deliver(at_us, &said);
    }

    fn expect_next_invoice(&mut self, at_us: i64, place: usize, round: u32) {
        let all = &self.invoices.all;
        let next = (place + 1) % all.len();
        let (gap_us, round) = match next {
            0 => (ROUND_US + all[0].at_us - all[place].at_us, round + 1),
            next => (all[next].at_us - all[place].at_us, round),
        };
        self.agenda
            .put(at_us + gap_us, Act::RingUp { place: next, round });
    }

    /// Hands events to the gateway, or to the agenda if the line is down for some minutes.
    fn deliver(&mut self, at_us: i64, said: &[Value]) {
        if at_us > 0 && self.machines.happens(LATE_SHARE) {
            let arrives_us = at_us + self.machines.within(70_000_000..400_000_000);
            for event in said {
                self.agenda.put(arrives_us, Act::Late(event.to_string()));
            }
        } else {
            said.iter().for_each(|event| self.outbox.say(event));
        }
    }

    pub(super) fn footfall(&mut self, at_us: i64, shop: usize) {
        self.agenda
            .put(at_us + FOOTFALL_EVERY_US, Act::Footfall { shop });
        let busy = i64::from(self.shops[shop].store.trade);
        let count = self.machines.within(3 * busy..14 * busy);
        let said = self.voice(shop).footfall(count, self.time(at_us));
        self.outbox.say(&said);
    }

    /// Whoever has been on the floor longest goes, whoever has been off longest comes.
    pub(super) fn shift_change(&mut self, at_us: i64, shop: usize) {
        let next_us = self.machines.until_next_us(SHIFT_CHANGES_PER_HOUR);
        self.agenda.put(at_us + next_us, Act::ShiftChange { shop });
        let here = &self.shops[shop];
        let comes = here
            .store
            .clerks
            .iter()
            .find(|clerk| !here.on_floor.contains(clerk))
            .cloned();
        // The visitor's clerk stays at work for as long as the visitor likes.
        let goes = here
            .on_floor
            .iter()
            .find(|clerk| !self.is_visitors(clerk))
            .cloned();
        let (Some(comes), Some(goes)) = (comes, goes) else {
            return;
        };
        let (voice, at) = (self.voice(shop), self.time(at_us));
        let said = [
            voice.shift(false, &goes, "clerk", at),
            voice.shift(true, &comes, "clerk", at),
        ];
        said.iter().for_each(|event| self.outbox.say(event));
        for (person, starts) in [(goes.clone(), false), (comes.clone(), true)] {
            let act = Act::Shift {
                shop,
                person,
                starts,
            };
            self.agenda.put(at_us, act);
        }
        let floor = &mut self.shops[shop].on_floor;
        floor.retain(|clerk| *clerk != goes);
        floor.push(comes);
    }

    pub(super) fn mark(&mut self, at_us: i64) {
        let next_us = self.machines.until_next_us(MARKS_PER_HOUR);
        self.agenda.put(at_us + next_us, Act::Mark);
        let shop = self.machines.within(0..self.shops.len() as i64) as usize;
        let area = self.shops[shop].area(&mut self.machines);
        let label = *self.machines.pick(&MARKS);
        let said = self
            .voice(shop)
            .camera_mark(&format!("camera-{area}"), self.time(at_us), label);
        self.outbox.say(&said);
    }

    /// What the stock book holds of an article.
    pub(super) fn stock(&mut self, at_us: i64, shop: usize, article: usize, stock: &Stock) {
        let (article, at, voice) = (
            &self.invoices.articles[article],
            self.time(at_us),
            self.voice(shop),
        );
        let said = [
            voice.item_location(article, &stock.area, at),
            voice.stock_level(article, stock.level, at),
        ];
        said.iter().for_each(|event| self.outbox.say(event));
    }

    /// Somebody brings back goods like those that were reported taken.
    pub(super) fn bring_back(&mut self, at_us: i64, shop: usize, article: usize, quantity: i64) {
        let till = self.machines.pick(&self.shops[shop].tills);
        let till_time = self.pace.on_the_clock(at_us).plus_us(till.ahead_us);
        let said = self.voice(shop).brought_back(
            &till.id,
            till_time,
            &self.invoices.articles[article],
            quantity,
        );
        self.outbox.say(&said);
    }
}
