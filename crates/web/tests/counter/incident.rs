//! The life of an incident.

use outcry_domain::actor::SystemId;
use outcry_domain::incident::Command;
use outcry_domain::{Actor, IncidentId, Moment};
use serde_json::{Value, json};

use crate::shop::Shop;

#[tokio::test]
async fn an_incident_lives() {
    let shop = Shop::open().await;
    let id = shop.theft().await;
    let note = json!({"note": "On the way"});
    let resolution = json!({"resolution": "goods_recovered"});
    for (verb, body, became) in [
        ("close", json!({}), Err("not-yet")),
        ("acknowledge", json!({}), Ok("acknowledged")),
        ("acknowledge", json!({}), Err("already-acknowledged")),
        ("close", json!({}), Err("not-yet")),
        ("respond", note, Ok("responding")),
        ("reassign", json!({"to": "lea"}), Ok("responding")),
        ("resolve", resolution, Ok("resolved")),
        ("respond", json!({}), Err("not-live")),
        ("close", json!({}), Ok("closed")),
        ("comment", json!({"text": "Still to be said"}), Ok("closed")),
    ] {
        let done = shop.as_("dan").act(&id, verb, body).await;
        match became {
            Ok(state) => assert_eq!(done.ok()["incident"]["state"], state, "{verb}"),
            Err(refusal) => drop(done.problem(409, refusal)),
        }
    }
}

#[tokio::test]
async fn whoever_acknowledges_has_it_and_whoever_is_late_reads_who_was_faster() {
    let shop = Shop::open().await;
    let id = shop.theft().await;
    let taken = shop.as_("dan").act(&id, "acknowledge", json!({})).await;
    let owner = json!({"id": "dan", "name": "Dan Example"});
    assert_eq!(taken.ok()["incident"]["owner"], owner);
    let late = shop.as_("mia").act(&id, "acknowledge", json!({})).await;
    let words = "Dan Example acknowledged this on 22 Nov, 14:00 GMT";
    let late = late.problem(409, "already-acknowledged");
    assert_eq!(late.body["detail"], words);
}

#[tokio::test]
async fn the_timeline_tells_what_was_done_and_what_was_noted() {
    let shop = Shop::open().await;
    let dan = shop.as_("dan");
    let id = shop.theft().await;
    let resolution = json!({"resolution": "goods_recovered", "note": "Both jackets"});
    for (verb, body) in [
        ("acknowledge", json!({})),
        ("respond", json!({"note": "On the way"})),
        ("reassign", json!({"to": "lea"})),
        ("resolve", resolution),
        ("close", json!({})),
        ("comment", json!({"text": "Still to be said"})),
    ] {
        dan.act(&id, verb, body).await.ok();
    }
    let told = dan.get(&format!("/incidents/{id}")).await.ok();
    let timeline = told["timeline"].as_array().unwrap();
    let kinds: Vec<&str> = timeline
        .iter()
        .map(|t| t["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "incident.reported",
            "incident.acknowledged",
            "incident.responding",
            "incident.reassigned",
            "incident.resolved",
            "incident.closed",
            "incident.commented",
        ]
    );
    assert_eq!(timeline[2]["detail"]["note"], "On the way");
    assert_eq!(timeline[4]["detail"]["note"], "Both jackets");
    assert_eq!(told["comments"][0]["text"], "Still to be said");
}

#[tokio::test]
async fn merges_are_reversible_and_both_must_be_within_sight() {
    let shop = Shop::open().await;
    let dan = shop.as_("dan");
    let (one, other) = (shop.theft().await, shop.theft().await);
    dan.act(&one, "merge", json!({"into": one}))
        .await
        .problem(409, "cannot-merge");
    let nowhere = "0193a0b0-0000-7000-8000-000000000000";
    dan.act(&one, "merge", json!({"into": nowhere}))
        .await
        .problem(422, "invalid-field")
        .at("/into");
    let merged = dan.act(&one, "merge", json!({"into": other})).await.ok();
    assert_eq!(merged["incident"]["merged_into"], other);
    let back = dan.act(&one, "unmerge", json!({})).await.ok();
    assert_eq!(back["incident"]["merged_into"], json!(null));
}

