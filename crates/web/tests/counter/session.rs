//! Signing in and out in a browser.

use std::sync::atomic::Ordering;

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::shop::{Shop, answer, theft};

fn ours(request: RequestBuilder) -> RequestBuilder {
    request.header("sec-fetch-site", "same-origin")
}

/// Signs in and gives the cookie.
async fn cookie(shop: &Shop, name: &str) -> String {
    let path = format!("/sign-in/{}", shop.link(name));
    let signed = answer(ours(shop.as_nobody().ask(Method::POST, &path)))
        .await
        .is(303);
    let set = signed.header("set-cookie");
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Strict"),
        "{set}"
    );
    set.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_link_signs_in_by_its_button_and_once() {
    let shop = Shop::open().await;
    let nobody = shop.as_nobody();
    let path = format!("/sign-in/{}", shop.link("mia"));
    for _ in 0..3 {
        // Looking at the link uses nothing up.
        let page = nobody.get(&path).await.is(200);
        assert!(page.text.contains("Mia Example") && page.text.contains("method=\"post\""));
        assert!(page.headers.get("set-cookie").is_none());
        assert_eq!(page.header("cache-control"), "no-store");
    }
    nobody
        .post(&path, json!(null))
        .await
        .problem(403, "cross-site");
    let cookie = cookie(&shop, "mia").await;
    let again = answer(ours(nobody.ask(Method::POST, &path))).await;
    assert_eq!(again.status, 410, "{}", again.text);
    let with = |method, path: &str| nobody.ask(method, path).header("cookie", &cookie);

    let me = answer(with(Method::GET, "/api/v1/me")).await.ok();
    assert_eq!(me["person"]["name"], "Mia Example");
    assert_eq!(me["person"]["role"], "manager");
    assert_eq!(me["site"]["id"], "leeds-012");
    assert_eq!(
        answer(with(Method::GET, "/"))
            .await
            .is(303)
            .header("location"),
        "/store"
    );
    assert!(
        answer(with(Method::GET, "/desk"))
            .await
            .is(200)
            .text
            .contains("id=\"app\"")
    );

    let file = || with(Method::POST, "/api/v1/reports").json(&theft());
    answer(file()).await.problem(403, "cross-site");
    answer(file().header("sec-fetch-site", "cross-site"))
        .await
        .problem(403, "cross-site");
    answer(file().header("origin", "https://evil.example"))
        .await
        .problem(403, "cross-site");
    answer(ours(file())).await.created();
    answer(file().header("origin", shop.url("")))
        .await
        .created();

    let out = answer(ours(with(Method::POST, "/sign-out"))).await.is(303);
    assert_eq!(out.header("location"), "/sign-in");
    assert!(out.header("clear-site-data").contains("storage"));
    answer(with(Method::GET, "/api/v1/me"))
        .await
        .problem(401, "not-signed-in");
    assert_eq!(
        answer(with(Method::GET, "/"))
            .await
            .is(303)
            .header("location"),
        "/sign-in"
    );
}

