//! Erasing is a fact, and destroys what it says it destroys in the same commit.

use std::time::Duration;

use outcry_domain::incident::{Command, Event as Incident, Ground, Refusal};
use outcry_domain::{Event, IncidentId, Moment, Personal, Reach, Role, Stream};
use outcry_ledger::{Error, Filter, Ledger, Page, VerifiedKeys, rebuild, verify_all, verify_keys};

use crate::support::house::{Engine, House, NARRATIVE, actor, everything, slug};
use crate::support::sql::Sql;

on_every_engine!(
    an_erased_story_stays_whole_and_says_who_why_and_when,
    only_what_is_over_is_erased_and_only_by_an_administrator,
    an_erased_story_is_found_no_more,
    nobody_waits_for_the_search_to_erase,
    what_is_indexed_again_stays_erased,
    a_key_that_came_back_is_named,
);

pub(crate) const ERASE: Command = Command::Erase {
    ground: Ground::Requested,
};

pub(crate) fn administrator(house: &House) -> Moment {
    house.moment(actor("root", Role::Admin, Reach::All))
}

pub(crate) async fn over(house: &House) -> IncidentId {
    let id = house.report("leeds-1").await.summary.id;
    let note = Some(Personal::new("Quartermaine was not there"));
    let done = house.command(id, Command::FalseAlarm { note }).await;
    done.expect("over");
    id
}

pub(crate) async fn narrative(ledger: &Ledger, id: IncidentId) -> Personal {
    let story = ledger.incident(&everything(), id).await;
    let story = story.expect("reads").expect("there is one");
    story.report.narrative.expect("there was one")
}

async fn an_erased_story_stays_whole_and_says_who_why_and_when(engine: Engine) {
    let mut house = House::open(engine).await;
    let (id, other) = (over(&house).await, over(&house).await);
    let moment = administrator(&house);
    let recorded = house.ledger.record(id, ERASE, &moment, None).await;
    assert_eq!(recorded.expect("erased").receipt.sequence, 5);
    for _ in 0..2 {
        assert_eq!(narrative(&house.ledger, id).await, Personal::Forgotten);
        assert_eq!(
            narrative(&house.ledger, other).await,
            Personal::new(NARRATIVE)
        );
        house.restart().await;
    }
    let fact = house.ledger.facts_after(&slug("north"), 4, 1).await;
    let fact = fact.expect("reads")[0].fact.clone();
    let ground = Ground::Requested;
    assert_eq!(fact.event, Event::Incident(Incident::Erased { ground }));
    assert_eq!(fact.actor.to_string(), "person:root");
    assert_eq!(fact.at, moment.now);
    let sql = Sql::open(&house).await;
    let stream = Stream::Incident(id);
    let keys = format!("SELECT CAST(COUNT(*) AS TEXT) FROM data_key WHERE stream = '{stream}'");
    assert_eq!(sql.text(&keys).await, "0");

    // Nothing that could not be kept is taken, and the tables say the same when they are filled again.
    let text = Personal::new("one more thing");
    let refused = house.command(id, Command::Comment { text }).await;
    assert_eq!(refused.map(drop), Err(Error::Refused(Refusal::Erased)));
    house.ledger.stop().await;
    let whole = |found: Result<_, outcry_ledger::Broken>| found.expect("whole");
    whole(verify_all(&house.settings).await.expect("checks").map(drop));
    rebuild(&house.settings).await.expect("rebuilds");
    whole(verify_all(&house.settings).await.expect("checks").map(drop));
    let keys = verify_keys(&house.settings).await.expect("checks");
    let expected = VerifiedKeys {
        stories: 2,
        texts: 2 + 4,
        erased: 1,
    };
    assert_eq!(keys, Ok(expected));
}

async fn only_what_is_over_is_erased_and_only_by_an_administrator(engine: Engine) {
    let house = House::open(engine).await;
    let (open, over) = (house.report("leeds-1").await.summary.id, over(&house).await);
    let refused = house.command(over, ERASE).await.map(drop);
    assert!(matches!(
        refused,
        Err(Error::Refused(Refusal::Forbidden(_)))
    ));
    let moment = administrator(&house);
    let refused = house.ledger.record(open, ERASE, &moment, None).await;
    assert!(matches!(
        refused,
        Err(Error::Refused(Refusal::NotYet { .. }))
    ));
    for id in [open, over] {
        assert_eq!(narrative(&house.ledger, id).await, Personal::new(NARRATIVE));
    }
    let erased = house.ledger.record(over, ERASE, &moment, None).await;
    erased.expect("erased");
    let again = house.ledger.record(over, ERASE, &moment, None).await;
    assert_eq!(again.map(drop), Err(Error::Refused(Refusal::Erased)));
}

