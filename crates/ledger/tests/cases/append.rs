//! The log is gapless and whole, whatever happens at the same time, and survives a restart.

use std::sync::Arc;

use outcry_domain::actor::SystemId;
use outcry_domain::incident::{Command, Refusal, State};
use outcry_domain::organisation::{Command as Setting, Credential, CredentialKind, Event as Set};
use outcry_domain::{PersonId, Personal, RegionId};
use outcry_ledger::{Error, Filter, Page, rebuild, verify, verify_all};

use crate::support::house::{Engine, House, everything, slug};

on_every_engine!(
    a_report_is_found_after_a_restart,
    many_at_once_leave_no_gap,
    one_incident_has_one_winner,
    a_refusal_changes_nothing,
    every_step_leaves_a_whole_log,
    a_rebuild_gives_the_same_rows,
    a_change_of_settings_says_what_happened,
);

async fn a_report_is_found_after_a_restart(engine: Engine) {
    let mut house = House::open(engine).await;
    let recorded = house.report("leeds-1").await;
    assert_eq!(recorded.receipt.sequence, 1);
    assert!(!recorded.replayed);
    house
        .command(recorded.summary.id, Command::Acknowledge)
        .await
        .expect("acknowledged");
    let settings = house.ledger.organisation();
    house.restart().await;
    assert_eq!(house.ledger.organisation(), settings);
    let listed = house
        .ledger
        .incidents(&everything(), &Filter::default(), &Page::default())
        .await;
    let listed = listed.expect("lists");
    assert_eq!(listed.items.len(), 1);
    assert_eq!(listed.items[0].state, State::Acknowledged);
    let north: RegionId = slug("north");
    let facts = house
        .ledger
        .facts_after(&north, 0, 100)
        .await
        .expect("reads");
    assert_eq!(facts.len(), 2);
    assert_eq!(facts[0].fact.hash, recorded.receipt.hash);
    assert_eq!(house.ledger.head(&north), 2);
    let next = house.report("leeds-1").await;
    assert_eq!(next.receipt.sequence, 3);
}

