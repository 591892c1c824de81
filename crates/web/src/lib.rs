//! The counter: JSON API, live event stream, and pages.
//! Never knows SQL, the protocols of channels, who may do what (the domain decides), or the clock.

mod ask;
mod asset;
mod desk;
mod door;
mod event;
mod house;
mod incident;
pub mod limits;
mod live;
mod me;
mod openapi;
mod operate;
mod page;
mod person;
mod policy;
mod problem;
mod queue;
mod region;
mod report;
mod router;
mod schedule;
mod serve;
mod session;
mod setting;
mod shift;
mod site;
mod template;

pub use house::{Clock, Entropy, House, Loop, Loops, Settings};
pub use live::LiveHub;
pub use serve::run;
