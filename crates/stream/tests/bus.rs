//! The bus as a caller meets it: receipts, repetitions, restarts, back-pressure, late events, contexts.

use std::path::Path;
use std::time::Duration;

use outcry_stream::{
    Body, Bus, Camera, Error, Event, Form, ItemWanted, Line, LineBuffer, Movement, Query, Settings,
};
use uuid::Uuid;

const SECOND_US: i64 = 1_000_000;
const MINUTE_US: i64 = 60 * SECOND_US;
const NOW_US: i64 = 1_790_000_000 * SECOND_US;

fn open(dir: &Path) -> Bus {
    open_with(dir, Settings::default())
}

fn open_with(dir: &Path, settings: Settings) -> Bus {
    Bus::open(dir, settings, NOW_US).expect("the bus opens")
}

fn event<'a>(id: &'a str, time_us: i64, body: Body<'a>) -> Event<'a> {
    Event {
        source: "/feed",
        id,
        time_us,
        site: "camden",
        body,
    }
}

fn till<'a>(
    till: &'a str,
    transaction: &'a str,
    movement: Movement,
    lines: &'a LineBuffer,
) -> Body<'a> {
    Body::Till {
        movement,
        till,
        transaction,
        currency: Some("GBP"),
        total_minor: None,
        lines: lines.lines(),
    }
}

fn mugs() -> LineBuffer {
    let mut lines = LineBuffer::default();
    lines.push(Line {
        sku: "M1",
        name: "WHITE MUG",
        quantity: 2,
        unit_minor: 150,
    });
    lines.push(Line {
        sku: "C7",
        name: "CAKE STAND",
        quantity: 1,
        unit_minor: 1_275,
    });
    lines
}

/// A footfall event of its own id.
fn somebody(id: &str, time_us: i64) -> Event<'_> {
    event(id, time_us, Body::Footfall { count: 1 })
}

async fn publish(bus: &Bus, events: &[Event<'_>]) -> (usize, usize) {
    let receipt = bus.publish_events(events, NOW_US).await.expect("published");
    assert_eq!(receipt.rejected, []);
    (receipt.accepted, receipt.duplicate)
}

async fn footfall(bus: &Bus, around_us: i64) -> Option<u64> {
    bus.context(Query::new("camden", around_us), NOW_US)
        .await
        .expect("a context")
        .footfall
}

#[tokio::test]
async fn repetitions_are_counted_and_not_kept_even_after_a_restart() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    let events = [
        somebody("a", NOW_US),
        somebody("b", NOW_US),
        somebody("a", NOW_US),
    ];
    assert_eq!(publish(&bus, &events).await, (2, 1));
    assert_eq!(publish(&bus, &events).await, (0, 3));
    bus.stop().await;
    let bus = open(dir.path());
    assert_eq!(publish(&bus, &events).await, (0, 3));
    let other = Event {
        source: "/other",
        ..events[0]
    };
    assert_eq!(publish(&bus, &[other]).await, (1, 0));
    assert_eq!(footfall(&bus, NOW_US).await, Some(3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_senders_of_the_same_events_are_told_one_acceptance_each() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let bus = bus.clone();
        senders.spawn(async move {
            let mut accepted = 0;
            for index in 0..50 {
                accepted += publish(&bus, &[somebody(&index.to_string(), NOW_US)])
                    .await
                    .0;
            }
            accepted
        });
    }
    let accepted: usize = senders.join_all().await.into_iter().sum();
    assert_eq!(accepted, 50);
    assert_eq!(footfall(&bus, NOW_US).await, Some(50));
}

#[tokio::test]
async fn the_good_events_of_a_batch_are_taken() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    let good = somebody("a", NOW_US).to_json();
    let far = somebody("b", NOW_US + 5 * MINUTE_US + 1).to_json();
    let old = somebody("c", NOW_US - 8 * 24 * 60 * MINUTE_US).to_json();
    let batch = serde_json::json!([good, far, old]).to_string();
    let receipt = bus
        .publish(
            batch.as_bytes(),
            Form::Batch,
            &|site| site == "camden",
            NOW_US,
        )
        .await;
    let receipt = receipt.expect("a batch");
    assert_eq!((receipt.accepted, receipt.duplicate), (1, 0));
    let refused: Vec<_> = receipt
        .rejected
        .iter()
        .map(|refused| (refused.index, refused.problems[0].pointer.as_str()))
        .collect();
    assert_eq!(refused, [(1, "/time"), (2, "/time")]);
    let receipt = bus
        .publish(batch.as_bytes(), Form::Batch, &|_| false, NOW_US)
        .await
        .expect("a batch");
    assert_eq!((receipt.accepted, receipt.rejected.len()), (0, 3));
}

