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

fn query() -> Query {
    let mut query = Query::new("camden", 450 * SECOND_US);
    query.items.push(ItemWanted {
        sku: Some("3".to_owned()),
        name: "white mug".to_owned(),
        quantity: 1,
    });
    query
}

fn windows(all: &[Vec<u8>]) -> Windows {
    let mut windows = Windows::unbounded();
    all.iter().for_each(|bytes| take(&mut windows, bytes));
    windows
}

/// The answer, and the one that it has to be.
fn contexts(all: &[Vec<u8>], query: &Query) -> (Context, Context) {
    let windows = windows(all);
    let around = |snapshot: Snapshot| Surroundings {
        changes: snapshot.changes,
        items: snapshot.items,
        sources: snapshot.sources,
    };
    let snapshot = windows.snapshot(query);
    let buckets = snapshot.buckets.clone();
    let given = around(snapshot).context(query, &buckets, 0);
    let records = all.iter().flat_map(|bytes| record::read(bytes));
    let expected = around(windows.snapshot(query)).straightforward(query, records, 0);
    (given, expected)
}

proptest! {
    #[test]
    fn the_order_of_arrival_changes_nothing(
        all in prop::collection::vec(said(), 0..40),
        turn in any::<prop::sample::Index>(),
    ) {
        let events: Vec<Vec<u8>> = all.iter().enumerate().map(|(index, said)| sold(index, said)).collect();
        let (given, _) = contexts(&events, &query());
        let inside = all.iter().filter(|said| (150..=750).contains(&said.time_s)).count();
        let listed: usize = given.tills.iter().map(|till| till.transactions.len()).sum();
        prop_assert_eq!(listed, inside);
        prop_assert_eq!(given.omitted, 0);

        let mut other = events.clone();
        if !other.is_empty() {
            let place = turn.index(other.len());
            other.rotate_left(place);
            other.reverse();
        }
        prop_assert_eq!(contexts(&other, &query()).0, given);
    }

    #[test]
    fn the_answer_is_the_straightforward_one(
        all in prop::collection::vec(happened(), 0..400),
        around_s in 0..900_i64,
        reach_s in 0..500_i64,
        wanted in prop::collection::vec((prop::option::of(0..30_usize), 0..NAMES.len()), 0..4),
    ) {
        let events: Vec<Vec<u8>> = all.iter().enumerate().map(|(index, it)| it.stored(index)).collect();
        let mut query = Query::new("camden", around_s * SECOND_US);
        query.before_us = reach_s * SECOND_US;
        query.after_us = reach_s * SECOND_US;
        query.area = Some("floor".to_owned());
        query.cameras = (0..3).map(|camera| Camera { camera: format!("cam-{camera}"), ..Camera::default() }).collect();
        query.items = wanted
            .iter()
            .map(|(sku, name)| ItemWanted {
                sku: sku.map(|sku| format!(" S{sku}")),
                name: NAMES[*name].to_lowercase(),
                quantity: 1,
            })
            .collect();
        let (given, expected) = contexts(&events, &query);
        prop_assert_eq!(given, expected);
    }
}

const NAMES: [&str; 6] = [
    "WHITE MUG",
    "WHITE MUGS, LARGE",
    "RED MUG",
    "",
    "CAFÉ CRÈME",
    "GLASS",
];

/// One event of any kind, few enough of each that ties, shared names and empty stretches come about.
#[derive(Clone, Debug)]
struct Happened {
    time_ms: i64,
    delay_ms: i64,
    source: usize,
    device: usize,
    what: usize,
    lines: Vec<(usize, usize)>,
}

fn happened() -> impl Strategy<Value = Happened> {
    (
        prop_oneof![
            0..900_000_i64,
            440_000..460_000_i64,
            (0..900_i64).prop_map(|s| s * 1_000)
        ],
        -70_000..200_000_i64,
        0..3_usize,
        0..4_usize,
        0..24_usize,
        prop::collection::vec((0..30_usize, 0..NAMES.len()), 0..4),
    )
        .prop_map(
            |(time_ms, delay_ms, source, device, what, lines)| Happened {
                time_ms,
                delay_ms,
                source,
                device,
                what,
                lines,
            },
        )
}

impl Happened {
    fn stored(&self, index: usize) -> Vec<u8> {
        let (id, source) = (index.to_string(), format!("/source/{}", self.source));
        let (till, camera) = (self.device.to_string(), format!("cam-{}", self.device));
        let sku = format!("s{}", self.device);
        let mut lines = LineBuffer::default();
        for (sku, name) in &self.lines {
            lines.push(Line {
                sku: &format!("s{sku}"),
                name: NAMES[*name],
                quantity: 1,
                unit_minor: *sku as i64,
            });
        }
        let body = match self.what {
            0 => Body::CameraMark {
                camera: &camera,
                label: None,
            },
            1 => Body::Footfall {
                count: self.device as u32,
            },
            2 => Body::StockLevel {
                sku: &sku,
                name: Some(NAMES[self.device]),
                level: 3,
                price_minor: Some(9),
            },
            3 => Body::Shift {
                starts: self.source > 0,
                person: &camera,
                role: None,
                area: None,
            },
            what => Body::Till {
                movement: [Movement::Refund, Movement::Void, Movement::NoSale]
                    .get(what - 4)
                    .copied()
                    .unwrap_or(Movement::Sale),
                till: &till,
                transaction: &id,
                currency: (what % 2 == 0).then_some("GBP"),
                total_minor: (what % 3 == 0).then_some(1),
                lines: lines.lines(),
            },
        };
        let time_us = self.time_ms * 1_000;
        let event = Event {
            source: &source,
            id: &id,
            time_us,
            site: "camden",
            body,
        };
        stored(&event, time_us + self.delay_ms * 1_000)
    }
}

#[test]
fn repetitions_on_disk_count_once() {
    let once: Vec<u8> = (0..5)
        .flat_map(|index| footfall("camden", index, index as i64 * 15 * SECOND_US))
        .collect();
    let twice = [once.clone(), once.clone()].concat();
    let count = |bytes: &[u8]| -> usize {
        let stretches = stretches(record::read(bytes));
        stretches
            .iter()
            .map(|bucket| bucket.records().count())
            .sum()
    };
    assert_eq!((count(&once), count(&twice)), (5, 5));
}
