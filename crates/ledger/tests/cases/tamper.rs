//! Whoever changes a record behind the ledger's back is found out, and the record is named.

use std::time::Duration;

use outcry_domain::Stream;
use outcry_ledger::chain::{self, GENESIS, Link};
use outcry_ledger::{Broken, Error, Filter, Ledger, Page, rebuild, verify, verify_all};

use crate::support::house::{Engine, House, everything, fill};
use crate::support::sql::Sql;

on_every_engine!(
    every_changed_column_is_named,
    a_shifted_or_moved_fact_is_named,
    a_missing_fact_is_named,
    a_cut_end_is_named,
    a_changed_row_is_named_and_rebuilt,
    a_whole_rewritten_end_needs_the_head,
    a_gap_in_a_story_is_named_under_a_rewritten_chain,
    a_log_that_goes_on_after_its_head_is_not_opened,
    a_log_without_its_head_or_its_end_is_not_opened,
    a_database_that_lost_keys_is_not_opened,
    a_lost_read_table_is_filled_again,
    a_read_table_that_an_upgrade_does_not_find_is_filled_again,
    an_emptied_search_is_filled_again,
);

async fn damaged(house: &House, statement: &str) -> Broken {
    Sql::open(house).await.run(statement).await;
    verify(&house.settings)
        .await
        .expect("checks")
        .expect_err("must be found")
}

async fn stopped_house(engine: Engine) -> House {
    let house = House::open(engine).await;
    for _ in 0..6 {
        house.report("leeds-1").await;
    }
    house.ledger.stop().await;
    house
}

async fn every_changed_column_is_named(engine: Engine) {
    let house = stopped_house(engine).await;
    let sql = Sql::open(&house).await;
    for (column, other) in [
        ("stream", "'0190abcd0190abcd0190abcd0190abcd'"),
        ("version", "version + 5"),
        ("at", "at + 1"),
        ("actor", "'person:somebody'"),
        ("kind", "'incident.closed'"),
        ("body", "replace(body, 'theft', 'fraud')"),
    ] {
        let held = sql
            .text(&format!(
                "SELECT CAST({column} AS TEXT) FROM fact WHERE region = 'north' AND sequence = 3"
            ))
            .await;
        let place = "WHERE region = 'north' AND sequence = 3";
        let broken = damaged(
            &house,
            &format!("UPDATE fact SET {column} = {other} {place}"),
        )
        .await;
        assert_eq!(
            (broken.region.as_str(), broken.sequence),
            ("north", 3),
            "{column}: {}",
            broken.why
        );
        let held = if matches!(column, "version" | "at") {
            held
        } else {
            format!("'{}'", held.replace('\'', "''"))
        };
        sql.run(&format!("UPDATE fact SET {column} = {held} {place}"))
            .await;
        verify(&house.settings)
            .await
            .expect("checks")
            .expect("whole again");
    }
    let broken = damaged(&house, "UPDATE fact SET hash = (SELECT hash FROM fact WHERE region = 'north' AND sequence = 4) WHERE region = 'north' AND sequence = 3").await;
    assert_eq!(
        (broken.region.as_str(), broken.sequence),
        ("north", 3),
        "{}",
        broken.why
    );
}

async fn a_shifted_or_moved_fact_is_named(engine: Engine) {
    let house = stopped_house(engine).await;
    let place = "WHERE region = 'north' AND sequence = 3";
    let shift = "kind = kind || substr(body, 1, 1), body = substr(body, 2)";
    let broken = damaged(&house, &format!("UPDATE fact SET {shift} {place}")).await;
    assert_eq!(
        (broken.region.as_str(), broken.sequence),
        ("north", 3),
        "{}",
        broken.why
    );
    let back =
        "body = substr(kind, length(kind)) || body, kind = substr(kind, 1, length(kind) - 1)";
    Sql::open(&house)
        .await
        .run(&format!("UPDATE fact SET {back} {place}"))
        .await;
    verify(&house.settings)
        .await
        .expect("checks")
        .expect("whole again");
    let broken = damaged(&house, &format!("UPDATE fact SET region = 'east' {place}")).await;
    assert_eq!(
        (broken.region.as_str(), broken.sequence),
        ("east", 3),
        "{}",
        broken.why
    );
    let house = stopped_house(engine).await;
    let broken = damaged(&house, &format!("UPDATE fact SET sequence = 99 {place}")).await;
    assert_eq!(
        (broken.region.as_str(), broken.sequence),
        ("north", 3),
        "{}",
        broken.why
    );
}

