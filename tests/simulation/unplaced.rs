//! Nobody waits without a queue: what the assess loop does not place, the deadlines do.

use outcry_domain::Category;

use crate::single::Single;
use crate::town::id;

#[tokio::test]
async fn a_report_that_nobody_assesses_is_placed_within_seconds_after_a_restart_too() {
    let mut town = Single::open().await;
    let before = town.report("leeds-012", Category::Theft).await;
    town.restart(async |_| {}).await;
    let after = town.report("hull-282", Category::Theft).await;
    for _ in 0..2 {
        let fired = town.house.deadlines.step().await.expect("steps");
        assert!(!fired, "the score comes first");
        town.pass(5);
    }
    while town.house.deadlines.step().await.expect("steps") {}
    for incident in [before, after] {
        let state = town.state(incident).await;
        assert_eq!(state.queue, Some(id("standard")));
        assert!(!state.deliveries.is_empty(), "somebody is told");
    }
    // The score that comes at last is not lost.
    town.assess().await;
    let assessed = town.state(after).await;
    assert!(
        assessed
            .assessment
            .as_ref()
            .is_some_and(|a| a.model.is_some())
    );
}

#[tokio::test]
async fn a_sensitive_report_that_nobody_assesses_waits_for_a_person_and_not_in_a_queue_for_all() {
    let mut town = Single::open().await;
    let kept = [Category::Sexual, Category::Hate, Category::Dishonesty];
    let mut filed = Vec::new();
    for category in kept {
        filed.push(town.report("leeds-012", category).await);
    }
    town.pass(10);
    while town.house.deadlines.step().await.expect("steps") {}
    for incident in &filed {
        let state = town.state(*incident).await;
        assert_eq!(state.queue, Some(id("review")));
        assert!(state.at_checkpoint());
        assert!(!state.deliveries.is_empty(), "somebody is asked");
    }
    town.assess().await;
    for incident in filed {
        let state = town.state(incident).await;
        let scored = state.assessment.as_ref().is_some_and(|a| a.model.is_some());
        assert!(scored && state.at_checkpoint(), "only a person ends it");
        assert_eq!(state.queue, Some(id("review")));
    }
}
