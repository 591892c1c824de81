//! What the house promises, asked of it after every step and at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use outcry_domain::category::Priority;
use outcry_domain::incident::{Delivery, DeliveryState, Event as Happened, Summary};
use outcry_domain::organisation::Means;
use outcry_domain::{Actor, Event, Incident, IncidentId, Scope, actor::SystemId};
use outcry_ledger::{Entry, Filter, Page};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _};

use crate::day::Day;
use crate::running::settings;

/// What a rebuild fills.
const TABLES: [&str; 2] = ["incident", "shift"];
/// How often a delivery is tried before it has failed, if the house stands.
const ATTEMPTS_MAX: u32 = 8;

/// Nobody who waits is forgotten; nothing goes out under two keys; the tables say what the log says.
pub(crate) async fn while_it_runs(day: &Day) {
    for id in &day.known {
        let incident = state(day, *id).await;
        let summary = Summary::of(&incident);
        if incident.waits_for_acknowledgement() {
            let armed = summary.next_due.is_some();
            assert!(
                armed || summary.unreached,
                "{} waits and nothing is armed: {summary:?}",
                id.reference()
            );
        }
        if summary.priority == Some(Priority::P1) && incident.report.category.floor() >= 80 {
            assert!(incident.routes > 0, "a critical report was routed at once");
        }
        assert!(
            !incident.escalation.as_ref().is_some_and(|e| e.unplanned()),
            "{}: a fired step was planned",
            id.reference()
        );
        let risk = incident.assessment.as_ref().map_or(0, |a| a.risk);
        let floor = incident.assessment.as_ref().map_or(0, |a| a.floor);
        assert!(risk >= floor, "no model goes below the floor");
    }
    the_tables_say_what_the_log_says(day).await;
}

/// What people were told stands in the log, whatever was sent is one of the planned deliveries, every
/// planned one came to an end, and both sides of a merge know of it.
pub(crate) async fn at_the_end(day: &Day) {
    while_it_runs(day).await;
    let log = log(day).await;
    receipts_hold(day, &log);
    let planned = planned_once(&log);
    for id in &day.known {
        let incident = state(day, *id).await;
        for delivery in incident.deliveries.values() {
            came_to_an_end(day, delivery);
        }
        if incident.waits_for_acknowledgement() && incident.priority() == Some(Priority::P1) {
            let rounds = incident.escalation.as_ref().map_or(0, |e| e.round);
            assert!(
                rounds >= 5,
                "{} was called out all night: {rounds} rounds",
                id.reference()
            );
            assert!(incident.breached_acknowledge);
        }
        let scored = incident
            .assessment
            .as_ref()
            .is_some_and(|a| a.model.is_some());
        assert!(
            scored || !incident.state.live(),
            "{} was never scored",
            id.reference()
        );
        if let Some(into) = incident.merged_into {
            let told = state(day, into).await.absorbed.contains(id);
            assert!(
                told,
                "{} does not know of {}",
                into.reference(),
                id.reference()
            );
        }
        for other in &incident.absorbed {
            assert_eq!(state(day, *other).await.merged_into, Some(*id));
        }
    }
    let providers = day.providers.lock().expect("whole");
    for (key, attempts) in &providers.seen {
        assert!(planned.contains(key), "{key} was never planned");
        let (tried, taken) = (attempts.tried, attempts.taken);
        assert!(
            tried <= ATTEMPTS_MAX + day.falls,
            "{key} went out {tried} times"
        );
        // Only who falls before the answer is recorded sends again what was taken.
        assert!(taken <= 1 + day.falls, "{key} was taken {taken} times");
    }
}

