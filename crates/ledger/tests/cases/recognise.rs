//! Whoever checks the wrong place, or a damaged file, is told what is there and what to do; nothing
//! is made and nothing is changed.

use std::fs;
use std::path::Path;

use outcry_ledger::{Database, Error, Ledger, Settings, Synchronous, rebuild, verify, verify_keys};

use crate::support::house::{Engine, House, fill};
use crate::support::postgres::fresh_database;

fn at(data: &Path) -> Settings {
    Settings {
        data: data.to_owned(),
        database: Database::Sqlite,
        synchronous: Synchronous::Full,
        owner: "one".into(),
    }
}

/// What each command that needs a log says of it.
async fn told(settings: &Settings) -> Error {
    let checked = verify(settings).await.map(drop).expect_err("no log");
    let keys = verify_keys(settings).await.map(drop).expect_err("no log");
    let rebuilt = rebuild(settings).await.map(drop).expect_err("no log");
    assert_eq!(checked, keys);
    assert_eq!(checked, rebuilt);
    checked
}

async fn missing(settings: &Settings, words: &str) {
    match told(settings).await {
        Error::Missing(said) => assert!(said.contains(words), "{said}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_without_a_log_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    missing(
        &at(&dir.path().join("nowhere")),
        "there is no data directory",
    )
    .await;
    assert!(!dir.path().join("nowhere").exists(), "nothing is made");
    missing(&at(dir.path()), "it holds no outcry.db").await;
    assert_eq!(fs::read_dir(dir.path()).expect("lists").count(), 0);
    let file = dir.path().join("outcry.db");
    missing(&at(&file), "there is no data directory").await;
    fs::write(&file, "").expect("written");
    missing(&at(&file), "is a file, not a data directory").await;
    missing(&at(dir.path()), "is empty").await;
    fs::write(&file, "Dear diary, today in the shop").expect("written");
    missing(&at(dir.path()), "is not a database").await;
    let refused = Ledger::open(&at(dir.path()), fill).await.map(drop);
    assert!(matches!(refused, Err(Error::Missing(_))), "{refused:?}");
    assert_eq!(
        fs::read(&file).expect("reads"),
        b"Dear diary, today in the shop"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_of_another_program_is_left_alone() {
    use sqlx::{ConnectOptions as _, Connection as _};
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("outcry.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let mut connection = options.connect().await.expect("opens");
    sqlx::query("CREATE TABLE songs (title TEXT)")
        .execute(&mut connection)
        .await
        .expect("made");
    connection.close().await.expect("closes");
    missing(&at(dir.path()), "not one of Outcry").await;
    let refused = Ledger::open(&at(dir.path()), fill).await.map(drop);
    let Err(Error::Missing(said)) = refused else {
        panic!("{refused:?}");
    };
    assert!(said.contains("another program"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_database_without_a_log_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let url = fresh_database();
    let settings = Settings {
        database: Database::Postgres { url: url.into() },
        ..at(dir.path())
    };
    missing(&settings, "not one of Outcry").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_database_says_at_a_start_is_told_and_no_secret() {
    use sqlx::{Connection as _, Executor as _, PgConnection};
    let dir = tempfile::tempdir().expect("a directory");
    let url = fresh_database();
    let mut owner = PgConnection::connect(&url).await.expect("connects");
    let guest =
        "CREATE ROLE guest LOGIN PASSWORD 'hunter2'; REVOKE CREATE ON SCHEMA public FROM PUBLIC";
    owner.execute(guest).await.expect("made");
    let url = url.replace("//postgres@", "//guest:hunter2@");
    let settings = Settings {
        database: Database::Postgres { url: url.into() },
        ..at(dir.path())
    };
    let told = Ledger::open(&settings, fill).await.map(drop);
    let told = told.expect_err("it may make no tables").to_string();
    let words = "the tables cannot be prepared: permission denied for schema public";
    assert_eq!(told, words);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_file_is_called_damaged() {
    let house = House::open(Engine::Sqlite).await;
    house.report("leeds-1").await;
    house.ledger.stop().await;
    // The stop brought everything into the file; what was copied from there must not heal it.
    for beside in ["outcry.db-wal", "outcry.db-shm"] {
        let _ = fs::remove_file(house.data().join(beside));
    }
    let whole = fs::read(house.file()).expect("reads");
    for cut in [whole.len() / 2, 4_096, 100] {
        fs::write(house.file(), &whole[..cut]).expect("cut short");
        assert_eq!(told(&house.settings).await, Error::Damaged, "cut at {cut}");
    }
    let mut overwritten = whole.clone();
    overwritten[100..8_192].fill(0);
    fs::write(house.file(), &overwritten).expect("overwritten");
    assert_eq!(told(&house.settings).await, Error::Damaged);
    fs::write(house.file(), &whole).expect("the backup is put back");
    let verified = verify(&house.settings).await.expect("checks");
    verified.expect("whole again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_vanished_is_not_made_anew() {
    let house = House::open(Engine::Sqlite).await;
    house.report("leeds-1").await;
    house.ledger.stop().await;
    for beside in ["outcry.db-wal", "outcry.db-shm"] {
        let _ = fs::remove_file(house.data().join(beside));
    }
    let whole = fs::read(house.file()).expect("reads");
    let refused = async || {
        let opened = Ledger::open(&house.settings, fill).await.map(drop);
        let Err(Error::Missing(said)) = &opened else {
            panic!("{opened:?}");
        };
        assert!(said.contains("the log is gone"), "{said}");
        assert_eq!(Err(told(&house.settings).await), opened);
    };
    fs::write(house.file(), "").expect("emptied");
    refused().await;
    fs::remove_file(house.file()).expect("removed");
    refused().await;
    assert!(!house.file().exists(), "nothing is made");
    // The tables are there, but nothing is in them.
    let other = House::empty(Engine::Sqlite).await;
    other.ledger.stop().await;
    fs::copy(other.file(), house.file()).expect("copied");
    refused().await;
    fs::remove_file(house.file()).expect("removed");
    fs::write(house.file(), whole).expect("the backup is put back");
    let opened = Ledger::open(&house.settings, fill).await.expect("opens");
    opened.stop().await;
}

/// Whoever forgets the settings looks for a file that never was, and must not begin with a backup.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_on_postgres_is_said_to_be_there() {
    let house = House::open(Engine::Postgres).await;
    house.ledger.stop().await;
    let forgotten = at(house.data());
    let words = "is on PostgreSQL, and no settings were read that say where";
    let refused = async || {
        let opened = Ledger::open(&forgotten, fill).await.map(drop);
        let Err(Error::Missing(said)) = opened else {
            panic!("{opened:?}");
        };
        assert_eq!(Error::Missing(said.clone()), told(&forgotten).await);
        assert!(!house.file().exists(), "nothing is made");
        said
    };
    let said = refused().await;
    assert!(
        said.contains(words) && said.contains("--config FILE"),
        "{said}"
    );
    assert!(!said.contains("backup"), "{said}");
    // A mark of an older start does not say where the log is.
    fs::write(house.data().join("keys/log-begun"), "").expect("written");
    let said = refused().await;
    assert!(said.contains("If it is on PostgreSQL"), "{said}");
    let opened = Ledger::open(&house.settings, fill).await.expect("opens");
    opened.stop().await;
    let said = refused().await;
    assert!(said.contains(words), "{said}");
    // A second machine has a copy of the keys alone.
    fs::remove_file(house.data().join("keys/log-begun")).expect("removed");
    missing(&forgotten, "If it is on PostgreSQL").await;
}

/// Whoever gives the settings of another server must not begin with a backup either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_in_the_directory_is_said_to_be_there() {
    let mut house = House::open(Engine::Sqlite).await;
    house.ledger.stop().await;
    let elsewhere = Settings {
        database: Database::Postgres {
            url: fresh_database().into(),
        },
        ..at(house.data())
    };
    let opened = Ledger::open(&elsewhere, fill).await.map(drop);
    let Err(Error::Missing(said)) = opened else {
        panic!("{opened:?}");
    };
    assert!(said.contains("is in that directory"), "{said}");
    assert!(!said.contains("backup"), "{said}");
    assert_eq!(told(&elsewhere).await, Error::Missing(said));
    house.restart().await;
    house.report("leeds-1").await;
}

on_every_engine!(a_first_start_that_was_cut_short_is_made_again);

/// The keys are written before the first facts: a kill in between leaves them alone.
async fn a_first_start_that_was_cut_short_is_made_again(engine: Engine) {
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
    let mut house = House::empty(engine).await;
    let keys = house.data().join("keys");
    assert!(!keys.exists(), "a start that seals nothing needs no keys");
    house.ledger.stop().await;
    let mut made = fs::DirBuilder::new();
    made.mode(0o700).create(&keys).expect("made");
    let mut key = fs::OpenOptions::new();
    let key = key.write(true).create_new(true).mode(0o600);
    let mut key = key.open(keys.join("region-north.key")).expect("made");
    std::io::Write::write_all(&mut key, &[7; 32]).expect("written");
    house.restart().await;
    house.set_up().await;
    house.report("leeds-1").await;
    house.restart().await;
    house.ledger.stop().await;
    let verified = verify(&house.settings).await.expect("checks");
    verified.expect("whole");
}
