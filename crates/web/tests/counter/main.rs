//! The counter over a real socket on a real ledger: what callers see.

#![allow(clippy::unwrap_used)] // a failed step ends the test

mod asset;
mod bad_input;
mod chain;
mod docs;
mod door;
mod edit;
mod event;
mod incident;
mod limits;
mod list;
mod live;
mod naughty;
mod openapi;
mod panic;
mod permission;
mod phone;
mod plain;
mod report;
mod session;
mod shift;
mod shop;
mod stranger;
