//! Whatever comes: nothing panics, and what is taken is printed back and taken again.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Text that an event may hold.
fn text(chars_max: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(
        any::<char>().prop_filter("no control", |letter| !letter.is_control()),
        1..=chars_max.min(30),
    )
    .prop_map(String::from_iter)
}

fn optional<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
    prop::option::of(strategy)
}

fn data() -> impl Strategy<Value = (&'static str, Value)> {
    let line = (text(64), text(200), -1_000_000..=1_000_000_i64, -1_000_000_000_000..=1_000_000_000_000_i64)
        .prop_map(|(sku, name, quantity, unit_minor)| json!({"sku": sku, "name": name, "quantity": quantity, "unit_minor": unit_minor}));
    let kind = prop::sample::select(vec![
        "outcry.till.sale",
        "outcry.till.refund",
        "outcry.till.void",
        "outcry.till.no_sale",
    ]);
    let till = (kind, "[a-z0-9-]{1,40}", text(64), optional("[A-Z]{3}"), optional(-5_000..5_000_i64), prop::collection::vec(line, 1..5)).prop_map(
        |(kind, till, transaction, currency, total, lines)| {
            (kind, json!({"till": till, "transaction": transaction, "currency": currency, "total_minor": total, "lines": lines}))
        },
    );
    let mark = ("[a-z0-9-]{1,40}", optional(text(200))).prop_map(|(camera, label)| {
        (
            "outcry.camera.mark",
            json!({"camera": camera, "label": label}),
        )
    });
    let kind = prop::sample::select(vec!["outcry.shift.start", "outcry.shift.end"]);
    let shift = (
        kind,
        "[a-z0-9-]{1,40}",
        optional(text(40)),
        optional("[a-z]{1,9}"),
    )
        .prop_map(|(kind, person, role, area)| {
            (kind, json!({"person": person, "role": role, "area": area}))
        });
    let stock = (
        text(64),
        optional(text(200)),
        -1_000_000_000..=1_000_000_000_i64,
        optional(0..99_999_i64),
    )
        .prop_map(|(sku, name, level, price)| {
            (
                "outcry.stock.level",
                json!({"sku": sku, "name": name, "level": level, "price_minor": price}),
            )
        });
    let place = (text(64), "[a-z0-9-]{1,40}")
        .prop_map(|(sku, area)| ("outcry.item.location", json!({"sku": sku, "area": area})));
    let footfall =
        (0..=1_000_000_u32).prop_map(|count| ("outcry.footfall", json!({"count": count})));
    prop_oneof![4 => till, 1 => mark, 1 => shift, 1 => stock, 1 => place, 1 => footfall]
}

fn event() -> impl Strategy<Value = Value> {
    let source = "[A-Za-z0-9/:._~#?&=%-]{1,60}";
    (data(), text(128), source, -3_600_000_000_i64..300_000_000).prop_map(|((kind, mut data), id, source, offset_us)| {
        let time = jiff::Timestamp::from_microsecond(NOW_US + offset_us).expect("within the years").to_string();
        data.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
        json!({"specversion": "1.0", "type": kind, "source": source, "id": id, "subject": KNOWN, "time": time, "data": data})
    })
}

/// JSON text that is nearly an event: any value for any name, in any order, also twice.
fn loose() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "0",
        "-0",
        "-7",
        "12",
        "01",
        "-",
        "1.5",
        "1e3",
        "123456789012345678",
        "1234567890123456789",
        "99999999999999999999",
        "true",
        "false",
        "null",
        "nul",
        "\"\"",
        "\"1.0\"",
        "\"camden\"",
        "\"a\\u0062\"",
        "\"\\ud800\"",
        "\"caf\u{e9}\"",
        "\"2026-09-21T14:13:20Z\"",
        "\"outcry.till.void\"",
        "\"outcry.footfall\"",
        "[]",
        "{}",
        "[[1]]",
        "[{\"sku\": \"1\" , \"name\":\"\", \"quantity\":1,\"unit_minor\":-5}]",
        "[{\"sku\":1}, 2]",
        "{\"count\":3}",
        "{\"count\": 3 ,\"count\":3}",
        "{\"till\":\"1\",\"transaction\":\"2\"}",
        "{\"till\":\"1\",\"transaction\":\"2\",\"lines\":[],\"more\":{}}",
        "\"tab\there\"",
        "{ }",
    ]);
    let name = prop::sample::select(vec![
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "data",
        "data_base64",
        "datacontenttype",
        "other",
        "\\u0069d",
    ]);
    let member = (name, value.clone()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
    let whole = prop::sample::select(vec![
        r#""specversion":"1.0","id":"1","source":"/s","subject":"camden","time":"2026-09-21T14:13:20Z","#,
        "",
    ]);
    let object = (whole, prop::collection::vec(member, 1..6))
        .prop_map(|(whole, members)| format!("{{{whole}{}}}", members.join(",")));
    prop_oneof![6 => object, 1 => value.prop_map(str::to_owned)]
}

proptest! {
    #[test]
    fn what_is_good_is_taken_and_printed_back(events in prop::collection::vec(event(), 0..8)) {
        let batch = read_as(Form::Batch, json!(events).to_string().as_bytes()).expect("a batch");
        prop_assert_eq!(&batch.rejected, &[]);
        prop_assert_eq!(taken(&batch), events);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for form in [Form::One, Form::Batch] {
            let _ = read_as(form, &bytes);
        }
    }

    #[test]
    fn no_json_panics_and_what_is_taken_is_taken_again(
        events in prop::collection::vec(event(), 1..4),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let mut bytes = json!(events).to_string().into_bytes();
        for (place, byte, how) in cuts {
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => bytes[at] = *b"{}[]\",:0-e.\\ntu".get(usize::from(byte) % 15).expect("in range"),
                _ => { bytes.remove(at); }
            }
        }
        if let Ok(text) = std::str::from_utf8(&bytes) {
            prop_assert_eq!(outcome(read_as(Form::Batch, &bytes)), outcome(read_carefully(text)));
        }
        if let Ok(batch) = read_as(Form::Batch, &bytes) {
            let first = taken(&batch);
            prop_assert_eq!(first.len(), batch.entries.len());
            let again = read_as(Form::Batch, json!(first).to_string().as_bytes()).expect("a batch");
            prop_assert_eq!(&again.rejected, &[]);
            prop_assert_eq!(taken(&again), first);
        }
    }

    #[test]
    fn any_json_is_read_as_by_serde(events in prop::collection::vec(loose(), 0..4)) {
        let text = format!("[{}]", events.join(" ,"));
        prop_assert_eq!(outcome(read_as(Form::Batch, text.as_bytes())), outcome(read_carefully(&text)));
    }

    #[test]
    fn no_stored_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for record in record::read(&bytes) {
            let _ = (record.event(), record.identity(), record.outline());
        }
        let _ = crate::event::Lines { count: 9, bytes: &bytes }.iter().count();
    }
}
