//! Each sentence as it is in English, and none of its words outside the catalogue.

use outcry_words::Catalogue;
use serde_json::{Map, Value, json};

use super::super::given::*;
use super::super::{Assessment, Channel, Command, Context, Event, Report};
use super::{of, of_in};
use crate::{Category, Organisation};

/// People and queues have numbers for names, so that every small letter of a sentence is the catalogue's.
fn sentences() -> Vec<(Event, &'static str)> {
    let told = vec![
        (
            event("overridden", json!({"reason": {"sealed": "1"}})),
            "Assessment overruled",
        ),
        (event("acknowledged", Value::Null), "Acknowledged"),
        (
            event("commented", json!({"text": {"sealed": "1"}})),
            "Comment",
        ),
        (event("responding", json!({})), "Responding"),
        (event("reassigned", json!({"to": "7"})), "Handed to 7"),
        (
            event("breached", json!({"resolve": false})),
            "Not acknowledged in time",
        ),
        (
            event("breached", json!({"resolve": true})),
            "Not resolved in time",
        ),
        (
            event("exhausted", Value::Null),
            "Nobody could be reached and no step is left to try: call somebody",
        ),
        (
            event("retried", json!({"delivery": "1"})),
            "Trying again to reach somebody",
        ),
        (event("closed", Value::Null), "Closed"),
        (event("false_alarm", json!({})), "Marked as a false alarm"),
        (event("withdrawn", json!({})), "Withdrawn by the store"),
    ];
    [
        told,
        merged_and_escalated(),
        delivered(),
        ended(),
        reported(),
        placed(),
    ]
    .concat()
}

fn merged_and_escalated() -> Vec<(Event, &'static str)> {
    let mut told = vec![];
    let other = "01a2056a-b718-7563-a9e8-16b06c2c1489";
    for (kind, with, words) in [
        ("merged", "into", "Merged into INC"),
        ("unmerged", "from", "No longer merged into INC"),
        ("absorbed", "other", "INC is part of this"),
        ("released", "other", "INC is no longer part of this"),
    ] {
        told.push((event(kind, json!({with: other})), words));
    }
    for (why, words) in [
        ("due", "Escalated to step 2: nobody has acknowledged"),
        (
            "empty",
            "Escalated to step 2: the step before reached nobody",
        ),
        (
            "failed",
            "Escalated to step 2: somebody could not be reached",
        ),
        (
            "breach",
            "Escalated to step 2: the time to acknowledge is over",
        ),
        ("overdue", "Escalated to step 2: it is not resolved in time"),
        ("hand", "Escalated to step 2: somebody asked for it"),
        ("unmerged", "Escalated to step 2: it is on its own again"),
    ] {
        let with = json!({"round": 0, "step": 1, "why": why});
        told.push((event("escalated", with), words));
    }
    told
}

fn delivered() -> Vec<(Event, &'static str)> {
    let mut told = vec![];
    for (state, words) in [
        ("planned", "Mail to 7: will be tried again"),
        ("sent", "Mail to 7: sent"),
        ("accepted", "Mail to 7: accepted by the provider"),
        ("delivered", "Mail to 7: delivered"),
        ("seen", "Mail to 7: seen"),
        ("failed", "Mail to 7: could not be delivered"),
    ] {
        let with = json!({"delivery": "1/7/mail", "state": state});
        told.push((event("delivered", with), words));
    }
    for (channel, words) in [
        ("desk", "Screen to 7: seen"),
        ("webhook", "Webhook to 7: seen"),
    ] {
        let with = json!({"delivery": format!("1/7/{channel}"), "state": "seen"});
        told.push((event("delivered", with), words));
    }
    told
}

fn ended() -> Vec<(Event, &'static str)> {
    let resolved = [
        ("offender_detained", "Resolved: the person was detained"),
        ("offender_left", "Resolved: the person left"),
        ("goods_recovered", "Resolved: the goods were recovered"),
        ("police_attended", "Resolved: the police attended"),
        ("no_action", "Resolved: nothing had to be done"),
        ("other", "Resolved: something else"),
    ];
    let erased = [
        (
            "requested",
            "Personal texts erased: a person concerned asked for it",
        ),
        (
            "retention_over",
            "Personal texts erased: the time to keep it is over",
        ),
        (
            "not_needed",
            "Personal texts erased: it should not have been written down",
        ),
        ("ordered", "Personal texts erased: an authority ordered it"),
    ];
    let resolved =
        resolved.map(|(how, words)| (event("resolved", json!({"resolution": how})), words));
    let erased = erased.map(|(why, words)| (event("erased", json!({"ground": why})), words));
    resolved.into_iter().chain(erased).collect()
}

