//! Open files: each connection is one, so as many are allowed as the machine lets a process have.

use outcry_web::limits::{CONNECTIONS_MAX, CONNECTIONS_RESERVED};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What log, stream and deliveries need at most, and some.
const OWN: usize = 600;
/// That, and what the counter takes.
const ENOUGH: usize = CONNECTIONS_MAX + CONNECTIONS_RESERVED + OWN;

/// Raises this process's own limit to the highest that it may have, and the log of the process says what
/// that is. A server runs with fewer as well.
pub(super) fn raise() {
    let limit = getrlimit(Resource::Nofile);
    let highest = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    if limit.current != limit.maximum
        && let Err(error) = setrlimit(Resource::Nofile, highest)
    {
        tracing::warn!(%error, "no more files may be opened than before");
    }
    match getrlimit(Resource::Nofile).current {
        None => tracing::info!("any number of files may be open"),
        Some(files) if files < ENOUGH as u64 => tracing::warn!(
            files,
            "few files may be open, and each connection is one: see \"Open files\" in docs/operate.md"
        ),
        Some(files) => tracing::info!(files, "so many files may be open; each connection is one"),
    }
}
