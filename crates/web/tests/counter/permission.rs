//! Who may do what: every route, every role. And nobody sees another store.

use reqwest::Method;
use serde_json::{Value, json};

use crate::shop::{ROLES, Shop, theft};

/// Every route, what they get there who may use it, and who that is. `{open}` is a fresh weapon seen,
/// `{theft}` a fresh theft by Ann; Mia, of whose shift is spoken, is not on shift.
const TABLE: &str = "
GET  /me                              200 ann wall mia dan lea ada tills
POST /reports                         201 ann wall mia dan lea -   tills
POST /panic                           201 ann wall mia dan -   -   tills
GET  /incidents                       200 ann wall mia dan lea ada -
GET  /incidents/{theft}               200 ann wall mia dan lea ada -
GET  /incidents/{theft}/timeline      200 ann wall mia dan lea ada -
GET  /incidents/{theft}/deliveries    200 ann wall mia dan lea ada -
POST /incidents/{open}/acknowledge    200 -   -    mia dan -   -   -
POST /incidents/{open}/comment        200 ann wall mia dan lea -   -
POST /incidents/{open}/reassign       200 -   -    -   dan lea -   -
POST /incidents/{open}/escalate       200 -   -    mia dan -   -   -
POST /incidents/{open}/respond        200 -   -    mia dan -   -   -
POST /incidents/{open}/resolve        200 -   -    mia dan lea -   -
POST /incidents/{open}/close          409 -   -    -   dan lea -   -
POST /incidents/{open}/false-alarm    200 -   -    mia dan lea -   -
POST /incidents/{theft}/withdraw      200 ann -    mia -   -   -   -
POST /incidents/{open}/merge          200 -   -    -   dan lea -   -
POST /incidents/{open}/unmerge        409 -   -    -   dan lea -   -
POST /incidents/{open}/override       200 -   -    mia dan lea -   -
POST /incidents/{open}/seen           200 ann wall mia dan lea ada -
POST /incidents/{open}/erase          409 -   -    -   -   -   ada -
POST /events                          415 -   -    -   -   -   ada tills
GET  /desk                            200 ann wall mia dan lea ada -
GET  /live                            200 ann wall mia dan lea ada -
GET  /sites                           200 ann wall mia dan lea ada tills
GET  /sites/leeds-012                 200 ann wall mia dan lea ada tills
PUT  /sites/leeds-012                 200 -   -    -   -   -   ada -
GET  /sites/leeds-012/shifts          200 ann wall mia dan lea ada -
GET  /sites/leeds-012/staff           200 -   wall mia dan -   -   -
POST /sites/leeds-012/shifts          201 -   wall mia dan -   -   -
POST /sites/leeds-012/shifts/mia/end  409 -   wall mia dan -   -   -
GET  /people                          200 -   -    mia dan lea ada -
GET  /people/ann                      200 -   -    mia dan lea ada -
PUT  /people/bob                      200 -   -    -   -   -   ada -
POST /people/bob/sign-in-link         201 -   -    -   -   -   ada -
POST /people/bob/token                201 -   -    -   -   -   ada -
POST /people/bob/revoke               200 -   -    -   -   -   ada -
GET  /queues                          200 ann wall mia dan lea ada -
PUT  /queues/urgent                   200 -   -    -   -   -   ada -
GET  /regions                         200 ann wall mia dan lea ada -
PUT  /regions/north                   200 -   -    -   -   -   ada -
GET  /policies                        200 ann wall mia dan lea ada -
PUT  /policies/urgent                 200 -   -    -   -   -   ada -
GET  /schedules                       200 ann wall mia dan lea ada -
PUT  /schedules/nights                200 -   -    -   -   -   ada -
GET  /templates                       200 ann wall mia dan lea ada tills
PUT  /templates/theft                 200 -   -    -   -   -   ada -
";

struct Row {
    method: Method,
    path: &'static str,
    status: u16,
    may: Vec<&'static str>,
}

fn table() -> impl Iterator<Item = Row> {
    TABLE.lines().filter(|line| !line.is_empty()).map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        Row {
            method: words[0].parse().unwrap(),
            path: words[1],
            status: words[2].parse().unwrap(),
            may: words[3..].to_vec(),
        }
    })
}

impl Row {
    /// What is sent; `{other}` is another fresh theft.
    fn body(&self) -> Value {
        match self.path.rsplit('/').next().unwrap() {
            "reports" => theft(),
            "panic" => json!({"site": "leeds-012"}),
            "shifts" => json!({"person": "mia"}),
            "comment" => json!({"text": "x"}),
            "reassign" => json!({"to": "ned"}),
            "resolve" => json!({"resolution": "other"}),
            "merge" => json!({"into": "{other}"}),
            "override" => json!({"risk": 1, "reason": "x"}),
            "erase" => json!({"ground": "requested"}),
            "events" => Value::Null,
            _ => json!({}),
        }
    }
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
            let may = row.may.contains(&name);
            let expected = if may { row.status } else { 403 };
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
    let mut body = row.body().to_string();
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
    let _ = shop
        .as_("dan")
        .post("/sites/leeds-012/shifts/mia/end", json!({}))
        .await;
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
        let request = shop
            .as_nobody()
            .ask(row.method.clone(), &path)
            .json(&row.body());
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
    for site in ["leeds-012", "nowhere-1"] {
        let report = json!({"site": site, "category": "theft"});
        let refused = bob.report(report).await;
        let refused = refused.problem(422, "invalid-field").at("/site");
        let why = format!("there is no site {site} within your reach");
        assert_eq!(refused.body["errors"][0]["detail"], why);
    }
    let refused = bob.panic(json!({"site": "leeds-012"})).await;
    refused.problem(422, "invalid-field").at("/site");
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
    for name in ["ann", "wall", "mia", "dan", "lea", "ada"] {
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
        .problem(422, "invalid-field")
        .at("/site");
    ann["active"] = json!(false);
    shop.as_("ada").put("/people/ann", "\"2\"", ann).await.ok();
    shop.as_("ann")
        .get("/me")
        .await
        .problem(401, "not-signed-in");
}
