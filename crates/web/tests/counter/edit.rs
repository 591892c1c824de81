//! Settings: versions, and who was faster.

use serde_json::{Value, json};

use crate::shop::Shop;

async fn queue(shop: &Shop, id: &str) -> Value {
    let all = shop.as_("ada").get("/queues").await.ok();
    let found = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|q| q["id"] == id);
    found.unwrap().clone()
}

#[tokio::test]
async fn an_edit_names_the_version_it_was_made_on() {
    let shop = Shop::open().await;
    let ada = shop.as_("ada");
    let read = ada.get("/sites/leeds-012").await.is(200);
    assert_eq!(read.header("etag"), "\"1\"");
    let mut site = read.body;
    site["name"] = json!("Leeds Trinity");
    ada.put("/sites/leeds-012", "", site.clone())
        .await
        .problem(428, "version-required");
    let changed = ada
        .put("/sites/leeds-012", "\"1\"", site.clone())
        .await
        .is(200);
    assert_eq!(changed.header("etag"), "\"2\"");
    assert_eq!(changed.body["version"], 2);
    ada.put("/sites/leeds-012", "\"1\"", site.clone())
        .await
        .problem(412, "stale");
    let there = ada.put("/sites/leeds-012", "new", site.clone()).await;
    let there = there.problem(412, "already-exists");
    assert_eq!(
        there.body["detail"],
        "there is one of that id already, at version 2, so none was made"
    );
    for tag in ["1", "W/\"1\"", "\"one\"", "*", "\"1\", \"2\""] {
        ada.put("/sites/leeds-012", tag, site.clone())
            .await
            .problem(400, "invalid-header")
            .names("If-Match");
    }
    site["id"] = json!("york-001");
    ada.put("/sites/leeds-012", "\"2\"", site.clone())
        .await
        .problem(422, "invalid-field")
        .at("/id");
    let made = ada.put("/sites/york-001", "new", site).await.is(201);
    assert_eq!(made.header("etag"), "\"1\"");
    assert_eq!(
        shop.as_("ned").get("/sites/york-001").await.ok()["name"],
        "Leeds Trinity"
    );
}

#[tokio::test]
async fn what_is_read_can_be_put_back() {
    let shop = Shop::open().await;
    let ada = shop.as_("ada");
    for (list, key) in [
        ("sites", "id"),
        ("people", "id"),
        ("queues", "id"),
        ("policies", "id"),
        ("schedules", "id"),
        ("templates", "category"),
    ] {
        let all = ada.get(&format!("/{list}?limit=200")).await.ok();
        for item in all["items"].as_array().unwrap() {
            let path = format!("/{list}/{}", item[key].as_str().unwrap());
            let tag = format!("\"{}\"", item["version"]);
            let mut back = ada.put(&path, &tag, item.clone()).await.ok();
            assert_eq!(
                back["version"],
                item["version"].as_u64().unwrap() + 1,
                "{path}"
            );
            back["version"] = item["version"].clone();
            assert_eq!(back, *item, "{path}");
        }
    }
}

#[tokio::test]
async fn lists_of_settings_go_page_by_page() {
    let shop = Shop::open().await;
    let ada = shop.as_("ada");
    let first = ada.get("/templates?limit=10").await.ok();
    let next = first["next"].as_str().unwrap();
    let rest = ada
        .get(&format!("/templates?limit=10&after={next}"))
        .await
        .ok();
    assert_eq!(rest["next"], json!(null));
    let (first, rest) = (
        first["items"].as_array().unwrap(),
        rest["items"].as_array().unwrap(),
    );
    assert_eq!(first.len(), 10);
    assert!(rest.iter().all(|item| !first.contains(item)));
    ada.get("/queues?order=name")
        .await
        .problem(400, "invalid-query")
        .names("order");
}

