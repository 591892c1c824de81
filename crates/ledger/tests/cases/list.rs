//! Lists: nothing of another store, no row twice or never, every filter what it says.

use std::collections::BTreeSet;

use outcry_domain::category::Priority;
use outcry_domain::incident::{Command, Override, State, Summary};
use outcry_domain::{Actor, ActorId, Category, IncidentId, Moment, Personal, Reach, Role, Scope};
use outcry_ledger::{Error, Filter, Ledger, Order, Page};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::support::house::{BEGIN, Engine, House, actor, everything, slug, theft};

on_every_engine!(
    pages_are_stable_while_reports_arrive,
    no_list_leaves_its_scope,
    what_is_confidential_is_listed_for_who_reported_it,
    every_filter_is_what_it_says,
    urgent_ones_come_first,
    strange_cursors_are_refused,
    words_and_references_are_found,
    the_desk_counts,
    what_was_acknowledged_before_it_was_reported_took_no_time,
);

async fn all(ledger: &Ledger, scope: &Scope, filter: &Filter, limit: usize) -> Vec<Summary> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = Page { limit, after };
        let listed = ledger.incidents(scope, filter, &page).await.expect("lists");
        assert!(listed.items.len() <= limit);
        found.extend(listed.items);
        after = listed.next;
        if after.is_none() {
            return found;
        }
    }
}

async fn populated(engine: Engine) -> House {
    let house = House::open(engine).await;
    for round in 0..4 {
        for site in ["leeds-1", "leeds-2", "hove-1", "hove-2"] {
            let id = house.report(site).await.summary.id;
            match round {
                0 => drop(
                    house
                        .command(id, Command::Acknowledge)
                        .await
                        .expect("acknowledged"),
                ),
                1 => drop(
                    house
                        .command(id, Command::FalseAlarm { note: None })
                        .await
                        .expect("marked"),
                ),
                _ => {}
            }
        }
        house.panic("leeds-1").await;
    }
    house
}

async fn pages_are_stable_while_reports_arrive(engine: Engine) {
    let house = populated(engine).await;
    let before: Vec<IncidentId> = all(&house.ledger, &everything(), &Filter::default(), 200)
        .await
        .iter()
        .map(|s| s.id)
        .collect();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = Page { limit: 3, after };
        let listed = house
            .ledger
            .incidents(&everything(), &Filter::default(), &page)
            .await
            .expect("lists");
        seen.extend(listed.items.iter().map(|summary| summary.id));
        after = listed.next;
        if after.is_none() {
            break;
        }
        house.report("hove-1").await;
    }
    assert_eq!(seen, before);
    assert!(seen.is_sorted_by(|a, b| a > b), "newest first");
}

async fn no_list_leaves_its_scope(engine: Engine) {
    let house = populated(engine).await;
    let manager = Scope::of(&actor("mia", Role::Manager, Reach::Site(slug("leeds-1"))));
    let north = Scope::of(&actor("ned", Role::Desk, Reach::Region(slug("north"))));
    let machine = Scope::of(&actor("till", Role::Integration, Reach::All));
    let texts = [None, Some("breadknife".to_owned())];
    for text in texts {
        for order in [Order::Newest, Order::Urgency] {
            for site in [None, Some(slug("hove-1"))] {
                let filter = Filter {
                    text: text.clone(),
                    order,
                    site: site.clone(),
                    ..Filter::default()
                };
                let found = all(&house.ledger, &manager, &filter, 7).await;
                assert!(found.iter().all(|s| s.site.as_str() == "leeds-1"));
                assert_eq!(
                    found.is_empty(),
                    site.is_some() || text.is_some() && found.is_empty()
                );
                let found = all(&house.ledger, &north, &filter, 7).await;
                assert!(found.iter().all(|s| s.region.as_str() == "north"));
                assert!(all(&house.ledger, &machine, &filter, 7).await.is_empty());
            }
        }
    }
    let elsewhere = house.report("hove-1").await.summary;
    let reference = Filter {
        text: Some(elsewhere.id.reference()),
        ..Filter::default()
    };
    assert!(all(&house.ledger, &manager, &reference, 7).await.is_empty());
    assert_eq!(
        all(&house.ledger, &everything(), &reference, 7).await.len(),
        1
    );
    assert!(
        house
            .ledger
            .incident(&manager, elsewhere.id)
            .await
            .expect("reads")
            .is_none()
    );
    assert!(
        house
            .ledger
            .incident(&machine, elsewhere.id)
            .await
            .expect("reads")
            .is_none()
    );
    let desk = house
        .ledger
        .desk(&machine, house.now())
        .await
        .expect("counts");
    assert_eq!(desk, Default::default());
}

