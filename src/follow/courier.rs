//! The courier: brings planned deliveries to their channels and reports what became of them. A
//! stalled provider holds its own slots and nothing else; outcomes of all deliveries share commits.

mod message;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use outcry_channels::{Channel, DedupeKey, Lane, Message, Outbound, Outcome as Sent};
use outcry_domain::actor::SystemId;
use outcry_domain::category::Priority;
use outcry_domain::incident::{Command, Delivery, Event as Incident, Outcome, Summary};
use outcry_domain::organisation::Means;
use outcry_domain::{DeliveryId, Event, IncidentId, Organisation, PersonId, Stream};
use outcry_ledger::{Entry, Error, Ledger};
use outcry_web::LiveHub;
use outcry_words::{phrase, say};
use tokio::sync::mpsc;

use super::damage::Damage;
use crate::clock::Clock;
use message::message;

/// Outcomes that may wait to be recorded.
const OUTCOMES_MAX: usize = 10_000;
/// Outcomes recorded at once.
const BATCH: usize = 256;

type Outcomes = mpsc::Sender<(IncidentId, DeliveryId, Outcome)>;

/// Deliveries whose outcome is not recorded yet, so that a fact seen twice sends nothing twice.
#[derive(Clone, Default)]
struct UnderWay(Arc<Mutex<BTreeSet<DeliveryId>>>);

impl UnderWay {
    /// Those of these that were not under way before: they are now.
    fn begin(&self, deliveries: impl Iterator<Item = DeliveryId>) -> Begun<'_> {
        let mut held = self.held();
        Begun {
            under_way: self,
            deliveries: deliveries.filter(|id| held.insert(id.clone())).collect(),
        }
    }
    fn end(&self, delivery: &DeliveryId) {
        self.held().remove(delivery);
    }
    fn held(&self) -> MutexGuard<'_, BTreeSet<DeliveryId>> {
        self.0.lock().expect("nothing panics while it holds this")
    }
}

/// Deliveries that are begun and not set out with. They end with this, so that whatever comes in between
/// the next attempt finds them again.
struct Begun<'a> {
    under_way: &'a UnderWay,
    deliveries: VecDeque<DeliveryId>,
}

impl Begun<'_> {
    /// The next one; from now on its outcome ends it.
    fn next(&mut self) -> Option<DeliveryId> {
        self.deliveries.pop_front()
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        self.deliveries.iter().for_each(|id| self.under_way.end(id));
    }
}

/// Whether a person sits at an open screen, in a simulated world.
type AtAScreen = dyn Fn(&PersonId) -> bool + Send + Sync;
/// What a provider says to an attempt, in a simulated world.
type SendOnce = dyn Fn(&DedupeKey, &Message) -> Sent + Send + Sync;

/// The world that deliveries go out to.
#[derive(Clone)]
pub enum World {
    /// The real one: providers behind sockets, and the screens that are open now.
    Real {
        /// Mail and webhooks.
        outbound: Arc<Outbound>,
        /// Open screens.
        hub: LiveHub,
    },
    /// One that a simulation drives.
    Simulated {
        /// Whether a person sits at an open screen.
        at_a_screen: Arc<AtAScreen>,
        /// What a provider says to an attempt.
        send: Arc<SendOnce>,
    },
}

impl World {
    fn at_a_screen(&self, person: &PersonId) -> bool {
        match self {
            World::Real { hub, .. } => hub.reached(person),
            World::Simulated { at_a_screen, .. } => at_a_screen(person),
        }
    }

    async fn send(&self, lane: Lane, key: &DedupeKey, message: &Message, now_us: i64) -> Sent {
        match self {
            World::Real { outbound, .. } => outbound.send(lane, key, message, now_us).await,
            World::Simulated { send, .. } => send(key, message),
        }
    }
}

/// Everything that bringing a delivery needs.
pub struct Courier {
    ledger: Ledger,
    world: World,
    clock: Clock,
    /// The address of the pages, for links.
    url: String,
    under_way: UnderWay,
    damage: Damage,
    outcomes: Outcomes,
}

impl Courier {
    /// A courier, and the loop that records what became of its deliveries; that loop ends by itself
    /// when the courier and its last delivery are gone.
    pub fn new(
        ledger: Ledger,
        world: World,
        clock: Clock,
        url: String,
    ) -> (Self, impl Future<Output = ()> + Send + 'static) {
        let (outcomes, receiver) = mpsc::channel(OUTCOMES_MAX);
        let (under_way, damage) = (UnderWay::default(), Damage::default());
        let noted = (under_way.clone(), damage.clone());
        let record = record(ledger.clone(), clock.clone(), noted, receiver);
        (
            Self {
                ledger,
                world,
                clock,
                url,
                under_way,
                damage,
                outcomes,
            },
            record,
        )
    }

