//! Personal texts are on no disk as they are; keys are the owner's alone, and missing ones are named.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use outcry_domain::incident::{Command, Ground};
use outcry_domain::{IncidentId, Personal, Reach, Role, Stream};
use outcry_ledger::{Error, Filter, Ledger, Page, Part};

use crate::support::house::{
    ADDRESS, Engine, House, NAME, NARRATIVE, actor, everything, fill, slug,
};
use crate::support::sql::Sql;

on_every_engine!(
    nothing_personal_is_at_rest,
    a_story_reads_back_open,
    a_sealed_text_opens_nowhere_else,
    keys_are_the_owners_alone,
    a_missing_or_wrong_key_is_named,
);

const SECRETS: [&str; 8] = [
    NARRATIVE,
    "Zebulon",
    "Quartermaine",
    "breadknife",
    NAME,
    "Vanterpool",
    ADDRESS,
    "nosey parker",
];

fn assert_clean(bytes: &[u8], place: &str) {
    let lower = bytes.to_ascii_lowercase();
    for secret in SECRETS {
        let secret = secret.to_ascii_lowercase();
        let found = lower
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{secret:?} lies open in {place}");
    }
}

fn assert_clean_files(dir: &Path) -> usize {
    let mut count = 0;
    for file in fs::read_dir(dir).expect("a directory").flatten() {
        if file.path().is_dir() {
            count += assert_clean_files(&file.path());
        } else {
            assert_clean(
                &fs::read(file.path()).expect("reads"),
                &file.path().display().to_string(),
            );
            count += 1;
        }
    }
    count
}

async fn nothing_personal_is_at_rest(engine: Engine) {
    let house = House::open(engine).await;
    let id = house.report("leeds-1").await.summary.id;
    let text = Personal::new("the nosey parker from flat 9 saw Zebulon");
    house
        .command(id, Command::Comment { text })
        .await
        .expect("noted");
    let filter = Filter {
        text: Some("zebulon".into()),
        ..Filter::default()
    };
    for _ in 0..100 {
        let found = house
            .ledger
            .incidents(&everything(), &filter, &Page::default())
            .await;
        if !found.expect("lists").items.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // While it runs: database, write-ahead log, keys.
    assert!(assert_clean_files(house.data()) >= if engine == Engine::Sqlite { 4 } else { 3 });
    let sql = Sql::open(&house).await;
    for table in ["fact", "incident", "token", "data_key", "once", "kek"] {
        let row = match engine {
            Engine::Sqlite => "*",
            Engine::Postgres => "CAST(t AS TEXT)",
        };
        if engine == Engine::Postgres {
            for text in sql.texts(&format!("SELECT {row} FROM {table} t")).await {
                assert_clean(text.as_bytes(), table);
            }
        }
    }
    house.ledger.stop().await;
    assert_clean_files(house.data());
}

async fn a_story_reads_back_open(engine: Engine) {
    let mut house = House::open(engine).await;
    let id = house.report("leeds-1").await.summary.id;
    house.restart().await;
    let story = house
        .ledger
        .incident(&everything(), id)
        .await
        .expect("reads")
        .expect("there is one");
    let narrative = story.report.narrative.as_ref().and_then(Personal::open);
    assert_eq!(narrative, Some(NARRATIVE));
    let state = house
        .ledger
        .state(id)
        .await
        .expect("reads")
        .expect("there is one");
    assert!(matches!(state.report.narrative, Some(Personal::Sealed(_))));
    let report = house.ledger.open_report(&state).await.expect("opens");
    assert_eq!(report.narrative, Some(Personal::new(NARRATIVE)));
    let organisation = house.ledger.organisation();
    let dana = organisation.person(&slug("dana")).expect("there is one");
    assert_eq!(dana.name.open(), Some(NAME));
    assert_eq!(dana.contacts[0].address.open(), Some(ADDRESS));
}

async fn a_sealed_text_opens_nowhere_else(engine: Engine) {
    let mut house = House::open(engine).await;
    let one = house.report("leeds-1").await.summary.id;
    let other = house.report("leeds-1").await.summary.id;
    house.ledger.stop().await;
    Sql::open(&house)
        .await
        .run(&format!(
            "UPDATE fact SET body = (SELECT body FROM fact WHERE stream = '{}') WHERE stream = '{}'",
            Stream::Incident(one),
            Stream::Incident(other)
        ))
        .await;
    house.restart().await;
    let all = Part {
        before: None,
        kind: None,
        limit: 10,
    };
    let refused = house.ledger.story(other, all).await;
    let refused = refused.expect_err("bound to its story");
    assert!(
        matches!(refused, Error::Corrupt { sequence: 2, .. }),
        "{refused}"
    );
    let opened = house.ledger.story(one, all).await;
    opened.expect("opens where it belongs");
}

async fn keys_are_the_owners_alone(engine: Engine) {
    let mut house = House::open(engine).await;
    let keys = house.data().join("keys");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&keys), 0o700);
    assert_eq!(mode(house.data()), 0o700);
    for name in [
        "region-north.key",
        "region-south.key",
        "region-organisation.key",
    ] {
        assert_eq!(mode(&keys.join(name)), 0o600, "{name}");
        assert_eq!(
            fs::read(keys.join(name)).expect("reads").len(),
            32,
            "{name}"
        );
    }
    if engine == Engine::Sqlite {
        for name in ["outcry.db", "outcry.db-wal", "outcry.db-shm", "outcry.lock"] {
            assert_eq!(mode(&house.data().join(name)), 0o600, "{name}");
        }
    }
    assert_eq!(
        fs::read_dir(&keys).expect("lists").count(),
        4,
        "the keys, the note that the log has begun, and nothing that is left over"
    );
    house.ledger.stop().await;
    let north = keys.join("region-north.key");
    fs::set_permissions(&north, fs::Permissions::from_mode(0o640)).expect("changes");
    let refused = Ledger::open(&house.settings, fill)
        .await
        .map(drop)
        .expect_err("others can read it");
    assert!(refused.to_string().contains("chmod 600"), "{refused}");
    fs::set_permissions(&north, fs::Permissions::from_mode(0o600)).expect("changes");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o755)).expect("changes");
    let refused = Ledger::open(&house.settings, fill)
        .await
        .map(drop)
        .expect_err("others can enter");
    assert!(refused.to_string().contains("chmod 700"), "{refused}");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o700)).expect("changes");
    house.restart().await;
}

