//! Against the plain way: every event is held against every watch.

use proptest::prelude::*;

use super::*;
use crate::event::{Event, Line, LineBuffer, Movement};
use crate::record;

#[derive(Clone, Debug)]
enum Step {
    Watch(u128, i64, i64, Option<usize>),
    Unwatch(u128),
    Sale(i64, usize),
    Refund(i64),
    Footfall(i64),
    Next,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..8_u128, 0..40_i64, 0..20_i64, prop::option::of(0..3_usize))
            .prop_map(|(token, from, length, item)| Step::Watch(token, from, from + length, item)),
        1 => (0..8_u128).prop_map(Step::Unwatch),
        3 => (0..60_i64, 0..3_usize).prop_map(|(time, article)| Step::Sale(time, article)),
        1 => (0..60_i64).prop_map(Step::Refund),
        1 => (0..60_i64).prop_map(Step::Footfall),
        3 => Just(Step::Next),
    ]
}

/// One watch, and what it waits to tell.
struct Plain {
    token: u128,
    from: i64,
    until: i64,
    item: Option<usize>,
    waits: Option<Weight>,
}

const NAMES: [&str; 3] = ["WHITE MUG", "RED LANTERN", "GLASS STAR"];

fn stored(time_us: i64, article: Option<usize>, movement: Option<Movement>) -> Vec<u8> {
    let mut lines = LineBuffer::default();
    if let Some(article) = article {
        lines.push(Line {
            sku: &article.to_string(),
            name: NAMES[article],
            quantity: 1,
            unit_minor: 1,
        });
    }
    let body = match movement {
        Some(movement) => Body::Till {
            movement,
            till: "1",
            transaction: "1",
            currency: None,
            total_minor: None,
            lines: lines.lines(),
        },
        None => Body::Footfall { count: 1 },
    };
    let event = Event {
        source: "/s",
        id: "1",
        time_us,
        site: "camden",
        body,
    };
    let mut bytes = Vec::new();
    record::write(&mut bytes, &event, time_us);
    bytes
}

fn show(
    watches: &mut Watches,
    plain: &mut [Plain],
    order: &mut Vec<u128>,
    (time, article, movement): (i64, Option<usize>, Option<Movement>),
) {
    let bytes = stored(time, article, movement);
    record::read(&bytes).for_each(|record| {
        watches.see(&record);
    });
    for watch in plain.iter_mut() {
        if !(watch.from..=watch.until).contains(&time) {
            continue;
        }
        let is_telling =
            movement == Some(Movement::Refund) || (watch.item.is_some() && watch.item == article);
        let weight = if is_telling {
            Weight::Telling
        } else {
            Weight::Routine
        };
        if watch.waits.is_none() {
            order.push(watch.token);
        }
        watch.waits = watch.waits.max(Some(weight));
    }
}

proptest! {
    #[test]
    fn tells_what_the_plain_way_tells(steps in prop::collection::vec(step(), 0..120)) {
        let mut watches = Watches::default();
        let (mut plain, mut order): (Vec<Plain>, Vec<u128>) = Default::default();
        for step in steps {
            match step {
                Step::Watch(token, from, until, item) => {
                    plain.retain(|watch| watch.token != token);
                    order.retain(|other| *other != token);
                    plain.push(Plain { token, from, until, item, waits: None });
                    let items: Vec<ItemWanted> = item
                        .map(|item| ItemWanted { name: NAMES[item].to_lowercase(), ..ItemWanted::default() })
                        .into_iter()
                        .collect();
                    watches.add("camden", from, until, i64::MAX, Uuid::from_u128(token), &items).expect("room");
                }
                Step::Unwatch(token) => {
                    plain.retain(|watch| watch.token != token);
                    order.retain(|other| *other != token);
                    watches.remove("camden", Uuid::from_u128(token));
                }
                Step::Sale(time, article) => {
                    show(&mut watches, &mut plain, &mut order, (time, Some(article), Some(Movement::Sale)));
                }
                Step::Refund(time) => {
                    show(&mut watches, &mut plain, &mut order, (time, None, Some(Movement::Refund)));
                }
                Step::Footfall(time) => show(&mut watches, &mut plain, &mut order, (time, None, None)),
                Step::Next => {
                    let told = watches.next();
                    let Some(Late { token, weight }) = told else {
                        prop_assert!(order.is_empty());
                        continue;
                    };
                    let watch = plain.iter_mut().find(|watch| watch.token == token.as_u128());
                    let watch = watch.expect("only what is watched is told");
                    prop_assert_eq!(watch.waits.take(), Some(weight));
                    order.retain(|other| *other != watch.token);
                }
            }
        }
    }
}

#[test]
fn what_waited_for_routine_turns_telling() {
    let mut watches = Watches::default();
    let token = Uuid::from_u128(1);
    let items = [ItemWanted {
        sku: Some("1".to_owned()),
        ..ItemWanted::default()
    }];
    watches
        .add("camden", 0, 10, i64::MAX, token, &items)
        .expect("room");
    let mut see = |bytes: &[u8]| record::read(bytes).any(|record| watches.see(&record));
    assert!(see(&stored(5, Some(0), Some(Movement::Sale))));
    assert!(!see(&stored(6, Some(1), Some(Movement::Sale))));
    let weight = Weight::Telling;
    assert_eq!(watches.next(), Some(Late { token, weight }));
    assert_eq!(watches.next(), None);
}

#[test]
fn what_has_expired_is_no_longer_watched() {
    let mut watches = Watches::default();
    let [early, late] = [1, 2].map(Uuid::from_u128);
    for (token, expires_us) in [(early, 100), (late, 200)] {
        watches
            .add("camden", 0, 10, expires_us, token, &[])
            .expect("room");
    }
    watches.forget(99);
    assert_eq!(watches.count, 2);
    watches.forget(100);
    assert_eq!(watches.count, 1);
    let bytes = stored(5, None, None);
    assert!(record::read(&bytes).all(|record| watches.see(&record)));
    assert_eq!(watches.next().map(|told| told.token), Some(late));
    watches.forget(200);
    assert_eq!((watches.count, watches.sites.len()), (0, 0));
}