    /// Whether every outcome so far is recorded.
    pub fn idle(&self) -> bool {
        self.under_way.held().is_empty()
    }

    /// Sets out with every delivery that these facts plan or try again.
    pub async fn handle(&self, entries: &[Arc<Entry>]) -> Result<(), Error> {
        let incidents: BTreeSet<IncidentId> = entries
            .iter()
            .filter_map(|entry| match (&entry.fact.stream, &entry.fact.event) {
                (
                    Stream::Incident(id),
                    Event::Incident(Incident::Notified { .. } | Incident::Retried { .. }),
                ) => Some(*id),
                _ => None,
            })
            .collect();
        self.bring(incidents).await
    }

    /// Sets out with every pending delivery of these incidents.
    pub async fn bring(
        &self,
        incidents: impl IntoIterator<Item = IncidentId>,
    ) -> Result<(), Error> {
        let organisation = self.ledger.organisation();
        for id in incidents {
            let Some(incident) = self.damage.pass_over(id, &self.ledger).await? else {
                continue;
            };
            let pending = |delivery: &&Delivery| delivery.pending();
            let ids = incident.deliveries.values().filter(pending);
            let mut begun = self
                .under_way
                .begin(ids.map(|delivery| delivery.id.clone()));
            // An outcome may have been recorded just before it was begun: what counts is what holds now.
            let Some(incident) = self.damage.pass_over(id, &self.ledger).await? else {
                continue;
            };
            let summary = Summary::of(&incident);
            while let Some(id) = begun.next() {
                match incident.deliveries.get(&id).filter(pending) {
                    Some(delivery) => self.set_out(&organisation, &summary, delivery).await,
                    None => self.under_way.end(&id),
                }
            }
        }
        Ok(())
    }

    async fn set_out(&self, organisation: &Organisation, summary: &Summary, delivery: &Delivery) {
        if delivery.channel == Means::Desk {
            let outcome = if self.world.at_a_screen(&delivery.person) {
                Outcome::Delivered(say("outcome-screen", []))
            } else {
                Outcome::Failed(say("outcome-no-screen", []))
            };
            return self.report(summary.id, &delivery.id, outcome).await;
        }
        let message = message(organisation, summary, delivery, &self.url);
        let key = DedupeKey::new(delivery.id.0.clone()).map_err(|_| phrase("outcome-key"));
        let (key, message) = match (key, message) {
            (Ok(key), Ok(message)) => (key, message),
            (Err(why), _) | (_, Err(why)) => {
                return self
                    .report(summary.id, &delivery.id, Outcome::Failed(why.into()))
                    .await;
            }
        };
        self.report(summary.id, &delivery.id, Outcome::Sent).await;
        let lane = match summary.priority {
            Some(Priority::P1) => Lane::Panic,
            _ => Lane::Normal,
        };
        let (world, clock) = (self.world.clone(), self.clock.clone());
        let outcomes = self.outcomes.clone();
        let (incident, id) = (summary.id, delivery.id.clone());
        tokio::spawn(async move {
            let outcome = match world.send(lane, &key, &message, clock.now().0).await {
                Sent::Accepted { provider_text } => Outcome::Accepted(provider_text),
                Sent::Failed { provider_text } => Outcome::Failed(provider_text),
                Sent::Retry {
                    provider_text,
                    after_s,
                } => Outcome::Retry(
                    provider_text,
                    after_s.map(|s| u32::try_from(s).unwrap_or(u32::MAX)),
                ),
            };
            // Nobody listens any more only while the house stops; the delivery is then still pending.
            let _ = outcomes.send((incident, id, outcome)).await;
        });
    }

    async fn report(&self, incident: IncidentId, delivery: &DeliveryId, outcome: Outcome) {
        let _ = self
            .outcomes
            .send((incident, delivery.clone(), outcome))
            .await;
    }
}