/// The log of the house that has closed is whole, and its read tables are what the log says.
pub(crate) async fn on_the_disk(folder: &Path) {
    let settings = settings(folder);
    let verified = outcry_ledger::verify(&settings).await;
    let verified = verified.expect("can be read");
    verified.unwrap_or_else(|broken| panic!("{broken:?}"));
    let file = SqliteConnectOptions::new().filename(folder.join("outcry.db"));
    let mut database = file.connect().await.expect("opens");
    for table in TABLES {
        let copy = format!("CREATE TEMP TABLE was_{table} AS SELECT * FROM {table}");
        let copied = sqlx::query(AssertSqlSafe(copy))
            .execute(&mut database)
            .await;
        copied.expect("copied");
    }
    outcry_ledger::rebuild(&settings).await.expect("rebuilt");
    for table in TABLES {
        for (one, other) in [("", "was_"), ("was_", "")] {
            let sql = format!("SELECT * FROM {one}{table} EXCEPT SELECT * FROM {other}{table}");
            let differ = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut database);
            let differ: Vec<String> = differ.await.expect("rows");
            assert_eq!(differ, [""; 0], "{one}{table} is not what a rebuild makes");
        }
    }
}

async fn state(day: &Day, id: IncidentId) -> Arc<Incident> {
    let state = day.house.ledger.state(id).await;
    state.expect("readable").expect("known")
}

async fn log(day: &Day) -> Vec<Arc<Entry>> {
    let ledger = &day.house.ledger;
    let mut log: Vec<Arc<Entry>> = Vec::new();
    for region in ledger.organisation().regions.keys() {
        let mut after = 0;
        loop {
            let entries = ledger.facts_after(region, after, 500).await;
            let entries = entries.expect("readable");
            let Some(last) = entries.last() else { break };
            after = last.fact.sequence;
            log.extend(entries);
        }
    }
    log
}

fn receipts_hold(day: &Day, log: &[Arc<Entry>]) {
    let hashes: BTreeMap<_, _> = log
        .iter()
        .map(|entry| ((&entry.fact.region, entry.fact.sequence), entry.fact.hash))
        .collect();
    for receipt in &day.receipts {
        let found = hashes.get(&(&receipt.region, receipt.sequence));
        assert_eq!(found, Some(&receipt.hash), "{receipt:?}");
    }
}

/// The key of every delivery that a plan in the log names; no key stands in the log twice.
fn planned_once(log: &[Arc<Entry>]) -> BTreeSet<String> {
    let mut planned = BTreeSet::new();
    for entry in log {
        let Event::Incident(Happened::Notified { deliveries, .. }) = &entry.fact.event else {
            continue;
        };
        for delivery in deliveries {
            let key = delivery.id.0.clone();
            assert!(planned.insert(key), "{} was planned twice", delivery.id);
        }
    }
    planned
}

/// It went out, and it is said to be taken only if somebody took it.
fn came_to_an_end(day: &Day, delivery: &Delivery) {
    let ended = !matches!(delivery.state, DeliveryState::Planned | DeliveryState::Sent);
    assert!(ended, "{} never came to an end: {delivery:?}", delivery.id);
    if delivery.channel == Means::Desk {
        return;
    }
    let providers = day.providers.lock().expect("whole");
    let attempts = providers.seen.get(&delivery.id.0);
    assert!(
        attempts.is_some(),
        "{} never went out: {delivery:?}",
        delivery.id
    );
    let taken = attempts.is_some_and(|attempts| attempts.taken > 0);
    let said = delivery.state != DeliveryState::Failed;
    assert!(taken || !said, "nobody took {}: {delivery:?}", delivery.id);
}

async fn the_tables_say_what_the_log_says(day: &Day) {
    let everything = Scope::of(&Actor::system(SystemId::Setup));
    let mut listed = Vec::new();
    let mut after = None;
    loop {
        let page = Page {
            limit: 200,
            after: after.take(),
        };
        let found = day
            .house
            .ledger
            .incidents(&everything, &Filter::default(), &page)
            .await
            .expect("readable");
        listed.extend(found.items);
        match found.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(listed.len(), day.known.len(), "every report is listed once");
    for row in listed {
        let incident = state(day, row.id).await;
        assert_eq!(row, Summary::of(&incident));
    }
}