#[tokio::test]
async fn nothing_is_done_in_the_name_of_whoever_signed_in_meanwhile() {
    let shop = Shop::open().await;
    let id = shop.theft().await;
    let (facts, mias) = (shop.facts(), cookie(&shop, "mia").await);
    let send = async |method: Method, path: &str, who: &str, body: Value| {
        let request = shop.as_nobody().ask(method, &format!("/api/v1{path}"));
        let request = ours(request).header("cookie", &mias);
        answer(request.header("outcry-person", who).json(&body)).await
    };
    let acknowledge = format!("/incidents/{id}/acknowledge");
    for (method, path, body) in [
        (Method::POST, "/reports", theft()),
        (Method::POST, acknowledge.as_str(), json!({})),
        (Method::PUT, "/queues/urgent", json!({})),
    ] {
        let refused = send(method, path, "ann", body).await;
        let refused = refused.problem(409, "other-person");
        let now = "nothing was done: Mia Example is signed in here now";
        assert_eq!(refused.body["detail"], now, "{path}");
    }
    assert_eq!(shop.facts(), facts);
    let help = json!({"site": "leeds-012"});
    let taken = send(Method::POST, "/panic", "ann", help).await;
    taken.created();
    let read = format!("/incidents/{id}");
    send(Method::GET, &read, "ann", json!({})).await.ok();
    let done = send(Method::POST, &acknowledge, "mia", json!({})).await;
    done.ok();
    let document = shop.as_nobody().get("/api/v1/openapi.json").await.ok();
    for (path, method, named) in [
        ("/reports", "post", true),
        ("/queues/{id}", "put", true),
        ("/queues", "get", false),
        ("/panic", "post", false),
    ] {
        let operation = &document["paths"][format!("/api/v1{path}")][method];
        let told = operation["parameters"].to_string();
        assert_eq!(told.contains("\"Outcry-Person\""), named, "{path}: {told}");
    }
}

#[tokio::test]
async fn a_browser_with_something_to_send_keeps_its_storage() {
    let shop = Shop::open().await;
    for (query, keeps) in [("", false), ("?keep=", false), ("?keep=storage", true)] {
        let path = format!("/sign-out{query}");
        let out = answer(ours(shop.as_nobody().ask(Method::POST, &path)))
            .await
            .is(303);
        let cleared = out.header("clear-site-data");
        assert_eq!(!cleared.contains("storage"), keeps, "{query}: {cleared}");
        assert!(cleared.contains("\"cookies\""), "{cleared}");
        assert!(out.header("set-cookie").starts_with("outcry_session=;"));
    }
    let other = ours(shop.as_nobody().ask(Method::POST, "/sign-out?keep=session"));
    answer(other)
        .await
        .problem(400, "invalid-query")
        .names("keep");
}

#[tokio::test]
async fn each_role_starts_at_its_own_page() {
    let shop = Shop::open().await;
    for (name, home) in [
        ("ann", "/terminal"),
        ("mia", "/store"),
        ("dan", "/desk"),
        ("lea", "/incidents"),
        ("ada", "/stores"),
    ] {
        let path = format!("/sign-in/{}", shop.link(name));
        let signed = answer(ours(shop.as_nobody().ask(Method::POST, &path)))
            .await
            .is(303);
        assert_eq!(signed.header("location"), home);
    }
}

#[tokio::test]
async fn sessions_and_links_end() {
    let shop = Shop::open().await;
    let dans = cookie(&shop, "dan").await;
    shop.later(901);
    let path = format!("/sign-in/{}", shop.link("ann"));
    assert_eq!(shop.as_nobody().get(&path).await.status, 410);
    let me = || {
        answer(
            shop.as_nobody()
                .ask(Method::GET, "/api/v1/me")
                .header("cookie", &dans),
        )
    };
    me().await.ok();
    shop.later(12 * 3_600);
    me().await.problem(401, "not-signed-in");
    // What ended is not kept for ever: the next sign-in takes it back.
    let kept = || shop.ledger.organisation().credentials.len();
    let before = kept();
    let link = shop
        .as_("ada")
        .post("/people/dan/sign-in-link", json!({}))
        .await
        .created();
    answer(ours(shop.client.post(link["url"].as_str().unwrap())))
        .await
        .is(303);
    assert_eq!(
        kept(),
        before,
        "one session more, the ended one less, the link came and went"
    );
    assert_eq!(
        shop.as_nobody().get("/sign-in/oc_in_nonsense").await.status,
        410
    );
}

#[tokio::test]
async fn an_administrator_makes_links() {
    let shop = Shop::open().await;
    let made = shop
        .as_("ada")
        .post("/people/bob/sign-in-link", json!({}))
        .await
        .created();
    assert_eq!(made["expires_at"], "2026-11-22T14:15:00.000Z");
    let url = made["url"].as_str().unwrap();
    let signed = answer(ours(shop.client.post(url))).await.is(303);
    assert_eq!(signed.header("location"), "/terminal");
    shop.as_("ada")
        .post("/people/nobody/sign-in-link", json!({}))
        .await
        .problem(404, "not-found");
}

