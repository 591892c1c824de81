//! Several processes on one PostgreSQL: they take turns, and learn of each other.

use std::sync::Arc;
use std::time::Duration;

use outcry_domain::incident::Command;
use outcry_domain::{IncidentId, Personal, RegionId};
use outcry_ledger::{Error, Ledger, Once, Part, verify_all};

use super::erase::{ERASE, administrator, narrative, over};
use super::shift::shift;
use crate::support::house::{Engine, House, NARRATIVE, fill, slug, theft};
use crate::support::sql::Sql;

/// A second process on the same database, with a copy of the keys.
async fn beside(house: &House) -> (Ledger, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let mut settings = house.settings.clone();
    settings.data = dir.path().join("data");
    settings.owner = "two".into();
    let keys = settings.data.join("keys");
    std::fs::create_dir_all(&keys).expect("a directory");
    private(&settings.data);
    private(&keys);
    for key in std::fs::read_dir(house.data().join("keys"))
        .expect("lists")
        .flatten()
    {
        std::fs::copy(key.path(), keys.join(key.file_name())).expect("copies");
    }
    (Ledger::open(&settings, fill).await.expect("opens"), dir)
}

fn private(dir: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700)).expect("changes");
}

async fn until(what: impl Fn() -> bool) {
    for _ in 0..200 {
        if what() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not come true");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_one_log() {
    let house = Arc::new(House::open(Engine::Postgres).await);
    let (other, _dir) = beside(&house).await;
    let id = house.report("leeds-1").await.summary.id;
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..24 {
        let (house, other) = (house.clone(), other.clone());
        tasks.spawn(async move {
            let ledger = if task % 2 == 0 { &house.ledger } else { &other };
            let command = Command::Report(theft("leeds-1"));
            ledger
                .report(command, &house.desk(), None)
                .await
                .expect("recorded");
            // Everybody writes on the same incident: each is decided on what is then true.
            let text = Personal::new(format!("note {task}"));
            ledger
                .record(id, Command::Comment { text }, &house.desk(), None)
                .await
                .expect("noted");
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no task fails");
    }
    for ledger in [&house.ledger, &other] {
        until(|| ledger.head(&slug("north")) == 1 + 24 * 2).await;
        assert_eq!(version(ledger, id).await, 1 + 24);
    }
    let verified = verify_all(&house.settings)
        .await
        .expect("checks")
        .expect("whole");
    let north = verified
        .regions
        .iter()
        .find(|region| region.region == "north")
        .expect("there");
    assert_eq!(north.facts, 1 + 24 * 2);
    other.stop().await;
}

/// While one acknowledges, annotates or erases, the other records something else: nobody's own facts
/// hide what is to be heard before them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_between_ones_own_facts_is_heard() {
    let house = House::open(Engine::Postgres).await;
    let (other, _dir) = beside(&house).await;
    let north: RegionId = slug("north");
    for round in 0..40 {
        let id = over(&house).await;
        let before = house.ledger.head(&north);
        until(|| other.head(&north) == before).await;
        assert_eq!(narrative(&other, id).await, Personal::new(NARRATIVE));
        let (root, dana) = (administrator(&house), house.desk());
        let (erased, reported) = tokio::join!(
            house.ledger.record(id, ERASE, &root, None),
            other.report(Command::Report(theft("leeds-1")), &dana, None),
        );
        let erased = erased.expect("erased").receipt.sequence;
        reported.expect("recorded");
        for ledger in [&house.ledger, &other] {
            until(|| ledger.head(&north) == before + 2).await;
            let facts = ledger.facts_after(&north, before, 10).await;
            let sequences = facts.expect("reads");
            let sequences: Vec<u64> = sequences.iter().map(|entry| entry.fact.sequence).collect();
            assert_eq!(sequences, [before + 1, before + 2]);
            assert_eq!(
                version(ledger, id).await,
                3,
                "round {round}, erased at {erased}"
            );
            assert_eq!(narrative(ledger, id).await, Personal::Forgotten);
        }
    }
    other.stop().await;
}

/// Facts of another process that are in the table but were not heard yet are nobody's to read: what
/// is in memory may still be older.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_ahead_of_what_was_heard() {
    let house = House::open(Engine::Postgres).await;
    let id = house.report("leeds-1").await.summary.id;
    // It starts after the report, which is therefore in the table only.
    let (other, _dir) = beside(&house).await;
    let north: RegionId = slug("north");
    for expected in 2..40 {
        until(|| other.head(&north) == expected - 1).await;
        version(&other, id).await;
        let text = Personal::new("a note");
        let noted = house.command(id, Command::Comment { text });
        let read = async {
            loop {
                let facts = other.facts_after(&north, 0, 1_000).await.expect("reads");
                if facts.len() as u64 == expected {
                    return version(&other, id).await;
                }
            }
        };
        let (noted, read) = tokio::join!(noted, read);
        noted.expect("noted");
        assert_eq!(read, expected);
    }
    other.stop().await;
}

async fn version(ledger: &Ledger, id: IncidentId) -> u64 {
    let state = ledger.state(id).await.expect("reads");
    state.expect("there is one").version
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_hears_of_the_others_facts_and_settings() {
    let house = House::open(Engine::Postgres).await;
    let (other, _dir) = beside(&house).await;
    let north: RegionId = slug("north");
    let id = house.report("leeds-1").await.summary.id;
    other.state(id).await.expect("reads").expect("there is one");
    let mut watch = other.watch();
    watch.borrow_and_update();
    house
        .command(id, Command::Acknowledge)
        .await
        .expect("acknowledged");
    until(|| other.head(&north) == 2).await;
    assert!(watch.has_changed().expect("open"));
    let facts = other.facts_after(&north, 0, 10).await.expect("reads");
    assert_eq!(facts.len(), 2);
    let resolution = outcry_domain::incident::Resolution::NoAction;
    let resolve = Command::Resolve {
        resolution,
        note: None,
    };
    let resolved = other
        .record(id, resolve, &house.desk(), None)
        .await
        .expect("resolved");
    assert_eq!(resolved.summary.version, 3);

    let named = house.name_region("north", "The North").await;
    named.expect("set");
    until(|| other.organisation().regions[&north].value.name == "The North").await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_knows_who_said_to_the_other_that_they_are_at_work() {
    let house = House::open(Engine::Postgres).await;
    shift(&house, "dana", true).await;
    let (other, _dir) = beside(&house).await;
    let there = || {
        let (organisation, leeds) = (other.organisation(), slug("leeds-1"));
        let people = organisation.on_shift(&leeds, house.now());
        let ids = people.map(|(person, _)| person.id.to_string());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(there(), ["dana"], "as it starts");
    shift(&house, "mia", true).await;
    shift(&house, "dana", false).await;
    until(|| there() == ["mia"]).await;
    assert_eq!(other.organisation(), house.ledger.organisation());
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_sent_to_both_is_done_once() {
    let house = Arc::new(House::open(Engine::Postgres).await);
    let (other, _dir) = beside(&house).await;
    for round in 0..10 {
        let once = || Once {
            principal: "p".into(),
            key: format!("k{round}"),
            body_hash: [1; 32],
        };
        let (here, there) = (house.desk(), house.desk());
        let command = || Command::Report(theft("leeds-1"));
        let (one, two) = tokio::join!(
            house.ledger.report(command(), &here, Some(once())),
            other.report(command(), &there, Some(once())),
        );
        let (one, two) = (one.expect("answered"), two.expect("answered"));
        assert_eq!(one.receipt, two.receipt);
        assert!(one.replayed != two.replayed);
    }
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_without_the_keys_is_told_so() {
    let house = House::open(Engine::Postgres).await;
    let dir = tempfile::tempdir().expect("a directory");
    let mut settings = house.settings.clone();
    settings.data = dir.path().join("data");
    let refused = Ledger::open(&settings, fill)
        .await
        .map(drop)
        .expect_err("no keys");
    assert!(matches!(refused, Error::Unavailable(_)));
    assert!(
        refused
            .to_string()
            .contains("copy it from the machine that made it"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_comes_back() {
    let house = House::open(Engine::Postgres).await;
    house.report("leeds-1").await;
    let sql = Sql::open(&house).await;
    let others = "SELECT CAST(count(pg_terminate_backend(pid)) AS TEXT) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for round in 2..5 {
        assert_ne!(sql.text(others).await, "0");
        let mut recorded = None;
        for _ in 0..100 {
            let command = Command::Report(theft("leeds-1"));
            match house.ledger.report(command, &house.desk(), None).await {
                Ok(done) => {
                    recorded = Some(done);
                    break;
                }
                Err(Error::Unavailable(_)) => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(recorded.expect("recorded in time").receipt.sequence, round);
        let newest = Part {
            before: None,
            kind: None,
            limit: 1,
        };
        let state = house.ledger.story(recorded_id(&house).await, newest).await;
        assert!(!state.expect("reads again").is_empty());
    }
    verify_all(&house.settings)
        .await
        .expect("checks")
        .expect("whole");
}

async fn recorded_id(house: &House) -> outcry_domain::IncidentId {
    let facts = house
        .ledger
        .facts_after(&slug("north"), 0, 1)
        .await
        .expect("reads");
    facts[0].summary.as_ref().expect("an incident's").id
}
