//! Correlation alone: CloudEvents as JSON in, matches out, one core, compared with a join that shares no code.

use std::time::{Duration, Instant};

use outcry_domain::Time;
use outcry_stream::{Correlator, Incident, Match};
use serde_json::Value;

use crate::Setting;
use crate::measure::{Run, Target};
use crate::world::chain;
use crate::world::tills::{BATCH, Batch};

/// Batches in memory.
const BATCHES: usize = 2_000;
const QUICK_BATCHES: usize = 200;
/// Incidents that events are matched to.
const INCIDENTS: usize = 200;
/// How far around an incident, in microseconds.
pub(crate) const REACH_US: i64 = 30_000_000;
/// The first batch's time; each is one second later.
const START: Time = Time(1_790_000_000_000_000);

/// One run: passes over the same events, each from nothing.
pub(crate) fn run(setting: &Setting) -> anyhow::Result<Run> {
    let task = Task::of(setting);
    let expected = task.joined()?;
    let (rate, passes) = task.rate(&expected, Duration::from_secs(setting.seconds))?;
    let mut run = Run::default();
    run.aim(
        "events/s, JSON in, one core, matches as the independent join",
        rate,
        "/s",
        Target::AtLeast(1_000_000.0),
    );
    run.tell("events of a pass", task.events() as f64, "");
    run.tell("matches of a pass", expected.len() as f64, "");
    run.tell("passes, each compared match by match", passes as f64, "");
    Ok(run)
}

/// A match: place of the incident, source and id of the event.
pub(crate) type Found = (usize, String, String);

/// What is to be matched.
pub(crate) struct Task {
    /// JSON arrays of events.
    pub(crate) batches: Vec<Vec<u8>>,
    /// Where and when to look.
    pub(crate) incidents: Vec<Incident>,
}

impl Task {
    /// The same in every run.
    pub(crate) fn of(setting: &Setting) -> Self {
        let count = if setting.quick {
            QUICK_BATCHES
        } else {
            BATCHES
        };
        let batches = (0..count).map(|place| {
            let mut batch = Batch::at(START.plus_us(place as i64 * 1_000_000), place);
            batch.number((place * BATCH) as u64);
            batch.json
        });
        let incidents = (0..INCIDENTS).map(|place| Incident {
            site: chain::site(place * 7),
            at_us: START.0 + place as i64 * count as i64 * 1_000_000 / INCIDENTS as i64,
            reach_us: REACH_US,
        });
        Self {
            batches: batches.collect(),
            incidents: incidents.collect(),
        }
    }

    /// How many events there are.
    pub(crate) fn events(&self) -> usize {
        self.batches.len() * BATCH
    }

    /// Passes until so much time was measured, after one that was not: events a second, and how many passes.
    pub(crate) fn rate(&self, expected: &[Found], time: Duration) -> anyhow::Result<(f64, usize)> {
        self.pass(expected)?;
        let (mut measured, mut passes) = (Duration::ZERO, 0);
        while measured < time {
            measured += self.pass(expected)?;
            passes += 1;
        }
        let events = (passes * self.events()) as f64;
        Ok((events / measured.as_secs_f64(), passes))
    }

    /// From the bytes to the matches; the clock stops before they are compared.
    fn pass(&self, expected: &[Found]) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        let correlator = Correlator::of(self.batches.iter().map(Vec::as_slice))?;
        let matches = correlator.matches(&self.incidents);
        let took = begun.elapsed();
        anyhow::ensure!(correlator.rejected() == 0, "events were refused");
        compare(&matches, expected)?;
        Ok(took)
    }

    /// Every event against every incident, over parsed JSON; sorted.
    pub(crate) fn joined(&self) -> anyhow::Result<Vec<Found>> {
        let mut found = Vec::new();
        for batch in &self.batches {
            let events: Vec<Value> = serde_json::from_slice(batch)?;
            for event in &events {
                let text = |name: &str| event[name].as_str().unwrap_or_default();
                let time = Time::parse(text("time"))
                    .ok_or_else(|| anyhow::anyhow!("an event without a time"))?;
                for (index, incident) in self.incidents.iter().enumerate() {
                    if incident.site == text("subject")
                        && (time.0 - incident.at_us).abs() <= incident.reach_us
                    {
                        found.push((index, text("source").to_owned(), text("id").to_owned()));
                    }
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}

fn compare(matches: &[Match<'_>], expected: &[Found]) -> anyhow::Result<()> {
    let mut own: Vec<(usize, &str, &str)> = matches
        .iter()
        .map(|found| (found.incident, found.source, found.id))
        .collect();
    own.sort_unstable();
    anyhow::ensure!(
        own.len() == expected.len(),
        "{} matches, the independent join has {}",
        own.len(),
        expected.len()
    );
    for (own, (incident, source, id)) in own.into_iter().zip(expected) {
        anyhow::ensure!(
            own == (*incident, source.as_str(), id.as_str()),
            "a match {own:?}, the independent join has {incident} {source} {id}"
        );
    }
    Ok(())
}
