//! The data directory: the name of everything that Outcry keeps there, of which its own part is told from
//! somebody else's. Never knows what is in it.

use outcry_ledger as ledger;

/// The folder of the event stream.
pub const EVENTS: &str = "events";
/// Where the server was found last.
pub const ADDRESS: &str = "address.json";
/// The demo's ways in, for scripts.
pub const SCRIPT: &str = "demo.json";
/// What is written before it takes the place of another file has its name and this.
pub const NEXT: &str = ".next";
/// The model that learned, and the one that is about to take its place.
const LEARNED: &str = "model-learned.";
/// What a fresh disk holds.
const FRESH_DISK: &str = "lost+found";

/// Whether that is a name of Outcry's, or of what SQLite or a writer lays beside one.
pub fn is_own(name: &str) -> bool {
    let own = [EVENTS, ADDRESS, SCRIPT, LEARNED, FRESH_DISK];
    let mut own = ledger::NAMES.into_iter().chain(own);
    own.any(|own| name.starts_with(own))
}
