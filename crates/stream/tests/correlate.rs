//! Correlation against an independent join: brute force over parsed JSON, which shares no code with it.

use std::collections::BTreeSet;

use outcry_stream::{Correlator, Incident};
use proptest::prelude::*;
use serde_json::{Value, json};

const START_S: i64 = 1_790_000_000;

type Found = BTreeSet<(usize, String, String, String)>;

/// Every event against every incident.
fn naive(batches: &[String], incidents: &[Incident]) -> Found {
    let mut seen = BTreeSet::new();
    let mut events = Vec::new();
    for batch in batches {
        let batch: Vec<Value> = serde_json::from_str(batch).expect("a batch is JSON");
        for event in batch {
            let text = |name: &str| event[name].as_str().expect("text").to_owned();
            if seen.insert((text("source"), text("id"))) {
                let time: jiff::Timestamp = text("time").parse().expect("a time");
                events.push((
                    text("subject"),
                    time.as_microsecond(),
                    text("source"),
                    text("id"),
                    text("type"),
                ));
            }
        }
    }
    let mut found = Found::new();
    for (index, incident) in incidents.iter().enumerate() {
        for (site, time_us, source, id, kind) in &events {
            if *site == incident.site && (time_us - incident.at_us).abs() <= incident.reach_us {
                found.insert((index, source.clone(), id.clone(), kind.clone()));
            }
        }
    }
    found
}

fn correlated(batches: &[String], incidents: &[Incident]) -> Found {
    let correlator = Correlator::of(batches.iter().map(String::as_bytes)).expect("batches");
    let matches = correlator.matches(incidents);
    let count = matches.len();
    let found: Found = matches
        .into_iter()
        .map(|found| {
            (
                found.incident,
                found.source.to_owned(),
                found.id.to_owned(),
                found.kind.name().to_owned(),
            )
        })
        .collect();
    assert_eq!(found.len(), count, "no match is given twice");
    found
}

fn event(source: u64, id: u64, site: u64, offset_ms: i64) -> Value {
    let time = jiff::Timestamp::from_millisecond(START_S * 1_000 + offset_ms)
        .expect("a time")
        .to_string();
    let (kind, data) = match id % 3 {
        0 => ("outcry.footfall", json!({"count": id % 9})),
        1 => ("outcry.camera.mark", json!({"camera": format!("cam-{id}")})),
        _ => (
            "outcry.till.sale",
            json!({"till": "1", "transaction": id.to_string(), "lines": [{"sku": "1", "name": "Mug \"blue\"", "quantity": 1, "unit_minor": 99}]}),
        ),
    };
    json!({
        "specversion": "1.0", "type": kind, "source": format!("/s/{source}"), "id": id.to_string(),
        "subject": format!("store-{site}"), "time": time, "data": data,
    })
}

fn incident(site: u64, offset_ms: i64, reach_ms: i64) -> Incident {
    Incident {
        site: format!("store-{site}"),
        at_us: START_S * 1_000_000 + offset_ms * 1_000,
        reach_us: reach_ms * 1_000,
    }
}

proptest! {
    #[test]
    fn matches_are_those_of_an_independent_join(
        batches in prop::collection::vec(
            prop::collection::vec((0..3_u64, 0..40_u64, 0..3_u64, -90_000..90_000_i64), 0..20),
            0..5,
        ),
        incidents in prop::collection::vec((0..4_u64, -90_000..90_000_i64, 0..40_000_i64), 0..6),
    ) {
        let batches: Vec<String> = batches
            .iter()
            .map(|batch| {
                let events = batch.iter().map(|(source, id, site, offset)| event(*source, *id, *site, *offset));
                Value::Array(events.collect()).to_string()
            })
            .collect();
        let incidents: Vec<Incident> =
            incidents.iter().map(|(site, offset, reach)| incident(*site, *offset, *reach)).collect();
        prop_assert_eq!(correlated(&batches, &incidents), naive(&batches, &incidents));
    }
}

#[test]
fn both_ends_of_the_window_belong_to_it() {
    let batch = json!([
        event(1, 1, 1, -1_000),
        event(1, 2, 1, 1_000),
        event(1, 3, 1, 1_001),
        event(1, 4, 1, -1_001)
    ]);
    let found = correlated(&[batch.to_string()], &[incident(1, 0, 1_000)]);
    let ids: Vec<&str> = found.iter().map(|(_, _, id, _)| id.as_str()).collect();
    assert_eq!(ids, ["1", "2"]);
}

#[test]
fn a_large_set_gives_the_matches_of_an_independent_join() {
    // A linear congruential generator (Knuth's constants): the same set every time.
    let mut state = 42_u64;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let batches: Vec<String> = (0..60)
        .map(|_| {
            let events = (0..500).map(|_| {
                let offset_ms = next(3_600_000) as i64;
                event(next(20), next(50_000), next(40), offset_ms)
            });
            Value::Array(events.collect()).to_string()
        })
        .collect();
    let incidents: Vec<Incident> = (0..100)
        .map(|_| incident(next(40), next(3_600_000) as i64, next(300_000) as i64))
        .collect();
    let expected = naive(&batches, &incidents);
    assert!(expected.len() > 1_000, "{}", expected.len());
    assert_eq!(correlated(&batches, &incidents), expected);
}

#[test]
fn refused_events_are_counted() {
    let mut correlator = Correlator::default();
    correlator
        .add(
            json!([event(1, 1, 1, 0), {"id": "no event"}])
                .to_string()
                .as_bytes(),
        )
        .expect("a batch");
    assert_eq!(correlator.rejected(), 1);
    assert_eq!(correlator.matches(&[incident(1, 0, 0)]).len(), 1);
    assert!(correlator.add(b"[").is_err());
}
