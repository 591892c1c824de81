//! What is damaged of one incident stands in nobody else's way, and the check of the keys names it.

use outcry_domain::incident::{Command, Refusal, Summary};
use outcry_domain::{IncidentId, Personal, Stream};
use outcry_ledger::{
    Error, Filter, Ledger, Order, Page, VerifiedKeys, rebuild, verify, verify_all, verify_keys,
};

use crate::support::house::{Engine, House, everything, fill, slug};
use crate::support::sql::Sql;

on_every_engine!(
    a_damaged_incident_fails_alone,
    a_damaged_fact_holds_up_no_follower,
    a_damaged_row_hides_no_incident,
    a_rebuild_leaves_out_what_cannot_be_read,
    a_changed_key_is_named,
    a_lost_key_is_not_an_erased_one,
    what_cannot_be_kept_is_refused,
    a_changed_text_is_named,
    a_missing_region_key_is_named,
);

/// Three incidents, of which nothing is in memory any more.
async fn three(engine: Engine) -> (House, [IncidentId; 3]) {
    let mut house = House::open(engine).await;
    let mut ids = [IncidentId(uuid::Uuid::nil()); 3];
    for id in &mut ids {
        *id = house.report("leeds-1").await.summary.id;
    }
    house.restart().await;
    (house, ids)
}

fn stream(id: IncidentId) -> String {
    Stream::Incident(id).to_string()
}

async fn comment_on_all(house: &House, ids: &[IncidentId]) -> Vec<Result<u64, Error>> {
    let commands = ids.iter().map(|id| {
        let text = Personal::new("seen again");
        (*id, Command::Comment { text }, house.desk())
    });
    let results = house.ledger.record_all(commands.collect()).await;
    results
        .into_iter()
        .map(|result| result.map(|recorded| recorded.receipt.sequence))
        .collect()
}

async fn a_damaged_incident_fails_alone(engine: Engine) {
    let (mut house, [first, unread, unlocked]) = three(engine).await;
    let last = house.report("leeds-2").await.summary.id;
    house.ledger.stop().await;
    let sql = Sql::open(&house).await;
    sql.run(&format!(
        "UPDATE fact SET body = '{{' WHERE stream = '{}'",
        stream(unread)
    ))
    .await;
    sql.run(&format!(
        "UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE stream = '{}') WHERE stream = '{}'",
        stream(first),
        stream(unlocked)
    ))
    .await;
    house.restart().await;
    let nobody = IncidentId(uuid::Uuid::from_u128(7));
    let results = comment_on_all(&house, &[first, unread, nobody, unlocked, last]).await;
    assert_eq!(results[0], Ok(5));
    let damaged = |result: &Result<u64, Error>, at, what: &str| match result {
        Err(Error::Corrupt { sequence, why, .. }) => {
            assert_eq!(*sequence, at, "{why}");
            assert!(why.contains(what), "{why}");
        }
        other => panic!("{other:?}"),
    };
    damaged(&results[1], 2, "the body cannot be read");
    assert_eq!(results[2], Err(Error::Refused(Refusal::NotFound)));
    damaged(&results[3], 3, "does not open");
    assert_eq!(results[4], Ok(6));
    // Not only the first time, when it is read.
    let results = comment_on_all(&house, &[first, unread, last]).await;
    assert!(results[0].is_ok() && results[1].is_err() && results[2].is_ok());
}

async fn a_damaged_fact_holds_up_no_follower(engine: Engine) {
    let (mut house, _) = three(engine).await;
    house.ledger.stop().await;
    let sql = Sql::open(&house).await;
    sql.run("UPDATE fact SET body = '{' WHERE region = 'north' AND sequence = 2")
        .await;
    house.restart().await;
    let facts = house.ledger.facts_after(&slug("north"), 0, 10).await;
    let facts = facts.expect("reads");
    let sequences: Vec<u64> = facts.iter().map(|entry| entry.fact.sequence).collect();
    assert_eq!(sequences, [1, 3]);
}

