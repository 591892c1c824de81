//! What is found around an incident, wherever it is kept.

use outcry_stream::{
    Body, Bus, CONTEXT_INLINE_ENTRIES_MAX, Camera, Context, Event, ItemWanted, LineBuffer,
    Movement, Query, Settings,
};

use super::{MINUTE_US, NOW_US, SECOND_US, event, mugs, open, open_with, publish, somebody, till};

const HOUR_US: i64 = 60 * MINUTE_US;

/// A shop's day up to an incident a minute ago.
async fn shop(bus: &Bus) {
    let (lines, nothing) = (mugs(), LineBuffer::default());
    let shift = |starts, person| Body::Shift {
        starts,
        person,
        role: None,
        area: None,
    };
    let ada = Body::Shift {
        starts: true,
        person: "ada",
        role: Some("clerk"),
        area: Some("tills"),
    };
    let (name, price_minor) = (Some("White mug"), Some(175));
    let level = Body::StockLevel {
        sku: "M1",
        name,
        level: 9,
        price_minor,
    };
    let place = Body::ItemLocation {
        sku: "M1",
        name: None,
        area: "aisle-4",
        price_minor: None,
    };
    let mark = Body::CameraMark {
        camera: "cam-9",
        label: Some("running"),
    };
    let sold = |number| till("1", number, Movement::Sale, &lines);
    let ahead = |number| till("2", number, Movement::Sale, &lines);
    let ahead_us = NOW_US + 3 * MINUTE_US;
    let events = [
        event("s1", NOW_US - 20 * MINUTE_US, ada),
        event("s2", NOW_US - 23 * HOUR_US, shift(true, "bob")),
        event("s3", NOW_US - 15 * HOUR_US, shift(false, "bob")),
        event("s4", NOW_US - 25 * HOUR_US, shift(true, "eve")),
        event("k1", NOW_US - 5 * HOUR_US, level),
        event("k2", NOW_US - 4 * HOUR_US, place),
        event("t0", NOW_US - 6 * MINUTE_US, sold("90")),
        event("t1", NOW_US - 4 * MINUTE_US, sold("100")),
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
        event("u1", ahead_us, ahead("7")),
        event("u2", ahead_us - SECOND_US, ahead("8")),
        event("u3", ahead_us - 2 * SECOND_US, ahead("9")),
        event("f1", NOW_US - 2 * MINUTE_US, Body::Footfall { count: 7 }),
        event("c1", NOW_US - 10 * SECOND_US, mark),
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

async fn found() -> Context {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    shop(&bus).await;
    bus.context(asked(), NOW_US).await.expect("a context")
}

#[tokio::test]
async fn transactions_stand_by_till_with_its_clock_error() {
    let found = found().await;
    let [first, second] = &found.tills[..] else {
        panic!("{:?}", found.tills)
    };
    let ids = |till: &outcry_stream::TillContext| {
        till.transactions
            .iter()
            .map(|sold| sold.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (first.till.as_str(), ids(first).join(" ")),
        ("1", "90 100 101 102".to_owned())
    );
    assert_eq!(
        (second.till.as_str(), ids(second).join(" ")),
        ("2", "9 8 7".to_owned())
    );
    assert_eq!(first.transactions[1].total_minor, 2 * 150 + 1_275);
    assert_eq!(
        second.clock_error_ms,
        Some(180_000),
        "three minutes ahead of their arrival"
    );
    assert!(first.clock_error_ms.is_some_and(|error| error <= 0));
    assert_eq!(found.omitted, 0);
    assert_eq!(
        found.late, 3,
        "six, four and two minutes ago; one minute is in time"
    );
}

#[tokio::test]
async fn reported_items_are_found_by_number_and_by_name() {
    let found = found().await;
    let best = &found.matches[0];
    assert_eq!(
        (best.item.as_str(), best.transaction.as_str()),
        ("mug", "101")
    );
    assert_eq!((best.kind, best.confidence), (Movement::Refund, 1.0));
    let by_name: Vec<_> = found
        .matches
        .iter()
        .filter(|hit| hit.item == "cake stands")
        .collect();
    assert_eq!(by_name.len(), 6);
    assert!(by_name.iter().all(|hit| hit.confidence == 0.9));

    let [mug, stand] = &found.stock[..] else {
        panic!("{:?}", found.stock)
    };
    assert_eq!(
        (mug.sku.as_str(), mug.level, mug.price_minor),
        ("M1", Some(9), Some(175))
    );
    assert_eq!(mug.location.as_deref(), Some("aisle-4"));
    assert_eq!(
        (stand.sku.as_str(), stand.price_minor),
        ("C7", Some(1_275)),
        "from the receipt"
    );
    assert_eq!((stand.level, &stand.location), (None, &None));
}

#[tokio::test]
async fn cameras_people_and_sources_are_named() {
    let found = found().await;
    let cameras: Vec<_> = found
        .cameras
        .iter()
        .map(|view| view.camera.as_str())
        .collect();
    assert_eq!(
        cameras,
        ["cam-1", "cam-9"],
        "one sees the area, one was marked"
    );
    let view = &found.cameras[0];
    assert_eq!(
        (view.from_us, view.until_us),
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
        "bob went home, eve was yesterday"
    );
    assert_eq!(found.on_shift[0].role.as_deref(), Some("clerk"));

    assert_eq!(found.footfall, Some(7));
    assert_eq!(found.sources.len(), 1);
    let source = &found.sources[0];
    assert_eq!(
        (source.source.as_str(), source.last_at_us),
        ("/feed", NOW_US + 3 * MINUTE_US)
    );
    assert_eq!((source.events, source.late), (9, 3));
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
    let bus =
        Bus::open(dir.path(), Settings::default(), NOW_US + 30 * HOUR_US).expect("the bus opens");
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

/// Whether the task that asks has the answer without waiting for anybody.
fn at_once(bus: &Bus) -> bool {
    let mut asked = std::pin::pin!(bus.context(Query::new("camden", NOW_US), NOW_US));
    let mut task = std::task::Context::from_waker(std::task::Waker::noop());
    asked.as_mut().poll(&mut task).is_ready()
}

#[tokio::test]
async fn an_ordinary_site_is_answered_at_once_and_a_busy_one_elsewhere() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    let ids: Vec<String> = (0..=CONTEXT_INLINE_ENTRIES_MAX)
        .map(|n| n.to_string())
        .collect();
    let events: Vec<Event<'_>> = ids.iter().map(|id| somebody(id, NOW_US)).collect();
    publish(&bus, &events[..CONTEXT_INLINE_ENTRIES_MAX]).await;
    assert!(at_once(&bus));
    publish(&bus, &events[CONTEXT_INLINE_ENTRIES_MAX..]).await;
    assert!(!at_once(&bus));
    let all = events.len() as u64;
    assert_eq!(super::footfall(&bus, NOW_US).await, Some(all));
}
