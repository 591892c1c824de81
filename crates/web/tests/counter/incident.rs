//! Lists, and the life of an incident.

use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::{Shop, theft};

#[tokio::test]
async fn an_incident_lives() {
    let shop = Shop::open().await;
    let dan = shop.as_("dan");
    let id = shop.theft().await;
    let state = |body: &Value| body["incident"]["state"].as_str().unwrap().to_owned();

    let taken = dan.act(&id, "acknowledge", json!({})).await.ok();
    assert_eq!(state(&taken), "acknowledged");
    assert_eq!(
        taken["incident"]["owner"],
        json!({"id": "dan", "name": "Dan Example"})
    );
    let refused = dan
        .act(&id, "acknowledge", json!({}))
        .await
        .problem(409, "already-acknowledged");
    assert_eq!(
        refused.body["detail"],
        "Dan Example acknowledged this at 2026-11-22T14:00:00.000Z"
    );

    dan.act(&id, "close", json!({}))
        .await
        .problem(409, "not-yet");
    assert_eq!(
        state(
            &dan.act(&id, "respond", json!({"note": "On the way"}))
                .await
                .ok()
        ),
        "responding"
    );
    assert_eq!(
        state(&dan.act(&id, "reassign", json!({"to": "lea"})).await.ok()),
        "responding"
    );
    let resolved = json!({"resolution": "goods_recovered", "note": "Both jackets"});
    assert_eq!(
        state(&dan.act(&id, "resolve", resolved).await.ok()),
        "resolved"
    );
    dan.act(&id, "respond", json!({}))
        .await
        .problem(409, "not-live");
    assert_eq!(
        state(&dan.act(&id, "close", json!({})).await.ok()),
        "closed"
    );
    dan.act(&id, "comment", json!({"text": "Still to be said"}))
        .await
        .ok();

    let told = dan.get(&format!("/incidents/{id}")).await.ok();
    let kinds: Vec<&str> = told["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["kind"].as_str().unwrap())
        .collect();
    for kind in [
        "incident.acknowledged",
        "incident.responding",
        "incident.reassigned",
        "incident.resolved",
        "incident.closed",
        "incident.commented",
    ] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert_eq!(told["comments"][0]["text"], "Still to be said");
    let resolved = told["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["kind"] == "incident.resolved")
        .unwrap();
    assert_eq!(resolved["detail"]["note"], "Both jackets");
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
async fn lists_go_page_by_page_and_filter() {
    let shop = Shop::open().await;
    let dan = shop.as_("dan");
    for number in 0..7 {
        let mut report = theft();
        report["narrative"] = json!(format!("Jacket number {number} zebra{number}"));
        shop.as_("ann").report(report).await.created();
        shop.later(1);
    }
    shop.as_("bob")
        .report(json!({"site": "hull-282", "category": "damage"}))
        .await
        .created();

    let mut seen: Vec<String> = Vec::new();
    let mut path = "/incidents?limit=3".to_owned();
    loop {
        let page = dan.get(&path).await.ok();
        assert!(page["items"].as_array().unwrap().len() <= 3);
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|i| i["id"].to_string()),
        );
        match page["next"].as_str() {
            Some(next) => path = format!("/incidents?limit=3&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 8);
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), 8, "no incident twice");

    let count = async |query: &str| {
        let page = dan.get(&format!("/incidents?{query}")).await.ok();
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(count("site=hull-282").await, 1);
    assert_eq!(count("category=damage").await, 1);
    assert_eq!(count("category=damage&site=leeds-012").await, 0);
    assert_eq!(count("state=reported,open").await, 8);
    assert_eq!(count("state=closed").await, 0);
    assert_eq!(count("open=true&order=urgency").await, 8);
    assert_eq!(count("since=2026-11-22T14:00:05Z").await, 3);
    assert_eq!(count("until=2026-11-22T14:00:01Z").await, 1);
    assert_eq!(count("since=2026-11-22T15:00:05%2B01:00").await, 3);
    // The index of words follows the log.
    let mut found = 0;
    for _ in 0..100 {
        found = count("q=zebra3").await;
        if found == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(found, 1);
    assert_eq!(count("queue=critical,information").await, 0);
    let figures = dan.get("/desk").await.ok();
    assert_eq!(figures["open"], 8);
    assert_eq!(figures["server_time"], "2026-11-22T14:00:07.000Z");
}

#[tokio::test]
async fn a_query_that_does_not_fit_names_its_parameter() {
    let shop = Shop::open().await;
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=many", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("since=yesterday", "since"),
        ("until=1795356000", "until"),
        ("state=opened", "state"),
        ("state=open,,sleeping", "state"),
        ("category=thefts", "category"),
        ("priority=0", "priority"),
        ("priority=P1", "priority"),
        ("open=yes", "open"),
        ("order=risk", "order"),
        ("site=Leeds%20012", "site"),
        ("queue=%00", "queue"),
        ("queue=zz", "queue"),
        ("queue=urgent,zz", "queue"),
        ("site=zz-001", "site"),
        ("category=zz", "category"),
        ("state=zz", "state"),
        ("priority=5", "priority"),
        ("after=garbage", "after"),
        ("sites=leeds-012", "sites"),
        ("limit=5&limit=6", "limit"),
    ] {
        let answer = shop.as_("dan").get(&format!("/incidents?{query}")).await;
        answer.problem(400, "invalid-query").names(name);
    }
    for (query, known) in [
        (
            "queue=zz",
            "critical, information, review, standard, urgent",
        ),
        ("site=zz", "camden-001, hull-282, leeds-012"),
        ("category=zz", "theft, robbery, burglary"),
        ("state=zz", "reported, open, acknowledged"),
        ("priority=5", "1, 2, 3 or 4"),
    ] {
        let refused = shop.as_("dan").get(&format!("/incidents?{query}")).await;
        assert!(refused.text.contains(known), "{query}: {}", refused.text);
    }
    let long = "a".repeat(201);
    shop.as_("dan")
        .get(&format!("/incidents?q={long}"))
        .await
        .problem(400, "invalid-query")
        .names("q");
    let hint = shop
        .as_("dan")
        .get("/incidents?categry=theft")
        .await
        .problem(400, "invalid-query");
    assert!(
        hint.text.contains("did you mean `category`?"),
        "{}",
        hint.text
    );
    // Bytes that are no text, and searches with every kind of sign, harm nothing.
    for query in [
        "q=%ff%fe",
        "q=%27%3B%20DROP%20TABLE%20incident--",
        "q=%00",
        "q=*%22(",
        "q=%25",
    ] {
        shop.as_("dan")
            .get(&format!("/incidents?{query}"))
            .await
            .ok();
    }
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