async fn what_is_confidential_is_listed_for_who_reported_it(engine: Engine) {
    let house = House::open(engine).await;
    let open = house.report("leeds-1").await.summary;
    let kept = house.report("leeds-1").await.summary;
    let word = Command::Override(Override {
        category: Some(Category::Dishonesty),
        risk: None,
        queue: None,
        reason: Personal::new("it was the till itself"),
    });
    house.command(kept.id, word).await.expect("overruled");
    let leeds = || Reach::Site(slug("leeds-1"));
    let ActorId::Person(reporter) = &kept.reporter else {
        panic!("a person reports");
    };
    let wall = Actor {
        id: ActorId::Device(slug(reporter.as_str())),
        ..actor("wall", Role::Terminal, leeds())
    };
    for (who, sees_it) in [
        (actor(reporter.as_str(), Role::Clerk, leeds()), true),
        (actor("zed", Role::Clerk, leeds()), false),
        (wall, false),
        (actor("zed", Role::Manager, leeds()), true),
    ] {
        let scope = Scope::of(&who);
        for order in [Order::Newest, Order::Urgency] {
            let filter = Filter {
                order,
                ..Filter::default()
            };
            let found = all(&house.ledger, &scope, &filter, 7).await;
            let ids: BTreeSet<_> = found.iter().map(|summary| summary.id).collect();
            assert!(ids.contains(&open.id), "{who:?}");
            assert_eq!(ids.contains(&kept.id), sees_it, "{who:?}");
        }
        let reference = Filter {
            text: Some(kept.id.reference()),
            ..Filter::default()
        };
        let found = all(&house.ledger, &scope, &reference, 7).await;
        assert_eq!(found.len(), usize::from(sees_it), "{who:?}");
        let one = house.ledger.incident(&scope, kept.id).await;
        assert_eq!(one.expect("reads").is_some(), sees_it, "{who:?}");
        let desk = house.ledger.desk(&scope, house.now()).await;
        assert_eq!(desk.expect("counts").open, 1 + u64::from(sees_it));
    }
}

async fn every_filter_is_what_it_says(engine: Engine) {
    let house = populated(engine).await;
    let everyone = all(&house.ledger, &everything(), &Filter::default(), 200).await;
    let sites = prop::option::of(prop::sample::select(vec!["leeds-1", "hove-2", "york-9"]));
    let states = prop::collection::vec(prop::sample::select(State::ALL.to_vec()), 0..3);
    let queues = prop::collection::vec(prop::sample::select(vec!["critical", "standard"]), 0..2);
    let categories = prop::option::of(prop::sample::select(outcry_domain::Category::ALL.to_vec()));
    let priorities = prop::option::of(prop::sample::select(vec![Priority::P1, Priority::P3]));
    let times: Vec<_> = everyone.iter().map(|summary| summary.reported_at).collect();
    let time = prop::option::of(prop::sample::select(times));
    let strategy = (
        sites,
        states,
        queues,
        categories,
        priorities,
        time.clone(),
        time,
        any::<bool>(),
    );
    let mut runner = TestRunner::deterministic();
    for _ in 0..60 {
        let (site, states, queues, category, priority, since, until, open) =
            strategy.new_tree(&mut runner).expect("a filter").current();
        let filter = Filter {
            queues: queues.into_iter().map(slug).collect(),
            states,
            site: site.map(slug),
            category,
            priority,
            since,
            until,
            open,
            ..Filter::default()
        };
        let found: BTreeSet<IncidentId> = all(&house.ledger, &everything(), &filter, 5)
            .await
            .iter()
            .map(|s| s.id)
            .collect();
        let meant: BTreeSet<IncidentId> = everyone
            .iter()
            .filter(|s| meets(s, &filter))
            .map(|s| s.id)
            .collect();
        assert_eq!(found, meant, "{filter:?}");
    }
}

fn meets(summary: &Summary, filter: &Filter) -> bool {
    let queue = |id| summary.queue.as_ref() == Some(id);
    (filter.queues.is_empty() || filter.queues.iter().any(queue))
        && (filter.states.is_empty() || filter.states.contains(&summary.state))
        && filter
            .site
            .as_ref()
            .is_none_or(|site| *site == summary.site)
        && filter
            .category
            .is_none_or(|category| category == summary.category)
        && filter
            .priority
            .is_none_or(|priority| Some(priority) == summary.priority)
        && filter
            .since
            .is_none_or(|since| summary.reported_at >= since)
        && filter.until.is_none_or(|until| summary.reported_at < until)
        && (!filter.open || summary.state.live())
}

