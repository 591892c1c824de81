//! Prints how many events a second the stream takes: reading alone, correlation on one core, and durable
//! ingest in batches of 500. `cargo run --release -p outcry-stream --example throughput [EVENTS]`

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use outcry_stream::{Bus, Correlator, Error, Form, Incident, Settings};

const BATCH_EVENTS: u64 = 500;
const SITES: u64 = 40;
const START_US: i64 = 1_790_000_000_000_000;
/// Events of the generated day are this far apart.
const STEP_US: i64 = 1_000;
const SENDERS: u64 = 8;
const ROUNDS: usize = 5;

fn main() -> Result<(), Error> {
    let events: u64 = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let batches: Vec<String> = (0..events / BATCH_EVENTS).map(batch).collect();
    let bytes: usize = batches.iter().map(String::len).sum();
    println!("{events} events, {} bytes each", bytes as u64 / events);
    correlate(events, &batches)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime
        .expect("a runtime can start")
        .block_on(ingest(events, batches))
}

/// JSON in, windows, matches out, as in the promise to measure.
fn correlate(events: u64, batches: &[String]) -> Result<(), Error> {
    let incidents: Vec<Incident> = (0..200)
        .map(|n| Incident {
            site: site(n),
            at_us: START_US + (events as i64 * STEP_US) * n as i64 / 200,
            reach_us: 60_000_000,
        })
        .collect();
    for round in 1..=ROUNDS {
        let (begun, busy) = (Instant::now(), on_cpu());
        let correlator = Correlator::of(batches.iter().map(String::as_bytes))?;
        let taken = begun.elapsed();
        let matches = correlator.matches(&incidents);
        let (whole, busy) = (begun.elapsed(), on_cpu().saturating_sub(busy));
        println!(
            "correlate {round}: {:>9} events/s ({:>9} into windows, {:>9} while on a core), {} matches, {} refused",
            rate(events, whole),
            rate(events, taken),
            rate(events, busy),
            matches.len(),
            correlator.rejected(),
        );
        black_box(matches);
    }
    Ok(())
}

async fn ingest(events: u64, batches: Vec<String>) -> Result<(), Error> {
    let batches = std::sync::Arc::new(batches);
    for round in 1..=ROUNDS {
        let dir = tempfile::tempdir().expect("a temporary directory can be made");
        let now_us = START_US + events as i64 * STEP_US;
        let bus = Bus::open(dir.path(), Settings::default(), now_us)?;
        let begun = Instant::now();
        let mut senders = tokio::task::JoinSet::new();
        for sender in 0..SENDERS {
            let (bus, batches) = (bus.clone(), std::sync::Arc::clone(&batches));
            senders.spawn(async move {
                let mine = batches
                    .iter()
                    .skip(sender as usize)
                    .step_by(SENDERS as usize);
                for batch in mine {
                    send(&bus, batch, now_us).await?;
                }
                Ok::<(), Error>(())
            });
        }
        while let Some(sent) = senders.join_next().await {
            sent.expect("no sender panics")?;
        }
        println!(
            "ingest    {round}: {:>9} events/s durable, {SENDERS} senders",
            rate(events, begun.elapsed())
        );
        bus.stop().await;
        let begun = Instant::now();
        let bus = Bus::open(dir.path(), Settings::default(), now_us)?;
        println!(
            "            {:>9.0} ms to open again",
            begun.elapsed().as_secs_f64() * 1_000.0
        );
        bus.stop().await;
    }
    Ok(())
}

async fn send(bus: &Bus, batch: &str, now_us: i64) -> Result<(), Error> {
    loop {
        match bus
            .publish(batch.as_bytes(), Form::Batch, &|_| true, now_us)
            .await
        {
            Err(Error::Busy { .. }) => tokio::time::sleep(Duration::from_millis(5)).await,
            other => return other.map(|receipt| assert!(receipt.rejected.is_empty())),
        }
    }
}

/// How long this thread has held a core (Linux, else nothing): what the wall clock says on a machine
/// of one's own.
fn on_cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|text| text.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

fn rate(events: u64, time: Duration) -> u64 {
    (events as f64 / time.as_secs_f64()) as u64
}

fn site(n: u64) -> String {
    format!("store-{:02}", n % SITES)
}

/// A batch as a till server sends it: sales with one or two lines, now and then a refund.
fn batch(batch: u64) -> String {
    let mut json = String::from("[");
    for event in batch * BATCH_EVENTS..(batch + 1) * BATCH_EVENTS {
        if !json.ends_with('[') {
            json.push(',');
        }
        let kind = if event % 20 == 0 { "refund" } else { "sale" };
        let time = jiff::Timestamp::from_microsecond(START_US + event as i64 * STEP_US)
            .expect("within the years");
        let site = site(event.wrapping_mul(2_654_435_761) >> 7);
        let sku = 20_000 + event % 4_000;
        let till = event % 6;
        let written = write!(
            json,
            r#"{{"specversion":"1.0","type":"outcry.till.{kind}","source":"/tills/{till}","id":"{event}","subject":"{site}","time":"{time}","data":{{"till":"{till}","transaction":"{event}","lines":[{{"sku":"{sku}","name":"WHITE HANGING HEART","quantity":2,"unit_minor":255}}]}}}}"#
        );
        written.expect("text can be written");
    }
    json.push(']');
    json
}
