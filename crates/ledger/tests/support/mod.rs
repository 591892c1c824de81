//! A small chain of stores on a fresh ledger, on either engine, and words to act in it.

pub(crate) mod house;
pub(crate) mod postgres;
pub(crate) mod sql;
pub(crate) mod watch;