#[tokio::test]
async fn a_full_bus_says_when_to_come_back() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open_with(
        dir.path(),
        Settings {
            waiting_bytes_max: 0,
            ..Settings::default()
        },
    );
    let refused = bus.publish_events(&[somebody("a", NOW_US)], NOW_US).await;
    assert!(
        matches!(refused, Err(Error::Busy { retry_after_s: 1 })),
        "{refused:?}"
    );
    assert_eq!(footfall(&bus, NOW_US).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_comes_back_after_a_refusal_loses_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open_with(
        dir.path(),
        Settings {
            waiting_bytes_max: 1,
            ..Settings::default()
        },
    );
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..8 {
        let bus = bus.clone();
        senders.spawn(async move {
            let mut refused = 0;
            for index in 0..20 {
                let id = format!("{sender}-{index}");
                while let Err(error) = bus.publish_events(&[somebody(&id, NOW_US)], NOW_US).await {
                    assert!(matches!(error, Error::Busy { .. }), "{error}");
                    refused += 1;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
            refused
        });
    }
    let refused: usize = senders.join_all().await.into_iter().sum();
    assert!(refused > 0, "eight senders and room for one");
    assert_eq!(footfall(&bus, NOW_US).await, Some(160));
}

#[tokio::test]
async fn a_stopped_bus_has_everything_on_disk_and_takes_no_more() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    assert!(matches!(
        Bus::open(dir.path(), Settings::default(), NOW_US),
        Err(Error::InUse(_))
    ));
    publish(&bus, &[somebody("a", NOW_US)]).await;
    bus.stop().await;
    assert!(!bus.is_open());
    let refused = bus.publish_events(&[somebody("b", NOW_US)], NOW_US).await;
    assert!(matches!(refused, Err(Error::Stopped)), "{refused:?}");
    assert!(matches!(bus.prune(NOW_US).await, Err(Error::Stopped)));
    assert_eq!(bus.late().await, None);
    let bus = open(dir.path());
    assert_eq!(footfall(&bus, NOW_US).await, Some(1));
}

#[tokio::test]
async fn dropping_the_last_handle_frees_the_directory() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(open(dir.path()));
    for _ in 0..500 {
        match Bus::open(dir.path(), Settings::default(), NOW_US) {
            Ok(_) => return,
            Err(Error::InUse(_)) => tokio::time::sleep(Duration::from_millis(10)).await,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the directory stays locked");
}

#[tokio::test]
async fn a_torn_last_write_leaves_the_confirmed_events() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    publish(&bus, &[somebody("a", NOW_US)]).await;
    bus.stop().await;
    let files = std::fs::read_dir(dir.path()).expect("a directory");
    let path = files
        .map(|file| file.expect("a file").path())
        .find(|path| path.extension().is_some());
    let path = path.expect("a segment");
    let confirmed = std::fs::read(&path).expect("a segment");
    let bus = open(dir.path());
    publish(&bus, &[somebody("b", NOW_US)]).await;
    bus.stop().await;
    let whole = std::fs::read(&path).expect("a segment");
    for length in confirmed.len()..whole.len() {
        std::fs::write(&path, &whole[..length]).expect("cut");
        let bus = open(dir.path());
        assert_eq!(footfall(&bus, NOW_US).await, Some(1), "cut at {length}");
        assert_eq!(
            publish(&bus, &[somebody("a", NOW_US), somebody("b", NOW_US)]).await,
            (1, 1),
            "cut at {length}"
        );
        bus.stop().await;
    }
}

#[tokio::test]
async fn retention_forgets_on_disk_and_in_memory() {
    let dir = tempfile::tempdir().expect("a directory");
    let settings = Settings {
        keep_us: 60 * MINUTE_US,
        segment_us: MINUTE_US,
        ..Settings::default()
    };
    let bus = open_with(dir.path(), settings);
    publish(&bus, &[somebody("a", NOW_US)]).await;
    bus.prune(NOW_US + 59 * MINUTE_US).await.expect("pruned");
    assert_eq!(footfall(&bus, NOW_US).await, Some(1));
    bus.prune(NOW_US + 61 * MINUTE_US).await.expect("pruned");
    assert_eq!(footfall(&bus, NOW_US).await, None);
}

#[tokio::test]
async fn late_events_are_told_once_until_they_are_heard() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    bus.watch("camden", NOW_US - 5 * MINUTE_US, NOW_US - MINUTE_US, first)
        .expect("watched");
    bus.watch(
        "camden",
        NOW_US - 20 * MINUTE_US,
        NOW_US - 10 * MINUTE_US,
        second,
    )
    .expect("watched");
    let quiet = || tokio::time::timeout(Duration::from_millis(50), bus.late());
    publish(&bus, &[somebody("now", NOW_US)]).await;
    assert!(quiet().await.is_err(), "nothing came late");
    publish(
        &bus,
        &[
            somebody("a", NOW_US - 2 * MINUTE_US),
            somebody("b", NOW_US - 3 * MINUTE_US),
        ],
    )
    .await;
    assert_eq!(bus.late().await, Some(first));
    assert!(quiet().await.is_err(), "two events, told once");
    publish(&bus, &[somebody("a", NOW_US - 2 * MINUTE_US)]).await;
    assert!(quiet().await.is_err(), "a repetition is no news");
    publish(
        &bus,
        &[
            somebody("c", NOW_US - 15 * MINUTE_US),
            somebody("d", NOW_US - 5 * MINUTE_US),
        ],
    )
    .await;
    let told = [bus.late().await, bus.late().await];
    assert!(
        told.contains(&Some(first)) && told.contains(&Some(second)),
        "{told:?}"
    );
    bus.unwatch("camden", first);
    publish(&bus, &[somebody("e", NOW_US - 2 * MINUTE_US)]).await;
    assert!(quiet().await.is_err(), "no longer watched");
}

