//! The other side of a merge learns of it, however often it is told.

use outcry::follow::merge;
use outcry_domain::Category;
use outcry_domain::incident::{Command, State};

use crate::single::Single;

#[tokio::test]
async fn a_merge_of_long_ago_that_is_told_again_takes_nobody_out_of_where_they_are_now() {
    let town = Single::open().await;
    let twin = town.report("leeds-012", Category::Theft).await;
    let first = town.report("leeds-012", Category::Theft).await;
    let second = town.report("leeds-012", Category::Theft).await;
    let tell = async || {
        let facts = town.facts().await;
        let told = merge::handle(&town.house.ledger, &town.clock(), &facts).await;
        told.expect("told");
    };
    let into = town.state(first).await;
    town.act(twin, Command::Merge { into }).await;
    town.act(twin, Command::Unmerge).await;
    let into = town.state(second).await;
    town.act(twin, Command::Merge { into }).await;
    town.act(first, Command::FalseAlarm { note: None }).await;
    for _ in 0..2 {
        tell().await;
        let state = town.state(twin).await;
        assert_eq!(
            (state.state, state.merged_into),
            (State::Merged, Some(second))
        );
        assert!(town.state(first).await.absorbed.is_empty());
        assert!(town.state(second).await.absorbed.contains(&twin));
    }
}