async fn many_at_once_leave_no_gap(engine: Engine) {
    const TASKS: u64 = 32;
    const EACH: u64 = 6;
    let house = Arc::new(House::open(engine).await);
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let house = house.clone();
        tasks.spawn(async move {
            let site = if task % 2 == 0 { "leeds-1" } else { "hove-2" };
            for _ in 0..EACH {
                let recorded = house.report(site).await;
                let text = Personal::new("seen on camera 3");
                house
                    .command(recorded.summary.id, Command::Comment { text })
                    .await
                    .expect("noted");
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no task fails");
    }
    for region in ["north", "south"] {
        let region: RegionId = slug(region);
        let mut at = 0;
        loop {
            let facts = house
                .ledger
                .facts_after(&region, at, 50)
                .await
                .expect("reads");
            if facts.is_empty() {
                break;
            }
            for entry in facts {
                at += 1;
                assert_eq!(entry.fact.sequence, at);
            }
        }
        assert_eq!(at, TASKS / 2 * EACH * 2);
    }
    house.ledger.stop().await;
    let verified = verify_all(&house.settings)
        .await
        .expect("checks")
        .expect("whole");
    assert_eq!(verified.regions.len(), 3);
}

async fn one_incident_has_one_winner(engine: Engine) {
    let house = Arc::new(House::open(engine).await);
    let id = house.report("leeds-1").await.summary.id;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let house = house.clone();
        tasks.spawn(async move { house.command(id, Command::Acknowledge).await });
    }
    let mut won = 0;
    while let Some(done) = tasks.join_next().await {
        match done.expect("no task fails") {
            Ok(recorded) => {
                won += 1;
                assert_eq!(recorded.summary.state, State::Acknowledged);
            }
            Err(error) => assert!(
                matches!(error, Error::Refused(Refusal::AlreadyAcknowledged { .. })),
                "{error}"
            ),
        }
    }
    assert_eq!(won, 1);
}

async fn a_refusal_changes_nothing(engine: Engine) {
    let house = House::open(engine).await;
    let id = house.report("leeds-1").await.summary.id;
    let before = house.ledger.head(&slug("north"));
    let refused = house
        .command(id, Command::Close)
        .await
        .expect_err("too early");
    assert!(
        matches!(refused, Error::Refused(Refusal::NotYet { .. })),
        "{refused}"
    );
    let nobody = outcry_domain::IncidentId(uuid::Uuid::from_u128(7));
    let refused = house
        .command(nobody, Command::Acknowledge)
        .await
        .expect_err("there is none");
    assert_eq!(refused, Error::Refused(Refusal::NotFound));
    let moments = [house.desk(), house.desk(), house.desk()];
    let [first, second, third] = moments;
    let results = house
        .ledger
        .record_all(vec![
            (id, Command::Close, first),
            (nobody, Command::Acknowledge, second),
            (id, Command::Acknowledge, third),
        ])
        .await;
    assert!(matches!(
        results[0],
        Err(Error::Refused(Refusal::NotYet { .. }))
    ));
    assert_eq!(results[1], Err(Error::Refused(Refusal::NotFound)));
    assert_eq!(
        results[2].as_ref().expect("acknowledged").receipt.sequence,
        before + 1
    );
    assert_eq!(house.ledger.head(&slug("north")), before + 1);
}

async fn every_step_leaves_a_whole_log(engine: Engine) {
    let house = House::open(engine).await;
    let facts = async || {
        let verified = verify_all(&house.settings)
            .await
            .expect("checks")
            .expect("whole");
        verified.facts()
    };
    let mut before = facts().await;
    let id = house.report("leeds-1").await.summary.id;
    let other = house.panic("leeds-2").await.summary.id;
    let into = house.ledger.state(other).await.expect("reads");
    let into = into.expect("there is one");
    let note = || Some(Personal::new("spoke to the manager"));
    for command in [
        Command::Acknowledge,
        Command::Comment {
            text: Personal::new("on my way"),
        },
        Command::Respond { note: note() },
        Command::Merge { into },
        Command::Unmerge,
        Command::FalseAlarm { note: note() },
    ] {
        house.command(id, command).await.expect("accepted");
        let now = facts().await;
        assert!(now > before);
        before = now;
    }
}

async fn a_rebuild_gives_the_same_rows(engine: Engine) {
    let mut house = House::open(engine).await;
    for site in ["leeds-1", "leeds-2", "hove-1"] {
        for _ in 0..5 {
            let id = house.report(site).await.summary.id;
            house
                .command(id, Command::Acknowledge)
                .await
                .expect("acknowledged");
        }
        house.panic(site).await;
    }
    let list = async |house: &House| {
        let page = Page {
            limit: 200,
            after: None,
        };
        house
            .ledger
            .incidents(&everything(), &Filter::default(), &page)
            .await
            .expect("lists")
    };
    let before = list(&house).await;
    assert_eq!(before.items.len(), 18);
    house.ledger.stop().await;
    let rebuilt = rebuild(&house.settings).await.expect("rebuilds");
    assert_eq!(rebuilt.incidents, 18);
    verify(&house.settings)
        .await
        .expect("checks")
        .expect("whole");
    house.restart().await;
    assert_eq!(list(&house).await, before);
}

async fn a_change_of_settings_says_what_happened(engine: Engine) {
    let house = House::open(engine).await;
    let credential = Credential {
        hash: "a1".into(),
        kind: CredentialKind::Api,
        expires_at: None,
    };
    let (mia, hash) = (slug::<PersonId>("mia"), credential.hash.clone());
    let change = async |command| {
        let moment = house.system(SystemId::Setup);
        let changed = house.ledger.configure(command, &moment).await;
        (
            changed.expect("decided"),
            house.ledger.organisation().sequence,
        )
    };
    let revoke = || Setting::RevokeAll {
        person: slug("mia"),
    };
    let before = house.ledger.organisation().sequence;
    assert_eq!(change(revoke()).await, (vec![], before), "nothing to end");
    let issue = Setting::Issue {
        person: mia.clone(),
        credential: credential.clone(),
    };
    let issued = Set::CredentialIssued {
        person: mia,
        credential,
    };
    assert_eq!(change(issue).await, (vec![issued], before + 1));
    let revoked = Set::CredentialRevoked { hash };
    assert_eq!(change(revoke()).await, (vec![revoked], before + 2));
    assert_eq!(change(revoke()).await, (vec![], before + 2));
}