#[tokio::test]
async fn tokens_for_another_door_open_nothing() {
    let shop = Shop::open().await;
    let session = cookie(&shop, "dan").await;
    let session = session.split_once('=').unwrap().1;
    for value in [
        format!("Bearer {session}"),
        format!("Bearer {}", shop.link("mia")),
        "Basic YW5uOmFubg==".to_owned(),
        "Bearer".to_owned(),
        "Bearer oc_api_AAAA".to_owned(),
        format!("Bearer {}x", shop.token("dan")),
    ] {
        let request = shop
            .client
            .get(shop.url("/api/v1/me"))
            .header("authorization", &value);
        let refused = answer(request).await.problem(401, "not-signed-in");
        assert!(refused.header("www-authenticate").starts_with("Bearer"));
    }
    let cookie = format!("outcry_session={}", shop.token("dan"));
    let request = shop
        .client
        .get(shop.url("/api/v1/me"))
        .header("cookie", cookie);
    answer(request).await.problem(401, "not-signed-in");
}

/// Asks who a token is.
async fn me_by(shop: &Shop, token: &str) -> crate::shop::Answer {
    let request = shop.as_nobody().ask(Method::GET, "/api/v1/me");
    answer(request.header("authorization", format!("Bearer {token}"))).await
}

#[tokio::test]
async fn an_administrator_makes_tokens_that_are_shown_once() {
    let shop = Shop::open().await;
    let ada = shop.as_("ada");
    let made = ada.post_once("/people/tills/token", "t", json!({})).await;
    let made = made.created();
    assert_eq!(made["expires_at"], Value::Null);
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("oc_api_"), "another kind of token");
    let me = me_by(&shop, token).await.ok();
    assert_eq!(me["person"]["role"], "integration");
    let again = ada.post_once("/people/tills/token", "t", json!({})).await;
    assert_eq!(again.is(201).body, made, "no second token");
    ada.post("/people/dan/revoke", json!({})).await.ok();
    let again = ada.post_once("/people/tills/token", "t", json!({})).await;
    assert_eq!(again.created(), made, "another person's end");
    ada.post("/people/tills/revoke", json!({})).await.ok();
    let other = ada.post_once("/people/tills/token", "t", json!({})).await;
    let other = other.created()["token"].clone();
    assert_ne!(other, made["token"], "what has ended is not shown again");
    me_by(&shop, other.as_str().unwrap()).await.ok();
    me_by(&shop, token).await.problem(401, "not-signed-in");

    let log = outcry_domain::RegionId::organisation();
    let facts = shop.ledger.facts_after(&log, 0, 1_000).await.unwrap();
    let last = facts.last().unwrap();
    assert_eq!(last.fact.actor.to_string(), "person:ada");
    assert!(!format!("{facts:?}").contains(token), "the log has it");

    ada.post("/people/nobody/token", json!({}))
        .await
        .problem(404, "not-found");
}

#[tokio::test]
async fn an_administrator_ends_every_way_in_of_somebody() {
    let shop = Shop::open().await;
    let session = cookie(&shop, "dan").await;
    let ada = shop.as_("ada");
    let made = ada.post("/people/dan/token", json!({})).await.created();
    let link = ada.post("/people/dan/sign-in-link", json!({})).await;
    let link = link.created()["url"].as_str().unwrap().to_owned();
    let link_of_yesterday = ada.post("/people/lea/sign-in-link", json!({})).await;
    link_of_yesterday.created();
    let ended = ada.post("/people/dan/revoke", json!({})).await.ok();
    assert_eq!(ended, json!({"ended": 4}), "two tokens, a link, a session");
    shop.clock.fetch_add(86_400_000_000, Ordering::Relaxed);
    let ended = ada.post("/people/lea/revoke", json!({})).await.ok();
    assert_eq!(ended, json!({"ended": 1}), "the link was over by itself");
    for token in [shop.token("dan"), made["token"].as_str().unwrap()] {
        me_by(&shop, token).await.problem(401, "not-signed-in");
    }
    let request = shop.as_nobody().ask(Method::GET, "/api/v1/me");
    answer(request.header("cookie", session))
        .await
        .problem(401, "not-signed-in");
    assert_eq!(answer(shop.client.get(link)).await.status, 410);
    shop.as_("ann").get("/me").await.ok();
    let again = ada.post("/people/dan/revoke", json!({})).await.ok();
    assert_eq!(again, json!({"ended": 0}));
    ada.post("/people/nobody/revoke", json!({}))
        .await
        .problem(404, "not-found");
}

