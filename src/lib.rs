//! The house plan: config, wiring, the thin follower loops, the command line.
//! Holds no rule about incidents: an `if` about them belongs in the domain.

pub mod cli;
pub mod clock;
pub mod command;
pub mod config;
pub mod credential;
pub mod demo;
pub mod directory;
pub mod follow;
pub mod house;
pub mod logging;
