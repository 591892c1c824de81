//! The document: every route is in it, and what it says of the shapes is true.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::shop::{Shop, answer, theft};

/// The contract: what integrations and the browser app rely on.
const ROUTES: &[&str] = &[
    "GET /me",
    "POST /reports",
    "POST /panic",
    "GET /incidents",
    "GET /incidents/{id}",
    "GET /incidents/{id}/deliveries",
    "GET /incidents/{id}/timeline",
    "POST /incidents/{id}/erase",
    "POST /incidents/{id}/acknowledge",
    "POST /incidents/{id}/comment",
    "POST /incidents/{id}/reassign",
    "POST /incidents/{id}/escalate",
    "POST /incidents/{id}/respond",
    "POST /incidents/{id}/resolve",
    "POST /incidents/{id}/close",
    "POST /incidents/{id}/false-alarm",
    "POST /incidents/{id}/withdraw",
    "POST /incidents/{id}/merge",
    "POST /incidents/{id}/unmerge",
    "POST /incidents/{id}/override",
    "POST /incidents/{id}/seen",
    "POST /events",
    "GET /desk",
    "GET /live",
    "GET /sites",
    "GET /sites/{id}",
    "PUT /sites/{id}",
    "GET /sites/{id}/shifts",
    "POST /sites/{id}/shifts",
    "POST /sites/{id}/shifts/{person}/end",
    "GET /sites/{id}/staff",
    "GET /people",
    "GET /people/{id}",
    "PUT /people/{id}",
    "POST /people/{id}/sign-in-link",
    "POST /people/{id}/token",
    "POST /people/{id}/revoke",
    "GET /queues",
    "PUT /queues/{id}",
    "GET /regions",
    "PUT /regions/{id}",
    "GET /policies",
    "PUT /policies/{id}",
    "GET /schedules",
    "PUT /schedules/{id}",
    "GET /templates",
    "PUT /templates/{category}",
];

async fn document(shop: &Shop) -> Value {
    shop.as_nobody().get("/api/v1/openapi.json").await.ok()
}

#[tokio::test]
async fn it_lists_every_route_and_every_route_answers() {
    let shop = Shop::open().await;
    let document = document(&shop).await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut found = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let path = path.strip_prefix("/api/v1").unwrap();
            found.insert(format!("{} {path}", method.to_uppercase()));
            let told = format!("{method} {path}");
            assert!(operation["responses"]["401"].is_object(), "{told}");
            assert!(names.insert(operation["operationId"].to_string()), "{told}");
            assert!(
                operation["summary"].as_str().is_some_and(|s| !s.is_empty()),
                "{told}"
            );
            let problem = &operation["responses"]["500"]["content"]["application/problem+json"];
            assert_eq!(
                problem["schema"]["$ref"], "#/components/schemas/Problem",
                "{told}"
            );
            let at = format!(
                "/api/v1{}",
                path.replace("{id}", "x")
                    .replace("{category}", "x")
                    .replace("{person}", "x")
            );
            let request = shop
                .as_nobody()
                .ask(method.to_uppercase().parse().unwrap(), &at);
            answer(request).await.problem(401, "not-signed-in");
        }
    }
    let expected: BTreeSet<String> = ROUTES.iter().map(|route| (*route).to_owned()).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let shop = Shop::open().await;
    let document = document(&shop).await;
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                if let Some(path) = members.get("$ref").and_then(Value::as_str) {
                    assert!(document.pointer(&path[1..]).is_some(), "{path}");
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    let page = shop.as_nobody().get("/api/docs").await.is(200).text;
    for route in ROUTES {
        let (method, path) = route.split_once(' ').unwrap();
        assert!(page.contains(&format!("{method} /api/v1{path}")), "{route}");
    }
    // Its examples are of the shapes that the document promises.
    let lines: Vec<&str> = page.lines().filter(|line| line.contains("-d '")).collect();
    assert!(
        lines
            .iter()
            .any(|line| line.contains("leeds-012") && line.contains("theft")),
        "{lines:#?}"
    );
    assert!(lines.len() > 20, "{lines:#?}");
    assert!(!page.contains("[null]"), "a sample with a hole in it");
}

#[tokio::test]
async fn what_it_says_of_an_incident_is_true() {
    let shop = Shop::open().await;
    let document = document(&shop).await;
    let (ann, dan) = (shop.as_("ann"), shop.as_("dan"));
    let filed = ann.report(theft()).await.created();
    fits(&document, "post /reports 201", &filed);
    let help = ann.panic(json!({"site": "leeds-012"})).await.created();
    fits(&document, "post /panic 201", &help);
    let id = help["incident"]["id"].as_str().unwrap();
    for (verb, body) in [
        ("override", json!({"risk": 70, "reason": "Looked at it"})),
        ("comment", json!({"text": "x"})),
        ("acknowledge", json!({})),
    ] {
        let place = format!("post /incidents/{{id}}/{verb} 200");
        fits(&document, &place, &dan.act(id, verb, body).await.ok());
    }
    for part in ["", "/timeline", "/deliveries"] {
        let place = format!("get /incidents/{{id}}{part} 200");
        let told = dan.get(&format!("/incidents/{id}{part}")).await.ok();
        fits(&document, &place, &told);
    }
    let theft = filed["incident"]["id"].as_str().unwrap();
    let told = dan.get(&format!("/incidents/{theft}")).await.ok();
    fits(&document, "get /incidents/{id} 200", &told);
}

