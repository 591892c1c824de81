//! A request that comes twice is done once and answered the same.

use std::sync::Arc;

use outcry_domain::Personal;
use outcry_domain::incident::Command;
use outcry_ledger::{Error, Once};

use crate::support::house::{Engine, House, slug, theft};

on_every_engine!(
    a_repeated_report_is_one_report,
    a_repeated_verb_gets_its_first_answer,
    another_body_is_refused,
    at_the_same_time_only_one_is_done,
    it_is_forgotten_after_a_day,
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