#[tokio::test]
async fn watches_are_bounded() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    for token in 0..outcry_stream::WATCHES_PER_SITE_MAX {
        bus.watch("camden", 0, NOW_US, Uuid::from_u128(token as u128))
            .expect("watched");
    }
    let refused = bus.watch("camden", 0, NOW_US, Uuid::max());
    assert!(matches!(refused, Err(Error::TooManyWatches { .. })));
    bus.prune(NOW_US + 8 * 24 * 60 * MINUTE_US)
        .await
        .expect("pruned");
    bus.watch("camden", 0, NOW_US, Uuid::max())
        .expect("there is room again");
}

/// A shop's quarter of an hour, published in two parts with a late event in the second.
async fn shop(bus: &Bus) {
    let (lines, nothing) = (mugs(), LineBuffer::default());
    let ahead_us = 3 * MINUTE_US;
    let events = [
        event(
            "s1",
            NOW_US - 20 * MINUTE_US,
            Body::Shift {
                starts: true,
                person: "ada",
                role: Some("clerk"),
                area: Some("tills"),
            },
        ),
        event(
            "s2",
            NOW_US - 23 * 60 * MINUTE_US,
            Body::Shift {
                starts: true,
                person: "bob",
                role: None,
                area: None,
            },
        ),
        event(
            "s3",
            NOW_US - 15 * 60 * MINUTE_US,
            Body::Shift {
                starts: false,
                person: "bob",
                role: None,
                area: None,
            },
        ),
        event(
            "s4",
            NOW_US - 25 * 60 * MINUTE_US,
            Body::Shift {
                starts: true,
                person: "eve",
                role: None,
                area: None,
            },
        ),
        event(
            "k1",
            NOW_US - 300 * MINUTE_US,
            Body::StockLevel {
                sku: "M1",
                name: Some("White mug"),
                level: 9,
                price_minor: Some(175),
            },
        ),
        event(
            "k2",
            NOW_US - 200 * MINUTE_US,
            Body::ItemLocation {
                sku: "M1",
                name: None,
                area: "aisle-4",
                price_minor: None,
            },
        ),
        event(
            "t1",
            NOW_US - 4 * MINUTE_US,
            till("1", "100", Movement::Sale, &lines),
        ),
        event(
            "t2",
            NOW_US - MINUTE_US,
            till("1", "101", Movement::Refund, &lines),
        ),
        event(
            "t3",
            NOW_US - 30 * SECOND_US,
            till("1", "102", Movement::NoSale, &nothing),
        ),
        event(
            "u1",
            NOW_US + ahead_us,
            till("2", "7", Movement::Sale, &lines),
        ),
        event(
            "u2",
            NOW_US + ahead_us - SECOND_US,
            till("2", "8", Movement::Sale, &lines),
        ),
        event(
            "u3",
            NOW_US + ahead_us - 2 * SECOND_US,
            till("2", "9", Movement::Sale, &lines),
        ),
        event("f1", NOW_US - 2 * MINUTE_US, Body::Footfall { count: 7 }),
        event(
            "c1",
            NOW_US - 10 * SECOND_US,
            Body::CameraMark {
                camera: "cam-9",
                label: Some("running"),
            },
        ),
        event(
            "x1",
            NOW_US - 6 * MINUTE_US,
            till("1", "90", Movement::Sale, &lines),
        ),
    ];
    assert_eq!(publish(bus, &events).await, (events.len(), 0));
}