async fn urgent_ones_come_first(engine: Engine) {
    let house = populated(engine).await;
    let filter = Filter {
        order: Order::Urgency,
        ..Filter::default()
    };
    let found = all(&house.ledger, &everything(), &filter, 3).await;
    assert_eq!(found.len(), 16);
    assert!(found.iter().all(|summary| summary.state.live()));
    let keys: Vec<_> = found
        .iter()
        .map(|s| {
            (
                s.priority.map_or(5, u8::from),
                s.acknowledge_by.unwrap_or(s.reported_at),
                s.id,
            )
        })
        .collect();
    assert!(keys.is_sorted(), "{keys:?}");
    assert_eq!(keys[0].0, 1, "a panic leads");
}

async fn strange_cursors_are_refused(engine: Engine) {
    let house = populated(engine).await;
    let page = Page {
        limit: 2,
        after: None,
    };
    let listed = house
        .ledger
        .incidents(&everything(), &Filter::default(), &page)
        .await
        .expect("lists");
    let urgency = Filter {
        order: Order::Urgency,
        ..Filter::default()
    };
    for (filter, after) in [
        (&Filter::default(), "x".to_owned()),
        (&Filter::default(), "' OR 1=1 --".to_owned()),
        (&urgency, listed.next.expect("there is more")),
    ] {
        let page = Page {
            limit: 2,
            after: Some(after),
        };
        let refused = house.ledger.incidents(&everything(), filter, &page).await;
        assert_eq!(refused, Err(Error::BadCursor));
    }
}

async fn words_and_references_are_found(engine: Engine) {
    let house = populated(engine).await;
    let find = async |text: &str| {
        let filter = Filter {
            text: Some(text.into()),
            ..Filter::default()
        };
        all(&house.ledger, &everything(), &filter, 4).await.len()
    };
    // The index follows the log on its own.
    for _ in 0..100 {
        if find("cashiers").await == 16 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(
        find("cashiers").await,
        16,
        "the stem counts, not the ending"
    );
    assert_eq!(find("Cashier THREATEN whisky").await, 16);
    assert_eq!(find("cashier giraffe").await, 0);
    assert_eq!(find("the of and").await, 0);
    assert_eq!(find("%' OR '1'='1").await, 0);
    let id = house.report("hove-1").await.summary.id;
    assert_eq!(find(&id.reference().to_lowercase()).await, 1);
}

async fn the_desk_counts(engine: Engine) {
    let house = populated(engine).await;
    let now = house.now();
    let desk = house.ledger.desk(&everything(), now).await.expect("counts");
    assert_eq!(
        (desk.open, desk.not_acknowledged, desk.past_sla),
        (16, 12, 0)
    );
    // The calls for help; what is of low priority rings nowhere.
    assert_eq!(desk.alarms_10min, 4);
    assert_eq!(desk.mtta_today_ms, Some(1));
    let later = now.plus_s(3_600 * 30);
    let desk = house
        .ledger
        .desk(&everything(), later)
        .await
        .expect("counts");
    assert_eq!((desk.open, desk.past_sla, desk.alarms_10min), (16, 4, 0));
    assert_eq!(desk.mtta_today_ms, None);
}

/// The clock was set back in between.
async fn what_was_acknowledged_before_it_was_reported_took_no_time(engine: Engine) {
    let house = House::open(engine).await;
    let ledger = &house.ledger;
    let noon = BEGIN.plus_s(12 * 3_600);
    for after_s in [-600, 4] {
        let moment = |seconds: i64| Moment {
            now: noon.plus_us(seconds * 1_000_000),
            ..house.desk()
        };
        let report = Command::Report(theft("leeds-1"));
        let reported = ledger.report(report, &moment(0), None).await;
        let id = reported.expect("recorded").summary.id;
        let moment = moment(after_s);
        let done = ledger.record(id, Command::Acknowledge, &moment, None).await;
        done.expect("acknowledged");
    }
    let desk = ledger.desk(&everything(), noon.plus_s(60)).await;
    assert_eq!(desk.expect("counts").mtta_today_ms, Some(2_000));
}
