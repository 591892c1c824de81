//! Stories: the real program on a free port, in a world with a mailbox and a receiver, read like a
//! shop's day.

mod person;
mod world;

use serde_json::json;
use world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_reaches_the_manager_and_ends_when_the_desk_has_it() {
    let world = World::open("a-panic").await;
    let shop = world.shop("camden-high-st", "Camden High St").await;

    let press = shop
        .clerk
        .post("/panic", json!({"site": shop.id, "area": "tills"}))
        .await
        .created();
    let incident = press["incident"]["id"].as_str().expect("an id").to_owned();
    let reference = press["incident"]["reference"]
        .as_str()
        .expect("a reference")
        .to_owned();

    world
        .mail(&format!("[P1] Panic at Camden High St: {reference}"))
        .await;
    let seen = shop
        .desk
        .get(&format!("/incidents/{incident}"))
        .await
        .fine();
    assert_eq!(seen["priority"], 1);
    assert_eq!(seen["queue"], "critical");
    shop.desk
        .until(&incident, |seen| {
            seen["deliveries"][0]["state"] != "planned"
        })
        .await;

    shop.desk
        .post(&format!("/incidents/{incident}/acknowledge"), json!({}))
        .await
        .fine();
    let late = shop
        .manager
        .post(&format!("/incidents/{incident}/acknowledge"), json!({}))
        .await;
    assert_eq!(late.problem(409), "/problems/already-acknowledged");
    let ended = shop
        .desk
        .get(&format!("/incidents/{incident}"))
        .await
        .fine();
    assert_eq!(ended["state"], "acknowledged");
    assert_eq!(ended["escalation"]["next_at"], serde_json::Value::Null);

    let kinds: Vec<&str> = ended["timeline"]
        .as_array()
        .expect("a timeline")
        .iter()
        .filter_map(|entry| entry["kind"].as_str())
        .collect();
    assert_eq!(
        kinds[..3],
        ["incident.reported", "incident.assessed", "incident.routed"]
    );
    assert!(kinds.contains(&"incident.notified") && kinds.contains(&"incident.acknowledged"));
    world.close().await.verified();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_theft_meets_the_till_and_a_person_overrules_the_score() {
    let world = World::open("a-theft").await;
    let shop = world.shop("leeds-012", "Leeds Briggate").await;
    world
        .till_sells(&shop, "gin-70cl", "London Dry Gin 70cl", 2)
        .await;

    let filed = shop
        .clerk
        .post(
            "/reports",
            json!({
                "site": shop.id, "category": "theft", "channel": "terminal",
                "narrative": "A man put two bottles of gin under his coat and walked out",
                "fields": {"goods": "spirits", "people": "one", "still_here": "no"},
                "items": [{"sku": "gin-70cl", "name": "London Dry Gin", "quantity": 2, "value_minor": 1800}],
            }),
        )
        .await
        .created();
    let incident = filed["incident"]["id"].as_str().expect("an id").to_owned();
    let found = shop
        .desk
        .until(&incident, |seen| {
            seen["context"].is_object() && seen["queue"].is_string()
        })
        .await;
    let matches = found["context"]["matches"].as_array().expect("a list");
    assert_eq!(matches[0]["transaction"], "T-1");
    assert_eq!(matches[0]["confidence"], 1.0);
    assert!(
        found["assessment"]["reasons"]
            .as_array()
            .is_some_and(|reasons| !reasons.is_empty())
    );

    let overruled = json!({"risk": 65, "reason": "He threatened the cashier on the way out"});
    shop.desk
        .post(&format!("/incidents/{incident}/override"), overruled)
        .await
        .fine();
    let seen = shop
        .desk
        .get(&format!("/incidents/{incident}"))
        .await
        .fine();
    assert_eq!(
        (seen["queue"].as_str(), seen["risk"].as_u64()),
        (Some("urgent"), Some(65))
    );

    let elsewhere = world.shop("hull-282", "Hull Paragon").await;
    elsewhere
        .clerk
        .get(&format!("/incidents/{incident}"))
        .await
        .problem(404);
    let listed = elsewhere.clerk.get("/incidents").await.fine();
    assert_eq!(listed["items"], json!([]));
    assert_eq!(shop.desk.found("bottles").await, incident.as_str());
    let closed = world.close().await;
    closed.verified();
    let logged = closed.logged();
    assert!(logged.contains("/api/v1/reports"), "nothing was logged");
    let cookie = shop.desk.cookie.split_once('=').expect("a session").1;
    for personal in ["bottles", "coat", "threatened", "@example", cookie, "oc_"] {
        assert!(!logged.contains(personal), "{personal} is in the log");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_acknowledges_so_it_goes_on_and_a_restart_forgets_nothing() {
    let world = World::open("a-night").await;
    let shop = world.shop("hove-101", "Hove George St").await;
    let quick = json!({
        "name": "Critical", "repeat_after_s": 5,
        "steps": [
            {"after_s": 0, "targets": [{"kind": "role", "role": "manager", "reach": "site"}], "channels": ["mail"]},
            {"after_s": 5, "targets": [{"kind": "role", "role": "desk", "reach": "all"}], "channels": ["webhook"]}
        ]
    });
    world
        .admin
        .change("/policies", "critical", quick)
        .await
        .fine();
    let press = shop
        .clerk
        .post("/panic", json!({"site": shop.id}))
        .await
        .created();
    let incident = press["incident"]["id"].as_str().expect("an id").to_owned();
    world.mail("[P1] Panic at Hove George St").await;

    let world = world.kill_and_start().await;
    let shop = world.again(&shop);
    world.called(&incident).await;
    let seen = shop
        .desk
        .get(&format!("/incidents/{incident}"))
        .await
        .fine();
    let delivered: Vec<_> = seen["deliveries"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|d| &d["channel"])
        .collect();
    assert!(
        delivered.contains(&&json!("mail")) && delivered.contains(&&json!("webhook")),
        "{delivered:?}"
    );
    let same = shop
        .clerk
        .get(&format!("/incidents/{incident}"))
        .await
        .fine();
    assert_eq!(same["reference"], press["incident"]["reference"]);
    world.close().await.verified();
}
