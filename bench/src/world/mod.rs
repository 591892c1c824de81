//! The world around the program: shops, a client, listeners, receivers, and logs of a million incidents.

pub(crate) mod chain;
pub(crate) mod clock;
pub(crate) mod house;
pub(crate) mod http;
pub(crate) mod listen;
pub(crate) mod log;
pub(crate) mod pace;
pub(crate) mod peers;
pub(crate) mod story;
pub(crate) mod tills;
