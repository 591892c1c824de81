//! The demo: a believable chain of stores, the world that plays on it, and the peers it writes to.
//! Never knows the ledger: what happens in the shops comes in through the real doors, over HTTP.

pub mod chain;
mod chance;
mod greeting;
mod peers;
mod play;
mod real;

pub use chain::Chain;
pub use greeting::{Face, Greeting};
pub use peers::Peers;
pub use play::{World, play};
