//! What somebody may see changes while they listen: they hear nothing more of what is hidden from them,
//! and are told to load anew.

use outcry_domain::actor::SystemId;
use outcry_domain::incident::{Command, Scored};
use outcry_domain::{Actor, Category, IncidentId, Moment};
use serde_json::{Value, json};

use super::{Heard, Stream};
use crate::shop::{NOON, Shop, theft};

impl Stream {
    /// The next message that is more than a sign of life.
    async fn news(&mut self) -> Heard {
        loop {
            let heard = self.next().await.expect("the stream goes on");
            if heard.kind != "tick" && heard.kind != "organisation.changed" {
                return heard;
            }
        }
    }
}

/// Ada changes something about somebody.
async fn change(shop: &Shop, who: &str, member: &str, value: Value) {
    let path = format!("/people/{who}");
    let mut person = shop.as_("ada").get(&path).await.ok();
    let tag = format!("\"{}\"", person["version"]);
    person[member] = value;
    shop.as_("ada").put(&path, &tag, person).await.ok();
}

async fn file(shop: &Shop, site: &str, category: &str) -> String {
    let report = json!({"site": site, "category": category});
    let filed = shop.as_("dan").report(report).await.created();
    filed["incident"]["id"].as_str().unwrap().to_owned()
}

async fn overrule(shop: &Shop, id: &str, category: &str) {
    let word = json!({"category": category, "reason": "The till was short"});
    shop.as_("dan").act(id, "override", word).await.ok();
}

#[tokio::test]
async fn a_smaller_reach_counts_at_once() {
    let shop = Shop::open().await;
    let mut stream = Stream::open(&shop, "lea", None).await;
    assert_eq!(stream.news().await.kind, "hello");
    change(
        &shop,
        "lea",
        "reach",
        json!({"kind": "region", "id": "south"}),
    )
    .await;
    file(&shop, "leeds-012", "theft").await;
    let south = file(&shop, "camden-001", "theft").await;
    assert_eq!(stream.news().await.kind, "resync");
    let heard = stream.news().await;
    assert_eq!(heard.data["incident"]["id"], south, "nothing of the north");
}

#[tokio::test]
async fn a_wider_reach_counts_at_once() {
    let shop = Shop::open().await;
    let mut stream = Stream::open(&shop, "bob", None).await;
    assert_eq!(stream.news().await.kind, "hello");
    shop.theft().await;
    change(&shop, "bob", "reach", json!({"kind": "all", "id": null})).await;
    assert_eq!(stream.news().await.kind, "resync");
    let id = shop.theft().await;
    let heard = stream.hear("incident.reported").await;
    assert_eq!(heard.data["incident"]["id"], id);
}

#[tokio::test]
async fn a_role_that_sees_nothing_ends_the_stream() {
    let shop = Shop::open().await;
    let mut stream = Stream::open(&shop, "bob", None).await;
    assert_eq!(stream.news().await.kind, "hello");
    change(&shop, "bob", "role", json!("integration")).await;
    file(&shop, "hull-282", "theft").await;
    while let Some(heard) = stream.next().await {
        assert!(!heard.kind.starts_with("incident."), "{heard:?}");
    }
}

#[tokio::test]
async fn what_becomes_confidential_is_taken_from_the_screen() {
    let shop = Shop::open().await;
    let mut walls = Stream::open(&shop, "wall", None).await;
    let mut dans = Stream::open(&shop, "dan", None).await;
    assert_eq!(walls.news().await.kind, "hello");
    let id = shop.theft().await;
    assert_eq!(walls.news().await.kind, "incident.reported");
    overrule(&shop, &id, "dishonesty").await;
    let comment = json!({"text": "He will be asked"});
    shop.as_("dan").act(&id, "comment", comment).await.ok();
    assert_eq!(walls.news().await.kind, "resync");
    // Who may see it is told what happened, and needs to load nothing.
    assert_eq!(
        dans.hear("incident.overridden").await.data["incident"]["id"],
        id
    );
    assert_eq!(
        dans.hear("incident.commented").await.data["incident"]["id"],
        id
    );
    overrule(&shop, &id, "theft").await;
    let mut heard = walls.news().await;
    assert_eq!(heard.data["incident"]["id"], id, "{heard:?}");
    while heard.kind != "incident.overridden" {
        heard = walls.news().await;
        assert_ne!(heard.kind, "incident.commented");
    }
    assert_eq!(heard.data["incident"]["category"], "theft");
}

