//! Escalate: fires deadlines when they pass: steps, SLAs, retries. Only what is due soon is held in
//! memory; the read table holds the rest, so a million armed deadlines cost nothing.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Duration;

use outcry_domain::actor::SystemId;
use outcry_domain::incident::Command;
use outcry_domain::{IncidentId, RegionId, Stream, Time};
use outcry_ledger::{Error, Ledger};

use super::damage::Damage;
use super::lease::{self, Held, Term};
use super::{Follower, LEASE_PAUSE, rest, settle};
use crate::clock::Clock;

/// How far ahead deadlines are held in memory, in seconds.
const HORIZON_S: u32 = 60;
/// How often the next stretch is read, in seconds; well within the horizon.
const REFILL_S: u32 = 20;
/// Deadlines fired at once.
const BATCH: usize = 512;
/// Deadlines read at once.
const PAGE: usize = 10_000;
/// Facts read at once.
const FACTS: usize = 512;

/// The deadlines of the next minute.
struct Armed {
    heap: BinaryHeap<Reverse<(Time, IncidentId)>>,
    due: HashMap<IncidentId, Time>,
}

impl Armed {
    fn set(&mut self, id: IncidentId, due: Option<Time>, horizon: Time) {
        match due.filter(|due| *due <= horizon) {
            Some(due) => {
                if self.due.insert(id, due) != Some(due) {
                    self.heap.push(Reverse((due, id)));
                }
            }
            None => {
                self.due.remove(&id);
            }
        }
    }

    /// Takes what is due, soonest first.
    fn take(&mut self, now: Time) -> Vec<IncidentId> {
        let mut ids = Vec::new();
        while ids.len() < BATCH
            && let Some(Reverse((due, id))) = self.heap.peek().copied()
            && due <= now
        {
            self.heap.pop();
            // A deadline that was moved meanwhile has another entry.
            if self.due.get(&id) == Some(&due) {
                self.due.remove(&id);
                ids.push(id);
            }
        }
        ids
    }

    fn next(&mut self) -> Option<Time> {
        while let Some(Reverse((due, id))) = self.heap.peek() {
            if self.due.get(id) == Some(due) {
                return Some(*due);
            }
            self.heap.pop();
        }
        None
    }
}

/// The loop that fires deadlines, one step at a time.
pub struct Deadlines {
    ledger: Ledger,
    clock: Clock,
    armed: Armed,
    damage: Damage,
    heads: HashMap<RegionId, u64>,
    horizon: Time,
    /// More was due than fits at once: the rest is read when this is done.
    more: bool,
}

/// Fires deadlines until stopped. Those that passed while nobody was there fire at once. Of several
/// processes one does; when it dies, another one fires what is due after six seconds.
pub async fn run(follower: Follower, clock: Clock) {
    let (ledger, stop) = (&follower.ledger, &follower.stop);
    let mut watch = ledger.watch();
    let mut term = None;
    let mut deadlines = Deadlines::new(ledger.clone(), clock.clone());
    follower.duty.begin(follower.name);
    while !stop.is_cancelled() {
        watch.borrow_and_update();
        let wait = match turn(&follower, &mut term, &mut deadlines).await {
            Ok(Turn::Fired) => continue,
            Ok(Turn::Quiet) => deadlines.wait().min(lease::EVERY),
            Ok(Turn::Elsewhere) => {
                // What is armed here may be long done when it is ours.
                deadlines = Deadlines::new(ledger.clone(), clock.clone());
                rest(stop, LEASE_PAUSE).await;
                continue;
            }
            Err(Error::Stopped) => return,
            Err(error) => {
                tracing::warn!(%error, "deadlines will be tried again");
                super::PAUSE
            }
        };
        tokio::select! {
            _ = watch.changed() => {}
            () = rest(stop, wait) => {}
        }
    }
}

/// What came of a step.
enum Turn {
    Fired,
    Quiet,
    Elsewhere,
}

async fn turn(
    follower: &Follower,
    term: &mut Option<Term>,
    deadlines: &mut Deadlines,
) -> Result<Turn, Error> {
    let (name, duty) = (follower.name, &follower.duty);
    match follower.lease.ask(term).await? {
        Held::Still => {}
        Held::Anew => duty.hold(name),
        Held::Elsewhere => {
            duty.leave(name);
            return Ok(Turn::Elsewhere);
        }
    }
    let fired = deadlines.step().await?;
    for (region, at) in &deadlines.heads {
        duty.stands(name, region, *at);
    }
    duty.came_round(name);
    Ok(match fired {
        true => Turn::Fired,
        false => Turn::Quiet,
    })
}

