//! Receipts, repetitions, restarts, back-pressure, retention.

use std::time::Duration;

use outcry_stream::{Bus, Error, Event, Form, Settings};

use super::{MINUTE_US, NOW_US, footfall, open, open_with, publish, somebody};

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
async fn a_disk_that_refuses_a_write_stops_the_bus_for_good() {
    let parent = tempfile::tempdir().expect("a directory");
    let (dir, away) = (parent.path().join("events"), parent.path().join("away"));
    let bus = open_with(
        &dir,
        Settings {
            segment_bytes: 1,
            ..Settings::default()
        },
    );
    publish(&bus, &[somebody("a", NOW_US)]).await;
    // The next file cannot be begun where there is no directory.
    std::fs::rename(&dir, &away).expect("renamed");
    for id in ["b", "c"] {
        let refused = bus.publish_events(&[somebody(id, NOW_US)], NOW_US).await;
        assert!(matches!(refused, Err(Error::Stopped)), "{refused:?}");
        std::fs::rename(&away, &dir).ok();
    }
    bus.ended().await;
    assert!(!bus.is_open());
    let bus = open(&dir);
    assert_eq!(
        footfall(&bus, NOW_US).await,
        Some(1),
        "what was confirmed is there, and no more"
    );
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