async fn a_missing_fact_is_named(engine: Engine) {
    let house = stopped_house(engine).await;
    let broken = damaged(
        &house,
        "DELETE FROM fact WHERE region = 'north' AND sequence = 4",
    )
    .await;
    assert_eq!(
        (broken.region.as_str(), broken.sequence),
        ("north", 4),
        "{}",
        broken.why
    );
}

async fn a_cut_end_is_named(engine: Engine) {
    let house = stopped_house(engine).await;
    let broken = damaged(
        &house,
        "DELETE FROM fact WHERE region = 'north' AND sequence = 6",
    )
    .await;
    assert_eq!(
        (broken.region.as_str(), broken.sequence),
        ("north", 6),
        "{}",
        broken.why
    );
    let broken = damaged(&house, "DELETE FROM head WHERE region = 'north'").await;
    assert_eq!(broken.region, "north", "{}", broken.why);
}

async fn a_changed_row_is_named_and_rebuilt(engine: Engine) {
    let house = stopped_house(engine).await;
    let sql = Sql::open(&house).await;
    sql.run("UPDATE incident SET summary = replace(summary, 'leeds-1', 'hove-1')")
        .await;
    verify(&house.settings)
        .await
        .expect("checks")
        .expect("the log itself is whole");
    let broken = verify_all(&house.settings)
        .await
        .expect("checks")
        .expect_err("must be found");
    assert_eq!(
        (broken.region.as_str(), broken.sequence),
        ("north", 1),
        "{}",
        broken.why
    );
    rebuild(&house.settings).await.expect("rebuilds");
    verify_all(&house.settings)
        .await
        .expect("checks")
        .expect("whole again");
    sql.run("DELETE FROM incident").await;
    verify_all(&house.settings)
        .await
        .expect("checks")
        .expect_err("rows are missing");
}

async fn a_whole_rewritten_end_needs_the_head(engine: Engine) {
    let house = stopped_house(engine).await;
    let sql = Sql::open(&house).await;
    sql.run("UPDATE head SET sequence = 5, hash = (SELECT hash FROM fact WHERE region = 'north' AND sequence = 5) WHERE region = 'north'").await;
    let broken = verify(&house.settings)
        .await
        .expect("checks")
        .expect_err("one fact too many");
    assert_eq!(
        (broken.region.as_str(), broken.sequence),
        ("north", 6),
        "{}",
        broken.why
    );
    let broken = damaged(
        &house,
        "UPDATE head SET sequence = 9 WHERE region = 'north'",
    )
    .await;
    assert_eq!(broken.region, "north", "{}", broken.why);
}

/// Gives the first fact of the south another version, with every hash made to fit.
pub(crate) async fn gap(house: &House, sql: &Sql) {
    let place = "FROM fact WHERE region = 'south' AND sequence = 1";
    let column = async |name: &str| {
        sql.text(&format!("SELECT CAST({name} AS TEXT) {place}"))
            .await
    };
    let (stream, actor) = (column("stream").await, column("actor").await);
    let (kind, body) = (column("kind").await, column("body").await);
    let link = Link {
        region: "south",
        sequence: 1,
        stream: &stream,
        version: 2,
        at: column("at").await.parse().expect("a number"),
        actor: &actor,
        kind: &kind,
        body: &body,
    };
    let hash = chain::hex(&chain::hash(&GENESIS, &link));
    let hash = match house.url {
        None => format!("x'{hash}'"),
        Some(_) => format!("decode('{hash}', 'hex')"),
    };
    sql.run(&format!(
        "UPDATE fact SET version = 2, hash = {hash} WHERE region = 'south' AND sequence = 1"
    ))
    .await;
    sql.run(&format!(
        "UPDATE head SET hash = {hash} WHERE region = 'south'"
    ))
    .await;
}