async fn a_missing_or_wrong_key_is_named(engine: Engine) {
    let mut house = House::open(engine).await;
    house.report("leeds-1").await;
    house.ledger.stop().await;
    let north = house.data().join("keys/region-north.key");
    let key = fs::read(&north).expect("reads");
    fs::remove_file(&north).expect("removes");
    let refused = Ledger::open(&house.settings, fill)
        .await
        .map(drop)
        .expect_err("missing");
    assert!(
        refused.to_string().contains("region-north.key"),
        "{refused}"
    );
    assert!(!north.exists(), "no new key may take its place");
    fs::copy(house.data().join("keys/region-south.key"), &north).expect("copies");
    let refused = Ledger::open(&house.settings, fill)
        .await
        .map(drop)
        .expect_err("wrong");
    assert!(refused.to_string().contains("another key"), "{refused}");
    fs::write(&north, &key[..31]).expect("writes");
    let refused = Ledger::open(&house.settings, fill)
        .await
        .map(drop)
        .expect_err("too short");
    assert!(refused.to_string().contains("not a key"), "{refused}");
    fs::write(&north, &key).expect("writes");
    house.restart().await;
}

/// Incidents that are over, each with words of its own: so many that the search has divided its pages.
async fn many_over(house: &House) -> Vec<IncidentId> {
    let mut ids = Vec::new();
    for n in 0..24 {
        let id = house.report("leeds-1").await.summary.id;
        let words: Vec<String> = (0..24).map(|word| format!("w{n}x{word}")).collect();
        let note = Some(Personal::new(words.join(" ")));
        let over = house.command(id, Command::FalseAlarm { note }).await;
        over.expect("over");
        ids.push(id);
    }
    let north = slug("north");
    while house.ledger.cursor("search", &north).await.expect("reads") < house.ledger.head(&north) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ids
}

async fn erase(house: &House, id: IncidentId) {
    let moment = house.moment(actor("root", Role::Admin, Reach::All));
    let ground = Ground::Requested;
    let erased = house
        .ledger
        .record(id, Command::Erase { ground }, &moment, None)
        .await;
    erased.expect("erased");
}

/// The bytes by which a story's key and its words are known on SQLite's disk: the wrapped key, and
/// every word with the story beside it, as the table and as its index have them.
async fn traces(sql: &Sql, id: IncidentId) -> Vec<Vec<u8>> {
    let stream = Stream::Incident(id).to_string();
    let key = format!("SELECT hex(wrapped) FROM data_key WHERE stream = '{stream}'");
    let key = sql.text(&key).await;
    let byte = |at: usize| u8::from_str_radix(&key[at..at + 2], 16).expect("hex");
    let mut traces: Vec<Vec<u8>> = vec![(0..key.len()).step_by(2).map(byte).collect()];
    let terms = format!("SELECT CAST(term AS TEXT) FROM token WHERE incident = '{stream}'");
    for term in sql.texts(&terms).await {
        let term: i64 = term.parse().expect("a number");
        // SQLite writes small numbers in fewer bytes.
        if term.unsigned_abs() >> 47 == 0 {
            continue;
        }
        let term = term.to_be_bytes();
        traces.push([&term[..], stream.as_bytes()].concat());
        traces.push([stream.as_bytes(), &term[..]].concat());
    }
    traces
}

/// How many of these lie in the database or in its write-ahead log.
fn found(house: &House, traces: &[Vec<u8>]) -> usize {
    let files = ["outcry.db", "outcry.db-wal"].map(|name| house.data().join(name));
    let disk = files.map(|file| fs::read(file).expect("reads")).concat();
    let lies = |trace: &&Vec<u8>| {
        disk.windows(trace.len())
            .any(|window| window == trace.as_slice())
    };
    traces.iter().filter(lies).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_erased_is_nowhere_on_the_disk() {
    let house = House::open(Engine::Sqlite).await;
    let ids = many_over(&house).await;
    // So that it stands in the file, and not in the write-ahead log alone.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let sql = Sql::open(&house).await;
    for id in [ids[7], ids[23]] {
        let traces = traces(&sql, id).await;
        assert!(traces.len() > 40, "only {}", traces.len());
        assert_eq!(found(&house, &traces), traces.len(), "they can be found");
        erase(&house, id).await;
        for _ in 0..50 {
            if found(&house, &traces) == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(found(&house, &traces), 0);
    }
}
