//! Prints how long a context takes at a site with 40,000 transactions in its ten minutes, without and
//! with wanted items. `cargo run --release -p outcry-stream --example around`

use std::time::{Duration, Instant};

use outcry_stream::{BATCH_EVENTS_MAX, Bus, Error, Form, ItemWanted, Query, Settings};

const TRANSACTIONS: i64 = 40_000;
const START_US: i64 = 1_790_000_000_000_000;
const TEN_MINUTES_US: i64 = 10 * 60 * 1_000_000;
const TILLS: i64 = 12;
const ARTICLES: i64 = 4_000;
const ROUNDS: usize = 200;
const WORDS: [&str; 16] = [
    "WHITE", "HANGING", "HEART", "RED", "MUG", "LANTERN", "METAL", "GLASS", "STAR", "SET", "BOX",
    "WOODEN", "VINTAGE", "LARGE", "PAPER", "CANDLE",
];

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Error> {
    let dir = tempfile::tempdir().expect("a temporary directory can be made");
    let now_us = START_US + TEN_MINUTES_US;
    let bus = Bus::open(dir.path(), Settings::default(), now_us)?;
    fill(&bus, now_us).await?;
    let wanted = |sku: Option<i64>, name: &str| ItemWanted {
        sku: sku.map(|sku| sku.to_string()),
        name: name.to_owned(),
        quantity: 1,
    };
    let three = vec![
        wanted(Some(20_007), "lantern"),
        wanted(None, "red paper star"),
        wanted(None, "vintage candle box"),
    ];
    let common = vec![
        wanted(None, "mug"),
        wanted(None, "star"),
        wanted(None, "box"),
    ];
    measure(&bus, "no items", &[], now_us).await?;
    measure(&bus, "three items", &three, now_us).await?;
    measure(&bus, "three that are everywhere", &common, now_us).await?;
    bus.stop().await;
    Ok(())
}

async fn measure(bus: &Bus, what: &str, items: &[ItemWanted], now_us: i64) -> Result<(), Error> {
    let mut query = Query::new("store-00", START_US + TEN_MINUTES_US / 2);
    query.items = items.to_vec();
    let mut times = Vec::with_capacity(ROUNDS);
    let mut found = (0, 0, 0);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let context = bus.context(query.clone(), now_us).await?;
        times.push(begun.elapsed());
        let listed: usize = context
            .tills
            .iter()
            .map(|till| till.transactions.len())
            .sum();
        found = (listed, context.omitted, context.matches.len());
    }
    let first = times[0];
    times.sort_unstable();
    println!(
        "{what:<26} median {:>5.2} ms, slowest {:>5.2} ms, first {:>5.2} ms: {} listed, {} left out, {} matches",
        ms(times[ROUNDS / 2]),
        ms(times[ROUNDS - 1]),
        ms(first),
        found.0,
        found.1,
        found.2,
    );
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Sales of two lines, every twentieth event a refund, in order of time.
async fn fill(bus: &Bus, now_us: i64) -> Result<(), Error> {
    let numbers: Vec<i64> = (0..TRANSACTIONS).collect();
    for numbers in numbers.chunks(BATCH_EVENTS_MAX) {
        let events: Vec<String> = numbers.iter().map(|number| event(*number)).collect();
        let batch = format!("[{}]", events.join(","));
        let receipt = bus
            .publish(batch.as_bytes(), Form::Batch, &|_| true, now_us)
            .await?;
        assert_eq!(receipt.accepted, numbers.len(), "{:?}", receipt.rejected);
    }
    Ok(())
}

fn event(number: i64) -> String {
    let line = |turn: i64| {
        let article = (number.wrapping_mul(2_654_435_761) + turn * 97) % ARTICLES;
        let word = |shift: i64| WORDS[(article >> shift) as usize % WORDS.len()];
        format!(
            r#"{{"sku":"{}","name":"{} {} {} NO {}","quantity":{},"unit_minor":255}}"#,
            20_000 + article,
            word(0),
            word(4),
            word(8),
            article % 100,
            turn + 1,
        )
    };
    let kind = if number % 20 == 0 { "refund" } else { "sale" };
    let till = number % TILLS;
    let time = START_US + TEN_MINUTES_US / TRANSACTIONS * number;
    let time = jiff::Timestamp::from_microsecond(time).expect("within the years");
    format!(
        r#"{{"specversion":"1.0","type":"outcry.till.{kind}","source":"/sites/store-00/tills/{till}","id":"{number}","subject":"store-00","time":"{time}","data":{{"till":"{till}","transaction":"{number}","currency":"GBP","total_minor":765,"lines":[{},{}]}}}}"#,
        line(0),
        line(1),
    )
}
