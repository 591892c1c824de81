//! The people who answer: two dispatchers beside the visitor, store managers, regional managers.
//! They answer what the world reported; what the visitor reports is left to the visitor.

mod habits;

use std::collections::BTreeMap;

use outcry_domain::{Category, PersonId};
use serde_json::{Value, json};

use super::{Act, Day};
use crate::demo::chain::{self, DESK};
use crate::demo::chance::Chance;

/// Incidents that the staff keeps in mind; the oldest is left to whoever finds it.
const CASES_MAX: usize = 5_000;

/// What was reported before this was answered in its time; what was reported since waits for the visitor to look on
/// and is answered within the first minutes.
const LONG_AGO_US: i64 = -1_500_000_000;
const FIRST_MINUTES_US: i64 = 150_000_000;

/// What will become of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The desk takes it in good time.
    Handled,
    /// Nobody looks until the escalation has reached the managers.
    Escalates,
    /// It lies until much later.
    Lies,
    /// Somebody reported the same before: the desk merges it.
    Duplicate,
}

impl Fate {
    pub(super) fn draw(chance: &mut Chance) -> Self {
        [Self::Handled, Self::Escalates, Self::Lies][chance.weighted([74, 16, 10].into_iter())]
    }
}

/// The next thing that somebody does about an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A dispatcher opens it.
    Look,
    Acknowledge {
        by_manager: bool,
    },
    Overrule,
    Comment,
    Respond,
    Resolve,
    FalseAlarm,
    Close,
    Merge {
        into: u64,
    },
}

/// An incident that the world reported.
#[derive(Debug)]
struct Case {
    id: String,
    shop: usize,
    category: Category,
    fate: Fate,
    queue: String,
    risk: i64,
}

/// What the staff has before it.
#[derive(Debug, Default)]
pub(super) struct Staff {
    cases: BTreeMap<u64, Case>,
    numbers: u64,
    /// Until when the two dispatchers are busy with what they have.
    busy_until_us: [i64; 2],
    /// The newest case of each shop that may have a duplicate.
    newest: BTreeMap<(usize, Category), u64>,
}

impl Day {
    /// Something was reported: somebody will look at it. `answer` is what the house said to the reporter.
    pub(super) fn opened(
        &mut self,
        at_us: i64,
        answer: Option<&Value>,
        shop: usize,
        category: Category,
        fate: Fate,
    ) {
        let id = answer.and_then(|answer| answer["incident"]["id"].as_str());
        let Some(id) = id.map(str::to_owned) else {
            return;
        };
        let number = self.staff.numbers;
        self.staff.numbers += 1;
        let case = Case {
            id,
            shop,
            category,
            fate,
            queue: String::new(),
            risk: 0,
        };
        self.staff.cases.insert(number, case);
        if self.staff.cases.len() > CASES_MAX {
            self.staff.cases.pop_first();
        }
        let first = self.staff.newest.get(&(shop, category)).copied();
        let step = match (fate, first) {
            (Fate::Duplicate, Some(into)) => Step::Merge { into },
            _ => Step::Look,
        };
        if fate != Fate::Duplicate {
            self.staff.newest.insert((shop, category), number);
        }
        let median_s = match (step, category) {
            (Step::Merge { .. }, _) => 30.0,
            (_, Category::Panic) => 4.0,
            _ => 9.0,
        };
        let from_us = match at_us {
            ..LONG_AGO_US => at_us,
            LONG_AGO_US..0 => self.answers.within(0..FIRST_MINUTES_US),
            _ => at_us,
        };
        self.soon(from_us, median_s, number, step);
    }

    /// Somebody does that, in about that time.
    fn soon(&mut self, at_us: i64, median_s: f64, case: u64, step: Step) {
        let takes_us = self.answers.person_takes_us(median_s);
        self.agenda
            .put(at_us + takes_us, Act::Answer { case, step });
    }

    pub(super) async fn answer(&mut self, at_us: i64, number: u64, step: Step) {
        if !self.staff.cases.contains_key(&number) {
            return;
        }
        let goes_on = match step {
            Step::Look => self.look(at_us, number).await,
            Step::Acknowledge { by_manager } => self.acknowledge(at_us, number, by_manager).await,
            Step::Overrule => self.overrule(number).await,
            Step::Comment => self.comment(number).await,
            Step::Respond => self.respond(number).await,
            Step::Resolve => self.resolve(at_us, number).await,
            Step::FalseAlarm => self.end(&dispatcher(0), number, "false-alarm").await,
            Step::Close => self.end(&dispatcher(1), number, "close").await,
            Step::Merge { into } => self.merge(number, into).await,
        };
        if !goes_on {
            self.staff.cases.remove(&number);
        }
    }

    /// A dispatcher opens it and sees how urgent it is. Whatever somebody else took up meanwhile is theirs.
    async fn look(&mut self, at_us: i64, number: u64) -> bool {
        let case = &self.staff.cases[&number];
        let Some(seen) = self
            .door
            .read(&dispatcher(0), &format!("/incidents/{}", case.id))
            .await
        else {
            return false;
        };
        if !matches!(seen["state"].as_str(), Some("reported" | "open")) {
            return false;
        }
        self.verb(&dispatcher(0), number, "seen", &json!({})).await;
        let queue = seen["queue"].as_str().unwrap_or("standard").to_owned();
        let case = self
            .staff
            .cases
            .get_mut(&number)
            .expect("the case is there, as its caller saw");
        case.risk = seen["risk"].as_i64().unwrap_or_default();
        case.queue = queue.clone();
        let fate = case.fate;
        let (take_s, _) = habits::medians_s(&queue);
        match fate {
            Fate::Handled | Fate::Duplicate => self.soon(
                at_us,
                take_s,
                number,
                Step::Acknowledge { by_manager: false },
            ),
            Fate::Escalates => self.soon(
                at_us,
                habits::escalated_after_s(&queue) * 1.5,
                number,
                Step::Acknowledge { by_manager: true },
            ),
            // What may cost a life never lies for long, even here.
            Fate::Lies if queue == "critical" => {
                self.soon(at_us, 120.0, number, Step::Acknowledge { by_manager: true });
            }
            Fate::Lies => self.soon(
                at_us,
                2_400.0,
                number,
                Step::Acknowledge { by_manager: false },
            ),
        }
        true
    }

