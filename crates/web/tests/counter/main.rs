//! The counter over a real socket on a real ledger: what callers see.

mod bad_input;
mod door;
mod edit;
mod event;
mod incident;
mod live;
mod naughty;
mod openapi;
mod permission;
mod report;
mod session;
mod shop;
