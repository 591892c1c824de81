//! The reader against good events, bad events, hostile text, and itself.

mod properties;
mod refused;

use serde_json::{Value, json};

use super::*;
use crate::record;
use crate::seen::Keys;

const NOW_US: i64 = 1_790_000_000_000_000;
const KNOWN: &str = "camden";

fn rules() -> Rules<'static> {
    Rules {
        oldest_us: NOW_US - 7 * 24 * 3_600_000_000,
        newest_us: NOW_US + 300_000_000,
        known_site: &|site| site == KNOWN,
    }
}

fn read_as(form: Form, bytes: &[u8]) -> Result<Batch, Error> {
    let mut batch = Batch::new(Keys::default(), NOW_US);
    read(bytes, form, rules(), &mut batch).map(|()| batch)
}

/// What came of a batch, whoever read it: its records and refusals, or its error.
fn outcome(result: Result<Batch, Error>) -> String {
    match result {
        Ok(batch) => format!("{:?} {:?}", batch.records, batch.rejected),
        Err(error) => format!("{error:?}"),
    }
}

/// A batch read by serde_json alone.
fn read_carefully(text: &str) -> Result<Batch, Error> {
    let mut batch = Batch::new(Keys::default(), NOW_US);
    let mut reading = Reading {
        rules: rules(),
        batch: &mut batch,
        lines: LineBuffer::default(),
    };
    reading.careful(text).map(|()| batch)
}

/// The events that were taken, written as JSON again.
fn taken(batch: &Batch) -> Vec<Value> {
    record::read(&batch.records)
        .map(|record| record.event().expect("what was written reads").to_json())
        .collect()
}

fn problems(event: &Value) -> Vec<(String, String)> {
    let mut batch = read_as(Form::One, event.to_string().as_bytes()).expect("JSON is read");
    assert!(batch.entries.is_empty(), "{event} was taken");
    assert_eq!(batch.rejected.len(), 1);
    let problems = batch.rejected.remove(0).problems;
    problems
        .into_iter()
        .map(|problem| (problem.pointer, problem.detail))
        .collect()
}

#[test]
fn no_number_of_a_card_is_kept() {
    let card = "4111111111111111";
    let mut event = sale();
    event["data"]["transaction"] = card.into();
    event["data"]["lines"][0]["sku"] = card.into();
    event["data"]["lines"][0]["name"] = format!("Card {card} declined").into();
    let mark = json!({
        "specversion": "1.0", "type": "outcry.camera.mark", "source": "/cameras/3", "id": card,
        "subject": KNOWN, "time": "2026-09-21T14:13:20Z", "data": {"camera": "3", "label": card},
    });
    let stock = json!({
        "specversion": "1.0", "type": "outcry.stock.level", "source": "/stock", "id": "s1",
        "subject": KNOWN, "time": "2026-09-21T14:13:20Z",
        "data": {"sku": card, "name": card, "level": 4},
    });
    let text = json!([event, mark, stock]).to_string();
    for batch in [read_as(Form::Batch, text.as_bytes()), read_carefully(&text)] {
        let kept = taken(&batch.expect("JSON is read"));
        assert_eq!(kept.len(), 3);
        let data: Vec<String> = kept.iter().map(|event| event["data"].to_string()).collect();
        assert!(!data.concat().contains(card), "{data:?}");
        assert!(
            data[0].contains("Card ************1111 declined"),
            "{data:?}"
        );
        // What an event is known by stays.
        assert_eq!(kept[1]["id"], card);
    }
}

fn sale() -> Value {
    json!({
        "specversion": "1.0", "type": "outcry.till.sale", "source": "/tills/3", "id": "a1",
        "subject": KNOWN, "time": "2026-09-21T14:13:20Z",
        "data": {
            "till": "3", "transaction": "536365", "currency": "GBP", "total_minor": 510,
            "lines": [{"sku": "85123A", "name": "WHITE HANGING HEART", "quantity": 2, "unit_minor": 255}],
        },
    })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut event = sale();
    *event.pointer_mut(pointer).expect("the field is there") = value;
    event
}

fn without(parent: &str, name: &str) -> Value {
    let mut event = sale();
    let parent = event.pointer_mut(parent).and_then(Value::as_object_mut);
    parent
        .expect("the parent is there")
        .remove(name)
        .expect("the field is there");
    event
}

