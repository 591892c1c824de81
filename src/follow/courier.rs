//! The courier: brings planned deliveries to their channels and reports what became of them. A
//! stalled provider holds its own slots and nothing else; outcomes of all deliveries share commits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use outcry_channels::{Call, Channel, DedupeKey, Lane, Letter, Message, Outbound, Outcome as Sent};
use outcry_domain::actor::SystemId;
use outcry_domain::category::Priority;
use outcry_domain::incident::{Command, Delivery, Event as Incident, Outcome, Summary};
use outcry_domain::organisation::Means;
use outcry_domain::{DeliveryId, Event, IncidentId, Organisation, PersonId, Stream};
use outcry_ledger::{Entry, Error, Ledger};
use outcry_web::LiveHub;
use tokio::sync::mpsc;

use super::damage::Damage;
use super::settle;
use crate::clock::Clock;

/// Outcomes that may wait to be recorded.
const OUTCOMES_MAX: usize = 10_000;
/// Outcomes recorded in one commit.
const BATCH: usize = 256;

type Outcomes = mpsc::Sender<(IncidentId, DeliveryId, Outcome)>;

/// Deliveries whose outcome is not recorded yet, so that a fact seen twice sends nothing twice.
#[derive(Clone, Default)]
struct UnderWay(Arc<Mutex<BTreeSet<DeliveryId>>>);

impl UnderWay {
    /// Whether it was not under way before.
    fn begin(&self, delivery: &DeliveryId) -> bool {
        self.held().insert(delivery.clone())
    }
    fn end(&self, delivery: &DeliveryId) {
        self.held().remove(delivery);
    }
    fn held(&self) -> MutexGuard<'_, BTreeSet<DeliveryId>> {
        self.0.lock().expect("nothing panics while it holds this")
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
            let begun: Vec<DeliveryId> = incident
                .deliveries
                .values()
                .filter(pending)
                .map(|delivery| delivery.id.clone())
                .filter(|id| self.under_way.begin(id))
                .collect();
            // An outcome may have been recorded just before it was begun: what counts is what holds now.
            let Some(incident) = self.ledger.state(id).await? else {
                continue;
            };
            let summary = Summary::of(&incident);
            for id in begun {
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
                Outcome::Delivered("on an open screen".into())
            } else {
                Outcome::Failed("is not signed in at any screen".into())
            };
            return self.report(summary.id, &delivery.id, outcome).await;
        }
        let message = message(organisation, summary, delivery, &self.url);
        let key = DedupeKey::new(delivery.id.0.clone()).map_err(|_| "the key does not fit");
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
        let mut by_incident: BTreeMap<IncidentId, Vec<(DeliveryId, Outcome)>> = BTreeMap::new();
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
            match settle(damage.set_aside(by_incident.keys(), results)) {
                Ok(()) => break,
                Err(Error::Stopped) => return,
                Err(error) => {
                    tracing::warn!(%error, "outcomes of deliveries will be recorded again");
                    tokio::time::sleep(super::PAUSE).await;
                }
            }
        }
        for (delivery, outcome) in by_incident.values().flatten() {
            if *outcome != Outcome::Sent {
                under_way.end(delivery);
            }
        }
    }
}

fn address(organisation: &Organisation, person: &PersonId, channel: Means) -> Option<String> {
    let contacts = &organisation.person(person)?.contacts;
    let contact = contacts.iter().find(|contact| contact.channel == channel)?;
    contact.address.open().map(str::to_owned)
}

/// The words and the address of a delivery. Nothing of the narrative leaves the house this way.
fn message(
    organisation: &Organisation,
    summary: &Summary,
    delivery: &Delivery,
    url: &str,
) -> Result<Message, &'static str> {
    let to = address(organisation, &delivery.person, delivery.channel)
        .ok_or("has no address for this channel")?;
    let place = organisation
        .site(&summary.site)
        .map_or(summary.site.as_str(), |site| site.name.as_str());
    match delivery.channel {
        Means::Desk => Err("a screen is no address"),
        Means::Mail => Ok(Message::Mail(Letter {
            to,
            priority: summary.priority.map_or(4, u8::from),
            what: summary.category.words().into(),
            place: place.into(),
            reference: summary.id.reference(),
            text: letter(organisation, summary, delivery, place, url),
        })),
        Means::Webhook => Ok(Message::Webhook(Call {
            url: to,
            body: call(summary, delivery, place, url),
        })),
    }
}

fn letter(
    organisation: &Organisation,
    summary: &Summary,
    delivery: &Delivery,
    place: &str,
    url: &str,
) -> String {
    let area = summary.area.as_ref().and_then(|id| {
        let site = organisation.site(&summary.site)?;
        site.areas
            .iter()
            .find(|area| area.id == *id)
            .map(|area| area.name.clone())
    });
    let at = area.map_or_else(|| place.to_owned(), |area| format!("{place}, {area}"));
    let address = organisation
        .site(&summary.site)
        .and_then(|site| site.address.clone());
    let mut lines = vec![
        format!("{} at {at}.", summary.category.words()),
        format!("Reported {} (UTC).", summary.reported_at.rfc3339()),
    ];
    lines.extend(address.map(|address| format!("Address: {address}")));
    if let Some(by) = summary.acknowledge_by {
        lines.push(format!(
            "Somebody must acknowledge it by {} (UTC).",
            by.rfc3339()
        ));
    }
    if summary.silent {
        lines.push(
            "Silent: do not call the store's public number, and do not arrive with a siren.".into(),
        );
    }
    lines.push(String::new());
    lines.push(format!("Open it: {url}/incidents/{}", summary.id));
    lines.push(format!(
        "Reference {}. Step {} of the escalation.",
        summary.id.reference(),
        delivery.step + 1
    ));
    lines.join("\n")
}

/// A CloudEvent about the incident: what a list shows, and nobody's name.
fn call(summary: &Summary, delivery: &Delivery, place: &str, url: &str) -> Vec<u8> {
    let event = serde_json::json!({
        "specversion": "1.0",
        "id": delivery.id,
        "source": format!("{url}/regions/{}", summary.region),
        "type": "outcry.incident.notification",
        "subject": summary.id,
        "time": delivery.planned_at.rfc3339(),
        "datacontenttype": "application/json",
        "data": {
            "incident": summary.id,
            "reference": summary.id.reference(),
            "site": summary.site,
            "site_name": place,
            "area": summary.area,
            "category": summary.category,
            "priority": summary.priority,
            "risk": summary.risk,
            "state": summary.state,
            "queue": summary.queue,
            "silent": summary.silent,
            "reported_at": summary.reported_at.rfc3339(),
            "acknowledge_by": summary.acknowledge_by.map(outcry_domain::Time::rfc3339),
            "recipient": delivery.person,
            "step": delivery.step,
            "url": format!("{url}/incidents/{}", summary.id),
        },
    });
    event.to_string().into_bytes()
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
