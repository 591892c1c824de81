//! The bus as a caller meets it.

mod context;
mod late;
mod publish;

use std::path::Path;

use outcry_stream::{Body, Bus, Event, Line, LineBuffer, Movement, Query, Settings};

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
