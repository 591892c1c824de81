//! What happens when things break: a disk that refuses, a crash, a database that is held.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use outcry_domain::incident::{Command, Draft};
use outcry_ledger::{Database, End, Error, Filter, Ledger, Page, Settings, verify, verify_all};

use crate::support::house::{Engine, House, everything, fill, slug, theft};
use crate::support::sql::Sql;

on_every_engine!(
    a_refused_write_stops_everything,
    a_writer_that_breaks_off_stops_everything,
    a_rebuild_that_was_cut_short_is_finished,
);

/// From now on the database takes no fact after the third: as a full disk would.
async fn break_disk(house: &House, engine: Engine) {
    let sql = Sql::open(house).await;
    sql.run(match engine {
        Engine::Sqlite => {
            "CREATE TRIGGER full_disk BEFORE INSERT ON fact WHEN NEW.region = 'north' AND NEW.sequence > 3 \
             BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        }
        Engine::Postgres => {
            "ALTER TABLE fact ADD CONSTRAINT full_disk CHECK (region <> 'north' OR sequence <= 3)"
        }
    })
    .await;
}

async fn a_refused_write_stops_everything(engine: Engine) {
    let house = House::open(engine).await;
    break_disk(&house, engine).await;
    for _ in 0..3 {
        house.report("leeds-1").await;
    }
    let stopped = house.ledger.stopped();
    let report = async |site: &str| {
        let moment = house.desk();
        house
            .ledger
            .report(Command::Report(theft(site)), &moment, None)
            .await
    };
    assert_eq!(report("leeds-1").await, Err(Error::Stopped));
    let why = tokio::time::timeout(Duration::from_secs(5), stopped).await;
    assert_eq!(why, Ok(End::Refused));
    // Nothing is tried again, also not what would fit.
    assert_eq!(report("hove-1").await, Err(Error::Stopped));
    let refused = house.name_region("east", "East").await;
    assert_eq!(refused, Err(Error::Stopped));
    assert_eq!(
        house.ledger.move_cursor("notify", &slug("north"), 1).await,
        Err(Error::Stopped)
    );
    house.ledger.stop().await;
    let verified = verify(&house.settings)
        .await
        .expect("checks")
        .expect("whole");
    let north = verified
        .regions
        .iter()
        .find(|region| region.region == "north")
        .expect("there");
    assert_eq!(north.facts, 3);
}

async fn a_writer_that_breaks_off_stops_everything(engine: Engine) {
    let house = House::open(engine).await;
    // No log goes further.
    let sql = Sql::open(&house).await;
    sql.run(
        "INSERT INTO head (region, sequence, hash, projected) \
         SELECT 'south', 9223372036854775807, hash, 0 FROM head LIMIT 1",
    )
    .await;
    house.ledger.answers().await.expect("answers");
    let stopped = house.ledger.stopped();
    let report = async |site: &str| {
        let command = Command::Report(theft(site));
        house.ledger.report(command, &house.desk(), None).await
    };
    assert_eq!(report("hove-1").await, Err(Error::Stopped));
    let why = tokio::time::timeout(Duration::from_secs(5), stopped).await;
    assert_eq!(why, Ok(End::BrokeOff), "no disk is to blame");
    assert_eq!(house.ledger.answers().await, Err(Error::Stopped));
    assert_eq!(report("leeds-1").await, Err(Error::Stopped));
}

async fn a_rebuild_that_was_cut_short_is_finished(engine: Engine) {
    let mut house = House::open(engine).await;
    for _ in 0..4 {
        house.report("leeds-1").await;
    }
    house.ledger.stop().await;
    let sql = Sql::open(&house).await;
    sql.run("DELETE FROM incident").await;
    sql.run("UPDATE head SET projected = 0").await;
    house.restart().await;
    let listed = house
        .ledger
        .incidents(&everything(), &Filter::default(), &Page::default())
        .await;
    assert_eq!(listed.expect("lists").items.len(), 4);
    verify_all(&house.settings)
        .await
        .expect("checks")
        .expect("whole");
}

/// What is on the disk when the process dies now.
fn copy(house: &House) -> (Settings, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    fs::create_dir_all(data.join("keys")).expect("makes");
    for place in ["", "keys"] {
        for file in fs::read_dir(house.data().join(place))
            .expect("lists")
            .flatten()
        {
            // The index of the write-ahead log lives in memory that a crash takes along.
            if file.path().is_file() && !file.path().to_string_lossy().ends_with("-shm") {
                fs::copy(file.path(), data.join(place).join(file.file_name())).expect("copies");
            }
        }
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(data.join(place), fs::Permissions::from_mode(0o700)).expect("changes");
    }
    (
        Settings {
            data,
            ..house.settings.clone()
        },
        dir,
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crashed_directory_is_checked_untouched_and_opens() {
    let house = House::open(Engine::Sqlite).await;
    let id = house.report("leeds-1").await.summary.id;
    house
        .command(id, Command::Acknowledge)
        .await
        .expect("acknowledged");
    let (settings, _dir) = copy(&house);
    let files = ["outcry.db", "outcry.db-wal"].map(|name| settings.data.join(name));
    let before = files.clone().map(|file| fs::read(file).expect("reads"));
    assert!(!before[1].is_empty(), "the crash leaves a write-ahead log");
    let verified = verify_all(&settings).await.expect("checks").expect("whole");
    assert!(verified.facts() > 2);
    assert!(
        files.map(|file| fs::read(file).expect("reads")) == before,
        "nothing was changed"
    );
    let ledger = Ledger::open(&settings, fill).await.expect("opens");
    assert_eq!(ledger.head(&slug("north")), 2);
    ledger.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reports_are_refused_early_and_a_panic_never() {
    let house = Arc::new(House::open(Engine::Sqlite).await);
    let mut blocker = Sql::open(&house).await.connection().await;
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut *blocker)
        .await
        .expect("held");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..3_000 {
        let house = house.clone();
        tasks.spawn(async move {
            let (moment, started) = (house.desk(), Instant::now());
            let done = house
                .ledger
                .report(Command::Report(theft("leeds-1")), &moment, None)
                .await;
            (done.map(drop), started.elapsed())
        });
    }
    let calling = house.clone();
    let panic = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let draft = Draft {
            narrative: None,
            items: vec![],
            ..theft("leeds-2")
        };
        calling
            .ledger
            .report(Command::Panic(draft), &calling.desk(), None)
            .await
    });
    tokio::time::sleep(Duration::from_secs(2)).await;
    sqlx::query("ROLLBACK")
        .execute(&mut *blocker)
        .await
        .expect("let go");
    panic
        .await
        .expect("runs")
        .expect("recorded although so many wait");
    let (mut recorded, mut refused) = (0, 0);
    while let Some(done) = tasks.join_next().await {
        match done.expect("no task fails") {
            (Ok(()), _) => recorded += 1,
            (Err(Error::Busy { retry_after_s: 1 }), took) => {
                refused += 1;
                assert!(took < Duration::from_secs(1), "refused after {took:?}");
            }
            (Err(error), _) => panic!("{error}"),
        }
    }
    assert!(
        recorded >= 1_000 && refused >= 500,
        "{recorded} recorded, {refused} refused"
    );
    assert_eq!(recorded + refused, 3_000);
    verify(&house.settings)
        .await
        .expect("checks")
        .expect("whole");
}

/// Every connection of the ledger to PostgreSQL is lost.
async fn lose_connections(sql: &Sql) {
    let others = "SELECT CAST(count(pg_terminate_backend(pid)) AS TEXT) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_ne!(sql.text(others).await, "0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_become_findable_after_an_outage() {
    let house = House::open(Engine::Postgres).await;
    let sql = Sql::open(&house).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let id = house.report("leeds-1").await.summary.id;
    // Before the search has written the words: it gathers for a while.
    lose_connections(&sql).await;
    let filter = Filter {
        text: Some("zebulon".into()),
        ..Filter::default()
    };
    let found = async || {
        let (scope, page) = (everything(), Page::default());
        let listed = house.ledger.incidents(&scope, &filter, &page).await;
        listed.is_ok_and(|listed| listed.items.iter().any(|summary| summary.id == id))
    };
    for _ in 0..100 {
        if found().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never findable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_setting_can_be_sent_again_after_an_outage() {
    let house = House::open(Engine::Postgres).await;
    let sql = Sql::open(&house).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    lose_connections(&sql).await;
    let lost = house.name_region("east", "East").await;
    assert!(matches!(lost, Err(Error::Unavailable(_))), "{lost:?}");
    house.name_region("east", "East").await.expect("changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_starts_again_in_a_quiet_moment_stops_nobody() {
    let house = House::open(Engine::Postgres).await;
    house.report("leeds-1").await;
    let sql = Sql::open(&house).await;
    // Past the moment in which what that wrote was tidied up.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    lose_connections(&sql).await;
    let north = slug("north");
    let moved = house.ledger.move_cursor("notify", &north, 1).await;
    moved.expect("noted");
    let stopped = house.ledger.stopped();
    let stopped = tokio::time::timeout(Duration::from_secs(3), stopped).await;
    assert!(stopped.is_err(), "nothing was lost that somebody waits for");
    // It is durable all the same: what could not be written was kept.
    let cursor = "SELECT CAST(sequence AS TEXT) FROM cursor_at WHERE follower = 'notify'";
    for _ in 0..100 {
        if sql.texts(cursor).await == ["1"] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(sql.texts(cursor).await, ["1"]);
    assert_eq!(house.report("leeds-1").await.receipt.sequence, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_does_not_let_the_log_in_is_told_with_the_way_out() {
    let house = House::empty(Engine::Postgres).await;
    house.ledger.stop().await;
    let url = house.url.clone().expect("a server");
    let told = async |url: String| {
        let settings = Settings {
            database: Database::Postgres { url: url.into() },
            ..house.settings.clone()
        };
        match Ledger::open(&settings, fill).await.map(drop) {
            Err(Error::Unavailable(words)) => words,
            other => panic!("{other:?}"),
        }
    };
    let stranger = url.replace("postgres@", "nobody:Zq81@");
    let read_only = async || {
        let name = url.rsplit('/').next().expect("a name");
        let sql = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
        Sql::open(&house).await.run(&sql).await;
        url.clone()
    };
    for (url, what) in [
        (format!("{url}_elsewhere"), "no database of the name"),
        (stranger, "does not let the user"),
        (read_only().await, "default_transaction_read_only is on"),
    ] {
        let words = told(url).await;
        assert!(words.contains(what), "{words}");
        assert!(words.contains("data.postgres_url_file"), "{words}");
        assert!(!words.contains("Zq81"), "{words}");
    }
}

#[tokio::test]
async fn a_server_without_the_tls_that_is_asked_for_is_refused() {
    let house = House::empty(Engine::Postgres).await;
    let url = house.url.as_ref().expect("a server");
    let settings = Settings {
        database: Database::Postgres {
            url: format!("{url}?sslmode=verify-full").into(),
        },
        ..house.settings.clone()
    };
    let refused = Ledger::open(&settings, fill).await.map(drop);
    let Err(Error::Unavailable(words)) = refused else {
        panic!("{refused:?}");
    };
    assert!(
        words.contains("TLS") && words.contains("sslrootcert"),
        "{words}"
    );
}
