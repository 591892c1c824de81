//! What happens to the incidents of a made log, many at once, through the ledger's own door.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::future::join_all;
use outcry_domain::actor::SystemId;
use outcry_domain::incident::{
    Channel, Command, Context, Draft, Event, Outcome, Reason, ReasonKind, Scored,
};
use outcry_domain::{Actor, Category, IncidentId, Moment, Personal, Time};
use outcry_ledger::{Error, Ledger, Recorded};

use super::chain::{self, slug};
use super::clock::moment;

/// How long to wait for a full queue before trying again.
const PAUSE: Duration = Duration::from_millis(2);

/// Reported in a history: none that the rules alone make critical.
const CATEGORIES: [Category; 6] = [
    Category::Theft,
    Category::Burglary,
    Category::Damage,
    Category::Fraud,
    Category::Suspicious,
    Category::Antisocial,
];

/// Panics that the desk saw and acknowledged at once: each waits for its resolution until a month after `at`.
pub(crate) async fn armed(
    ledger: &Ledger,
    numbers: impl Iterator<Item = usize>,
    at: impl Fn(usize) -> Time,
) -> anyhow::Result<Vec<(IncidentId, Time)>> {
    let calls = numbers.map(|number| {
        (
            moment(at(number), &clerk()),
            Command::Panic(draft(number, Category::Panic)),
        )
    });
    let opened = begin(ledger, calls.collect()).await?;
    tell(ledger, &opened).await?;
    let opened = places(&opened);
    let commands = opened
        .iter()
        .map(|(id, at)| (*id, Command::Acknowledge, moment(*at, &desk())));
    record(ledger, commands.collect()).await?;
    Ok(opened)
}

pub(super) async fn report(
    ledger: &Ledger,
    numbers: Vec<(usize, Time)>,
) -> anyhow::Result<Vec<(IncidentId, Time)>> {
    let calls = numbers.into_iter().map(|(number, at)| {
        let category = CATEGORIES[number % CATEGORIES.len()];
        (
            moment(at, &clerk()),
            Command::Report(draft(number, category)),
        )
    });
    Ok(places(&begin(ledger, calls.collect()).await?))
}

/// Which they are, and when they were reported.
fn places(opened: &[Recorded]) -> Vec<(IncidentId, Time)> {
    let summaries = opened.iter().map(|recorded| &recorded.summary);
    summaries
        .map(|summary| (summary.id, summary.reported_at))
        .collect()
}

async fn begin(ledger: &Ledger, calls: Vec<(Moment, Command)>) -> anyhow::Result<Vec<Recorded>> {
    let opened = calls.into_iter().map(|(moment, command)| async move {
        loop {
            match ledger.report(command.clone(), &moment, None).await {
                // The groups together may be more than can wait.
                Err(Error::Busy { .. }) => tokio::time::sleep(PAUSE).await,
                recorded => return anyhow::Ok(recorded?),
            }
        }
    });
    join_all(opened).await.into_iter().collect()
}

/// What the desk does with most of them: a false alarm, a minute later.
pub(super) async fn end(ledger: &Ledger, opened: &[(IncidentId, Time)]) -> anyhow::Result<()> {
    let ends = opened.iter().map(|(id, at)| {
        let command = Command::FalseAlarm { note: None };
        (*id, command, moment(at.plus_s(60), &desk()))
    });
    record(ledger, ends.collect()).await.map(drop)
}

/// What the loops would do: score, route and plan; deliver.
pub(super) async fn go_on(ledger: &Ledger, opened: &[(IncidentId, Time)]) -> anyhow::Result<()> {
    let scored = opened.iter().enumerate().map(|(place, (id, at))| {
        let command = Command::Enrich {
            context: Box::new(context(*at)),
            scored: Some(Box::new(score(place))),
        };
        (*id, command, moment(*at, &Actor::system(SystemId::Assess)))
    });
    tell(ledger, &record(ledger, scored.collect()).await?).await
}

/// What the courier would do with the deliveries that these planned.
async fn tell(ledger: &Ledger, planned: &[Recorded]) -> anyhow::Result<()> {
    let told = planned.iter().map(|recorded| {
        let ids = recorded
            .entries
            .iter()
            .filter_map(|entry| match &entry.fact.event {
                outcry_domain::Event::Incident(Event::Notified { deliveries, .. }) => {
                    Some(deliveries)
                }
                _ => None,
            });
        let outcomes = ids.flatten().map(|planned| {
            (
                planned.id.clone(),
                Outcome::Delivered("on an open screen".into()),
            )
        });
        let command = Command::Deliver {
            outcomes: outcomes.collect(),
        };
        (
            recorded.summary.id,
            command,
            moment(
                recorded.summary.reported_at,
                &Actor::system(SystemId::Courier),
            ),
        )
    });
    record(ledger, told.collect()).await.map(drop)
}

async fn record(
    ledger: &Ledger,
    commands: Vec<(IncidentId, Command, Moment)>,
) -> anyhow::Result<Vec<Recorded>> {
    if commands.is_empty() {
        return Ok(Vec::new());
    }
    let results = ledger.record_all(commands).await;
    results
        .into_iter()
        .map(|result| result.context("a command was refused"))
        .collect()
}

fn person(id: &str, role: outcry_domain::Role) -> Actor {
    Actor {
        id: outcry_domain::ActorId::Person(slug(id)),
        role,
        reach: outcry_domain::Reach::All,
    }
}

fn clerk() -> Actor {
    person(chain::CLERK, outcry_domain::Role::Clerk)
}

/// The dispatcher as an actor.
pub(crate) fn desk() -> Actor {
    person(chain::DESK, outcry_domain::Role::Desk)
}

const NARRATIVES: [&str; 4] = [
    "A man in a grey coat put three bottles of spirits into his bag and walked out past the tills.",
    "Two women came in, one kept the clerk busy, the other emptied the shelf with razors.",
    "Customer refused to leave after closing, kicked the door, nobody hurt.",
    "Somebody has been watching the cash office from across the street since noon.",
];

fn draft(number: usize, category: Category) -> Draft {
    let panic = category == Category::Panic;
    Draft {
        site: slug(&chain::site(number)),
        category,
        channel: Channel::Terminal,
        occurred_at: None,
        area: Some(slug("tills")),
        device: None,
        reporter: None,
        narrative: (!panic).then(|| Personal::new(NARRATIVES[number % NARRATIVES.len()])),
        fields: BTreeMap::new(),
        items: Vec::new(),
        silent: None,
        left_out: Vec::new(),
    }
}

fn context(at: Time) -> Context {
    Context {
        footfall: Some(17),
        taken_at: at,
        ..Context::default()
    }
}

fn score(place: usize) -> Scored {
    Scored {
        category: Category::Theft,
        confidence: 0.8,
        risk: [35, 65, 20, 85][place % 4],
        reasons: vec![Reason {
            text: Personal::new("goods were taken"),
            weight: 12.0,
            kind: ReasonKind::Model,
        }],
        model: "bench".into(),
    }
}