/// The incidents in which that word stands, once there are any.
async fn found(house: &House, word: &str) -> Vec<IncidentId> {
    let filter = Filter {
        text: Some(word.into()),
        ..Filter::default()
    };
    for _ in 0..200 {
        let listed = house
            .ledger
            .incidents(&everything(), &filter, &Page::default())
            .await;
        let found = listed.expect("lists").items;
        if !found.is_empty() {
            return found.iter().map(|summary| summary.id).collect();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Vec::new()
}

async fn terms(house: &House, id: IncidentId) -> String {
    let sql = Sql::open(house).await;
    let stream = Stream::Incident(id);
    let terms = format!("SELECT CAST(COUNT(*) AS TEXT) FROM token WHERE incident = '{stream}'");
    sql.text(&terms).await
}

async fn an_erased_story_is_found_no_more(engine: Engine) {
    let house = House::open(engine).await;
    let id = over(&house).await;
    assert_eq!(found(&house, "zebulon").await, [id]);
    let moment = administrator(&house);
    let erased = house.ledger.record(id, ERASE, &moment, None).await;
    erased.expect("erased");
    assert_eq!(terms(&house, id).await, "0");
    let later = house.report("leeds-1").await.summary.id;
    for word in ["zebulon", "whisky"] {
        assert_eq!(found(&house, word).await, [later]);
    }
    assert_eq!(terms(&house, id).await, "0");
}

async fn nobody_waits_for_the_search_to_erase(engine: Engine) {
    let house = House::open(engine).await;
    let north = slug("north");
    let mut ahead = Vec::new();
    // The search gathers for a while, so one of these is erased before it was read.
    for _ in 0..20 {
        let id = over(&house).await;
        let moment = administrator(&house);
        let erased = house.ledger.record(id, ERASE, &moment, None).await;
        let sequence = erased.expect("erased").receipt.sequence;
        let read = house.ledger.cursor("search", &north).await.expect("reads");
        if read + 2 < sequence {
            ahead.push(id);
        }
    }
    assert!(!ahead.is_empty(), "every erasure waited");
    // Read later, and not findable all the same: neither by what was sealed nor by the goods.
    let later = house.report("leeds-1").await.summary.id;
    for word in ["zebulon", "whisky"] {
        assert_eq!(found(&house, word).await, [later]);
    }
    for id in ahead {
        assert_eq!(terms(&house, id).await, "0");
    }
}

async fn what_is_indexed_again_stays_erased(engine: Engine) {
    let mut house = House::open(engine).await;
    let (id, other) = (over(&house).await, over(&house).await);
    assert!(found(&house, "zebulon").await.contains(&other));
    let moment = administrator(&house);
    let erased = house.ledger.record(id, ERASE, &moment, None).await;
    erased.expect("erased");
    house.ledger.stop().await;
    let sql = Sql::open(&house).await;
    for table in ["token", "cursor_at"] {
        sql.run(&format!("DELETE FROM {table}")).await;
    }
    rebuild(&house.settings).await.expect("rebuilds");
    house.restart().await;
    for word in ["zebulon", "whisky"] {
        assert_eq!(found(&house, word).await, [other]);
    }
    assert_eq!(terms(&house, id).await, "0");
}

/// Keeps the keys beside their table, as a backup does.
pub(crate) async fn keep_keys(sql: &Sql) {
    sql.run("CREATE TABLE kept AS SELECT * FROM data_key").await;
}

/// Puts back what was deleted since.
pub(crate) async fn bring_keys_back(sql: &Sql) {
    sql.run(
        "INSERT INTO data_key SELECT * FROM kept WHERE stream NOT IN (SELECT stream FROM data_key)",
    )
    .await;
}

async fn a_key_that_came_back_is_named(engine: Engine) {
    let house = House::open(engine).await;
    let id = over(&house).await;
    let sql = Sql::open(&house).await;
    keep_keys(&sql).await;
    let moment = administrator(&house);
    let erased = house.ledger.record(id, ERASE, &moment, None).await;
    erased.expect("erased");
    house.ledger.stop().await;
    let whole = verify_keys(&house.settings).await.expect("checks");
    whole.expect("whole");
    bring_keys_back(&sql).await;
    let broken = verify_keys(&house.settings).await.expect("checks");
    let broken = broken.expect_err("must be found");
    assert_eq!((broken.region.as_str(), broken.sequence), ("north", 1));
    assert!(broken.why.contains("still there"), "{}", broken.why);
}
