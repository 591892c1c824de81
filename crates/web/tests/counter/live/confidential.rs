//! What is confidential: for whoever reported it and for those who handle it.

use outcry_domain::actor::SystemId;
use outcry_domain::incident::Command;
use outcry_domain::{Actor, IncidentId, Moment};
use serde_json::json;

use super::Stream;
use crate::shop::{NOON, Shop, theft};

#[tokio::test]
async fn a_colleague_reads_nothing_of_staff_dishonesty() {
    let shop = Shop::open().await;
    let mut stream = Stream::open(&shop, "wall", None).await;
    let filed = json!({"site": "leeds-012", "category": "dishonesty", "narrative": "The till was short again"});
    let filed = shop.as_("ann").report(filed).await.created();
    let id = filed["incident"]["id"].as_str().unwrap().to_owned();
    let reference = filed["incident"]["reference"].as_str().unwrap();
    for (name, sees_it) in [
        ("ann", true),
        ("wall", false),
        ("mia", true),
        ("dan", true),
        ("lea", true),
        ("ada", true),
    ] {
        let caller = shop.as_(name);
        let status = |seen: u16| if sees_it { seen } else { 404 };
        for part in ["", "/timeline", "/deliveries"] {
            let answer = caller.get(&format!("/incidents/{id}{part}")).await;
            answer.is(status(200));
        }
        for query in ["", "?open=true&order=urgency", &format!("?q={reference}")] {
            let listed = caller.get(&format!("/incidents{query}")).await.ok();
            let listed = listed["items"].as_array().unwrap().len();
            assert_eq!(listed, usize::from(sees_it), "{name}: {query}");
        }
        let figures = caller.get("/desk").await.ok();
        assert_eq!(figures["open"], u8::from(sees_it), "{name}");
        let remark = caller.act(&id, "comment", json!({"text": "x"})).await;
        match (name, sees_it) {
            ("ada", _) => remark.problem(403, "forbidden"),
            _ => remark.is(status(200)),
        };
    }
    // Nor of what a colleague filed at the wall itself and put her name to.
    let filed = json!({"site": "leeds-012", "category": "dishonesty", "reporter": "ann"});
    let filed = shop.as_("wall").report(filed).await.created();
    let id = filed["incident"]["id"].as_str().unwrap();
    let hers = shop.as_("ann").get(&format!("/incidents/{id}")).await;
    hers.is(200);
    let walls = shop.as_("wall").get(&format!("/incidents/{id}")).await;
    walls.is(404);
    // The first that the wall hears of is what came after it.
    let open = shop.as_("ann").report(theft()).await.created();
    let heard = stream.hear("incident.reported").await;
    assert_eq!(heard.data["incident"]["id"], open["incident"]["id"]);
}

#[tokio::test]
async fn a_merge_with_what_is_confidential_names_it_to_those_who_may_read_it_only() {
    let shop = Shop::open().await;
    let (wall, dan) = (shop.as_("wall"), shop.as_("dan"));
    let mut walls = Stream::open(&shop, "wall", None).await;
    let mut dans = Stream::open(&shop, "dan", None).await;
    let open = shop.theft().await;
    let secret = json!({"site": "leeds-012", "category": "dishonesty"});
    let secret = dan.report(secret).await.created()["incident"].clone();
    let (id, reference) = (
        secret["id"].as_str().unwrap(),
        secret["reference"].as_str().unwrap(),
    );
    let first = walls.next().await.unwrap().id;
    dan.act(&open, "merge", json!({"into": id})).await.ok();
    dan.act(&open, "comment", json!({"text": "Found"}))
        .await
        .ok();
    assert_eq!(
        dans.hear("incident.merged").await.data["words"],
        format!("Merged into {reference}")
    );
    let heard = walls.hear("incident.merged").await;
    assert_eq!(heard.data["words"], "Merged into another incident");
    let later = walls.hear("incident.commented").await;
    let page = wall.get(&format!("/incidents/{open}")).await.is(200);
    let told = page.body["timeline"].as_array().unwrap().iter();
    let told: Vec<_> = told.map(|entry| entry["words"].clone()).collect();
    assert!(
        told.contains(&json!("Merged into another incident")),
        "{told:?}"
    );
    let mut again = Stream::open(&shop, "wall", Some(&first)).await;
    let replayed = again.hear("incident.merged").await;
    let timeline = wall.get(&format!("/incidents/{open}/timeline")).await;
    let listed = wall.get("/incidents").await;
    let remark = wall.act(&open, "comment", json!({"text": "x"})).await;
    for (place, text) in [
        ("live", heard.data.to_string()),
        ("live, later", later.data.to_string()),
        ("live, replayed", replayed.data.to_string()),
        ("page", page.text),
        ("timeline", timeline.is(200).text),
        ("list", listed.is(200).text),
        ("verb", remark.is(200).text),
    ] {
        assert!(!text.contains(reference), "{place}: {text}");
        assert!(!text.contains(id), "{place}: {text}");
    }
    let known = dan.get(&format!("/incidents/{open}")).await.ok();
    assert_eq!(known["merged_into"], id);
    // Once it is no secret any more, it has its name for everybody.
    let word = json!({"category": "theft", "reason": "It was a customer"});
    dan.act(id, "override", word).await.ok();
    let known = wall.get(&format!("/incidents/{open}")).await.ok();
    assert_eq!(known["merged_into"], id);
}

#[tokio::test]
async fn what_is_confidential_is_not_named_by_what_it_was_merged_into_either() {
    let shop = Shop::open().await;
    let (wall, dan) = (shop.as_("wall"), shop.as_("dan"));
    let mut walls = Stream::open(&shop, "wall", None).await;
    let secret = json!({"site": "leeds-012", "category": "dishonesty"});
    let secret = dan.report(secret).await.created()["incident"].clone();
    let (id, reference) = (
        secret["id"].as_str().unwrap(),
        secret["reference"].as_str().unwrap(),
    );
    let stays = shop.theft().await;
    let absorb = Command::Absorb {
        other: IncidentId(id.parse().unwrap()),
    };
    let moment = Moment {
        now: NOON,
        actor: Actor::system(SystemId::Merge),
        entropy: 7,
    };
    let into = IncidentId(stays.parse().unwrap());
    let absorbed = shop.ledger.record(into, absorb, &moment, None).await;
    absorbed.unwrap();
    let heard = walls.hear("incident.absorbed").await;
    assert_eq!(heard.data["words"], "Another incident is part of this");
    let page = wall.get(&format!("/incidents/{stays}")).await.is(200).text;
    assert!(!page.contains(reference) && !page.contains(id), "{page}");
}
