//! A call for help waits for one short commit, however much the loops bring to the log at once.

use std::sync::Arc;
use std::time::Duration;

use outcry_domain::incident::{Command, Override};
use outcry_domain::{IncidentId, Personal};
use outcry_ledger::{Error, Recorded};

use crate::support::house::{Engine, House, slug};
use crate::support::sql::Sql;

on_every_engine!(
    a_press_goes_before_a_batch,
    what_turns_out_to_be_critical_goes_before_a_batch,
    a_batch_is_answered_one_by_one,
);

/// The most facts of one commit.
const COMMIT_MAX: u64 = 512;
/// Incidents of a batch: with two comments on each, facts for more than two commits.
const INCIDENTS: usize = 600;
/// Time enough to come as far as the writer.
const A_WHILE: Duration = Duration::from_millis(500);

/// Incidents that are critical, as after a day in which nobody answered.
async fn critical(house: &House) -> Vec<IncidentId> {
    let mut ids = Vec::new();
    for _ in 0..INCIDENTS {
        ids.push(house.panic("leeds-1").await.summary.id);
    }
    ids
}

async fn comment_twice(house: &House, ids: &[IncidentId]) -> Vec<Result<Recorded, Error>> {
    let comment = |id: &IncidentId| {
        let text = Personal::new("on the way");
        (*id, Command::Comment { text }, house.desk())
    };
    let commands = ids.iter().chain(ids).map(comment).collect();
    house.ledger.record_all(commands).await
}

/// How many facts stand before the first of what is recorded while a batch waits for its first commit.
async fn facts_before(
    house: House,
    ids: Vec<IncidentId>,
    record: impl AsyncFnOnce(&House) -> Recorded,
) -> u64 {
    let house = Arc::new(house);
    let before = house.ledger.head(&slug("north"));
    let held = Sql::open(&house).await.hold().await;
    let (batch, all) = (house.clone(), ids.clone());
    let commenting = tokio::spawn(async move { comment_twice(&batch, &all).await });
    tokio::time::sleep(A_WHILE).await;
    let let_go = async {
        tokio::time::sleep(A_WHILE).await;
        held.let_go().await;
    };
    let (recorded, ()) = tokio::join!(record(&house), let_go);
    let results = commenting.await.expect("runs");
    assert!(results.iter().all(Result::is_ok), "nothing is left out");
    assert_eq!(results.len(), 2 * INCIDENTS);
    recorded.receipt.sequence - before - 1
}

async fn a_press_goes_before_a_batch(engine: Engine) {
    let house = House::open(engine).await;
    let ids = critical(&house).await;
    let waited = facts_before(house, ids, async |house: &House| {
        house.panic("leeds-2").await
    })
    .await;
    assert!(waited <= COMMIT_MAX, "it waited for {waited} facts");
}

async fn what_turns_out_to_be_critical_goes_before_a_batch(engine: Engine) {
    let house = House::open(engine).await;
    let ids = critical(&house).await;
    let theft = house.report("leeds-2").await.summary.id;
    let raise = async |house: &House| {
        let word = Override {
            category: None,
            risk: Some(95),
            queue: None,
            reason: Personal::new("they have a knife"),
        };
        let raised = house.command(theft, Command::Override(word)).await;
        raised.expect("raised")
    };
    let waited = facts_before(house, ids, raise).await;
    assert!(waited <= COMMIT_MAX, "it waited for {waited} facts");
}

/// Several commits, and still one result for each command, in the order that they were given in.
async fn a_batch_is_answered_one_by_one(engine: Engine) {
    let house = House::open(engine).await;
    let mut ids = critical(&house).await;
    let nobody = IncidentId(uuid::Uuid::from_u128(7));
    ids.insert(INCIDENTS / 2, nobody);
    ids.reverse();
    let results = comment_twice(&house, &ids).await;
    let mut sequences = Vec::new();
    for (id, result) in ids.iter().chain(&ids).zip(results) {
        match result {
            Ok(recorded) => {
                assert_eq!(recorded.summary.id, *id);
                assert_eq!(recorded.entries.len(), 1);
                sequences.push((*id, recorded.receipt.sequence));
            }
            Err(error) => {
                assert_eq!(*id, nobody, "{error}");
            }
        }
    }
    let (first, second) = sequences.split_at(INCIDENTS);
    for (first, second) in first.iter().zip(second) {
        assert_eq!(
            (first.0, first.1 + 1),
            *second,
            "what happens to one incident stands together"
        );
    }
}
