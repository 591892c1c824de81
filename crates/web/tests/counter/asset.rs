//! The files of the browser app: how long they are kept, and what is compressed.

use reqwest::Method;

use crate::shop::{Shop, answer};

#[tokio::test]
async fn files_of_the_app_are_fresh_and_small() {
    let shop = Shop::open().await;
    let nobody = shop.as_nobody();
    let app = nobody.get("/assets/app.js").await.is(200);
    assert!(app.header("content-type").starts_with("text/javascript"));
    let tag = app.header("etag").to_owned();
    let again = nobody
        .ask(Method::GET, "/assets/app.js")
        .header("if-none-match", &tag);
    let again = answer(again).await.is(304);
    assert!(again.text.is_empty());
    assert_eq!(again.header("etag"), tag);
    let packed = nobody
        .ask(Method::GET, "/assets/vendor/ui.js")
        .header("accept-encoding", "gzip");
    let packed = packed.send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert_eq!(packed.headers()["vary"], "accept-encoding");
    let packed = packed.bytes().await.unwrap();
    let plain = nobody.get("/assets/vendor/ui.js").await.is(200);
    assert!(packed.len() * 2 < plain.text.len());
}

#[tokio::test]
async fn files_of_a_version_are_kept_for_good_and_pages_never() {
    let shop = Shop::open().await;
    let nobody = shop.as_nobody();
    let page = nobody.get("/sign-in").await.is(200);
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("content-encoding"), "");
    let (_, rest) = page.text.split_once("href=\"/assets/").unwrap();
    let version = rest.split('/').next().unwrap();
    assert!(
        version.len() >= 16 && version.bytes().all(|b| b.is_ascii_hexdigit()),
        "{version}"
    );
    // The app's shell is for whoever is signed in.
    let shell = shop.client.get(shop.url("/desk"));
    let shell = answer(shell.bearer_auth(shop.token("dan"))).await.is(200);
    assert_eq!(shell.header("cache-control"), "no-store");
    let named: Vec<&str> = shell
        .text
        .split('"')
        .filter(|part| part.starts_with("/assets/"))
        .collect();
    assert!(named.len() > 5, "{named:?}");
    for path in named {
        let prefix = format!("/assets/{version}/");
        assert!(path.starts_with(&prefix), "{path}");
        let file = nobody.get(path).await.is(200);
        assert_eq!(
            file.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        let plain = nobody.get(&path.replace(&prefix, "/assets/")).await.is(200);
        assert_eq!(plain.header("cache-control"), "no-cache");
        assert_eq!(file.header("etag"), plain.header("etag"));
    }
    let packed = nobody
        .ask(Method::GET, &format!("/assets/{version}/app.js"))
        .header("accept-encoding", "gzip");
    assert_eq!(
        packed.send().await.unwrap().headers()["content-encoding"],
        "gzip"
    );
    // Another version's files are not there, and neither is what is not a file.
    let other = version.chars().rev().collect::<String>();
    for path in [
        format!("/assets/{other}/app.js"),
        format!("/assets/{version}/nowhere.js"),
        format!("/assets/{version}"),
        format!("/assets/{version}/{version}/app.js"),
    ] {
        let gone = nobody.get(&path).await.problem(404, "not-found");
        assert_eq!(gone.header("cache-control"), "no-store", "{path}");
    }
    let worker = nobody.get("/sw.js").await.is(200);
    assert!(worker.text.contains(&format!("'/assets/{version}'")));
    assert!(!worker.text.contains("{{"));
    assert_eq!(worker.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn answers_with_secrets_are_never_compressed() {
    let shop = Shop::open().await;
    shop.theft().await;
    for path in [
        "/api/v1/incidents",
        "/api/v1/people",
        "/api/v1/openapi.json",
        "/api/docs",
    ] {
        let request = shop
            .client
            .get(shop.url(path))
            .bearer_auth(shop.token("ada"));
        let request = request.header("accept-encoding", "gzip, br, zstd, deflate");
        let answer = request.send().await.unwrap();
        assert!(answer.headers().get("content-encoding").is_none(), "{path}");
    }
}