#[tokio::test]
async fn a_persons_word_wins_and_is_shown_with_its_reason() {
    let shop = Shop::open().await;
    let dan = shop.as_("dan");
    let filed = shop
        .as_("ann")
        .panic(json!({"site": "leeds-012"}))
        .await
        .created();
    let id = filed["incident"]["id"].as_str().unwrap();
    dan.act(id, "override", json!({"reason": "x"}))
        .await
        .problem(422, "invalid-field");
    dan.act(id, "override", json!({"risk": 101, "reason": "x"}))
        .await
        .problem(422, "invalid-field")
        .at("/risk");
    let change = json!({"risk": 40, "category": "antisocial", "queue": "standard", "reason": "Leaned on it"});
    let done = dan.act(id, "override", change).await.ok();
    assert_eq!(done["incident"]["risk"], 40);
    assert_eq!(done["incident"]["queue"], "standard");
    let told = dan.get(&format!("/incidents/{id}")).await.ok();
    assert_eq!(told["assessment"]["override"]["reason"], "Leaned on it");
    assert_eq!(told["assessment"]["override"]["by"]["id"], "dan");
    assert!(
        !told["assessment"]["reasons"][0]["text"]
            .as_str()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn an_administrator_erases_the_personal_texts_of_what_is_over() {
    let shop = Shop::open().await;
    let (dan, ada) = (shop.as_("dan"), shop.as_("ada"));
    let id = shop.theft().await;
    let ground = json!({"ground": "requested"});
    dan.act(&id, "comment", json!({"text": "It was Quartermaine"}))
        .await
        .ok();
    let early = ada.act(&id, "erase", ground.clone()).await;
    early.problem(409, "not-yet");
    dan.act(&id, "false-alarm", json!({"note": "Quartermaine paid"}))
        .await
        .ok();
    let refused = dan.act(&id, "erase", ground.clone()).await;
    refused.problem(403, "forbidden");
    for wrong in [json!({}), json!({"ground": "boredom"})] {
        let refused = ada.act(&id, "erase", wrong).await;
        refused.problem(422, "invalid-field").at("/ground");
    }
    let before = dan.get(&format!("/incidents/{id}")).await.is(200);
    assert!(before.text.contains("Quartermaine") && before.body["erased"].is_null());

    ada.act(&id, "erase", ground.clone()).await.ok();
    let after = dan.get(&format!("/incidents/{id}")).await.is(200);
    assert!(!after.text.contains("Quartermaine"), "{}", after.text);
    let told = &after.body;
    assert_eq!(told["narrative"], Value::Null);
    assert_eq!(told["comments"][0]["text"], "Personal text erased");
    assert_eq!(told["erased"]["by"]["id"], "ada");
    let last = told["timeline"].as_array().unwrap().last().unwrap();
    assert_eq!(last["kind"], "incident.erased");
    assert_eq!(
        last["words"],
        "Personal texts erased: a person concerned asked for it"
    );
    let again = ada.act(&id, "erase", ground).await;
    again.problem(409, "erased");
    let more = dan.act(&id, "comment", json!({"text": "More"})).await;
    more.problem(409, "erased");
}

#[tokio::test]
async fn a_long_story_comes_by_pages() {
    let shop = Shop::open().await;
    let dan = shop.as_("dan");
    let id = shop.theft().await;
    for number in 0..120 {
        let text = json!({"text": format!("Remark {number}")});
        dan.act(&id, "comment", text).await.ok();
    }
    let told = dan.get(&format!("/incidents/{id}")).await.ok();
    let timeline = told["timeline"].as_array().unwrap();
    assert_eq!(
        (timeline.len(), told["comments"].as_array().unwrap().len()),
        (100, 100)
    );
    assert_eq!(timeline[99]["detail"]["text"], "Remark 119");
    assert_eq!(told["comments"][0]["text"], "Remark 20");

    // The rest follows without a gap and without a repetition, newest first.
    let mut sequences: Vec<u64> = timeline
        .iter()
        .rev()
        .map(|entry| entry["sequence"].as_u64().unwrap())
        .collect();
    let mut next = told["timeline_next"].as_str().map(str::to_owned);
    while let Some(after) = next {
        let page = dan
            .get(&format!("/incidents/{id}/timeline?limit=7&after={after}"))
            .await
            .ok();
        let items = page["items"].as_array().unwrap();
        assert!((1..=7).contains(&items.len()));
        sequences.extend(
            items
                .iter()
                .map(|entry| entry["sequence"].as_u64().unwrap()),
        );
        next = page["next"].as_str().map(str::to_owned);
    }
    let version = told["version"].as_u64().unwrap();
    assert_eq!(sequences.len() as u64, version);
    assert!(sequences.is_sorted_by(|newer, older| newer > older));
    for part in ["timeline", "deliveries"] {
        let wrong = dan.get(&format!("/incidents/{id}/{part}?after=x")).await;
        wrong.problem(400, "invalid-query").names("after");
    }
}

#[tokio::test]
async fn messages_come_by_pages() {
    let shop = Shop::open().await;
    let dan = shop.as_("dan");
    let filed = shop
        .as_("ann")
        .panic(json!({"site": "leeds-012"}))
        .await
        .created();
    let id = filed["incident"]["id"].as_str().unwrap();
    let told = dan.get(&format!("/incidents/{id}")).await.ok();
    let ids = |list: &Value| -> Vec<String> {
        let ids = list.as_array().unwrap().iter();
        ids.map(|d| d["id"].as_str().unwrap().to_owned()).collect()
    };
    let mut all = ids(&told["deliveries"]);
    assert!(all.len() > 1, "{all:?}");
    assert_eq!(told["deliveries_next"], Value::Null);
    assert_eq!(told["delivery_counts"]["planned"], all.len());
    all.reverse();
    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page = format!("/incidents/{id}/deliveries?limit=1&after={after}");
        let page = dan.get(&page).await.ok();
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        paged.extend(ids(&page["items"]));
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(paged, all);
}

#[tokio::test]
async fn after_the_last_step_of_the_last_round_no_step_is_next() {
    let shop = Shop::open().await;
    let called = shop.as_("ann").panic(json!({"site": "leeds-012"})).await;
    let id = called.created()["incident"]["id"].clone();
    let id = id.as_str().unwrap();
    let parsed = IncidentId(id.parse().unwrap());
    let read = async || shop.as_("dan").get(&format!("/incidents/{id}")).await.ok();
    let next = |page: &Value| {
        let steps = page["escalation"]["steps"].as_array().unwrap().clone();
        steps.iter().filter(|step| step["state"] == "next").count()
    };
    let first = read().await;
    assert_eq!(next(&first), 1);
    assert!(first["escalation"]["next_at"].is_string());
    loop {
        let state = shop.ledger.state(parsed).await.unwrap().unwrap();
        if state.next_step().is_none() {
            break;
        }
        let moment = Moment {
            now: state.next_due().unwrap(),
            actor: Actor::system(SystemId::Escalate),
            entropy: 7,
        };
        let elapsed = shop.ledger.record(parsed, Command::Elapse, &moment, None);
        elapsed.await.unwrap();
    }
    let last = read().await;
    assert_eq!(
        last["unreached"], false,
        "the last round still has its time"
    );
    assert_eq!(next(&last), 0, "{}", last["escalation"]);
    assert_eq!(last["escalation"]["next_at"], Value::Null);
}