/// Records outcomes, those of one incident in one command.
async fn record(
    ledger: Ledger,
    clock: Clock,
    (under_way, damage): (UnderWay, Damage),
    mut outcomes: mpsc::Receiver<(IncidentId, DeliveryId, Outcome)>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while outcomes.recv_many(&mut batch, BATCH).await > 0 {
        let mut by_incident = Left::new();
        for (incident, delivery, outcome) in batch.drain(..) {
            by_incident
                .entry(incident)
                .or_default()
                .push((delivery, outcome));
        }
        loop {
            let commands = by_incident
                .iter()
                .map(|(id, outcomes)| {
                    let command = Command::Deliver {
                        outcomes: outcomes.clone(),
                    };
                    (*id, command, clock.moment(SystemId::Courier))
                })
                .collect();
            let results = ledger.record_all(commands).await;
            match sift(&mut by_incident, results, &under_way, &damage) {
                Ok(()) => break,
                Err(Error::Stopped) => return,
                Err(error) => {
                    tracing::warn!(%error, "outcomes of deliveries will be recorded again");
                    tokio::time::sleep(super::PAUSE).await;
                }
            }
        }
    }
}

/// Outcomes by incident that are not recorded yet.
type Left = BTreeMap<IncidentId, Vec<(DeliveryId, Outcome)>>;

/// Ends what is recorded, refused or past mending, and leaves what must be tried again, with the reason:
/// recorded twice, an outcome would count as two.
fn sift<T>(
    left: &mut Left,
    results: Vec<Result<T, Error>>,
    under_way: &UnderWay,
    damage: &Damage,
) -> Result<(), Error> {
    let ids: Vec<IncidentId> = left.keys().copied().collect();
    let mut again = Ok(());
    for (id, result) in ids.into_iter().zip(results) {
        match damage.readable(id, result) {
            Ok(_) | Err(Error::Refused(_)) => {
                for (delivery, outcome) in left.remove(&id).unwrap_or_default() {
                    if outcome != Outcome::Sent {
                        under_way.end(&delivery);
                    }
                }
            }
            // That the disk refused a write outweighs all else.
            Err(error) if again != Err(Error::Stopped) => again = Err(error),
            Err(_) => {}
        }
    }
    again
}

/// Which channels cannot be used at all, in words for the log at start.
pub fn missing(outbound: &Outbound) -> Vec<&'static str> {
    let mut missing = Vec::new();
    if !outbound.has(Channel::Mail) {
        missing.push("mail is not set up: nobody will get a mail (set channels.mail)");
    }
    if !outbound.has(Channel::Webhook) {
        missing.push("webhooks are not set up: nobody will get one (set channels.webhook.secrets)");
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(name: &str) -> DeliveryId {
        DeliveryId(name.into())
    }

    #[test]
    fn what_was_begun_and_not_set_out_with_can_begin_again() {
        let under_way = UnderWay::default();
        let ids = || ["a", "b"].map(delivery).into_iter();
        let mut begun = under_way.begin(ids());
        assert_eq!(under_way.begin(ids()).next(), None, "both are under way");
        let sent = begun.next();
        drop(begun);
        let mut again = under_way.begin(ids());
        let found = again.next();
        assert!(found.is_some() && found != sent, "{found:?}");
        assert_eq!(again.next(), None);
    }

    #[test]
    fn only_what_failed_is_recorded_again() {
        let (under_way, damage) = (UnderWay::default(), Damage::default());
        let ids = [1, 2, 3].map(|n| IncidentId(uuid::Uuid::from_u128(n)));
        let names = ["a", "b", "c"].map(delivery);
        let mut begun = under_way.begin(names.iter().cloned());
        while begun.next().is_some() {}
        let outcome = |name: &DeliveryId| vec![(name.clone(), Outcome::Accepted("250".into()))];
        let mut left: Left = ids.into_iter().zip(names.iter().map(outcome)).collect();
        let busy = || Err(Error::Busy { retry_after_s: 1 });
        let corrupt = Err(Error::Corrupt {
            region: "north".parse().expect("a slug"),
            sequence: 7,
            why: "the body cannot be read".into(),
        });
        let results = vec![Ok(()), busy(), corrupt];
        assert_eq!(sift(&mut left, results, &under_way, &damage), busy());
        assert_eq!(left.keys().collect::<Vec<_>>(), [&ids[1]]);
        assert_eq!(*under_way.held(), BTreeSet::from([names[1].clone()]));
        let recorded = sift(&mut left, vec![Ok(())], &under_way, &damage);
        assert_eq!(recorded, Ok(()));
        assert!(left.is_empty() && under_way.held().is_empty());
    }
}
