//! The event bus and the context windows: till, camera, shift, stock and footfall events go in, the
//! surroundings of an incident come out. It never knows the rules of incidents, the ledger's SQL, or
//! who is told.
//!
//! Events are kept for days, not for ever, in append-only **segment files** rather than in a library
//! store. A key-value store pays for an index, for compaction and for deleting row by row; these
//! events are written once, in order of arrival, read back by time range, and forgotten oldest first.
//! A file per stretch of time does that with one write and one `fdatasync` for everybody who waits,
//! and forgets by deleting a file. Nothing here is the record of what happened: what was found around
//! an incident is copied into that incident's facts.
//!
//! A second transport (NATS JetStream) belongs behind [`Bus`]: it would feed [`Bus::publish`] from a
//! consumer and acknowledge upstream only after the receipt, so that durability stays here.

mod batch;
mod bus;
mod card;
mod cloudevent;
mod correlate;
mod error;
mod event;
mod limits;
mod record;
mod seen;
mod segment;
mod settings;
mod watch;
mod window;

pub use bus::{Bus, Receipt};
pub use cloudevent::{Form, Problem, Rejected};
pub use correlate::{Correlator, Incident, Match};
pub use error::Error;
pub use event::{Body, Event, Kind, Line, LineBuffer, Lines, Movement};
pub use limits::*;
pub use settings::Settings;
pub use watch::{Late, Weight};
pub use window::{
    Camera, CameraView, Context, ItemMatch, ItemWanted, OnShift, Query, SourceSeen, StockFound,
    TillContext, Transaction, TransactionLine,
};
