//! The windows' bounds, and that a context does not depend on the order of arrival.

use proptest::prelude::*;

use super::*;
use crate::event::{Body, Event, Line, LineBuffer, Movement};
use crate::record;

const SECOND_US: i64 = 1_000_000;

fn footfall(site: &str, id: usize, time_us: i64) -> Vec<u8> {
    let id = id.to_string();
    let event = Event {
        source: "/door",
        id: &id,
        time_us,
        site,
        body: Body::Footfall { count: 1 },
    };
    stored(&event, time_us)
}

fn stored(event: &Event<'_>, arrived_us: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    record::write(&mut bytes, event, arrived_us);
    bytes
}

fn take(windows: &mut Windows, bytes: &[u8]) {
    record::read(bytes).for_each(|record| windows.insert(&record));
}

fn count(windows: &Windows, site: &str) -> usize {
    windows.records(site, i64::MIN, i64::MAX).count()
}

#[test]
fn old_events_leave_the_memory() {
    let settings = Settings {
        window_us: 60 * SECOND_US,
        ..Settings::default()
    };
    let mut windows = Windows::new(&settings, 0);
    for second in 0..120 {
        windows.advance(second * SECOND_US);
        take(
            &mut windows,
            &footfall("camden", second as usize, second * SECOND_US),
        );
    }
    assert_eq!(
        count(&windows, "camden"),
        70,
        "a minute and the rest of a stretch"
    );
    windows.advance(1_000 * SECOND_US);
    assert_eq!(count(&windows, "camden"), 0);
    assert_eq!(windows.bytes(), 0);
    take(&mut windows, &footfall("camden", 0, 5 * SECOND_US));
    assert_eq!(
        count(&windows, "camden"),
        0,
        "too old for the memory, on disk only"
    );
}

#[test]
fn memory_is_bounded_per_site_and_in_all() {
    let settings = Settings {
        window_events_per_site_max: 50,
        window_bytes_max: 8_000,
        ..Settings::default()
    };
    let mut windows = Windows::new(&settings, 0);
    for second in 0..1_000 {
        take(
            &mut windows,
            &footfall("camden", second, second as i64 * SECOND_US),
        );
        assert!(count(&windows, "camden") <= 50);
        take(
            &mut windows,
            &footfall(
                &format!("store-{}", second % 7),
                second,
                second as i64 * SECOND_US,
            ),
        );
        assert!(windows.bytes() <= 8_000);
    }
    let query = Query::new("camden", 1_000 * SECOND_US);
    assert!(
        windows.snapshot(&query).floor_us > 900 * SECOND_US,
        "and it is known what was let go"
    );
    assert!(count(&windows, "camden") > 10);
}

#[derive(Clone, Debug)]
struct Said {
    time_s: i64,
    delay_s: i64,
    till: usize,
    sku: usize,
    movement: Movement,
}

fn said() -> impl Strategy<Value = Said> {
    let movement = prop::sample::select(vec![
        Movement::Sale,
        Movement::Refund,
        Movement::Void,
        Movement::NoSale,
    ]);
    (0..900_i64, 0..200_i64, 0..3_usize, 0..5_usize, movement).prop_map(
        |(time_s, delay_s, till, sku, movement)| Said {
            time_s,
            delay_s,
            till,
            sku,
            movement,
        },
    )
}

fn sold(index: usize, said: &Said) -> Vec<u8> {
    let mut lines = LineBuffer::default();
    let sku = said.sku.to_string();
    lines.push(Line {
        sku: &sku,
        name: "WHITE MUG",
        quantity: 2,
        unit_minor: 150,
    });
    let (id, till) = (index.to_string(), said.till.to_string());
    let body = Body::Till {
        movement: said.movement,
        till: &till,
        transaction: &id,
        currency: None,
        total_minor: None,
        lines: lines.lines(),
    };
    let time_us = said.time_s * SECOND_US;
    let event = Event {
        source: "/tills",
        id: &id,
        time_us,
        site: "camden",
        body,
    };
    stored(&event, time_us + said.delay_s * SECOND_US)
}

fn context(all: &[Vec<u8>]) -> Context {
    let mut windows = Windows::unbounded();
    all.iter().for_each(|bytes| take(&mut windows, bytes));
    let mut query = Query::new("camden", 450 * SECOND_US);
    query.items.push(ItemWanted {
        sku: Some("3".to_owned()),
        name: "white mug".to_owned(),
        quantity: 1,
    });
    let snapshot = windows.snapshot(&query);
    let around = Surroundings {
        changes: snapshot.changes,
        items: snapshot.items,
        sources: snapshot.sources,
    };
    let records = snapshot.buckets.iter().flat_map(|bucket| bucket.records());
    around.context(&query, records, 0)
}

proptest! {
    #[test]
    fn the_order_of_arrival_and_repetitions_change_nothing(
        all in prop::collection::vec(said(), 0..40),
        turn in any::<prop::sample::Index>(),
    ) {
        let events: Vec<Vec<u8>> = all.iter().enumerate().map(|(index, said)| sold(index, said)).collect();
        let expected = context(&events);
        let inside = all.iter().filter(|said| (150..=750).contains(&said.time_s)).count();
        let listed: usize = expected.tills.iter().map(|till| till.transactions.len()).sum();
        prop_assert_eq!(listed, inside);
        prop_assert_eq!(expected.omitted, 0);

        let mut other = events.clone();
        other.extend(events.iter().cloned());
        if !other.is_empty() {
            let place = turn.index(other.len());
            other.rotate_left(place);
            other.reverse();
        }
        prop_assert_eq!(context(&other), expected);
    }
}
