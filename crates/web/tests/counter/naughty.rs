//! Texts that break careless programs, in every field that takes text: what goes in comes out again,
//! or is refused by name.

use serde_json::json;

use crate::shop::{Shop, theft};

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "\u{0}",
        "a\u{0}b",
        "\u{1}\u{2}\u{7f}",
        "\u{feff}",
        "\u{200b}",
        "\u{202e}txt.exe",
        "undefined",
        "null",
        "NaN",
        "true",
        "0",
        "-1",
        "1e309",
        "0x0",
        "1/0",
        "..",
        "/dev/null",
        "C:\\CON",
        "';DROP TABLE incident;--",
        "' OR 1=1 --",
        "\" or \"\"=\"",
        "%s%n%x",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "$(touch /tmp/x)",
        "`id`",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "</textarea>",
        "<!--",
        "]]>",
        "&lt;",
        "a\r\nSet-Cookie: x=y",
        "line\nline",
        "田中さんにあげて下さい",
        "الكل في المجمو عة",
        "ЁЂЃЄЅІЇ",
        "¸˛Ç◊ı˜Â¯˘¿",
        "👩‍👩‍👧‍👦 🏳️‍🌈",
        "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
        "\u{10ffff}",
        "ﬀ",
        "İ",
        "ß",
        "\\",
        "\\\\",
        "\\u0000",
        "\"",
        "'",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x".repeat(100_000));
    let more = include_str!("../../../../data/naughty-strings/blns.json");
    let more: Vec<String> = serde_json::from_str(more).expect("a JSON array of texts");
    assert!(more.len() > 400);
    texts.extend(more);
    texts
}

#[tokio::test]
async fn a_narrative_comes_back_as_it_was_written() {
    let shop = Shop::open().await;
    for text in texts() {
        let mut report = theft();
        report["narrative"] = json!(text);
        let filed = shop.as_("ann").report(report).await;
        if text.chars().count() > 20_000 {
            filed.problem(422, "invalid-field").at("/narrative");
            continue;
        }
        let id = filed.created()["incident"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let told = shop.as_("ann").get(&format!("/incidents/{id}")).await.ok();
        let written = if text.trim().is_empty() {
            json!(null)
        } else {
            json!(text)
        };
        assert_eq!(told["narrative"], written, "{text:?}");
    }
}

#[tokio::test]
async fn a_comment_and_an_item_come_back_or_are_refused_by_name() {
    let shop = Shop::open().await;
    let id = shop.theft().await;
    for text in texts() {
        let said = shop
            .as_("dan")
            .act(&id, "comment", json!({"text": text}))
            .await;
        match said.status {
            200 => {
                let told = shop.as_("dan").get(&format!("/incidents/{id}")).await.ok();
                let last = told["comments"].as_array().unwrap().last().unwrap();
                assert_eq!(last["text"], text, "{text:?}");
            }
            _ => {
                said.problem(422, "invalid-field").at("/text");
            }
        }
        let mut report = theft();
        report["items"] = json!([{"name": text, "quantity": 1}]);
        let filed = shop.as_("ann").report(report).await;
        if filed.status == 201 {
            let id = filed.body["incident"]["id"].as_str().unwrap();
            let told = shop.as_("ann").get(&format!("/incidents/{id}")).await.ok();
            assert_eq!(told["items"][0]["name"], text);
        } else {
            filed.problem(422, "invalid-field").at("/items/0/name");
        }
    }
}

#[tokio::test]
async fn names_of_things_are_refused_by_name() {
    let shop = Shop::open().await;
    for (number, text) in texts().into_iter().enumerate() {
        for field in [
            "site",
            "category",
            "area",
            "device",
            "channel",
            "reporter",
            "occurred_at",
        ] {
            let mut report = theft();
            report[field] = json!(text);
            let refused = shop.as_("ann").report(report).await;
            refused
                .problem(422, "invalid-field")
                .at(&format!("/{field}"));
        }
        let person = json!({"name": text, "role": "clerk", "reach": {"kind": "all"}});
        let path = format!("/people/zoe-{number}");
        let put = shop.as_("ada").put(&path, "new", person).await;
        if put.status == 201 {
            assert_eq!(put.body["name"], text);
        } else {
            put.problem(422, "invalid-field").at("/name");
        }
    }
}

#[tokio::test]
async fn searches_find_nothing_and_break_nothing() {
    let shop = Shop::open().await;
    shop.theft().await;
    for text in texts()
        .into_iter()
        .filter(|text| text.chars().count() <= 200)
    {
        let bytes = text.bytes().map(|byte| format!("%{byte:02X}"));
        let path = format!("/incidents?q={}", bytes.collect::<String>());
        let request = shop.as_("dan").ask(reqwest::Method::GET, &path);
        crate::shop::answer(request).await.ok();
    }
}
