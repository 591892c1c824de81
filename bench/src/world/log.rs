//! Logs of many incidents, made through the ledger's own door with many reports under way at once, and kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::future::join_all;
use outcry_domain::actor::SystemId;
use outcry_domain::incident::{
    Channel, Command, Context, Draft, Event, Outcome, Reason, ReasonKind, Scored,
};
use outcry_domain::{Actor, Category, IncidentId, Moment, Personal, RegionId, Time};
use outcry_ledger::{Ledger, Recorded, Synchronous};

use super::chain::{self, Escalation, slug};
use super::clock;
use crate::Setting;

/// Incidents that are made at once.
const AT_ONCE: usize = 512;
/// Incidents that are open in a history.
pub(crate) const OPEN: usize = 3_000;
/// Loops that shall not read what was made here.
const FOLLOWERS: [&str; 3] = ["assess", "courier", "merge"];
/// How long the search index may take to catch up.
const INDEX_MAX: Duration = Duration::from_secs(1_800);

/// Reported in a history: none that the rules alone make critical.
const CATEGORIES: [Category; 6] = [
    Category::Theft,
    Category::Burglary,
    Category::Damage,
    Category::Fraud,
    Category::Suspicious,
    Category::Antisocial,
];

/// What the log is full of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Incidents that are over, and the last ones open on the desk with everything that makes a page.
    History,
    /// Acknowledged incidents that must be resolved in a month: armed timers.
    Armed,
}

/// The log of this kind and size, made now if it is not there.
pub(crate) async fn kept(
    setting: &Setting,
    kind: Kind,
    incidents: usize,
) -> anyhow::Result<PathBuf> {
    let data = setting
        .scratch
        .join(format!("{kind:?}-{incidents}").to_lowercase());
    let done = data.with_extension("done");
    if done.exists() {
        return Ok(data);
    }
    let _ = std::fs::remove_dir_all(&data);
    let begun = Instant::now();
    let ledger = chain::open(&data, Synchronous::Normal).await?;
    chain::settle_in(&ledger, Escalation::Quiet, None).await?;
    make(&ledger, kind, incidents).await?;
    leave(ledger).await?;
    println!(
        "made {incidents} incidents in {:.0} s: {}",
        begun.elapsed().as_secs_f64(),
        data.display()
    );
    std::fs::write(done, "")?;
    Ok(data)
}

/// Fills a log that has its organisation.
pub(crate) async fn make(ledger: &Ledger, kind: Kind, incidents: usize) -> anyhow::Result<()> {
    let now = clock::now();
    for first in (0..incidents).step_by(AT_ONCE) {
        let numbers = first..incidents.min(first + AT_ONCE);
        // A month of history, evenly; the open ones are the newest.
        let at = |number: usize| {
            now.plus_us(-((incidents - number) as i64) * 2_592_000_000_000 / incidents as i64)
        };
        match kind {
            Kind::Armed => {
                armed(ledger, numbers, |_| now).await?;
            }
            Kind::History => {
                let (over, open): (Vec<usize>, Vec<usize>) =
                    numbers.partition(|number| number + OPEN < incidents);
                let over = report(ledger, over.into_iter().map(|n| (n, at(n)))).await?;
                record(
                    ledger,
                    over.iter().map(|(id, at)| {
                        (
                            *id,
                            Command::FalseAlarm { note: None },
                            moment(at.plus_s(60), &desk()),
                        )
                    }),
                )
                .await?;
                let open = report(ledger, open.into_iter().map(|n| (n, at(n)))).await?;
                go_on(ledger, &open).await?;
            }
        }
        if first % (AT_ONCE * 200) == 0 && first > 0 {
            println!("  {first} of {incidents} incidents");
        }
    }
    Ok(())
}

/// Panics that were acknowledged at once: each waits for its resolution until a month after `at`.
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
    let opened = begin(ledger, calls).await?;
    let commands = opened
        .iter()
        .map(|(id, at)| (*id, Command::Acknowledge, moment(*at, &desk())));
    record(ledger, commands).await?;
    Ok(opened)
}

async fn report(
    ledger: &Ledger,
    numbers: impl Iterator<Item = (usize, Time)>,
) -> anyhow::Result<Vec<(IncidentId, Time)>> {
    let calls = numbers.map(|(number, at)| {
        let category = CATEGORIES[number % CATEGORIES.len()];
        (
            moment(at, &clerk()),
            Command::Report(draft(number, category)),
        )
    });
    begin(ledger, calls).await
}

async fn begin(
    ledger: &Ledger,
    calls: impl Iterator<Item = (Moment, Command)>,
) -> anyhow::Result<Vec<(IncidentId, Time)>> {
    let opened = calls.map(|(moment, command)| async move {
        let recorded = ledger.report(command, &moment, None).await?;
        anyhow::Ok((recorded.summary.id, moment.now))
    });
    join_all(opened).await.into_iter().collect()
}

/// What the loops would do: score, route and plan; deliver.
async fn go_on(ledger: &Ledger, opened: &[(IncidentId, Time)]) -> anyhow::Result<()> {
    let scored = opened.iter().enumerate().map(|(place, (id, at))| {
        let command = Command::Enrich {
            context: Box::new(context(*at)),
            scored: Some(Box::new(score(place))),
        };
        (*id, command, moment(*at, &Actor::system(SystemId::Assess)))
    });
    let planned = record(ledger, scored).await?;
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
    record(ledger, told).await?;
    Ok(())
}

async fn record(
    ledger: &Ledger,
    commands: impl Iterator<Item = (IncidentId, Command, Moment)>,
) -> anyhow::Result<Vec<Recorded>> {
    let commands: Vec<_> = commands.collect();
    if commands.is_empty() {
        return Ok(Vec::new());
    }
    let results = ledger.record_all(commands).await;
    results
        .into_iter()
        .map(|result| result.context("a command was refused"))
        .collect()
}

/// Moves the loops' cursors to the end, waits for the search index, closes the log.
pub(crate) async fn leave(ledger: Ledger) -> anyhow::Result<()> {
    let regions: Vec<RegionId> = ledger.organisation().regions.keys().cloned().collect();
    for region in &regions {
        for follower in FOLLOWERS {
            ledger
                .move_cursor(follower, region, ledger.head(region))
                .await?;
        }
    }
    let begun = Instant::now();
    for region in &regions {
        while ledger.cursor("search", region).await? < ledger.head(region) {
            anyhow::ensure!(
                begun.elapsed() < INDEX_MAX,
                "the search index does not catch up"
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    ledger.stop().await;
    Ok(())
}

/// Bytes of a data directory's database.
pub(crate) fn bytes(data: &Path) -> u64 {
    std::fs::metadata(data.join("outcry.db")).map_or(0, |file| file.len())
}

fn moment(now: Time, actor: &Actor) -> Moment {
    clock::moment(now, actor)
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