/// Every summary of a list, by pages of one.
async fn listed(house: &House, order: Order) -> Vec<Summary> {
    let filter = Filter {
        order,
        ..Filter::default()
    };
    let (mut page, mut all) = (Page::default(), Vec::new());
    page.limit = 1;
    loop {
        let listed = house.ledger.incidents(&everything(), &filter, &page).await;
        let listed = listed.expect("lists");
        all.extend(listed.items);
        page.after = match listed.next {
            None => return all,
            next => next,
        };
    }
}

async fn a_damaged_row_hides_no_incident(engine: Engine) {
    let (mut house, [_, unread, lost]) = three(engine).await;
    let mut newest = listed(&house, Order::Newest).await;
    let mut urgent = listed(&house, Order::Urgency).await;
    assert_eq!((newest.len(), urgent.len()), (3, 3));
    house.ledger.stop().await;
    let sql = Sql::open(&house).await;
    // PostgreSQL takes no text that is none; SQLite has whatever is on the disk.
    let damage = match engine {
        Engine::Sqlite => "CAST(x'ff' AS TEXT)",
        Engine::Postgres => "'{'",
    };
    let (unread, lost) = (stream(unread), stream(lost));
    sql.run(&format!(
        "UPDATE incident SET summary = {damage} WHERE id IN ('{unread}', '{lost}')"
    ))
    .await;
    let broken = verify_all(&house.settings).await.expect("checks");
    let broken = broken.expect_err("must be found");
    assert_eq!((broken.region.as_str(), broken.sequence), ("north", 2));
    assert!(broken.why.contains("run outcry rebuild"), "{}", broken.why);
    house.restart().await;
    assert_eq!(listed(&house, Order::Newest).await, newest);
    assert_eq!(listed(&house, Order::Urgency).await, urgent);
    // What cannot be read in the log either hides nothing but itself.
    house.ledger.stop().await;
    sql.run(&format!(
        "UPDATE fact SET body = '{{' WHERE stream = '{lost}'"
    ))
    .await;
    house.restart().await;
    newest.remove(0);
    urgent.pop();
    assert_eq!(listed(&house, Order::Newest).await, newest);
    assert_eq!(listed(&house, Order::Urgency).await, urgent);
    let facts = house.ledger.facts_after(&slug("north"), 0, 10).await;
    let told = facts.expect("reads").into_iter();
    let mut told: Vec<_> = told.filter_map(|entry| entry.summary.clone()).collect();
    told.reverse();
    assert_eq!(told, newest);
}

/// What is left out is named, and the rest is there: a start that needs the tables has a way on.
async fn a_rebuild_leaves_out_what_cannot_be_read(engine: Engine) {
    let (mut house, [first, second, third]) = three(engine).await;
    house.ledger.stop().await;
    let sql = Sql::open(&house).await;
    let (first, third) = (stream(first), stream(third));
    sql.run(&format!(
        "UPDATE fact SET body = '{{' WHERE stream IN ('{first}', '{third}')"
    ))
    .await;
    sql.run("DELETE FROM incident").await;
    let needed = Ledger::open(&house.settings, fill).await.map(drop);
    let needed = needed.expect_err("a table was emptied").to_string();
    assert!(needed.contains("run: outcry rebuild"), "{needed}");
    let done = rebuild(&house.settings).await.expect("goes on");
    assert_eq!((done.incidents, done.left_out), (1, 2));
    let named = done.damaged.iter();
    let named: Vec<_> = named.map(|it| (it.region.as_str(), it.sequence)).collect();
    assert_eq!(named, [("north", 1), ("north", 3)]);
    assert_eq!(done.damaged[0].why, "the body cannot be read");
    house.restart().await;
    house.report("leeds-1").await;
    let left = listed(&house, Order::Newest).await;
    assert_eq!((left.len(), left[1].id), (2, second));
    // Also where the tables are behind the log, as after an upgrade.
    house.ledger.stop().await;
    sql.run("UPDATE head SET projected = 0").await;
    house.restart().await;
    assert_eq!(listed(&house, Order::Newest).await, left);
    house.ledger.stop().await;
    sql.run("DELETE FROM incident").await;
    let needed = Ledger::open(&house.settings, fill).await.map(drop);
    needed.expect_err("what can be read is missing");
}