#[tokio::test]
async fn an_administrator_of_one_region_opens_and_ends_no_way_in() {
    let shop = Shop::open().await;
    let mut lea = shop.as_("ada").get("/people/lea").await.ok();
    lea["role"] = json!("admin");
    lea["reach"] = json!({"kind": "region", "id": "north"});
    shop.as_("ada").put("/people/lea", "\"1\"", lea).await.ok();
    for verb in ["token", "revoke"] {
        let path = format!("/people/bob/{verb}");
        let refused = shop.as_("lea").post(&path, json!({})).await;
        refused.problem(403, "forbidden");
    }
}

#[tokio::test]
async fn a_terminal_in_use_stays_signed_in_until_it_is_taken_back() {
    const DAY_S: i64 = 24 * 60 * 60;
    let shop = Shop::open().await;
    let wall = cookie(&shop, "wall").await;
    let mia = cookie(&shop, "mia").await;
    let me = async |cookie: &str| {
        let request = shop.as_nobody().ask(Method::GET, "/api/v1/me");
        answer(request.header("cookie", cookie)).await
    };
    assert!(me(&wall).await.is(200).headers.get("set-cookie").is_none());
    shop.later(DAY_S);
    me(&mia).await.problem(401, "not-signed-in");
    // What is for everybody, and kept by caches on its way, brings nobody's cookie.
    for path in ["/assets/app.js", "/healthz", "/api/v1/openapi.json"] {
        let request = shop.as_nobody().ask(Method::GET, path);
        let file = answer(request.header("cookie", &wall)).await.is(200);
        assert!(file.headers.get("set-cookie").is_none(), "{path}");
    }
    let prolonged = me(&wall).await.is(200);
    let set = prolonged.header("set-cookie");
    assert!(set.starts_with(&wall), "the same session: {set}");
    assert!(set.contains("; Max-Age=2592000"), "{set}");
    // Nobody waits for it to be written down; once it is, the cookie comes no more.
    let settled = async || {
        for _ in 0..1_000 {
            if me(&wall).await.is(200).headers.get("set-cookie").is_none() {
                return;
            }
        }
        panic!("prolonged with each request");
    };
    settled().await;
    // Used every three weeks it does not end.
    for _ in 0..4 {
        shop.later(21 * DAY_S);
        settled().await;
    }
    let path = "/people/wall/revoke";
    let ended = shop.as_("ada").post(path, json!({})).await;
    assert!(ended.status < 300, "{}", ended.text);
    me(&wall).await.problem(401, "not-signed-in");
    // Unused for too long, it ends as well.
    let link = shop
        .as_("ada")
        .post("/people/wall/sign-in-link", json!({}))
        .await;
    let url = link.created()["url"].as_str().unwrap().to_owned();
    let at = url.find("/sign-in/").unwrap();
    let signed = answer(ours(shop.as_nobody().ask(Method::POST, &url[at..]))).await;
    let set = signed.is(303).header("set-cookie").to_owned();
    let wall = set.split(';').next().unwrap();
    me(wall).await.is(200);
    shop.later(30 * DAY_S + 1);
    me(wall).await.problem(401, "not-signed-in");
}
