//! What the house promises, asked of it after every step and at the end.

use std::collections::BTreeSet;

use outcry_domain::category::Priority;
use outcry_domain::incident::{DeliveryState, Event as Happened, Summary};
use outcry_domain::{Actor, Event, Scope, actor::SystemId};
use outcry_ledger::{Filter, Page};

use crate::day::Day;

/// Nobody who waits is forgotten; nothing goes out under two keys; the tables say what the log says.
pub(crate) async fn while_it_runs(day: &Day) {
    for id in &day.known {
        let incident = day
            .house
            .ledger
            .state(*id)
            .await
            .expect("readable")
            .expect("known");
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

/// Whatever was sent is one of the planned deliveries, and every planned one came to an end.
pub(crate) async fn at_the_end(day: &Day) {
    while_it_runs(day).await;
    let planned = planned_once(day).await;
    for id in &day.known {
        let incident = day
            .house
            .ledger
            .state(*id)
            .await
            .expect("readable")
            .expect("known");
        for delivery in incident.deliveries.values() {
            let ended = !matches!(delivery.state, DeliveryState::Planned | DeliveryState::Sent);
            assert!(ended, "{} never came to an end: {delivery:?}", delivery.id);
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
    }
    let providers = day.providers.lock().expect("whole");
    for (key, (times, _)) in &providers.seen {
        assert!(planned.contains(key), "{key} was never planned");
        assert!(*times <= 16, "{key} went out {times} times");
    }
}

/// The key of every delivery that a plan in the log names; no key stands in the log twice.
async fn planned_once(day: &Day) -> BTreeSet<String> {
    let ledger = &day.house.ledger;
    let mut planned = BTreeSet::new();
    for region in ledger.organisation().regions.keys() {
        let mut after = 0;
        loop {
            let entries = ledger
                .facts_after(region, after, 500)
                .await
                .expect("readable");
            let Some(last) = entries.last() else { break };
            after = last.fact.sequence;
            for entry in &entries {
                let Event::Incident(Happened::Notified { deliveries, .. }) = &entry.fact.event
                else {
                    continue;
                };
                for delivery in deliveries {
                    let key = delivery.id.0.clone();
                    assert!(planned.insert(key), "{} was planned twice", delivery.id);
                }
            }
        }
    }
    planned
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
        let incident = day
            .house
            .ledger
            .state(row.id)
            .await
            .expect("readable")
            .expect("known");
        assert_eq!(row, Summary::of(&incident));
    }
}