    async fn acknowledge(&mut self, at_us: i64, number: u64, by_manager: bool) -> bool {
        let critical = self.staff.cases[&number].queue == "critical";
        let who = if by_manager {
            Ok(self.manager(number))
        } else {
            self.free_dispatcher(at_us, critical)
        };
        let who = match who {
            Ok(who) => who,
            Err(busy_until_us) => {
                let step = Step::Acknowledge { by_manager };
                self.soon(busy_until_us, 4.0, number, step);
                return true;
            }
        };
        if !self.verb(&who, number, "acknowledge", &json!({})).await {
            return false;
        }
        let case = &self.staff.cases[&number];
        let (_, deal_s) = habits::medians_s(&case.queue);
        let doubtful = case.queue == "review" || (!critical && self.answers.happens(0.06));
        let panic = case.category == Category::Panic;
        if doubtful {
            self.soon(at_us, 20.0, number, Step::Overrule);
        }
        if self.answers.happens(0.4) {
            self.soon(at_us, 45.0, number, Step::Comment);
        }
        if self.answers.happens(if critical { 0.9 } else { 0.4 }) {
            self.soon(at_us, deal_s / 4.0, number, Step::Respond);
        }
        let ends = if panic && self.answers.happens(0.45) {
            Step::FalseAlarm
        } else {
            Step::Resolve
        };
        self.soon(at_us, deal_s, number, ends);
        true
    }

    /// Whichever dispatcher has a hand free, or until when neither has: then the incident waits, as it would. What may
    /// cost a life is taken up whatever else there is.
    fn free_dispatcher(&mut self, at_us: i64, critical: bool) -> Result<PersonId, i64> {
        let busy = &mut self.staff.busy_until_us;
        let first = usize::from(busy[1] < busy[0]);
        if busy[first] > at_us && !critical {
            return Err(busy[first]);
        }
        busy[first] = at_us + self.answers.within(6_000_000..25_000_000);
        Ok(dispatcher(first))
    }

    async fn overrule(&mut self, number: u64) -> bool {
        let case = &self.staff.cases[&number];
        let body = if case.queue == "review" {
            json!({"category": case.category.as_str(), "reason": habits::WHY_CONFIRMED})
        } else {
            let (by, why) = *self.answers.pick(&habits::WHY_OVERRULED);
            json!({"risk": (case.risk + by).clamp(0, 100), "reason": why})
        };
        self.verb(&dispatcher(1), number, "override", &body).await;
        true
    }

    async fn comment(&mut self, number: u64) -> bool {
        let text = *self
            .answers
            .pick(habits::comments(self.staff.cases[&number].category));
        let who = if self.answers.happens(0.3) {
            self.manager(number)
        } else {
            dispatcher(1)
        };
        self.verb(&who, number, "comment", &json!({"text": text}))
            .await;
        true
    }

    async fn respond(&mut self, number: u64) -> bool {
        self.verb(&self.manager(number), number, "respond", &json!({}))
            .await;
        true
    }

    async fn resolve(&mut self, at_us: i64, number: u64) -> bool {
        let ways = habits::resolutions(self.staff.cases[&number].category);
        let place = self
            .answers
            .weighted(ways.iter().map(|(_, weight)| *weight));
        let who = if self.answers.happens(0.35) {
            self.manager(number)
        } else {
            dispatcher(0)
        };
        let body = json!({"resolution": ways[place].0});
        let done = self.verb(&who, number, "resolve", &body).await;
        let goes_on = done && self.answers.happens(0.7);
        if goes_on {
            self.soon(at_us, 300.0, number, Step::Close);
        }
        goes_on
    }

    async fn merge(&mut self, number: u64, into: u64) -> bool {
        if let Some(into) = self.staff.cases.get(&into) {
            let body = json!({"into": into.id});
            self.verb(&dispatcher(0), number, "merge", &body).await;
        }
        false
    }

    async fn end(&mut self, who: &PersonId, number: u64, verb: &str) -> bool {
        self.verb(who, number, verb, &json!({})).await;
        false
    }

    /// Asks the house; whether it agreed.
    async fn verb(&mut self, who: &PersonId, number: u64, verb: &str, body: &Value) -> bool {
        let Some(case) = self.staff.cases.get(&number) else {
            return false;
        };
        let path = format!("/incidents/{}/{verb}", case.id);
        self.door.post(who, &path, body).await.is_some()
    }

    /// The store's manager, or the region's where the store's is the visitor.
    fn manager(&self, number: u64) -> PersonId {
        let store = &self.shops[self.staff.cases[&number].shop].store;
        if self.is_visitors(&store.manager) {
            chain::regional_manager(&store.site.region)
        } else {
            store.manager.clone()
        }
    }
}

/// The dispatchers beside the visitor.
fn dispatcher(number: usize) -> PersonId {
    chain::slug(DESK[1 + number])
}
