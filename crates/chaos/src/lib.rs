//! Cuts the power and kills the program at random instants, and checks that nothing acknowledged
//! is lost. A tool for proving; the product never depends on it.

pub mod dice;
pub mod disk;
pub mod ground;
pub mod mount;
pub mod postgres;
pub mod process;
pub mod proof;
pub mod receiver;
pub mod workload;