#[tokio::test]
async fn a_score_that_finds_dishonesty_takes_it_from_the_screen_and_one_that_confirms_it_says_nothing()
 {
    let shop = Shop::open().await;
    let mut walls = Stream::open(&shop, "wall", None).await;
    assert_eq!(walls.news().await.kind, "hello");
    let score = async |id: String| {
        let command = Command::Enrich {
            context: Box::default(),
            scored: Some(Box::new(Scored {
                category: Category::Dishonesty,
                confidence: 0.9,
                risk: 40,
                reasons: vec![],
                model: "nb-1".into(),
            })),
        };
        let moment = Moment {
            now: NOON,
            actor: Actor::system(SystemId::Assess),
            entropy: 7,
        };
        let id = IncidentId(id.parse().unwrap());
        let scored = shop.ledger.record(id, command, &moment, None).await;
        assert_eq!(scored.unwrap().summary.category, Category::Dishonesty);
    };
    score(file(&shop, "leeds-012", "dishonesty").await).await;
    let unclear = file(&shop, "leeds-012", "other").await;
    let heard = walls.news().await;
    assert_eq!(
        heard.data["incident"]["id"], unclear,
        "not a word before it"
    );
    score(unclear).await;
    let mut next = walls.news().await;
    while next.kind == "incident.enriched" {
        next = walls.news().await;
    }
    assert_eq!(next.kind, "resync");
    let open = shop.theft().await;
    assert_eq!(walls.news().await.data["incident"]["id"], open);
}

#[tokio::test]
async fn whoever_was_away_learns_of_it_on_the_way_back() {
    let shop = Shop::open().await;
    let mut walls = Stream::open(&shop, "wall", None).await;
    let token = walls.news().await.id;
    drop(walls);
    let hidden = shop.theft().await;
    overrule(&shop, &hidden, "dishonesty").await;
    let open = shop.as_("ann").report(theft()).await.created();
    let mut walls = Stream::open(&shop, "wall", Some(&token)).await;
    assert_eq!(walls.news().await.data["resumed"], true);
    assert_eq!(walls.news().await.kind, "resync");
    let heard = walls.news().await;
    assert_eq!(heard.data["incident"]["id"], open["incident"]["id"]);
    let mut bobs = Stream::open(&shop, "bob", None).await;
    let token = bobs.news().await.id;
    drop(bobs);
    change(&shop, "bob", "reach", json!({"kind": "all", "id": null})).await;
    let mut bobs = Stream::open(&shop, "bob", Some(&token)).await;
    assert_eq!(bobs.news().await.data["resumed"], true);
    assert_eq!(bobs.news().await.kind, "resync");
}

#[tokio::test]
async fn who_is_at_work_is_told_within_the_store_only() {
    let shop = Shop::open().await;
    let mut of_store = Stream::open(&shop, "mia", None).await;
    let mut elsewhere = Stream::open(&shop, "bob", None).await;
    assert_eq!(elsewhere.news().await.kind, "hello");
    let body = json!({"person": "ann"});
    let ann = shop.as_("ann");
    let started = ann.post("/sites/leeds-012/shifts", body).await;
    started.created();
    let heard = of_store.hear("organisation.shift").await;
    assert_eq!(heard.data["words"], "Ann Example is on shift");
    assert_eq!(heard.data["actor"]["id"], "ann");
    let hull = file(&shop, "hull-282", "theft").await;
    let heard = elsewhere.news().await;
    assert_eq!(heard.data["incident"]["id"], hull, "nothing of Leeds");
    let end = "/sites/leeds-012/shifts/ann/end";
    ann.post(end, json!({})).await.ok();
    let heard = of_store.hear("organisation.shift").await;
    assert_eq!(heard.data["words"], "Ann Example has ended the shift");
}
