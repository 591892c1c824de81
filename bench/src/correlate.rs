//! Correlation alone: CloudEvents as JSON in, matches out, one core, compared with a join that shares no code.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::Instant;

use outcry_stream::{Correlator, Incident};
use serde_json::Value;

use crate::Setting;
use crate::measure::{Run, Target};
use crate::world::chain;
use crate::world::tills::{BATCH, Batch};
use outcry_domain::Time;

/// Batches in memory.
const BATCHES: usize = 2_000;
const QUICK_BATCHES: usize = 200;
/// Incidents that events are matched to.
const INCIDENTS: usize = 200;
/// How far around an incident, in microseconds.
const REACH_US: i64 = 30_000_000;
/// The first batch's time; each is one second later.
const START: Time = Time(1_790_000_000_000_000);

/// One run: everything twice, the second time is measured.
pub(crate) fn run(setting: &Setting) -> anyhow::Result<Run> {
    let count = if setting.quick {
        QUICK_BATCHES
    } else {
        BATCHES
    };
    let batches: Vec<Vec<u8>> = (0..count)
        .map(|place| {
            let mut batch = Batch::at(START.plus_us(place as i64 * 1_000_000), place);
            batch.number((place * BATCH) as u64);
            batch.json
        })
        .collect();
    let incidents: Vec<Incident> = (0..INCIDENTS)
        .map(|place| Incident {
            site: chain::site(place * 7),
            at_us: START.0 + place as i64 * count as i64 * 1_000_000 / INCIDENTS as i64,
            reach_us: REACH_US,
        })
        .collect();
    let events = (count * BATCH) as f64;
    black_box(pass(&batches, &incidents)?);
    let begun = Instant::now();
    let matches = pass(&batches, &incidents)?;
    let seconds = begun.elapsed().as_secs_f64();
    let expected = joined(&batches, &incidents)?;
    anyhow::ensure!(
        matches == expected,
        "{} matches, the independent join has {}",
        matches.len(),
        expected.len()
    );
    let mut run = Run::default();
    run.aim(
        "events/s, JSON in, one core, matches as the independent join",
        events / seconds,
        "/s",
        Target::AtLeast(1_000_000.0),
    );
    run.tell("matches", matches.len() as f64, "");
    Ok(run)
}

type Found = BTreeSet<(usize, String, String)>;

fn pass(batches: &[Vec<u8>], incidents: &[Incident]) -> anyhow::Result<Found> {
    let mut correlator = Correlator::default();
    for batch in batches {
        correlator.add(batch)?;
    }
    anyhow::ensure!(correlator.rejected() == 0, "events were refused");
    let matches = correlator.matches(incidents);
    Ok(matches
        .into_iter()
        .map(|found| (found.incident, found.source.to_owned(), found.id.to_owned()))
        .collect())
}

/// Every event against every incident, over parsed JSON.
fn joined(batches: &[Vec<u8>], incidents: &[Incident]) -> anyhow::Result<Found> {
    let mut found = Found::new();
    for batch in batches {
        let events: Vec<Value> = serde_json::from_slice(batch)?;
        for event in &events {
            let text = |name: &str| event[name].as_str().unwrap_or_default();
            let Some(time) = Time::parse(text("time")) else {
                continue;
            };
            for (index, incident) in incidents.iter().enumerate() {
                if incident.site == text("subject")
                    && (time.0 - incident.at_us).abs() <= incident.reach_us
                {
                    found.insert((index, text("source").to_owned(), text("id").to_owned()));
                }
            }
        }
    }
    Ok(found)
}
