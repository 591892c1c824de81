//! A request that comes twice is done once and answered the same.

use std::sync::Arc;
use std::time::Duration;

use outcry_domain::Personal;
use outcry_domain::incident::{Command, Draft, Refusal};
use outcry_ledger::{Error, Once, Recorded};
use tokio::task::JoinHandle;

use crate::support::house::{Engine, House, slug, theft};
use crate::support::sql::Sql;
use crate::support::watch::Watch;

on_every_engine!(
    a_repeated_report_is_one_report,
    a_repeated_verb_gets_its_first_answer,
    another_body_is_refused,
    at_the_same_time_only_one_is_done,
    it_is_forgotten_after_a_day,
    who_gives_up_and_asks_again_is_answered,
    who_gives_up_and_acknowledges_again_is_answered,
    a_repeated_call_for_help_is_only_read,
);

fn once(key: &str, body: u8) -> Once {
    Once {
        principal: "person:dana".into(),
        key: key.into(),
        body_hash: [body; 32],
    }
}

async fn a_repeated_report_is_one_report(engine: Engine) {
    let mut house = House::open(engine).await;
    let send = async |house: &House| {
        let command = Command::Report(theft("leeds-1"));
        house
            .ledger
            .report(command, &house.desk(), Some(once("a", 1)))
            .await
            .expect("answered")
    };
    let first = send(&house).await;
    let second = send(&house).await;
    assert!(second.replayed && !first.replayed);
    assert_eq!(
        (&second.summary, &second.receipt),
        (&first.summary, &first.receipt)
    );
    house.restart().await;
    let third = send(&house).await;
    assert!(third.replayed);
    assert_eq!(
        (&third.summary, &third.receipt),
        (&first.summary, &first.receipt)
    );
    assert_eq!(house.ledger.head(&slug("north")), 1);
    // Somebody else's key of the same name is another request.
    let other = Once {
        principal: "person:mia".into(),
        ..once("a", 1)
    };
    let command = Command::Report(theft("leeds-1"));
    let fourth = house
        .ledger
        .report(command, &house.desk(), Some(other))
        .await
        .expect("recorded");
    assert!(!fourth.replayed);
}

async fn a_repeated_verb_gets_its_first_answer(engine: Engine) {
    let house = House::open(engine).await;
    let id = house.report("leeds-1").await.summary.id;
    let acknowledge = async || {
        let moment = house.desk();
        house
            .ledger
            .record(id, Command::Acknowledge, &moment, Some(once("b", 1)))
            .await
    };
    let first = acknowledge().await.expect("acknowledged");
    let note = Command::Comment {
        text: Personal::new("later"),
    };
    house.command(id, note).await.expect("noted");
    let second = acknowledge().await.expect("answered again");
    assert!(second.replayed);
    assert_eq!(
        (second.summary, second.receipt),
        (first.summary, first.receipt)
    );
}

async fn another_body_is_refused(engine: Engine) {
    let house = House::open(engine).await;
    let send = async |body| {
        let command = Command::Report(theft("leeds-1"));
        house
            .ledger
            .report(command, &house.desk(), Some(once("c", body)))
            .await
    };
    send(1).await.expect("recorded");
    assert_eq!(send(2).await, Err(Error::Reused));
    assert_eq!(house.ledger.head(&slug("north")), 1);
}

async fn at_the_same_time_only_one_is_done(engine: Engine) {
    let house = Arc::new(House::open(engine).await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let house = house.clone();
        tasks.spawn(async move {
            let command = Command::Report(theft("leeds-1"));
            house
                .ledger
                .report(command, &house.desk(), Some(once("d", 1)))
                .await
        });
    }
    let mut fresh = 0;
    while let Some(done) = tasks.join_next().await {
        match done.expect("no task fails") {
            Ok(recorded) => fresh += u32::from(!recorded.replayed),
            Err(error) => assert_eq!(error, Error::InFlight),
        }
    }
    assert_eq!(fresh, 1);
    assert_eq!(house.ledger.head(&slug("north")), 1);
}

async fn it_is_forgotten_after_a_day(engine: Engine) {
    let house = House::open(engine).await;
    let mut moment = house.desk();
    let command = || Command::Report(theft("leeds-1"));
    house
        .ledger
        .report(command(), &moment, Some(once("e", 1)))
        .await
        .expect("recorded");
    moment = house.desk();
    moment.now = moment.now.plus_s(86_401);
    let later = house
        .ledger
        .report(command(), &moment, Some(once("e", 1)))
        .await
        .expect("recorded");
    assert!(!later.replayed);
    assert_eq!(house.ledger.head(&slug("north")), 2);
}

fn call_for_help(site: &str) -> Command {
    let draft = theft(site);
    Command::Panic(Draft {
        narrative: None,
        items: vec![],
        ..draft
    })
}

/// Does something while the writer cannot append to the log of the north.
async fn while_the_writer_waits(house: &House, work: impl AsyncFnOnce()) {
    match Sql::open(house).await {
        Sql::Sqlite(pool) => {
            let held = pool.begin_with("BEGIN IMMEDIATE").await.expect("begins");
            work().await;
            held.rollback().await.expect("lets go");
        }
        Sql::Postgres(pool) => {
            let mut held = pool.begin().await.expect("begins");
            let head = "SELECT sequence FROM head WHERE region = 'north' FOR UPDATE";
            let taken = sqlx::query(head).execute(&mut *held).await;
            assert_eq!(taken.expect("taken").rows_affected(), 1);
            work().await;
            held.rollback().await.expect("lets go");
        }
    }
}

