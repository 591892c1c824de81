//! The guides for integrators: every line of shell in them works as it is printed.

use std::process::Stdio;
use std::sync::atomic::Ordering;

use tokio::process::Command;

use crate::shop::Shop;

/// The blocks of shell in a guide, joined: they run one after the other in one shell.
fn script(guide: &str) -> String {
    let blocks = guide.split("```sh\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

/// What the shell of a guide prints; a line that fails ends the test.
async fn run(shop: &Shop, guide: &str, name: &str) -> String {
    // Both sides must agree on the time of day: the guide asks the system.
    let now = Command::new("date").arg("+%s").output().await.unwrap();
    let now: i64 = String::from_utf8(now.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    shop.clock.store(now * 1_000_000, Ordering::Relaxed);
    let shell = Command::new("sh")
        .args(["-eu", "-c", &script(guide)])
        .env("OUTCRY_URL", shop.url(""))
        .env("OUTCRY_TOKEN", shop.token(name))
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&shell.stdout),
        String::from_utf8_lossy(&shell.stderr),
    );
    assert!(shell.status.success(), "{out}\n{err}");
    out.into_owned()
}

#[tokio::test]
async fn the_guide_to_the_api_is_right() {
    let shop = Shop::open().await;
    let out = run(&shop, include_str!("../../../../docs/api.md"), "dan").await;
    assert!(out.contains("\"can\":["), "{out}");
    assert_eq!(out.matches("\"receipt\"").count(), 4, "{out}");
    assert!(out.contains("event: hello"), "{out}");
    assert!(out.contains("\"state\":\"acknowledged\""), "{out}");
    let listed = shop.as_("dan").get("/incidents").await.ok();
    assert_eq!(
        listed["items"].as_array().unwrap().len(),
        1,
        "the report that came twice is one"
    );
}

#[tokio::test]
async fn the_guide_for_tills_is_right() {
    let shop = Shop::open().await;
    let out = run(
        &shop,
        include_str!("../../../../docs/pos-integration.md"),
        "tills",
    )
    .await;
    let taken: Vec<serde_json::Value> = serde_json::Deserializer::from_str(&out)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let accepted: Vec<&serde_json::Value> =
        taken.iter().map(|answer| &answer["accepted"]).collect();
    assert_eq!(accepted, [1, 3, 6], "{out}");
    assert!(
        taken
            .iter()
            .all(|answer| answer["rejected"] == serde_json::json!([])),
        "{out}"
    );
}

#[tokio::test]
async fn the_script_for_many_stores_is_right() {
    let shop = Shop::open().await;
    let main = serde_json::json!({"id": "main", "name": "Main"}); // as a first start makes it
    shop.as_("ada")
        .put("/regions/main", "new", main)
        .await
        .created();
    let guide = include_str!("../../../../docs/operate.md");
    let out = run(&shop, guide, "ada").await;
    assert_eq!(out.matches("\"version\":1}").count(), 4, "{out}");
    let terminal = shop.as_("ada").get("/people?limit=200").await.ok();
    let made = terminal["items"].as_array().unwrap().iter();
    let made = made.filter(|person| person["reach"]["id"] == "york-coney-street");
    assert_eq!(made.count(), 1, "{terminal}");
}