#[tokio::test]
async fn a_setting_that_does_not_fit_names_its_field() {
    let shop = Shop::open().await;
    let ada = shop.as_("ada");
    let critical = queue(&shop, "critical").await;
    let with = |pointer: &str, value: Value| {
        let mut body = critical.clone();
        body[pointer] = value;
        body
    };
    for (body, pointer) in [
        (
            with("acknowledge_within_s", json!(1)),
            "/acknowledge_within_s",
        ),
        (
            with("acknowledge_within_s", json!(-5)),
            "/acknowledge_within_s",
        ),
        (with("policy", json!("nowhere")), "/policy"),
        (with("policy", json!("Not A Slug")), "/policy"),
        (with("priority", json!(9)), "/priority"),
        (with("name", json!("")), "/name"),
        (with("nmae", json!("x")), "/nmae"),
    ] {
        ada.put("/queues/critical", "\"1\"", body)
            .await
            .problem(422, "invalid-field")
            .at(pointer);
    }
    let person =
        json!({"name": "Zoe", "role": "clerk", "reach": {"kind": "site", "id": "Nowhere!"}});
    ada.put("/people/zoe", "new", person)
        .await
        .problem(422, "invalid-field")
        .at("/reach/id");
    let person = json!({"name": "Zoe", "role": "clerk", "reach": {"kind": "site", "id": "leeds-012"},
        "contacts": [{"channel": "mail", "address": "nobody"}]});
    ada.put("/people/zoe", "new", person)
        .await
        .problem(422, "invalid-field")
        .at("/contacts/0/address");
    let person = json!({"name": "Zoe", "role": "system", "reach": {"kind": "all"}});
    ada.put("/people/zoe", "new", person)
        .await
        .problem(422, "invalid-field")
        .at("/role");
    let person = json!({"name": "", "role": "system", "reach": {"kind": "site", "id": "nowhere"}});
    let refused = ada.put("/people/zoe", "new", person).await;
    let refused = refused.problem(422, "invalid-field");
    assert_eq!(refused.fields(), ["/name", "/role", "/reach/id"]);
    ada.put("/sites/Not%20A%20Slug", "new", json!({}))
        .await
        .problem(400, "invalid-path");
    ada.put("/templates/thefts", "new", json!({}))
        .await
        .problem(400, "invalid-path");
    assert_eq!(
        queue(&shop, "critical").await["version"],
        1,
        "nothing was half recorded"
    );
}

#[tokio::test]
async fn whoever_may_not_change_a_setting_is_told_so_before_all_else() {
    let shop = Shop::open().await;
    for path in [
        "/sites/leeds-012",
        "/regions/north",
        "/people/bob",
        "/queues/urgent",
        "/policies/urgent",
        "/schedules/nights",
        "/templates/theft",
        "/sites/No such id",
    ] {
        for body in [json!({}), json!({"nonsense": 1})] {
            let refused = shop.as_("ann").put(path, "", body).await;
            refused.problem(403, "forbidden");
        }
    }
}

#[tokio::test]
async fn a_change_that_says_nothing_of_the_help_button_leaves_it_as_it_is() {
    let shop = Shop::open().await;
    let ada = shop.as_("ada");
    let mut site = json!({"name": "York", "region": "north", "timezone": "Europe/London"});
    let made = ada.put("/sites/york-001", "new", site.clone()).await;
    let silent = json!({"hold_ms": 800, "silent": true});
    assert_eq!(made.created()["panic"], silent, "nobody said otherwise");
    let loud = json!({"hold_ms": 1_000, "silent": false});
    site["panic"] = loud.clone();
    let changed = ada.put("/sites/york-001", "\"1\"", site.clone()).await;
    assert_eq!(changed.ok()["panic"], loud);
    site.as_object_mut().unwrap().remove("panic");
    site["name"] = json!("York Coney Street");
    let renamed = ada.put("/sites/york-001", "\"2\"", site).await.ok();
    assert_eq!(renamed["panic"], loud);
}
