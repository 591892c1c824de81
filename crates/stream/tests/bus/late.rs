//! Watched ranges and the events that come into them later.

use std::time::Duration;

use outcry_stream::{Bus, Error};
use uuid::Uuid;

use super::{MINUTE_US, NOW_US, open, publish, somebody};

/// The next late token; never waits for ever.
async fn late(bus: &Bus) -> Option<Uuid> {
    tokio::time::timeout(Duration::from_secs(5), bus.late())
        .await
        .expect("somebody is told")
        .map(|late| late.token)
}

#[tokio::test]
async fn late_events_are_told_once_until_they_are_heard() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    bus.watch(
        "camden",
        NOW_US - 5 * MINUTE_US,
        NOW_US - MINUTE_US,
        NOW_US + MINUTE_US,
        first,
        &[],
    )
    .expect("watched");
    bus.watch(
        "camden",
        NOW_US - 20 * MINUTE_US,
        NOW_US - 10 * MINUTE_US,
        NOW_US + MINUTE_US,
        second,
        &[],
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
    assert_eq!(late(&bus).await, Some(first));
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
    let told = [late(&bus).await, late(&bus).await];
    assert!(
        told.contains(&Some(first)) && told.contains(&Some(second)),
        "{told:?}"
    );
    bus.unwatch("camden", first);
    publish(&bus, &[somebody("e", NOW_US - 2 * MINUTE_US)]).await;
    assert!(quiet().await.is_err(), "no longer watched");
}

#[tokio::test]
async fn watches_are_bounded_and_expire() {
    let dir = tempfile::tempdir().expect("a directory");
    let bus = open(dir.path());
    let watch = |token: u128| {
        let expires_us = NOW_US + 15 * MINUTE_US;
        bus.watch("camden", 0, NOW_US, expires_us, Uuid::from_u128(token), &[])
    };
    for token in 0..outcry_stream::WATCHES_PER_SITE_MAX {
        watch(token as u128).expect("watched");
    }
    for minutes in [0, 14] {
        bus.prune(NOW_US + minutes * MINUTE_US)
            .await
            .expect("pruned");
        let refused = watch(u128::MAX);
        assert!(matches!(refused, Err(Error::TooManyWatches { .. })));
    }
    bus.prune(NOW_US + 15 * MINUTE_US).await.expect("pruned");
    watch(u128::MAX).expect("there is room again");
}
