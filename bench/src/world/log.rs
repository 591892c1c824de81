//! Logs of many incidents, made through the ledger's own door with many reports under way at once, and kept.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use outcry_domain::organisation::Command;
use outcry_domain::{Actor, ActorId, Reach, RegionId, Role, Time};
use outcry_ledger::{Ledger, Synchronous};
use tokio::task::JoinSet;

use super::chain::{self, Escalation};
use super::{clock, story};
use crate::Setting;
use crate::measure::number;

/// Incidents that are made at once, in steps of their own commits.
const AT_ONCE: usize = 512;
/// How many such groups are under way: while one is written, the next is decided and sealed.
const GROUPS: usize = 2;
/// Facts about shifts of one commit.
const SHIFTS_AT_ONCE: usize = 2_000;
/// Facts of one region that the search index may be behind while a log is made. Within that it finds them, and their
/// keys, in memory; further behind it would read each back from the tables.
const INDEX_BEHIND_MAX: u64 = 4_000;
/// How long to wait for it, or for a full queue, before looking again.
const PAUSE: Duration = Duration::from_millis(2);
/// How often the making tells how far it is.
const TELL_EVERY: Duration = Duration::from_secs(20);
/// Incidents that are open in a history.
pub(crate) const OPEN: usize = 3_000;
/// Facts of an incident that is over, and of an open one, in a history.
const FACTS_OVER: usize = 2;
const FACTS_OPEN: usize = 6;
/// Loops that shall not read what was made here.
const FOLLOWERS: [&str; 3] = ["assess", "courier", "merge"];
/// The cursor of the search index.
const INDEX: &str = "search";
/// How long the search index may take to catch up.
const INDEX_MAX: Duration = Duration::from_secs(1_800);

/// What the log is full of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Incidents that are over, and the last ones open on the desk with everything that makes a page.
    History,
    /// A history whose size is counted in facts, about.
    Facts,
    /// Acknowledged incidents that must be resolved in a month: armed timers.
    Armed,
    /// No incident, and facts about who begins and ends work.
    Shifts,
}

impl Kind {
    fn incidents(self, size: usize) -> usize {
        match self {
            Kind::History | Kind::Armed => size,
            Kind::Facts => OPEN + size.saturating_sub(OPEN * FACTS_OPEN) / FACTS_OVER,
            Kind::Shifts => 0,
        }
    }
}

/// The log of this kind and size, made now if it is not there.
pub(crate) async fn kept(setting: &Setting, kind: Kind, size: usize) -> anyhow::Result<PathBuf> {
    let data = setting
        .scratch
        .join(format!("{kind:?}-{size}").to_lowercase());
    let done = data.with_extension("done");
    if done.exists() {
        // An older program may have made it: nobody shall measure how its tables become today's.
        chain::open(&data, Synchronous::Full).await?.stop().await;
        return Ok(data);
    }
    let _ = std::fs::remove_dir_all(&data);
    let begun = Instant::now();
    let ledger = chain::open(&data, Synchronous::Normal).await?;
    chain::settle_in(&ledger, Escalation::Quiet, None).await?;
    let incidents = kind.incidents(size);
    if kind == Kind::Shifts {
        come_and_go(&ledger, size).await?;
    }
    make(&ledger, kind, incidents).await?;
    let (made, facts) = (begun.elapsed().as_secs_f64(), indexed(&ledger).await?.1);
    leave(ledger).await?;
    println!(
        "made {} incidents, {} facts, in {made:.0} s ({} facts/s), {:.0} s more until the search index had them: {}",
        number(incidents as f64),
        number(facts as f64),
        number(facts as f64 / made),
        begun.elapsed().as_secs_f64() - made,
        data.display()
    );
    std::fs::write(done, "")?;
    Ok(data)
}