fn asked() -> Query {
    let mut query = Query::new("camden", NOW_US - MINUTE_US);
    query.area = Some("spirits".to_owned());
    query.items = vec![
        ItemWanted {
            sku: Some("m1".to_owned()),
            name: "mug".to_owned(),
            quantity: 1,
        },
        ItemWanted {
            sku: None,
            name: "cake stands".to_owned(),
            quantity: 1,
        },
    ];
    let camera = |camera: &str, covers: &[&str]| Camera {
        camera: camera.to_owned(),
        name: camera.to_uppercase(),
        area: None,
        covers: covers.iter().map(|area| (*area).to_owned()).collect(),
    };
    query.cameras = vec![
        camera("cam-1", &["spirits", "door"]),
        camera("cam-2", &["door"]),
        camera("cam-9", &[]),
    ];
    query
}

#[tokio::test]
async fn a_context_says_what_was_going_on() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    shop(&bus).await;
    let found = bus.context(asked(), NOW_US).await.expect("a context");

    let ids = |till: usize| {
        found.tills[till]
            .transactions
            .iter()
            .map(|sold| sold.id.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (found.tills[0].till.as_str(), ids(0)),
        ("1", vec!["90", "100", "101", "102"])
    );
    assert_eq!(
        (found.tills[1].till.as_str(), ids(1)),
        ("2", vec!["9", "8", "7"])
    );
    assert_eq!(found.tills[0].transactions[1].total_minor, 2 * 150 + 1_275);
    assert_eq!(
        found.tills[1].clock_error_ms,
        Some(180_000),
        "its events are three minutes ahead of their arrival"
    );
    assert!(
        found.tills[0]
            .clock_error_ms
            .is_some_and(|error| error <= 0)
    );

    let best = &found.matches[0];
    assert_eq!(
        (best.item.as_str(), best.transaction.as_str(), best.kind),
        ("mug", "101", Movement::Refund)
    );
    assert_eq!(best.confidence, 1.0);
    let by_name: Vec<_> = found
        .matches
        .iter()
        .filter(|hit| hit.item == "cake stands")
        .collect();
    assert_eq!(by_name.len(), 6);
    assert!(by_name.iter().all(|hit| hit.confidence == 0.9));

    let cameras: Vec<_> = found
        .cameras
        .iter()
        .map(|camera| camera.camera.as_str())
        .collect();
    assert_eq!(
        cameras,
        ["cam-1", "cam-9"],
        "one sees the area, one was marked"
    );
    assert_eq!(
        (found.cameras[0].from_us, found.cameras[0].until_us),
        (NOW_US - 6 * MINUTE_US, NOW_US + 4 * MINUTE_US)
    );

    let on_shift: Vec<_> = found
        .on_shift
        .iter()
        .map(|on| (on.person.as_str(), on.since_us))
        .collect();
    assert_eq!(
        on_shift,
        [("ada", NOW_US - 20 * MINUTE_US)],
        "bob went home, eve forgot to a day ago"
    );
    assert_eq!(found.on_shift[0].role.as_deref(), Some("clerk"));

    let mug = &found.stock[0];
    assert_eq!(
        (mug.sku.as_str(), mug.level, mug.price_minor),
        ("M1", Some(9), Some(175))
    );
    assert_eq!(mug.location.as_deref(), Some("aisle-4"));
    let stand = &found.stock[1];
    assert_eq!(
        (stand.sku.as_str(), stand.price_minor, stand.level),
        ("C7", Some(1_275), None),
        "from the receipt"
    );

    assert_eq!(found.footfall, Some(7));
    assert_eq!(found.sources.len(), 1);
    assert_eq!(
        (
            found.sources[0].source.as_str(),
            found.sources[0].last_at_us
        ),
        ("/feed", NOW_US + 3 * MINUTE_US)
    );
    assert_eq!(
        found.late, 3,
        "those of four, two and six minutes ago; one minute is in time"
    );
    assert_eq!(found.omitted, 0);
}

