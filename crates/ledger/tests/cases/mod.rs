//! One file per promise.

/// Each named test of this file, once on every engine.
macro_rules! on_every_engine {
    ($($name:ident),* $(,)?) => { $(
        mod $name {
            use crate::support::house::Engine;
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() { super::$name(Engine::Sqlite).await; }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() { super::$name(Engine::Postgres).await; }
        }
    )* };
}

mod append;
mod damage;
mod erase;
mod fail;
mod follow;
mod hand;
mod lane;
mod list;
mod once;
mod recognise;
mod replay;
mod seal;
mod share;
mod shift;
mod statements;
mod tamper;
mod wipe;
