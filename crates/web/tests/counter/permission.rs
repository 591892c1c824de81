//! Who may do what: every route, every role. And nobody sees another store.

use reqwest::Method;
use serde_json::{Value, json};

use crate::shop::{ROLES, Shop, theft};

const ALL: &str = "ann wall mia dan lea ada tills";
const READ: &str = "ann wall mia dan lea ada";

/// What is asked; `{open}` is a fresh call for help, `{theft}` a fresh theft by Ann, `{other}` another.
struct Row {
    method: Method,
    path: &'static str,
    body: Value,
    /// Who is not turned away.
    may: &'static str,
    /// What they get.
    status: u16,
}

fn row(method: &str, path: &'static str, body: Value, may: &'static str, status: u16) -> Row {
    Row {
        method: method.parse().unwrap(),
        path,
        body,
        may,
        status,
    }
}

fn table() -> Vec<Row> {
    let none = || json!({});
    vec![
        row("GET", "/me", none(), ALL, 200),
        row(
            "POST",
            "/reports",
            theft(),
            "ann wall mia dan lea tills",
            201,
        ),
        row(
            "POST",
            "/panic",
            json!({"site": "leeds-012"}),
            "ann wall mia dan tills",
            201,
        ),
        row("GET", "/incidents", none(), READ, 200),
        row("GET", "/incidents/{theft}", none(), READ, 200),
        row(
            "POST",
            "/incidents/{open}/acknowledge",
            none(),
            "mia dan",
            200,
        ),
        row(
            "POST",
            "/incidents/{open}/comment",
            json!({"text": "x"}),
            "ann wall mia dan lea",
            200,
        ),
        row(
            "POST",
            "/incidents/{open}/reassign",
            json!({"to": "ned"}),
            "dan lea",
            200,
        ),
        row("POST", "/incidents/{open}/escalate", none(), "mia dan", 200),
        row("POST", "/incidents/{open}/respond", none(), "mia dan", 200),
        row(
            "POST",
            "/incidents/{open}/resolve",
            json!({"resolution": "other"}),
            "mia dan lea",
            200,
        ),
        row("POST", "/incidents/{open}/close", none(), "dan lea", 409),
        row(
            "POST",
            "/incidents/{open}/false-alarm",
            none(),
            "mia dan lea",
            200,
        ),
        row(
            "POST",
            "/incidents/{theft}/withdraw",
            none(),
            "ann mia",
            200,
        ),
        row(
            "POST",
            "/incidents/{open}/merge",
            json!({"into": "{other}"}),
            "dan lea",
            200,
        ),
        row("POST", "/incidents/{open}/unmerge", none(), "dan lea", 409),
        row(
            "POST",
            "/incidents/{open}/override",
            json!({"risk": 1, "reason": "x"}),
            "mia dan lea",
            200,
        ),
        row("POST", "/incidents/{open}/seen", none(), READ, 200),
        row(
            "POST",
            "/incidents/{open}/erase",
            json!({"ground": "requested"}),
            "ada",
            409,
        ),
        row("GET", "/incidents/{theft}/timeline", none(), READ, 200),
        row("GET", "/incidents/{theft}/deliveries", none(), READ, 200),
        row("POST", "/events", json!(null), "ada tills", 415),
        row("GET", "/desk", none(), READ, 200),
        row("GET", "/live", none(), READ, 200),
        row("GET", "/sites", none(), ALL, 200),
        row("GET", "/sites/leeds-012", none(), ALL, 200),
        row("PUT", "/sites/leeds-012", none(), "ada", 200),
        row("GET", "/people", none(), "mia dan lea ada", 200),
        row("GET", "/people/ann", none(), "mia dan lea ada", 200),
        row("PUT", "/people/bob", none(), "ada", 200),
        row("POST", "/people/bob/sign-in-link", none(), "ada", 201),
        row("GET", "/queues", none(), READ, 200),
        row("PUT", "/queues/urgent", none(), "ada", 200),
        row("GET", "/regions", none(), READ, 200),
        row("PUT", "/regions/north", none(), "ada", 200),
        row("GET", "/policies", none(), READ, 200),
        row("PUT", "/policies/urgent", none(), "ada", 200),
        row("GET", "/schedules", none(), READ, 200),
        row("PUT", "/schedules/nights", none(), "ada", 200),
        row("GET", "/templates", none(), ALL, 200),
        row("PUT", "/templates/theft", none(), "ada", 200),
    ]
}

#[tokio::test]
async fn every_route_asks_for_its_right() {
    let shop = Shop::open().await;
    for row in table() {
        for name in ROLES {
            let (path, body, tag) = prepared(&shop, &row).await;
            let mut request = shop.as_(name).ask(row.method.clone(), &path);
            if row.method != Method::GET {
                request = request.header("if-match", tag).json(&body);
            }
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            let expected = if row.may.split(' ').any(|may| may == name) {
                row.status
            } else {
                403
            };
            let told = format!("{name}: {} {}", row.method, row.path);
            assert_eq!(status, expected, "{told}");
            if expected == 403 {
                let problem: Value = answer.json().await.unwrap();
                assert_eq!(problem["type"], "/problems/forbidden", "{told}");
            }
        }
    }
}