/// The manager of every store begins and ends work, again and again.
async fn come_and_go(ledger: &Ledger, facts: usize) -> anyhow::Result<()> {
    let desk = Actor {
        id: ActorId::Person(chain::slug(chain::DESK)),
        role: Role::Desk,
        reach: Reach::All,
    };
    let command = |number: usize| {
        let site = chain::site(number);
        let (person, site) = (chain::slug(&format!("manager-{site}")), chain::slug(&site));
        match (number / chain::SITES).is_multiple_of(2) {
            true => Command::StartShift { person, site },
            false => Command::EndShift { person, site },
        }
    };
    for first in (0..facts).step_by(SHIFTS_AT_ONCE) {
        let commands = (first..facts.min(first + SHIFTS_AT_ONCE)).map(command);
        let moment = clock::moment(clock::now(), &desk);
        ledger.configure_all(commands.collect(), &moment).await?;
    }
    Ok(())
}

/// Facts in the regions' logs of a data directory that nobody has open.
pub(crate) async fn facts(data: &Path) -> anyhow::Result<u64> {
    let ledger = chain::open(data, Synchronous::Full).await?;
    let (_, facts) = indexed(&ledger).await?;
    ledger.stop().await;
    Ok(facts)
}

/// Fills a log that has its organisation.
pub(crate) async fn make(ledger: &Ledger, kind: Kind, incidents: usize) -> anyhow::Result<()> {
    let now = clock::now();
    let mut under_way = JoinSet::new();
    let mut told = Instant::now();
    for first in (0..incidents).step_by(AT_ONCE) {
        while under_way.len() >= GROUPS {
            under_way.join_next().await.context("a group")???;
        }
        keep_up(ledger).await?;
        if told.elapsed() > TELL_EVERY {
            told = Instant::now();
            let index = index_state(indexed(ledger).await?);
            println!("  {first} of {incidents} incidents, {index}");
        }
        let ledger = ledger.clone();
        let numbers = first..incidents.min(first + AT_ONCE);
        under_way.spawn(async move { group(&ledger, kind, numbers, incidents, now).await });
    }
    while let Some(done) = under_way.join_next().await {
        done??;
    }
    Ok(())
}

async fn group(
    ledger: &Ledger,
    kind: Kind,
    numbers: Range<usize>,
    incidents: usize,
    now: Time,
) -> anyhow::Result<()> {
    if kind == Kind::Armed {
        story::armed(ledger, numbers, |_| now).await?;
        return Ok(());
    }
    // A month of history, evenly; the open ones are the newest.
    let at = |number: usize| {
        now.plus_us(-((incidents - number) as i64) * 2_592_000_000_000 / incidents as i64)
    };
    let (over, open): (Vec<_>, Vec<_>) = numbers
        .map(|number| (number, at(number)))
        .partition(|(number, _)| number + OPEN < incidents);
    let over = story::report(ledger, over).await?;
    story::end(ledger, &over).await?;
    let open = story::report(ledger, open).await?;
    story::go_on(ledger, &open).await
}

/// Waits while the search index is too far behind.
async fn keep_up(ledger: &Ledger) -> anyhow::Result<()> {
    for region in ledger.organisation().regions.keys() {
        while ledger.head(region) > ledger.cursor(INDEX, region).await? + INDEX_BEHIND_MAX {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(())
}

/// How many facts the search index has read, and how many there are.
async fn indexed(ledger: &Ledger) -> anyhow::Result<(u64, u64)> {
    let (mut read, mut all) = (0, 0);
    for region in ledger.organisation().regions.keys() {
        all += ledger.head(region);
        read += ledger.cursor(INDEX, region).await?;
    }
    Ok((read, all))
}

fn index_state((read, all): (u64, u64)) -> String {
    format!("search index at {read} of {all} facts")
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
    let (begun, mut told) = (Instant::now(), Instant::now());
    loop {
        let (read, all) = indexed(&ledger).await?;
        if read >= all {
            break;
        }
        let state = index_state((read, all));
        anyhow::ensure!(
            begun.elapsed() < INDEX_MAX,
            "not within {INDEX_MAX:?}: {state}"
        );
        if told.elapsed() > TELL_EVERY {
            told = Instant::now();
            println!("  {state}");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    ledger.stop().await;
    Ok(())
}

/// Bytes of a data directory's database.
pub(crate) fn bytes(data: &Path) -> u64 {
    std::fs::metadata(data.join("outcry.db")).map_or(0, |file| file.len())
}
