//! What the tests share: a disk, or a clear line on why there is none on this machine.

use std::io::{self, Write};

use outcry_chaos::disk::Mode;
use outcry_chaos::mount::Mount;

/// The seed of all tests.
pub(crate) const SEED: u64 = 1;

/// A mounted disk, unless this machine does not let us mount.
pub(crate) fn mount(mode: Mode) -> Option<Mount> {
    match Mount::new(SEED, mode) {
        Ok(mount) => Some(mount),
        Err(error) if Mount::is_impossible(&error) => {
            skip(&format!("no FUSE mount on this machine: {error}"));
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Says so past the capture of tests; `.config/nextest.toml` has it shown, for a skipped proof must be seen.
pub(crate) fn skip(why: &str) {
    let _ = writeln!(io::stderr(), "SKIPPED: {why}");
}