async fn a_log_that_goes_on_after_its_head_is_not_opened(engine: Engine) {
    let mut house = stopped_house(engine).await;
    let sql = Sql::open(&house).await;
    let head = |sequence| format!("UPDATE head SET sequence = {sequence} WHERE region = 'north'");
    sql.run(&head(4)).await;
    let told = Ledger::open(&house.settings, fill).await.map(drop);
    let told = told.expect_err("nothing could be added");
    assert!(
        matches!(&told, Error::Corrupt { region, sequence: 4, .. } if region.as_str() == "north"),
        "{told}"
    );
    sql.run(&head(6)).await;
    house.restart().await;
    house.report("leeds-1").await;
}

async fn a_log_without_its_head_or_its_end_is_not_opened(engine: Engine) {
    let mut house = stopped_house(engine).await;
    let sql = Sql::open(&house).await;
    let refused = async |house: &House, statement: &str, at: u64, words: &str| {
        sql.run(statement).await;
        let told = Ledger::open(&house.settings, fill).await.map(drop);
        let told = told.expect_err("nothing could be added");
        assert!(
            matches!(&told, Error::Corrupt { region, sequence, .. } if region.as_str() == "north" && *sequence == at),
            "{told}"
        );
        assert!(told.to_string().contains(words), "{told}");
    };
    sql.run("CREATE TABLE kept AS SELECT * FROM head").await;
    refused(
        &house,
        "DELETE FROM head WHERE region = 'north'",
        6,
        "none for this log",
    )
    .await;
    // Nor is a log gone of which the facts are there.
    refused(&house, "DELETE FROM head", 6, "none for this log").await;
    sql.run("INSERT INTO head SELECT * FROM kept").await;
    house.restart().await;
    house.report("leeds-1").await;
    house.ledger.stop().await;
    let end = "DELETE FROM fact WHERE region = 'north' AND sequence = 7";
    refused(&house, end, 7, "and it is missing").await;
}

async fn a_database_that_lost_keys_is_not_opened(engine: Engine) {
    for table in ["kek", "data_key"] {
        let house = stopped_house(engine).await;
        let sql = Sql::open(&house).await;
        sql.run(&format!("DROP TABLE {table}")).await;
        let told = Ledger::open(&house.settings, fill).await.map(drop);
        assert_eq!(told, Err(Error::Damaged), "{table}");
        let told = rebuild(&house.settings).await.map(drop);
        assert_eq!(told, Err(Error::Damaged), "{table}");
    }
}

/// It is said that nothing is lost, and what to do; that done, all is as before.
async fn a_lost_read_table_is_filled_again(engine: Engine) {
    for loss in [
        "DROP TABLE incident",
        "DROP TABLE token",
        "DROP TABLE once",
        "DROP TABLE cursor_at",
        "DROP TABLE lease",
        "DELETE FROM incident",
        // The incident of the first report alone.
        "DELETE FROM incident WHERE sequence = 1",
    ] {
        let mut house = House::open(engine).await;
        for _ in 0..3 {
            house.report("leeds-1").await;
        }
        found(&house, 3).await;
        house.ledger.stop().await;
        Sql::open(&house).await.run(loss).await;
        let told = Ledger::open(&house.settings, fill).await.map(drop);
        let told = told.expect_err("not all is there").to_string();
        let way_out = format!("run: outcry rebuild --data {}", house.data().display());
        assert!(told.contains(&way_out), "{loss}: {told}");
        assert!(!told.contains("put the newest"), "{loss}: {told}");
        let forgets = told.contains("sent again will be taken for a new one");
        assert_eq!(forgets, loss.ends_with("once"), "{loss}: {told}");
        let done = rebuild(&house.settings).await.expect(loss);
        assert_eq!(done.incidents, 3, "{loss}");
        let whole = verify_all(&house.settings).await.expect("checks");
        whole.expect(loss);
        house.restart().await;
        house.report("leeds-1").await;
        found(&house, 4).await;
    }
}