impl Deadlines {
    /// Nothing is armed before the first step.
    pub fn new(ledger: Ledger, clock: Clock) -> Self {
        let armed = Armed {
            heap: BinaryHeap::new(),
            due: HashMap::new(),
        };
        Self {
            ledger,
            clock,
            armed,
            damage: Damage::default(),
            heads: HashMap::new(),
            horizon: Time(i64::MIN),
            more: false,
        }
    }

    /// Learns what is armed, and fires what is due; whether there was anything.
    pub async fn step(&mut self) -> Result<bool, Error> {
        let near = self.horizon - self.clock.now() < i64::from(HORIZON_S - REFILL_S) * 1_000_000;
        if near && (!self.more || self.armed.next().is_none()) {
            self.refill().await?;
        }
        self.listen().await?;
        self.fire().await
    }

    /// How long nothing falls due.
    pub fn wait(&mut self) -> Duration {
        let at_most = i64::from(REFILL_S) * 500_000;
        let wait_us = self
            .armed
            .next()
            .map_or(at_most, |due| due - self.clock.now());
        Duration::from_micros(wait_us.clamp(0, at_most).unsigned_abs())
    }

    /// Reads what falls due up to a new horizon. The heads are read before the table, so that what
    /// changes meanwhile is met again as a fact.
    async fn refill(&mut self) -> Result<(), Error> {
        for region in self.ledger.organisation().regions.keys() {
            self.heads
                .entry(region.clone())
                .or_insert_with(|| self.ledger.head(region));
        }
        let horizon = self.clock.now().plus_s(HORIZON_S);
        let found = self.ledger.due(horizon, PAGE).await?;
        self.more = found.len() == PAGE;
        self.horizon = match found.last() {
            Some((last, _)) if self.more => *last,
            _ => horizon,
        };
        for (due, id) in found {
            self.armed.set(id, Some(due), self.horizon);
        }
        Ok(())
    }

    /// Learns from new facts what is armed now.
    async fn listen(&mut self) -> Result<(), Error> {
        for region in self.ledger.organisation().regions.keys() {
            let head = self.heads.entry(region.clone()).or_insert(0);
            loop {
                let entries = self.ledger.facts_after(region, *head, FACTS).await?;
                for entry in &entries {
                    if let (Stream::Incident(id), Some(summary)) =
                        (&entry.fact.stream, &entry.summary)
                    {
                        self.armed.set(*id, summary.next_due, self.horizon);
                    }
                    *head = entry.fact.sequence;
                }
                if entries.len() < FACTS {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn fire(&mut self) -> Result<bool, Error> {
        let ids = self.armed.take(self.clock.now());
        if ids.is_empty() {
            return Ok(false);
        }
        let moment = || self.clock.moment(SystemId::Escalate);
        let commands = ids
            .iter()
            .map(|id| (*id, Command::Elapse, moment()))
            .collect();
        let results = self.ledger.record_all(commands).await;
        let settled = settle(self.damage.set_aside(ids.iter(), results));
        if settled.is_err() {
            // Nothing is lost: they are due again at once.
            let now = self.clock.now();
            ids.into_iter()
                .for_each(|id| self.armed.set(id, Some(now), now));
        }
        settled.map(|()| true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use outcry_domain::Moment;

    fn id(n: u128) -> IncidentId {
        let actor = outcry_domain::Actor::system(SystemId::Escalate);
        Moment {
            now: Time(0),
            actor,
            entropy: n,
        }
        .incident_id()
    }

    #[test]
    fn a_moved_deadline_fires_once_and_a_removed_one_never() {
        let mut armed = Armed {
            heap: BinaryHeap::new(),
            due: HashMap::new(),
        };
        let horizon = Time(100);
        armed.set(id(1), Some(Time(10)), horizon);
        armed.set(id(1), Some(Time(20)), horizon);
        armed.set(id(2), Some(Time(5)), horizon);
        armed.set(id(2), None, horizon);
        armed.set(id(3), Some(Time(500)), horizon);
        assert_eq!(armed.take(Time(15)), vec![]);
        assert_eq!(armed.next(), Some(Time(20)));
        assert_eq!(armed.take(Time(20)), vec![id(1)]);
        assert_eq!(armed.take(Time(1_000)), vec![]);
    }
}
