//! Every statement in the sources is understood by every engine. The list keeps itself complete: it
//! is read from the sources, so a statement that this walk through the ledger does not reach fails.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use outcry_domain::category::Priority;
use outcry_domain::incident::{Command, Ground, State};
use outcry_domain::{Category, Personal, Reach, Role, Scope, Stream};
use outcry_ledger::{
    Filter, Ledger, Once, Order, Page, Part, rebuild, recognise, verify, verify_all, verify_keys,
};

use super::erase::{bring_keys_back, keep_keys};
use super::shift::shift;
use super::tamper::gap;
use crate::support::house::{BEGIN, Engine, House, actor, everything, fill, slug, theft};
use crate::support::sql::Sql;
use crate::support::watch::Watch;

/// How statements, and the parts that follow their values, begin.
const BEGINNINGS: [&str; 10] = [
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE ",
    "PRAGMA ",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "ON CONFLICT ",
    "WITH ",
];
/// What only one engine has, and stands in no other file than these.
const OF_ONE_ENGINE: [&str; 2] = ["store/sqlite.rs", "store/postgres.rs"];
/// Statements that only SQLite gets: how it begins to write, its own housekeeping, and what only a
/// process that has the database to itself may keep in memory.
const SQLITE_ONLY: [&str; 3] = [
    "BEGIN IMMEDIATE",
    "PRAGMA wal_checkpoint(PASSIVE)",
    "SELECT principal, key FROM once LIMIT $1",
];
/// Statements that only PostgreSQL gets, because only there others write too.
const POSTGRES_ONLY: [&str; 3] = [
    "BEGIN",
    "SELECT pg_notify('outcry_log', '')",
    // What other processes changed is read again.
    "SELECT sequence FROM head WHERE region = $1",
];

#[tokio::test]
async fn every_engine_understands_every_statement() {
    let written = written();
    assert!(written.len() > 40, "only {} statements", written.len());
    let ran = [Engine::Sqlite, Engine::Postgres].map(|engine| (engine, Watch::default()));
    for (engine, watch) in &ran {
        let _watched = watch.start();
        walk(*engine).await;
    }
    for (engine, watch) in &ran {
        let elsewhere: &[&str] = match engine {
            Engine::Sqlite => &POSTGRES_ONLY,
            Engine::Postgres => &SQLITE_ONLY,
        };
        let ran = watch.statements();
        let never: Vec<&String> = written
            .iter()
            .filter(|text| !elsewhere.contains(&text.as_str()))
            .filter(|text| !ran.iter().any(|ran| is(text, ran)))
            .collect();
        assert!(never.is_empty(), "{engine:?} never ran: {never:#?}");
        let needless = |other: &&&str| ran.contains(**other);
        let needless: Vec<_> = elsewhere.iter().filter(needless).collect();
        assert!(needless.is_empty(), "{engine:?} ran {needless:?} as well");
    }
}

/// Whether the text of the sources, with its `{placeholders}`, is or begins or ends that statement.
fn is(written: &str, ran: &str) -> bool {
    let mut parts = written.split(['{', '}']).step_by(2);
    let first = parts.next().unwrap_or_default();
    let Some(begin) = ran.find(first) else {
        return false;
    };
    if !first.starts_with("ON CONFLICT") && begin > 0 {
        return false;
    }
    let mut rest = &ran[begin + first.len()..];
    let mut last = first;
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
        last = part;
    }
    // What goes on after the last part is a list of values, never another condition.
    let whole = written.ends_with('}') || last.is_empty() || rest.is_empty();
    whole || written.ends_with("VALUES") || written.ends_with(" IN") || first != last
}

/// Every statement in the sources.
fn written() -> BTreeSet<String> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    let mut folders = vec![sources.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            let name = path.strip_prefix(&sources).expect("within").to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs")
                && !OF_ONE_ENGINE.contains(&name.to_str().expect("a name"))
            {
                let text = std::fs::read_to_string(&path).expect("reads");
                // What follows is for tests.
                let text = text
                    .split("#[cfg(test)]\nmod tests")
                    .next()
                    .expect("a part");
                found.extend(literals(text).into_iter().filter(|text| {
                    BEGINNINGS
                        .iter()
                        .any(|beginning| text.starts_with(beginning))
                }));
            }
        }
    }
    found
}

/// The texts between quotation marks, as the compiler reads them.
fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let code: String = source
        .split('\n')
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut rest = code.as_str();
    while let Some(begin) = rest.find('"') {
        rest = &rest[begin + 1..];
        let mut text = String::new();
        let mut letters = rest.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    rest = &rest[at + 1..];
                    break;
                }
                '\\' => match letters.next() {
                    // A text that goes on in the next line does so at its first letter.
                    Some((_, '\n')) => {
                        let mut ahead = letters.clone();
                        while ahead.next().is_some_and(|(_, next)| next.is_whitespace()) {
                            letters.next();
                        }
                    }
                    Some((_, other)) => text.push(other),
                    None => break,
                },
                other => text.push(other),
            }
        }
        found.push(text);
    }
    found
}