#[allow(clippy::async_yields_async)] // what was sent is waited for later
async fn who_gives_up_and_asks_again_is_answered(engine: Engine) {
    let house = Arc::new(House::open(engine).await);
    house.report("leeds-1").await;
    let send = async |command: Command, once: Option<Once>| -> JoinHandle<_> {
        let sender = house.clone();
        let sent = tokio::spawn(async move {
            let moment = sender.desk();
            sender.ledger.report(command, &moment, once).await
        });
        // Until it waits for the writer.
        tokio::time::sleep(Duration::from_millis(150)).await;
        sent
    };
    let press = async || send(call_for_help("leeds-2"), Some(once("f", 1))).await;
    let (mut before, mut again) = (None, None);
    while_the_writer_waits(&house, async || {
        // What the writer holds in its hands when the terminal gives up and presses again.
        before = Some(send(Command::Report(theft("leeds-1")), None).await);
        let given_up = press().await;
        given_up.abort();
        assert!(given_up.await.expect_err("given up").is_cancelled());
        again = Some(press().await);
    })
    .await;
    let before = before.expect("sent").await.expect("runs");
    assert_eq!(before.expect("recorded").receipt.sequence, 2);
    let again = again.expect("sent").await.expect("runs");
    let again = again.expect("answered");
    // The first one is in the log, and its answer is the answer.
    assert!(again.replayed);
    assert_eq!(again.receipt.sequence, 3);
    let after = 3 + again.entries.len() as u64;
    assert_eq!(house.report("leeds-1").await.receipt.sequence, after);
}

#[allow(clippy::async_yields_async)] // what was sent is waited for later
async fn who_gives_up_and_acknowledges_again_is_answered(engine: Engine) {
    let house = Arc::new(House::open(engine).await);
    let id = house.report("leeds-1").await.summary.id;
    let acknowledge = async |key: &str| -> JoinHandle<_> {
        let (sender, once) = (house.clone(), once(key, 1));
        let sent = tokio::spawn(async move {
            let moment = sender.desk();
            let command = Command::Acknowledge;
            sender.ledger.record(id, command, &moment, Some(once)).await
        });
        // Until it waits for the writer, or for the one before.
        tokio::time::sleep(Duration::from_millis(150)).await;
        sent
    };
    let (mut again, mut another) = (None, None);
    while_the_writer_waits(&house, async || {
        let given_up = acknowledge("h").await;
        given_up.abort();
        assert!(given_up.await.expect_err("given up").is_cancelled());
        again = Some(acknowledge("h").await);
        another = Some(acknowledge("i").await);
    })
    .await;
    let again = again.expect("sent").await.expect("runs");
    let again = again.expect("answered");
    assert!(again.replayed);
    assert_eq!(again.receipt.sequence, 2);
    // Who asks for the first time is told what is now true.
    let another = another.expect("sent").await.expect("runs");
    assert!(matches!(
        another,
        Err(Error::Refused(Refusal::AlreadyAcknowledged { .. }))
    ));
}

async fn press(house: &House, site: &str, body: u8) -> Result<Recorded, Error> {
    let (command, moment) = (call_for_help(site), house.desk());
    let once = Some(once("g", body));
    house.ledger.report(command, &moment, once).await
}

async fn a_repeated_call_for_help_is_only_read(engine: Engine) {
    let house = House::open(engine).await;
    let first = press(&house, "leeds-1", 1).await.expect("recorded");
    let watch = Watch::default();
    let again = {
        let _watched = watch.start();
        press(&house, "leeds-1", 1).await.expect("answered again")
    };
    assert!(again.replayed);
    assert_eq!(again.receipt, first.receipt);
    let ran = watch.statements();
    assert!(ran.iter().any(|sql| sql.contains("FROM once")));
    // An attempt would meet a conflict, and everything in one commit with it be written anew.
    for word in ["INSERT INTO once", "ROLLBACK"] {
        let tried = ran.iter().find(|sql| sql.starts_with(word));
        assert_eq!(tried, None);
    }
}

#[tokio::test]
async fn a_call_for_help_waits_for_no_read() {
    // More than a start takes note of.
    const MANY: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20001) \
                        INSERT INTO once (principal, key, body_hash, stream, first, last, expires) \
                        SELECT 'p', 'k' || i, (SELECT hash FROM head LIMIT 1), 's', 1, 1, 9000000000000000000 FROM n";
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let mut house = House::open(engine).await;
        Sql::open(&house).await.run(MANY).await;
        house.restart().await;
        let watch = Watch::default();
        let first = {
            let _watched = watch.start();
            press(&house, "leeds-1", 1).await.expect("recorded")
        };
        let ran = watch.statements();
        let asked = ran.iter().find(|sql| sql.contains("FROM once"));
        assert_eq!(asked, None, "{engine:?}");
        assert!(ran.iter().any(|sql| sql.starts_with("INSERT INTO once")));

        // Known from now on, and after a start no more.
        for _ in 0..2 {
            let again = press(&house, "leeds-1", 1).await.expect("answered again");
            assert!(!first.replayed && again.replayed);
            assert_eq!(
                (&again.summary, &again.receipt),
                (&first.summary, &first.receipt)
            );
            house.restart().await;
        }
        let another = press(&house, "leeds-1", 2).await;
        assert_eq!(another, Err(Error::Reused));
        house.restart().await;
        // Answered again also where it would be refused by now, as when the store is gone.
        let gone = press(&house, "nowhere", 1).await.expect("answered again");
        assert_eq!((gone.summary, gone.replayed), (first.summary, true));
    }
}
