//! Every refusal names the field and the way out.

use serde_json::{Value, json};

use super::*;

type Case = (Value, &'static str, &'static str);

fn assert_named(cases: &[Case]) {
    for (event, pointer, detail) in cases {
        let found = problems(event);
        let found: Vec<_> = found
            .iter()
            .map(|(at, what)| (at.as_str(), what.as_str()))
            .collect();
        assert_eq!(found, [(*pointer, *detail)], "{event}");
    }
}

#[test]
fn a_problem_with_an_attribute_names_it_and_the_way_out() {
    const URI: &str = "must be a URI-reference such as /sites/camden/tills/3: no spaces, quotes or letters with accents";
    const CONTROL: &str = "must not hold control characters such as line breaks";
    const TEXT_TIME: &str = "must be an RFC 3339 time such as 2026-11-22T17:05:00Z, was a number";
    assert_named(&[
        (without("", "id"), "/id", "is missing; must be text"),
        (with("/id", json!("")), "/id", "must not be empty"),
        (with("/id", json!(7)), "/id", "must be text, was a number"),
        (with("/id", json!("a\u{0}b")), "/id", CONTROL),
        (with("/id", json!("a\u{85}b")), "/id", CONTROL),
        (
            with("/specversion", json!(1.0)),
            "/specversion",
            "must be the text \"1.0\", was a number",
        ),
        (with("/source", json!("a b")), "/source", URI),
        (
            with("/source", json!("x".repeat(201))),
            "/source",
            "is longer than 200 characters",
        ),
        (with("/time", json!(1_790_000_000)), "/time", TEXT_TIME),
    ]);
    assert_named(&[
        (
            with("/specversion", json!("0.3")),
            "/specversion",
            "must be \"1.0\", the only CloudEvents version that is taken",
        ),
        (
            with("/subject", json!("Camden")),
            "/subject",
            "must be an id of 1 to 40 of the characters a-z, 0-9 and -",
        ),
        (
            with("/subject", json!("atlantis")),
            "/subject",
            "must be the id of a site that exists; ask for the list of sites",
        ),
    ]);
}

#[test]
fn a_time_that_cannot_be_says_why() {
    assert_named(&[
        (
            with("/time", json!("yesterday")),
            "/time",
            "must be an RFC 3339 time with a zone, such as 2026-11-22T17:05:00Z",
        ),
        (
            with("/time", json!("2026-09-21T14:18:20.000001Z")),
            "/time",
            "lies more than 5 minutes in the future; check the source's clock",
        ),
        (
            with("/time", json!("2026-09-14T14:13:19Z")),
            "/time",
            "is older than events are kept; send events within the retention time",
        ),
    ]);
}

#[test]
fn a_problem_with_data_names_the_field_and_the_way_out() {
    const QUANTITY: &str = "/data/lines/0/quantity";
    const MONEY: &str = "must be between -1000000000000 and 1000000000000";
    const LINE: &str = "must be an object with sku, name, quantity and unit_minor, was text";
    assert_named(&[
        (
            with("/data", json!([])),
            "/data",
            "must be an object, was a list",
        ),
        (
            without("", "data"),
            "/data",
            "is missing; must be an object",
        ),
        (
            without("/data", "till"),
            "/data/till",
            "is missing; must be text",
        ),
        (
            with("/data/currency", json!("gbp")),
            "/data/currency",
            "must be an ISO 4217 code such as GBP",
        ),
        (
            with("/data/total_minor", json!(9e300)),
            "/data/total_minor",
            MONEY,
        ),
        (
            with("/data/lines", json!({})),
            "/data/lines",
            "must be a list of lines, was an object",
        ),
        (
            with("/data/lines", json!([])),
            "/data/lines",
            "must hold at least one line",
        ),
        (with("/data/lines/0", json!("x")), "/data/lines/0", LINE),
        (
            with(QUANTITY, json!("2")),
            QUANTITY,
            "must be a whole number, was text",
        ),
        (
            with(QUANTITY, json!(1.5)),
            QUANTITY,
            "must be a whole number, had a fraction",
        ),
        (
            with(QUANTITY, json!(u64::MAX)),
            QUANTITY,
            "must be between -1000000 and 1000000",
        ),
        (
            with("/data/lines/0/sku", Value::Null),
            "/data/lines/0/sku",
            "must be text, was null",
        ),
        (
            json!(true),
            "",
            "an event must be an object, was true or false",
        ),
    ]);
    let several = "an event must be an object, was a list; send several as application/cloudevents-batch+json";
    assert_named(&[(json!([sale()]), "", several)]);
}

/// It would be taken, and then found beside no incident.
#[test]
fn a_till_whose_name_is_no_id_is_refused() {
    assert_named(&[(
        with("/data/till", json!("POS_01")),
        "/data/till",
        "must be an id of 1 to 40 of the characters a-z, 0-9 and -",
    )]);
}

#[test]
fn an_unknown_type_is_answered_with_the_nearest_and_the_known_ones() {
    let found = problems(&with("/type", json!("outcry.till.sales")));
    let [(pointer, detail)] = &found[..] else {
        panic!("{found:?}")
    };
    assert_eq!(pointer, "/type");
    assert!(detail.starts_with(
        "is not a type that is taken; did you mean outcry.till.sale? Taken are outcry.till.sale, "
    ));
    assert!(detail.ends_with("outcry.footfall"));
    let found = problems(&with("/type", json!("com.example.parking")));
    assert!(
        found[0]
            .1
            .starts_with("is not a type that is taken; taken are outcry.till.sale, "),
        "{found:?}"
    );
}

#[test]
fn other_content_than_json_is_refused() {
    let mut event = sale();
    event["datacontenttype"] = json!("application/xml");
    event["data_base64"] = json!("AAAA");
    let pointers: Vec<String> = problems(&event)
        .into_iter()
        .map(|(pointer, _)| pointer)
        .collect();
    assert_eq!(pointers, ["/data_base64", "/datacontenttype"]);
    let mut event = sale();
    event["datacontenttype"] = json!("application/vnd.shop+json; charset=utf-8");
    assert_eq!(
        taken(&read_as(Form::One, event.to_string().as_bytes()).expect("JSON")),
        [sale()]
    );
}