fn reported() -> Vec<(Event, &'static str)> {
    let tale = Tale::of(Command::Report(draft(Category::Threat)));
    let over = |channel, left_out: &[&str]| {
        let report = Report {
            channel,
            left_out: left_out.iter().map(|field| (*field).into()).collect(),
            ..tale.incident.report.clone()
        };
        Event::Reported(report)
    };
    vec![
        (
            over(Channel::Terminal, &[]),
            "Threat or abuse reported from the terminal",
        ),
        (
            over(Channel::Phone, &[]),
            "Threat or abuse reported by phone",
        ),
        (
            over(Channel::Api, &[]),
            "Threat or abuse reported by a connected system",
        ),
        (over(Channel::Mail, &[]), "Threat or abuse reported by mail"),
        (
            over(Channel::Portal, &[]),
            "Threat or abuse reported on the public portal",
        ),
        (
            over(Channel::Button, &[]),
            "Threat or abuse reported from the button",
        ),
        (
            over(Channel::Panel, &[]),
            "Threat or abuse reported from the alarm panel",
        ),
        (
            over(Channel::Api, &["1", "2"]),
            "Threat or abuse reported by a connected system (did not fit, and was put right or left out: 1, 2)",
        ),
    ]
}

fn placed() -> Vec<(Event, &'static str)> {
    let assessed = |checkpoint: Option<&str>| {
        Event::Assessed(Assessment {
            category: Category::Hate,
            risk: 50,
            confidence: 1.0,
            floor: 50,
            reasons: vec![],
            model: None,
            checkpoint: checkpoint.map(str::to_owned),
        })
    };
    let found = |omitted| {
        Event::Enriched(Context {
            omitted,
            ..Context::default()
        })
    };
    let planned = |deliveries: usize, desk: bool, beyond: &[&str]| {
        let one = json!({"id": "1/7/mail", "person": "7", "channel": "mail"});
        let deliveries = vec![one; deliveries];
        let with = json!({"round": 0, "step": 0, "deliveries": deliveries, "beyond": beyond, "desk": desk});
        event("notified", with)
    };
    vec![
        (assessed(None), "Risk 50 (Hate incident)"),
        (assessed(Some("1")), "Risk 50: a person must look. 1"),
        (
            found(0),
            "Store records: 0 receipts, 0 matches, 0 cameras, 0 people on shift",
        ),
        (
            found(3),
            "Store records: 0 of 3 receipts, 0 matches, 0 cameras, 0 people on shift",
        ),
        (planned(0, false, &[]), "Step 1 reaches nobody"),
        (planned(1, false, &[]), "Step 1: 1 message planned"),
        (planned(2, false, &[]), "Step 1: 2 messages planned"),
        (
            planned(1, true, &[]),
            "Step 1 reaches nobody: 1 message to the desk instead",
        ),
        (
            planned(0, false, &["7", "8"]),
            "Step 1 reaches nobody (not told, for they may not see this incident: 7, 8)",
        ),
        (
            planned(2, false, &["6", "7", "8", "9", "10"]),
            "Step 1: 2 messages planned (not told, for they may not see this incident: 6, 7, 8, 2 more)",
        ),
    ]
}

fn event(kind: &str, with: Value) -> Event {
    let mut tagged = Map::from_iter([("kind".to_owned(), kind.into())]);
    if !with.is_null() {
        tagged.insert("with".to_owned(), with);
    }
    serde_json::from_value(tagged.into()).expect(kind)
}

#[test]
fn every_sentence_is_what_it_was() {
    let nobody = Organisation::default();
    for (event, words) in sentences() {
        let mut said = of(&event, &nobody);
        // A reference: fourteen letters that mean nothing here.
        if let Some(at) = said.find("INC-") {
            said.replace_range(at + 3..at + 13, "");
        }
        assert_eq!(said, words);
    }
}

#[test]
fn every_word_of_every_sentence_comes_from_the_catalogue() {
    let nobody = Organisation::default();
    let other = Catalogue::pseudo();
    for (event, words) in sentences() {
        let said = of_in(&other, &event, &nobody);
        let plain = said.chars().any(|letter| letter.is_ascii_lowercase());
        assert!(!plain, "{words}: {said}");
    }
}

#[test]
fn a_queue_is_named_in_every_language() {
    let robbery = Tale::of(Command::Report(draft(Category::Robbery)));
    let routed = robbery
        .last
        .iter()
        .find(|event| matches!(event, Event::Routed { .. }));
    let routed = routed.expect("a queue");
    let nobody = Organisation::default();
    assert_eq!(of(routed, &shop()), "Sent to the Critical queue");
    assert_eq!(
        of_in(&Catalogue::pseudo(), routed, &nobody),
        "Ｓｅｎｔ ｔｏ ｔｈｅ critical ｑｕｅｕｅ"
    );
}
