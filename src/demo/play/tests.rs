use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64};

use outcry_stream::{Bus, Form, Query, Settings};
use serde_json::Value;

use super::*;
use crate::clock::Turned;
use crate::demo::chain;

const NOW_US: i64 = 1_763_820_000_000_000;

/// A day that nobody answers: without tokens no door is even knocked at.
fn day(seed: u64, speed: f64) -> Day {
    // The command line installs it in the program.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let world = World {
        url: "http://127.0.0.1:9".into(),
        tokens: BTreeMap::new(),
        chain: chain::build(seed),
        seed,
        speed,
        clock: Clock::Simulated(Arc::new(Turned {
            now_us: AtomicI64::new(NOW_US),
            dice: AtomicU64::new(seed),
        })),
    };
    Day::new(world).expect("a client")
}

/// Everything that the machines say and the people report until then.
async fn lived(day: &mut Day, until_us: i64) -> (Vec<String>, Vec<Filing>) {
    let (mut said, mut reported) = (Vec::new(), Vec::new());
    while let Some((at_us, act)) = day.agenda.due(until_us) {
        if let Act::Send { filing, .. } = &act {
            reported.push(filing.as_ref().clone());
        }
        day.act(at_us, act).await;
        said.extend(day.outbox.take());
    }
    (said, reported)
}

#[tokio::test]
async fn the_same_seed_lives_the_same_day() {
    let until_us = -HISTORY_US / 2;
    let first = lived(&mut day(7, 1.0), until_us).await;
    assert_eq!(first, lived(&mut day(7, 1.0), until_us).await);
    assert_ne!(first, lived(&mut day(8, 1.0), until_us).await);
}

#[tokio::test]
async fn the_event_stream_takes_whatever_the_machines_say() {
    let folder = tempfile::tempdir().unwrap();
    let bus = Bus::open(folder.path(), Settings::default(), NOW_US).unwrap();
    let chain = chain::build(7);
    let known = |site: &str| {
        chain
            .stores
            .iter()
            .any(|store| store.site.id.as_str() == site)
    };
    let (said, reported) = lived(&mut day(7, 1.0), 0).await;
    let mut accepted = 0;
    for batch in said.chunks(200) {
        let body = format!("[{}]", batch.join(","));
        let receipt = bus
            .publish(body.as_bytes(), Form::Batch, &known, NOW_US)
            .await
            .unwrap();
        assert!(receipt.rejected.is_empty(), "{:?}", receipt.rejected);
        assert_eq!(receipt.duplicate, 0);
        accepted += receipt.accepted;
    }
    assert_eq!(accepted, said.len());
    let near = reported
        .iter()
        .filter(|filing| NOW_US - filing.occurred_at.0 < HISTORY_US);
    let mut with_tills = 0;
    let mut all = 0;
    for filing in near {
        let context = bus
            .context(
                Query::new(filing.site.as_str(), filing.occurred_at.0),
                NOW_US,
            )
            .await
            .unwrap();
        assert!(
            !context.on_shift.is_empty(),
            "nobody is at work in {}",
            filing.site
        );
        with_tills += usize::from(!context.tills.is_empty());
        all += 1;
    }
    assert!(
        all >= 3 && with_tills * 10 > all * 6,
        "tills around {with_tills} of {all} reports"
    );
    bus.stop().await;
}

#[tokio::test]
async fn one_round_rings_up_every_invoice_and_every_refund_as_one() {
    let mut day = day(7, 1.0);
    let (said, _) = lived(&mut day, -1).await;
    let said: Vec<Value> = said
        .iter()
        .map(|event| serde_json::from_str(event).unwrap())
        .collect();
    let of = |kind: &str| {
        let kind = format!("outcry.till.{kind}");
        said.iter()
            .filter(move |event| event["type"] == kind.as_str())
    };
    let real = |event: &&Value| {
        !event["data"]["transaction"]
            .as_str()
            .unwrap()
            .starts_with('R')
    };
    assert_eq!(of("sale").count(), 1_098 - 171);
    let refunds: Vec<&Value> = of("refund").filter(real).collect();
    assert_eq!(refunds.len(), 171);
    for refund in refunds {
        assert!(
            refund["data"]["transaction"]
                .as_str()
                .unwrap()
                .starts_with('C')
        );
        assert!(
            refund["data"]["lines"]
                .as_array()
                .unwrap()
                .iter()
                .all(|line| line["quantity"].as_i64() < Some(0))
        );
    }
    let text = said.iter().map(Value::to_string).collect::<String>();
    assert!(
        !text.contains("United Kingdom") && !text.contains("17941"),
        "who bought is nobody's business"
    );
}

#[tokio::test]
async fn something_happens_all_the_time() {
    let mut day = day(7, 1.0);
    let before = lived(&mut day, 0).await.1.len();
    assert!(
        (4..16).contains(&before),
        "{before} reports of the last hour: the desk lives, and is not flooded"
    );
    let reports = lived(&mut day, HISTORY_US / 2).await.1.len();
    // Each is followed by five or more facts that the desk sees: context, score, queue, answer, end.
    assert!(
        (25..70).contains(&reports),
        "{reports} reports in half an hour"
    );
}

#[tokio::test]
async fn nobody_acts_in_the_visitors_name() {
    let mut day = day(7, 1.0);
    let clerk = day.seats[0].person.clone();
    let (_, reported) = lived(&mut day, HISTORY_US / 4).await;
    assert!(reported.iter().all(|filing| filing.reporter != clerk));
    let home = day.seats[0].site.clone().unwrap();
    assert!(
        reported.iter().filter(|filing| filing.site == home).count() >= 2,
        "the visitor's store has a story"
    );
    let shop = day
        .shops
        .iter()
        .find(|shop| shop.store.site.id == home)
        .unwrap();
    assert!(shop.on_floor.contains(&clerk), "the visitor stays on shift");
}
