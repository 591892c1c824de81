//! Shifts: who says that they are at work, and who is told.

use reqwest::Method;
use serde_json::{Value, json};

use crate::shop::{Shop, answer};

const SHIFTS: &str = "/sites/leeds-012/shifts";

/// What the rota of Leeds says of somebody.
async fn rota(shop: &Shop, kind: &str, person: &str, time: &str) {
    let event = json!({
        "specversion": "1.0", "id": format!("{person}-{time}"), "source": "/rota",
        "type": format!("outcry.shift.{kind}"), "time": time, "subject": "leeds-012",
        "data": {"person": person, "role": "clerk"}
    });
    let request = shop.as_("tills").ask(Method::POST, "/events");
    let request = request.header("content-type", "application/cloudevents+json");
    answer(request.body(event.to_string())).await.is(202);
}

async fn there(shop: &Shop, name: &str) -> Value {
    let listed = shop.as_(name).get(SHIFTS).await.ok();
    assert_eq!(listed["next"], Value::Null);
    listed["items"].clone()
}

#[tokio::test]
async fn somebody_starts_their_shift_and_ends_it() {
    let shop = Shop::open().await;
    let ann = shop.as_("ann");
    let body = || json!({"person": "ann"});
    let begun = ann.post_once(SHIFTS, "k", body()).await.is(201);
    assert_eq!(
        begun.body,
        json!({
            "person": {"id": "ann", "name": "Ann Example", "role": "clerk"}, "site": "leeds-012",
            "since": "2026-11-22T14:00:00.000Z", "ended_at": null
        })
    );
    let again = ann.post_once(SHIFTS, "k", body()).await.is(201);
    assert_eq!(again.body, begun.body);
    assert_eq!(again.header("idempotency-replayed"), "true");
    let twice = ann.post(SHIFTS, body()).await;
    let twice = twice.problem(409, "already-on-shift");
    assert_eq!(
        twice.body["detail"],
        "Ann Example is on shift at Leeds Briggate already, since 22 Nov, 14:00 GMT"
    );
    shop.later(60);
    let expected = json!([{
        "id": "ann", "name": "Ann Example", "role": "clerk",
        "since": "2026-11-22T14:00:00.000Z", "sources": ["outcry"]
    }]);
    assert_eq!(there(&shop, "mia").await, expected);
    let me = shop.as_("wall").get("/me").await.ok();
    assert_eq!(me["on_shift"], expected);
    let end = format!("{SHIFTS}/ann/end");
    let ended = shop.as_("mia").post(&end, json!({})).await.ok();
    assert_eq!(ended["since"], "2026-11-22T14:00:00.000Z");
    assert_eq!(ended["ended_at"], "2026-11-22T14:01:00.000Z");
    let over = ann.post(&end, json!({})).await.problem(409, "not-on-shift");
    assert_eq!(
        over.body["detail"],
        "Ann Example is not on shift at Leeds Briggate"
    );
    assert_eq!(there(&shop, "mia").await, json!([]));
}

#[tokio::test]
async fn the_rota_and_a_shift_each_say_their_own() {
    let shop = Shop::open().await;
    rota(&shop, "start", "ann", "2026-11-22T13:00:00Z").await;
    rota(&shop, "start", "bob", "2026-11-22T13:00:00Z").await;
    rota(&shop, "start", "p-0017", "2026-11-22T13:00:00Z").await;
    let ann = |sources: Value| {
        json!([{
            "id": "ann", "name": "Ann Example", "role": "clerk",
            "since": "2026-11-22T13:00:00.000Z", "sources": sources
        }])
    };
    let own = there(&shop, "dan").await;
    assert_eq!(own, ann(json!(["rota"])), "the store's own people");
    let own_account = shop.as_("ann");
    let end = format!("{SHIFTS}/ann/end");
    let ended = own_account.post(&end, json!({})).await;
    ended.problem(409, "not-on-shift");
    let started = own_account.post(SHIFTS, json!({"person": "ann"})).await;
    started.created();
    assert_eq!(there(&shop, "dan").await, ann(json!(["rota", "outcry"])));
    rota(&shop, "end", "ann", "2026-11-22T13:59:00Z").await;
    let since = "2026-11-22T14:00:00.000Z";
    let left = there(&shop, "dan").await;
    assert_eq!(
        (&left[0]["since"], &left[0]["sources"]),
        (&json!(since), &json!(["outcry"]))
    );
}

#[tokio::test]
async fn who_may_not_say_so_and_whom_it_cannot_be_said_of() {
    let shop = Shop::open().await;
    let start = |name: &'static str, person: &'static str, site: &'static str| {
        let shop = &shop;
        async move {
            let path = format!("/sites/{site}/shifts");
            shop.as_(name).post(&path, json!({"person": person})).await
        }
    };
    start("bob", "bob", "leeds-012")
        .await
        .problem(404, "not-found");
    start("ann", "bob", "hull-282")
        .await
        .problem(403, "forbidden");
    start("mia", "bob", "leeds-012")
        .await
        .problem(404, "not-found");
    start("mia", "zed", "leeds-012")
        .await
        .problem(404, "not-found");
    let theirs = start("dan", "bob", "leeds-012").await;
    theirs.problem(422, "invalid-field").at("/person");
    let unknown = start("dan", "bob", "nowhere").await;
    unknown.problem(404, "not-found");
    start("ned", "bob", "hull-282").await.created();
    shop.as_("bob").get(SHIFTS).await.problem(404, "not-found");
    let path = "/sites/hull-282/shifts/Bob!/end";
    let wrong = shop.as_("ned").post(path, json!({})).await;
    wrong.problem(400, "invalid-path").names("person");
    let hull = shop.as_("bob").get("/sites/hull-282/shifts").await.ok();
    assert_eq!(hull["items"][0]["id"], "bob");
}

#[tokio::test]
async fn a_terminal_knows_whose_shift_it_may_start() {
    let shop = Shop::open().await;
    let wall = shop.as_("wall");
    let staff = wall.get("/sites/leeds-012/staff").await.ok();
    assert_eq!(
        staff,
        json!({"items": [
            {"id": "ann", "name": "Ann Example", "role": "clerk"},
            {"id": "mia", "name": "Mia Example", "role": "manager"},
        ], "next": null}),
        "the store's own people, and no machine"
    );
    let first = wall.get("/sites/leeds-012/staff?limit=1").await.ok();
    assert_eq!(first["next"], "ann");
    for named in staff["items"].as_array().unwrap() {
        let begun = wall.post(SHIFTS, json!({"person": named["id"]})).await;
        begun.created();
    }
    let beyond = wall.get("/sites/hull-282/staff").await;
    beyond.problem(404, "not-found");
    let hull = shop.as_("ned").get("/sites/hull-282/staff").await.ok();
    assert_eq!(hull["items"][0]["id"], "bob");
    let ada = shop.as_("ada");
    let person = ada.get("/people/ann").await.is(200);
    let mut left = person.body.clone();
    left["active"] = json!(false);
    ada.put("/people/ann", person.header("etag"), left)
        .await
        .is(200);
    let after = wall.get("/sites/leeds-012/staff").await.ok();
    assert_eq!(after["items"].as_array().unwrap().len(), 1, "who left");
}