#[test]
fn every_kind_is_taken_and_printed_back() {
    let data = [
        ("outcry.till.sale", sale()["data"].clone()),
        (
            "outcry.till.refund",
            json!({"till": "1", "transaction": "C1", "lines": [{"sku": "M", "name": "", "quantity": -1, "unit_minor": 0}]}),
        ),
        (
            "outcry.till.void",
            json!({"till": "1", "transaction": "2", "lines": []}),
        ),
        (
            "outcry.till.no_sale",
            json!({"till": "1", "transaction": "3", "lines": []}),
        ),
        (
            "outcry.camera.mark",
            json!({"camera": "cam-1", "label": "person at the spirits"}),
        ),
        (
            "outcry.shift.start",
            json!({"person": "ada", "role": "clerk", "area": "tills"}),
        ),
        ("outcry.shift.end", json!({"person": "ada"})),
        (
            "outcry.stock.level",
            json!({"sku": "22423", "name": "CAKE STAND", "level": -2, "price_minor": 1275}),
        ),
        (
            "outcry.item.location",
            json!({"sku": "22423", "area": "aisle-4"}),
        ),
        ("outcry.footfall", json!({"count": 12})),
    ];
    assert_eq!(data.len(), crate::event::Kind::ALL.len());
    let events: Vec<Value> = data
        .into_iter()
        .map(|(kind, data)| {
            let mut event = with("/type", json!(kind));
            event["data"] = data;
            event
        })
        .collect();
    let batch = read_as(Form::Batch, json!(events).to_string().as_bytes()).expect("a batch");
    assert_eq!(batch.rejected, []);
    assert_eq!(taken(&batch), events);
}

#[test]
fn nothing_beyond_the_allow_list_is_kept() {
    let mut event = sale();
    event["operator"] = json!("Grace Hopper");
    event["data"]["card_number"] = json!("4111111111111111");
    event["data"]["loyalty"] = json!({"id": "L-99887766", "tier": ["gold"]});
    event["data"]["person"] = json!("a-person-in-a-sale");
    event["data"]["lines"][0]["operator_name"] = json!("Grace Hopper");
    let batch = read_as(Form::One, event.to_string().as_bytes()).expect("JSON");
    assert_eq!(taken(&batch), [sale()]);
    let kept = String::from_utf8_lossy(&batch.records);
    for dropped in ["Grace", "4111", "L-99", "gold", "a-person"] {
        assert!(!kept.contains(dropped), "{dropped}");
    }
}

#[test]
fn data_may_stand_before_the_type() {
    let text = sale().to_string();
    // serde_json sorts names, so that `data` stands first already.
    assert!(text.find("\"data\"") < text.find("\"type\""));
    assert_eq!(
        taken(&read_as(Form::One, text.as_bytes()).expect("JSON")),
        [sale()]
    );
}

#[test]
fn a_name_given_twice_is_refused() {
    let text = sale().to_string();
    for (name, pointer) in [
        ("\"id\":", "/id"),
        ("\"data\":", "/data"),
        ("\"till\":", "/data/till"),
        ("\"lines\":", "/data/lines"),
        ("\"sku\":", "/data/lines/0/sku"),
    ] {
        let twice = text.replacen(name, &format!("{name}\"other\",{name}"), 1);
        let batch = read_as(Form::One, twice.as_bytes()).expect("JSON");
        let problem = &batch.rejected[0].problems[0];
        assert_eq!(
            (problem.pointer.as_str(), problem.detail.as_str()),
            (pointer, "is given twice; give it once")
        );
    }
}