#[tokio::test]
async fn memory_disk_and_restart_give_the_same_context() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    shop(&bus).await;
    let found = bus.context(asked(), NOW_US).await.expect("a context");
    bus.stop().await;
    let small = Settings {
        window_us: 0,
        ..Settings::default()
    };
    let full = Settings {
        window_bytes_max: 0,
        ..Settings::default()
    };
    let few = Settings {
        window_events_per_site_max: 2,
        remembered_max: 1,
        segment_bytes: 1,
        ..Settings::default()
    };
    for settings in [Settings::default(), small, full, few] {
        let bus = open_with(dir.path(), settings.clone());
        assert_eq!(
            bus.context(asked(), NOW_US).await.expect("a context"),
            found,
            "{settings:?}"
        );
        bus.stop().await;
    }
    // A day later nothing of it is in memory, and the shifts have to be read back too.
    let bus = Bus::open(
        dir.path(),
        Settings::default(),
        NOW_US + 30 * 60 * MINUTE_US,
    )
    .expect("the bus opens");
    assert_eq!(
        bus.context(asked(), NOW_US).await.expect("a context"),
        found
    );
}

#[tokio::test]
async fn a_site_that_nobody_reports_on_has_an_empty_context() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    shop(&bus).await;
    let found = bus
        .context(Query::new("soho", NOW_US), NOW_US)
        .await
        .expect("a context");
    assert!(found.tills.is_empty() && found.on_shift.is_empty() && found.sources.is_empty());
    assert_eq!(found.footfall, None);
}

#[tokio::test]
async fn a_busy_shop_gets_a_short_list_and_is_told_so() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    let lines = mugs();
    let ids: Vec<String> = (0..500).map(|index| format!("t{index:03}")).collect();
    let events: Vec<Event<'_>> = ids
        .iter()
        .enumerate()
        .map(|(index, id)| {
            let movement = if index == 499 {
                Movement::Refund
            } else {
                Movement::Sale
            };
            event(
                id,
                NOW_US - index as i64 * SECOND_US / 2,
                till("1", id, movement, &lines),
            )
        })
        .collect();
    publish(&bus, &events).await;
    let found = bus
        .context(Query::new("camden", NOW_US), NOW_US)
        .await
        .expect("a context");
    let listed = &found.tills[0].transactions;
    assert_eq!((listed.len(), found.omitted), (60, 440));
    assert_eq!(
        listed[0].kind,
        Movement::Refund,
        "the refund is far off and still listed"
    );
    assert_eq!(listed[59].id, "t000");
}