/// Uses all of the ledger once.
async fn walk(engine: Engine) {
    let mut house = House::open(engine).await;
    let id = house.report("leeds-1").await.summary.id;
    let once = || Once {
        principal: "p".into(),
        key: "k".into(),
        body_hash: [1; 32],
    };
    for _ in 0..2 {
        let (command, moment) = (Command::Report(theft("hove-1")), house.desk());
        let done = house.ledger.report(command, &moment, Some(once())).await;
        done.expect("recorded");
    }
    house.panic("leeds-2").await;
    let done = house.command(id, Command::Acknowledge).await;
    done.expect("acknowledged");
    let text = Personal::new("Quartermaine was seen");
    let done = house.command(id, Command::Comment { text }).await;
    done.expect("noted");
    read(&house).await;
    loops(&house).await;
    let over = house.report("leeds-1").await.summary.id;
    let done = house
        .command(over, Command::FalseAlarm { note: None })
        .await;
    done.expect("over");
    let sql = Sql::open(&house).await;
    keep_keys(&sql).await;
    let ground = Ground::NotNeeded;
    let root = house.moment(actor("root", Role::Admin, Reach::All));
    let done = house
        .ledger
        .record(over, Command::Erase { ground }, &root, None);
    done.await.expect("erased");
    // A quiet moment: cursors are written, answered requests forgotten, SQLite's log is checkpointed.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    house.restart().await;
    let done = house.command(id, Command::Respond { note: None }).await;
    done.expect("read again from the table");
    shift(&house, "mia", true).await;
    checks(&mut house, &sql).await;
}

/// What pages and desks ask.
async fn read(house: &House) {
    let ledger = &house.ledger;
    let found = |words: &str| Filter {
        text: Some(words.into()),
        ..Filter::default()
    };
    let full = Filter {
        queues: vec![slug("critical")],
        states: vec![State::Open, State::Acknowledged],
        site: Some(slug("leeds-1")),
        category: Some(Category::Theft),
        priority: Some(Priority::P1),
        since: Some(BEGIN),
        until: Some(BEGIN.plus_s(60)),
        open: true,
        ..Filter::default()
    };
    let urgent = Filter {
        order: Order::Urgency,
        ..Filter::default()
    };
    let words = found("Quartermaine threatened");
    let filters = [
        Filter::default(),
        full,
        urgent,
        words,
        found("INC-7F3K-92QX"),
    ];
    for filter in &filters {
        let page = Page {
            limit: 1,
            after: None,
        };
        let listed = ledger.incidents(&everything(), filter, &page).await;
        let after = listed.expect("lists").next;
        let page = Page { limit: 1, after };
        let listed = ledger.incidents(&everything(), filter, &page).await;
        listed.expect("goes on");
    }
    for reach in [Reach::Site(slug("leeds-1")), Reach::Region(slug("north"))] {
        let scope = Scope::of(&actor("mia", Role::Desk, reach));
        ledger.desk(&scope, house.now()).await.expect("figures");
    }
    ledger
        .desk(&everything(), house.now())
        .await
        .expect("figures");
    let recent = ledger.facts_after(&slug("north"), 0, 1).await;
    let recent = recent.expect("reads")[0]
        .summary
        .clone()
        .expect("an incident's");
    let story = ledger.incident(&everything(), recent.id).await;
    story.expect("reads").expect("there is one");
    let part = Part {
        before: None,
        kind: None,
        limit: 10,
    };
    let facts = ledger.story(recent.id, part).await;
    assert!(!facts.expect("reads").is_empty());
}

/// What the loops ask and note.
async fn loops(house: &House) {
    let ledger = &house.ledger;
    ledger.due(BEGIN.plus_s(86_400), 10).await.expect("reads");
    ledger.undelivered().await.expect("reads");
    let history = ledger.history(&slug("leeds-1"), BEGIN).await;
    history.expect("reads");
    let north = slug("north");
    ledger.cursor("nobody", &north).await.expect("reads");
    ledger
        .move_cursor("notify", &north, 1)
        .await
        .expect("noted");
    let leased = ledger.lease("notify", house.now(), 15).await;
    assert_eq!(leased, Ok(true));
    ledger.answers().await.expect("reads");
}

/// What is asked of a house that rests, whole and damaged.
async fn checks(house: &mut House, sql: &Sql) {
    house.ledger.stop().await;
    recognise(&house.settings).await.expect("a log");
    let whole = verify_all(&house.settings).await.expect("checks");
    whole.expect("whole");
    let whole = verify_keys(&house.settings).await.expect("checks");
    whole.expect("whole");
    bring_keys_back(sql).await;
    let broken = verify_keys(&house.settings).await.expect("checks");
    broken.expect_err("a key that was destroyed is back");
    for loss in ["DELETE FROM shift", "DROP TABLE lease"] {
        sql.run(loss).await;
        let refused = Ledger::open(&house.settings, fill).await.map(drop);
        refused.expect_err(loss);
    }
    rebuild(&house.settings).await.expect("rebuilds");
    sql.run("UPDATE head SET projected = 0").await;
    house.restart().await;
    let id = house.report("leeds-1").await.summary.id;
    // While it rests: the search would have the key in memory.
    house.ledger.stop().await;
    sql.run(&format!(
        "UPDATE data_key SET kek = 'another' WHERE stream = '{}'",
        Stream::Incident(id)
    ))
    .await;
    house.restart().await;
    let text = Personal::new("words");
    let refused = house.command(id, Command::Comment { text }).await;
    refused.expect_err("its key was changed");
    house.ledger.stop().await;
    gap(house, sql).await;
    let broken = verify(&house.settings).await.expect("checks");
    broken.expect_err("a version is missing");
    let rebuilt = rebuild(&house.settings).await.expect("goes on");
    assert_eq!(rebuilt.left_out, 1);
    sql.run("UPDATE head SET sequence = 9000 WHERE region = 'south'")
        .await;
    let broken = verify(&house.settings).await.expect("checks");
    broken.expect_err("facts are missing");
    sql.run("UPDATE fact SET body = '{' WHERE region = 'organisation' AND sequence = 1")
        .await;
    rebuild(&house.settings)
        .await
        .expect_err("settings that cannot be read fill no table");
}