/// The tables are as the first Outcry made them, but for the lost one.
async fn a_read_table_that_an_upgrade_does_not_find_is_filled_again(engine: Engine) {
    for (lost, damaged) in [
        ("token", false),
        ("incident", false),
        ("fact", true),
        ("head", true),
    ] {
        let mut house = House::open(engine).await;
        house.report("leeds-1").await;
        found(&house, 1).await;
        house.ledger.stop().await;
        let sql = Sql::open(&house).await;
        for statement in [
            "DROP TABLE shift",
            "DROP INDEX fact_setting",
            "DROP INDEX token_incident",
            "DELETE FROM _sqlx_migrations WHERE version > 1",
            &format!("DROP TABLE {lost}"),
        ] {
            sql.run(statement).await;
        }
        let told = Ledger::open(&house.settings, fill).await.map(drop);
        let told = told.expect_err("not all is there");
        if damaged {
            assert_eq!(told, Error::Damaged, "{lost}");
            continue;
        }
        let way_out = format!("run: outcry rebuild --data {}", house.data().display());
        assert!(told.to_string().contains(&way_out), "{lost}: {told}");
        rebuild(&house.settings).await.expect(lost);
        house.restart().await;
        found(&house, 1).await;
    }
}

async fn an_emptied_search_is_filled_again(engine: Engine) {
    let mut house = House::open(engine).await;
    house.report("leeds-1").await;
    found(&house, 1).await;
    house.ledger.stop().await;
    Sql::open(&house).await.run("DELETE FROM token").await;
    rebuild(&house.settings).await.expect("rebuilds");
    house.restart().await;
    found(&house, 1).await;
}

/// Waits until the search finds that many of the reports.
async fn found(house: &House, count: usize) {
    let filter = Filter {
        text: Some("Quartermaine".into()),
        ..Filter::default()
    };
    let page = Page {
        limit: 10,
        after: None,
    };
    for _ in 0..100 {
        let listed = house.ledger.incidents(&everything(), &filter, &page).await;
        if listed.expect("lists").items.len() == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not {count} are found");
}

async fn a_gap_in_a_story_is_named_under_a_rewritten_chain(engine: Engine) {
    let house = House::open(engine).await;
    let id = house.report("hove-1").await.summary.id;
    house.ledger.stop().await;
    gap(&house, &Sql::open(&house).await).await;
    let broken = verify(&house.settings).await.expect("checks");
    let broken = broken.expect_err("version 1 is missing");
    assert_eq!((broken.region.as_str(), broken.sequence), ("south", 1));
    let story = Stream::Incident(id).to_string();
    assert!(broken.why.contains(&story), "{}", broken.why);
}

/// PostgreSQL takes no text that is none; SQLite has whatever is on the disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_byte_that_breaks_a_text_is_named_by_every_reader() {
    for column in ["stream", "actor", "kind", "body"] {
        let house = stopped_house(Engine::Sqlite).await;
        let broken = damaged(
            &house,
            &format!(
                "UPDATE fact SET {column} = CAST(x'ff' AS TEXT) || substr({column}, 2) \
                 WHERE region = 'north' AND sequence = 3"
            ),
        )
        .await;
        let place = (broken.region.as_str(), broken.sequence);
        assert_eq!(place, ("north", 3), "{column}: {}", broken.why);
        let done = rebuild(&house.settings).await.expect("leaves it out");
        let [broken] = &done.damaged[..] else {
            panic!("{column}: {done:?}");
        };
        let place = (broken.region.as_str(), broken.sequence);
        assert_eq!(place, ("north", 3), "{column}: {}", broken.why);
    }
    // What a house reads at its start.
    let house = stopped_house(Engine::Sqlite).await;
    let settings = "UPDATE fact SET body = CAST(x'ff' AS TEXT) || body \
                    WHERE region = 'organisation' AND sequence = 2";
    let broken = damaged(&house, settings).await;
    assert_eq!(broken.sequence, 2, "{}", broken.why);
    let refused = Ledger::open(&house.settings, fill).await.map(drop);
    assert!(
        matches!(refused, Err(Error::Corrupt { sequence: 2, .. })),
        "{refused:?}"
    );
}
