//! Reports, and requests that come twice.

use serde_json::json;

use crate::shop::{Shop, theft};

#[tokio::test]
async fn a_report_is_on_record_and_found_again() {
    let shop = Shop::open().await;
    let filed = shop.as_("ann").report(theft()).await.is(201);
    let place = filed.header("location").to_owned();
    let body = filed.body;
    assert_eq!(body["receipt"]["region"], "north");
    assert_eq!(body["receipt"]["hash"].as_str().unwrap().len(), 64);
    let id = body["incident"]["id"].as_str().unwrap();
    assert_eq!(place, format!("/api/v1/incidents/{id}"));
    assert!(
        body["incident"]["reference"]
            .as_str()
            .unwrap()
            .starts_with("INC-")
    );

    let told = shop.as_("dan").get(&place).await.ok();
    assert_eq!(told["narrative"], theft()["narrative"]);
    assert_eq!(told["site_name"], "Leeds Briggate");
    assert_eq!(told["reported_at"], "2026-11-22T14:00:00.000Z");
    assert_eq!(told["reporter"]["name"], "Ann Example");
    assert_eq!(told["timeline"][0]["kind"], "incident.reported");

    let listed = shop.as_("dan").get("/incidents").await.ok();
    assert_eq!(
        listed["items"][0]["reference"],
        body["incident"]["reference"]
    );
    assert_eq!(listed["next"], json!(null));
}

#[tokio::test]
async fn one_answer_names_every_field_that_does_not_fit() {
    let shop = Shop::open().await;
    let mut report = theft();
    report["area"] = json!("roof");
    report["items"] = json!([{"name": "gin", "quantity": 0}, {"name": "", "quantity": 0}]);
    let refused = shop.as_("ann").report(report.clone()).await;
    let refused = refused.problem(422, "invalid-field");
    assert_eq!(
        refused.fields(),
        [
            "/area",
            "/items/0/quantity",
            "/items/1/name",
            "/items/1/quantity"
        ]
    );
    assert_eq!(
        refused.body["detail"],
        "/area: Leeds Briggate has no area roof; /items/0/quantity: must be 1 to 100000; \
         /items/1/name: must be 1 to 200 characters that can be seen, on one line; and 1 more field"
    );
    report["items"] = json!([]);
    let refused = shop.as_("ann").report(report).await;
    let detail = "/area: Leeds Briggate has no area roof";
    assert_eq!(refused.problem(422, "invalid-field").body["detail"], detail);
}

#[tokio::test]
async fn everything_that_a_report_may_hold_comes_back() {
    let shop = Shop::open().await;
    let templates = shop.as_("ann").get("/templates?limit=200").await.ok();
    let theft = templates["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["category"] == "theft");
    let questions = theft.unwrap()["questions"].as_array().unwrap().clone();
    let mut fields = serde_json::Map::new();
    for question in &questions {
        let chip = question["options"][0]["id"].clone();
        let answer = match question["kind"].as_str().unwrap() {
            "choice" => chip,
            "many" => json!([chip]),
            "number" => json!(2),
            "yes_no" => json!(false),
            _ => json!("by the side door"),
        };
        fields.insert(question["id"].as_str().unwrap().to_owned(), answer);
    }
    let report = json!({
        "site": "leeds-012", "category": "theft", "occurred_at": "2026-11-22T14:50:00+01:00",
        "narrative": "Zwei Jacken. 二件のジャケット 🧥", "area": "menswear", "device": "till-1",
        "channel": "phone", "fields": fields, "reporter": "mia",
        "items": [{"sku": "22423", "name": "Jacket", "quantity": 2, "value_minor": 4999}]
    });
    let filed = shop.as_("ann").report(report.clone()).await.created();
    let id = filed["incident"]["id"].as_str().unwrap();
    let told = shop.as_("mia").get(&format!("/incidents/{id}")).await.ok();
    for member in ["narrative", "area", "channel", "fields", "items"] {
        assert_eq!(told[member], report[member], "{member}");
    }
    assert_eq!(told["occurred_at"], "2026-11-22T13:50:00.000Z");
    assert_eq!(told["loss_minor"], 9998);
    assert_eq!(told["reporter"]["id"], "mia");
}

#[tokio::test]
async fn a_request_that_comes_twice_is_done_once() {
    let shop = Shop::open().await;
    let ann = shop.as_("ann");
    let first = ann.post_once("/reports", "key-1", theft()).await.is(201);
    let facts = shop.facts();
    let again = ann.post_once("/reports", "key-1", theft()).await.is(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(shop.facts(), facts);

    let other = serde_json::json!({"site": "leeds-012", "category": "damage"});
    ann.post_once("/reports", "key-1", other)
        .await
        .problem(422, "idempotency-key-reused");
    ann.post_once("/panic", "key-1", json!({"site": "leeds-012"}))
        .await
        .problem(422, "idempotency-key-reused");
    assert_eq!(shop.facts(), facts);
    // Keys of different people never meet.
    let mias = shop
        .as_("mia")
        .post_once("/reports", "key-1", theft())
        .await
        .is(201);
    assert_ne!(mias.body["incident"]["id"], first.body["incident"]["id"]);
}

#[tokio::test]
async fn the_same_request_at_the_same_time_is_done_once() {
    let shop = Shop::open().await;
    let ann = shop.as_("ann");
    let all = (0..20).map(|_| ann.post_once("/reports", "storm", theft()));
    let answers = futures_util::future::join_all(all).await;
    let mut ids: Vec<String> = Vec::new();
    for answer in answers {
        match answer.status {
            201 => ids.push(answer.body["incident"]["id"].to_string()),
            _ => {
                let answer = answer.problem(409, "idempotency-in-flight");
                assert!(!answer.header("retry-after").is_empty());
            }
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let listed = shop.as_("dan").get("/incidents").await.ok();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn verbs_and_links_are_done_once_too() {
    let shop = Shop::open().await;
    let id = shop.theft().await;
    let dan = shop.as_("dan");
    let path = format!("/incidents/{id}/comment");
    let said = json!({"text": "Police called"});
    let first = dan.post_once(&path, "c", said.clone()).await.ok();
    let again = dan.post_once(&path, "c", said).await.is(200);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body["receipt"], first["receipt"]);
    dan.post_once(&path, "c", json!({"text": "Other words"}))
        .await
        .problem(422, "idempotency-key-reused");
    let told = dan.get(&format!("/incidents/{id}")).await.ok();
    assert_eq!(told["comments"].as_array().unwrap().len(), 1);

    let ada = shop.as_("ada");
    let link = ada
        .post_once("/people/ann/sign-in-link", "l", json!({}))
        .await
        .created();
    let again = ada
        .post_once("/people/ann/sign-in-link", "l", json!({}))
        .await
        .is(201);
    assert_eq!(again.body, link);
    assert_eq!(again.header("idempotency-replayed"), "true");
    ada.post_once("/people/bob/sign-in-link", "l", json!({}))
        .await
        .problem(422, "idempotency-key-reused");
}