#[tokio::test]
async fn what_it_says_of_lists_and_settings_is_true() {
    let shop = Shop::open().await;
    let document = document(&shop).await;
    shop.theft().await;
    let ada = shop.as_("ada");
    for path in [
        "/me",
        "/incidents",
        "/desk",
        "/sites",
        "/people",
        "/queues",
        "/regions",
        "/policies",
        "/schedules",
        "/templates",
    ] {
        let place = format!("get {path} 200");
        fits(&document, &place, &ada.get(path).await.ok());
    }
    let me = shop.as_("ann").get("/me").await.ok();
    fits(&document, "get /me 200", &me);
    let site = ada.get("/sites/leeds-012").await.ok();
    fits(&document, "get /sites/{id} 200", &site);
    let mia = shop.as_("mia");
    let begun = mia.post("/sites/leeds-012/shifts", json!({"person": "mia"}));
    let place = "post /sites/{id}/shifts 201";
    fits(&document, place, &begun.await.created());
    let there = mia.get("/sites/leeds-012/shifts").await.ok();
    fits(&document, "get /sites/{id}/shifts 200", &there);
    let staff = mia.get("/sites/leeds-012/staff").await.ok();
    fits(&document, "get /sites/{id}/staff 200", &staff);
    fits(&document, "get /me 200", &mia.get("/me").await.ok());
    let path = "/sites/leeds-012/shifts/mia/end";
    let ended = mia.post(path, json!({})).await.ok();
    fits(
        &document,
        "post /sites/{id}/shifts/{person}/end 200",
        &ended,
    );
    let person = ada.get("/people/ann").await.ok();
    fits(&document, "get /people/{id} 200", &person);
    let link = ada.post("/people/ann/sign-in-link", json!({})).await;
    let place = "post /people/{id}/sign-in-link 201";
    fits(&document, place, &link.created());
    let token = ada.post("/people/ann/token", json!({})).await;
    fits(&document, "post /people/{id}/token 201", &token.created());
    let ended = ada.post("/people/ann/revoke", json!({})).await;
    fits(&document, "post /people/{id}/revoke 200", &ended.ok());
}

#[tokio::test]
async fn what_it_says_of_what_is_refused_is_true() {
    let shop = Shop::open().await;
    let document = document(&shop).await;
    let dan = shop.as_("dan");
    let refused = dan.report(json!({"site": "nowhere"})).await;
    let refused = refused.problem(422, "invalid-field");
    fits(&document, "post /reports 422", &refused.body);
    let batch = shop.as_("tills").ask(reqwest::Method::POST, "/events");
    let form = "application/cloudevents-batch+json";
    let batch = batch.header("content-type", form).body("[{}]");
    let taken = answer(batch).await.is(202);
    assert_eq!(taken.body["rejected"][0]["index"], 0, "{}", taken.text);
    fits(&document, "post /events 202", &taken.body);
}

/// Whether a value has the shape that the document promises for `method path status`.
#[track_caller]
fn fits(document: &Value, place: &str, value: &Value) {
    let parts: Vec<&str> = place.split(' ').collect();
    let response =
        &document["paths"][format!("/api/v1{}", parts[1])][parts[0]]["responses"][parts[2]];
    let content = response["content"]
        .as_object()
        .unwrap_or_else(|| panic!("{place} is not documented"));
    let schema = &content.values().next().unwrap()["schema"];
    if let Err(why) = check(document, schema, value, "") {
        panic!("{place}: {why}\n{value:#}");
    }
}

/// The part of JSON Schema 2020-12 that the document uses.
fn check(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(path) = schema["$ref"].as_str() {
        return check(document, document.pointer(&path[1..]).unwrap(), value, at);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        check(document, part, value, at)?;
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(any) = schema[key].as_array()
            && !any
                .iter()
                .any(|one| check(document, one, value, at).is_ok())
        {
            return Err(format!("{at}: {value} is none of {}", schema[key]));
        }
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let own = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_i64() || n.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let taken =
        types.is_empty() || types.contains(&own) || (own == "integer" && types.contains(&"number"));
    if !taken {
        return Err(format!("{at}: is {own}, documented as {types:?}"));
    }
    if let Some(known) = schema["enum"].as_array()
        && !known.contains(value)
    {
        return Err(format!("{at}: {value} is not among {known:?}"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().unwrap()).is_none() {
            return Err(format!("{at}: {name} is promised and missing"));
        }
    }

    if let (Some(members), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
        for (name, member) in members {
            if let Some(schema) = known.get(name) {
                check(document, schema, member, &format!("{at}/{name}"))?;
            }
        }
    }
    if let (Some(items), true) = (value.as_array(), schema["items"].is_object()) {
        for (place, item) in items.iter().enumerate() {
            check(document, &schema["items"], item, &format!("{at}/{place}"))?;
        }
    }
    Ok(())
}