async fn a_changed_key_is_named(engine: Engine) {
    let (house, [first, second, _]) = three(engine).await;
    house.ledger.stop().await;
    let whole = verify_keys(&house.settings).await.expect("checks");
    // The settings are a story as well: two people, each with a name and an address.
    let all = VerifiedKeys {
        stories: 4,
        texts: 3 + 4,
        erased: 0,
    };
    assert_eq!(whole, Ok(all));
    let sql = Sql::open(&house).await;
    sql.run(&format!(
        "UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE stream = '{}') WHERE stream = '{}'",
        stream(first),
        stream(second)
    ))
    .await;
    verify(&house.settings)
        .await
        .expect("checks")
        .expect("the chain does not know keys");
    let broken = verify_keys(&house.settings).await.expect("checks");
    let broken = broken.expect_err("must be found");
    assert_eq!((broken.region.as_str(), broken.sequence), ("north", 2));
    assert!(broken.why.contains("does not open"), "{}", broken.why);
}

async fn a_lost_key_is_not_an_erased_one(engine: Engine) {
    let (house, [_, second, _]) = three(engine).await;
    house.ledger.stop().await;
    let sql = Sql::open(&house).await;
    sql.run(&format!(
        "DELETE FROM data_key WHERE stream = '{}'",
        stream(second)
    ))
    .await;
    let broken = verify_keys(&house.settings).await.expect("checks");
    let broken = broken.expect_err("must be found");
    assert_eq!((broken.region.as_str(), broken.sequence), ("north", 2));
    assert!(broken.why.contains("no fact says"), "{}", broken.why);
}

async fn what_cannot_be_kept_is_refused(engine: Engine) {
    let (mut house, ids) = three(engine).await;
    house.ledger.stop().await;
    let sql = Sql::open(&house).await;
    let lost = format!("DELETE FROM data_key WHERE stream = '{}'", stream(ids[1]));
    sql.run(&lost).await;
    house.restart().await;
    let [first, refused, third] = &comment_on_all(&house, &ids).await[..] else {
        panic!("one result each");
    };
    let (first, third) = (first.clone().expect("kept"), third.clone().expect("kept"));
    assert_eq!((first, third), (4, 5));
    let Err(Error::Corrupt {
        sequence: 2, why, ..
    }) = refused
    else {
        panic!("{refused:?}");
    };
    assert!(why.contains("no fact says that it was erased"), "{why}");
    // What needs no key goes on: help is still on its way.
    let done = house.command(ids[1], Command::Acknowledge).await;
    assert_eq!(done.expect("acknowledged").receipt.sequence, 6);
}

async fn a_changed_text_is_named(engine: Engine) {
    let (house, _) = three(engine).await;
    house.ledger.stop().await;
    let sql = Sql::open(&house).await;
    // Two characters of the sealed narrative, somewhere in its middle.
    sql.run(
        "UPDATE fact SET body = substr(body, 1, 250) || CASE substr(body, 251, 2) WHEN 'AA' THEN 'BB' ELSE 'AA' END \
         || substr(body, 253) WHERE region = 'north' AND sequence = 3",
    )
    .await;
    let broken = verify_keys(&house.settings).await.expect("checks");
    let broken = broken.expect_err("must be found");
    assert_eq!((broken.region.as_str(), broken.sequence), ("north", 3));
    assert!(broken.why.contains("a sealed text"), "{}", broken.why);
}

async fn a_missing_region_key_is_named(engine: Engine) {
    let (house, _) = three(engine).await;
    house.ledger.stop().await;
    let key = house.data().join("keys/region-north.key");
    std::fs::remove_file(&key).expect("removes");
    let broken = verify_keys(&house.settings).await.expect("checks");
    let broken = broken.expect_err("must be found");
    assert!(broken.why.contains("region-north.key"), "{}", broken.why);
    assert!(!key.exists(), "nothing is made");
}
