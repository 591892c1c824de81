//! Lists: pages, filters, and what a query may say.

use std::time::Duration;

use serde_json::json;

use crate::shop::{Shop, theft};

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
    let long = "a".repeat(201);
    shop.as_("dan")
        .get(&format!("/incidents?q={long}"))
        .await
        .problem(400, "invalid-query")
        .names("q");
}

#[tokio::test]
async fn a_query_that_does_not_fit_is_answered_with_what_does() {
    let shop = Shop::open().await;
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
}

#[tokio::test]
async fn bytes_that_are_no_text_and_every_kind_of_sign_harm_nothing() {
    let shop = Shop::open().await;
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
