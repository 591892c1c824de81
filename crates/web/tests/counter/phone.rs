//! Telephone numbers: who writes them down, and who is shown them.

use serde_json::{Value, json};

use crate::shop::{Shop, theft};

async fn put(shop: &Shop, path: &str, phone: &str) -> crate::shop::Answer {
    let ada = shop.as_("ada");
    let mut noun = ada.get(path).await.ok();
    let tag = format!("\"{}\"", noun["version"]);
    noun["phone"] = json!(phone);
    ada.put(path, &tag, noun).await
}

#[tokio::test]
async fn who_handles_an_incident_sees_whom_to_ring() {
    let shop = Shop::open().await;
    let site = put(&shop, "/sites/leeds-012", "+44 1632 960 123")
        .await
        .ok();
    assert_eq!(site["phone"], "+441632960123");
    put(&shop, "/people/ann", "+44 (7700) 900-123").await.ok();
    let filed = shop.as_("ann").report(theft()).await.created();
    let id = filed["incident"]["id"].as_str().unwrap().to_owned();
    let path = format!("/incidents/{id}");
    let numbers = json!([
        {"id": null, "name": "Leeds Briggate", "role": null, "phone": "+441632960123"},
        {"id": "ann", "name": "Ann Example", "role": "clerk", "phone": "+447700900123"}
    ]);
    for (name, seen) in [
        ("mia", numbers.clone()),
        ("dan", numbers),
        ("ann", json!([])),
        ("lea", json!([])),
    ] {
        let read = shop.as_(name).get(&path).await.ok();
        assert_eq!(read["numbers"], seen, "{name}");
    }
    for (name, seen) in [
        ("mia", json!("+447700900123")),
        ("ada", json!("+447700900123")),
        ("lea", Value::Null),
    ] {
        let read = shop.as_(name).get("/people/ann").await.ok();
        assert_eq!(read["phone"], seen, "{name}");
    }
    let none = put(&shop, "/people/ann", " ").await.ok();
    assert_eq!(none["phone"], Value::Null);
    let read = shop.as_("dan").get(&path).await.ok();
    assert_eq!(read["numbers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_number_that_cannot_be_dialled_names_its_field() {
    let shop = Shop::open().await;
    for path in ["/sites/leeds-012", "/people/ann"] {
        for wrong in ["01632 960123", "+44 1632", "call Ann"] {
            let refused = put(&shop, path, wrong).await;
            refused.problem(422, "invalid-field").at("/phone");
        }
    }
}