#[test]
fn one_bad_event_spoils_no_other() {
    let good = sale().to_string();
    let surrogate = good.replace("HEART", "\\ud800");
    let endless = good.replace("255", "1e999");
    let number = good.replace("\"536365\"", "536365");
    let text = format!("[{good},{surrogate},{number},{endless},null,{good}]");
    let batch = read_as(Form::Batch, text.as_bytes()).expect("an array");
    assert_eq!(taken(&batch), [sale(), sale()]);
    let found: Vec<_> = batch
        .rejected
        .iter()
        .map(|rejected| {
            (
                rejected.index,
                rejected.problems[0].pointer.as_str(),
                rejected.problems[0].detail.as_str(),
            )
        })
        .collect();
    assert_eq!(found.len(), 4);
    assert_eq!((found[0].0, found[0].1), (1, ""));
    assert!(
        found[0]
            .2
            .starts_with("is not valid JSON at its line 1, column "),
        "{found:?}"
    );
    assert_eq!(
        found[1],
        (2, "/data/transaction", "must be text, was a number")
    );
    assert_eq!((found[2].0, found[2].1), (3, ""));
    assert_eq!(found[3], (4, "", "an event must be an object, was null"));
}

#[test]
fn what_is_no_json_is_refused_as_a_whole() {
    for (text, line, column) in [
        (&b"[{\"id\":NaN}]"[..], 1, 8),
        (b"[\n{}\n", 3, 0),
        (b"[{}] x", 1, 6),
        (b"[{\"id\":\"\xff\"}]", 1, 9),
        (b"", 1, 0),
    ] {
        let error = read_as(Form::Batch, text)
            .map(|batch| taken(&batch))
            .expect_err("no JSON");
        let Error::Malformed {
            line: found_line,
            column: found_column,
            ..
        } = error
        else {
            panic!("{error}")
        };
        assert_eq!(
            (found_line, found_column),
            (line, column),
            "{}",
            String::from_utf8_lossy(text)
        );
    }
    assert!(matches!(read_as(Form::Batch, b"{}"), Err(Error::NotABatch)));
    assert!(matches!(
        read_as(Form::Batch, b"\"secret"),
        Err(Error::Malformed { .. })
    ));
}

#[test]
fn every_length_has_a_limit() {
    let many = format!("[{}]", vec!["0"; BATCH_EVENTS_MAX + 1].join(","));
    assert!(matches!(
        read_as(Form::Batch, many.as_bytes()),
        Err(Error::TooManyEvents {
            found: 1_001,
            limit: 1_000
        })
    ));
    let long = " ".repeat(BODY_BYTES_MAX + 1);
    assert!(matches!(
        read_as(Form::Batch, long.as_bytes()),
        Err(Error::TooLarge { .. })
    ));
    let line = sale()["data"]["lines"][0].clone();
    let found = problems(&with("/data/lines", json!(vec![line; 501])));
    assert_eq!(
        found,
        [(
            "/data/lines".to_owned(),
            "holds 501 lines, at most 500 are taken".to_owned()
        )]
    );
    let found = problems(&with("/data/lines", json!(vec![json!({}); 100])));
    assert_eq!(found.len(), crate::limits::PROBLEMS_MAX);
}

#[test]
fn deep_nesting_costs_no_stack() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let text = sale().to_string();
    let extra = text.replacen("\"till\":", &format!("\"other\":{deep},\"till\":"), 1);
    assert_eq!(
        taken(&read_as(Form::One, extra.as_bytes()).expect("JSON")),
        [sale()]
    );
    let wrong = text.replacen("\"3\"", &deep, 1);
    let batch = read_as(Form::One, wrong.as_bytes()).expect("JSON");
    assert_eq!(
        batch.rejected[0].problems[0].detail,
        "must be text, was a list"
    );
}

#[test]
fn naughty_strings_are_kept_as_they_are_or_refused() {
    let strings = include_str!("../../../../data/naughty-strings/blns.json");
    let strings: Vec<String> = serde_json::from_str(strings).expect("the fixture is JSON");
    let mut kept = 0;
    for string in &strings {
        for pointer in [
            "/id",
            "/source",
            "/subject",
            "/time",
            "/type",
            "/data/till",
            "/data/currency",
            "/data/lines/0/name",
        ] {
            let event = with(pointer, json!(string));
            let batch = read_as(Form::One, event.to_string().as_bytes()).expect("JSON");
            for printed in taken(&batch) {
                kept += 1;
                assert_eq!(printed, event);
            }
            let named = batch
                .rejected
                .iter()
                .all(|rejected| rejected.problems[0].pointer == pointer);
            assert!(named, "{string:?} at {pointer}: {:?}", batch.rejected);
        }
    }
    assert!(kept > strings.len(), "most are good ids and names: {kept}");
}