/// Fresh incidents for the placeholders; for an edit, the noun as it is and its tag.
async fn prepared(shop: &Shop, row: &Row) -> (String, Value, String) {
    let mut path = row.path.to_owned();
    let mut body = row.body.to_string();
    for (hole, filed) in [
        ("{theft}", shop.as_("ann").report(theft())),
        ("{other}", shop.as_("ann").report(theft())),
        (
            "{open}",
            shop.as_("ann")
                .report(json!({"site": "leeds-012", "category": "weapon"})),
        ),
    ] {
        if path.contains(hole) || body.contains(hole) {
            let filed = filed.await.created();
            let id = filed["incident"]["id"].as_str().unwrap();
            path = path.replace(hole, id);
            body = body.replace(hole, id);
        }
    }
    let mut body: Value = serde_json::from_str(&body).unwrap();
    let mut tag = "\"0\"".to_owned();
    if row.method == Method::PUT {
        let (list, id) = row.path[1..].split_once('/').unwrap();
        let all = shop
            .as_("ada")
            .get(&format!("/{list}?limit=200"))
            .await
            .ok();
        let mut items = all["items"].as_array().unwrap().iter();
        let found = items
            .find(|item| item["id"] == id || item["category"] == id)
            .unwrap();
        body = found.clone();
        tag = format!("\"{}\"", found["version"]);
    }
    (path, body, tag)
}

#[tokio::test]
async fn whoever_shows_no_token_gets_nowhere() {
    let shop = Shop::open().await;
    for row in table() {
        let path = row.path.replace("{theft}", "x").replace("{open}", "x");
        let path = format!("/api/v1{path}");
        let request = shop.as_nobody().ask(row.method, &path).json(&row.body);
        crate::shop::answer(request)
            .await
            .problem(401, "not-signed-in");
    }
}

#[tokio::test]
async fn nobody_sees_another_store() {
    let shop = Shop::open().await;
    let id = shop.theft().await;
    let bob = shop.as_("bob");
    assert_eq!(bob.get("/incidents").await.ok()["items"], json!([]));
    // Another store is as unknown as one that does not exist.
    for site in ["leeds-012", "nowhere-1"] {
        let refused = bob.get(&format!("/incidents?site={site}")).await;
        let refused = refused.problem(400, "invalid-query").names("site");
        assert_eq!(refused.body["detail"], "site: must be one of hull-282");
    }
    for part in ["", "/timeline", "/deliveries"] {
        let unknown = bob.get(&format!("/incidents/{id}{part}")).await;
        unknown.problem(404, "not-found");
    }
    for (verb, body) in [("comment", json!({"text": "x"})), ("withdraw", json!({}))] {
        bob.act(&id, verb, body).await.problem(404, "not-found");
    }
    bob.report(theft()).await.problem(403, "forbidden");
    bob.panic(json!({"site": "leeds-012"}))
        .await
        .problem(403, "forbidden");
    bob.get("/sites/leeds-012").await.problem(404, "not-found");
    let sites = bob.get("/sites").await.ok();
    assert_eq!(sites["items"].as_array().unwrap().len(), 1);
    assert_eq!(bob.get("/desk").await.ok()["open"], 0);

    // A regional manager sees the stores of the region, and only those.
    let ned = shop.as_("ned");
    assert_eq!(
        ned.get("/incidents").await.ok()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        ned.get("/sites").await.ok()["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    ned.get("/sites/camden-001").await.problem(404, "not-found");

    // A store's manager sees its people without their addresses.
    let people = shop.as_("mia").get("/people?limit=200").await.ok();
    let names: Vec<&str> = people["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["id"].as_str().unwrap())
        .collect();
    assert!(
        names.contains(&"ann") && names.contains(&"dan") && names.contains(&"ned"),
        "{names:?}"
    );
    assert!(!names.contains(&"bob"), "{names:?}");
    assert!(
        people["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|p| p["contacts"] == json!([]))
    );
    let bobs = shop.as_("ada").get("/people/bob").await.ok();
    assert_eq!(bobs["contacts"][0]["address"], "bob@shop.example");
}

#[tokio::test]
async fn who_is_on_call_is_for_those_who_may_see_people() {
    let shop = Shop::open().await;
    for name in READ.split(' ') {
        let all = shop.as_(name).get("/schedules").await.is(200);
        let nights = &all.body["items"][0];
        assert_eq!(
            nights["on_call"]["until"], "2026-11-23T02:00:00.000Z",
            "{name}"
        );
        if ["ann", "wall"].contains(&name) {
            assert_eq!(nights["on_call"]["now"], Value::Null, "{name}");
            assert_eq!(
                (&nights["people"], &nights["overrides"]),
                (&json!([]), &json!([])),
                "{name}"
            );
            for somebody in ["dan", "mia", "Dan", "Mia"] {
                assert!(!all.text.contains(somebody), "{name}: {}", all.text);
            }
        } else {
            assert_eq!(nights["on_call"]["now"]["name"], "Dan Example", "{name}");
            assert_eq!(nights["people"], json!(["dan", "mia"]), "{name}");
        }
    }
}

#[tokio::test]
async fn whoever_leaves_or_moves_is_turned_away_at_once() {
    let shop = Shop::open().await;
    let mut ann = shop.as_("ada").get("/people/ann").await.ok();
    ann["reach"] = json!({"kind": "site", "id": "hull-282"});
    shop.as_("ada")
        .put("/people/ann", "\"1\"", ann.clone())
        .await
        .ok();
    shop.as_("ann")
        .report(theft())
        .await
        .problem(403, "forbidden");
    ann["active"] = json!(false);
    shop.as_("ada").put("/people/ann", "\"2\"", ann).await.ok();
    shop.as_("ann")
        .get("/me")
        .await
        .problem(401, "not-signed-in");
}
