//! Address: where the server was found last, so that a link made while it rests leads to it.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::directory::{ADDRESS, NEXT};

/// Where the server was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Address {
    /// For browsers, without a slash at the end.
    pub(super) url: String,
    /// Whether the next start will have it again: not when it took any free port.
    pub(super) lasts: bool,
}

/// Notes where the server is found; `asked` is where it was told to listen. A server runs without
/// the note as well.
pub(super) fn note(data: &Path, url: &str, asked: SocketAddr, public_url: Option<&str>) {
    let address = Address {
        url: url.to_owned(),
        lasts: asked.port() != 0 || public_url.is_some(),
    };
    if let Err(error) = write(data, &address) {
        tracing::warn!(%error, "sign-in-link will not know where this server is found");
    }
}

fn write(data: &Path, address: &Address) -> std::io::Result<()> {
    let next = data.join(format!("{ADDRESS}{NEXT}"));
    let mut out = std::fs::File::create(&next)?;
    serde_json::to_writer(&out, address)?;
    out.write_all(b"\n")?;
    std::fs::rename(&next, data.join(ADDRESS))
}

/// Where it was found last; `None` when it never ran, or when the note cannot be read.
pub(super) fn last(data: &Path) -> Option<Address> {
    serde_json::from_slice(&std::fs::read(data.join(ADDRESS)).ok()?).ok()
}

/// Whether the address stands for all of a machine's addresses, so that no browser finds it.
pub(super) fn everywhere(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    host.parse::<SocketAddr>()
        .is_ok_and(|address| address.ip().is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_reads_back_and_says_whether_it_lasts() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(last(dir.path()), None);
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let fixed = SocketAddr::from(([127, 0, 0, 1], 9_000));
        for (asked, public_url, lasts) in [
            (free, None, false),
            (fixed, None, true),
            (free, Some("https://outcry.example"), true),
        ] {
            note(dir.path(), "http://127.0.0.1:9000", asked, public_url);
            let url = "http://127.0.0.1:9000".to_owned();
            assert_eq!(last(dir.path()), Some(Address { url, lasts }));
        }
        std::fs::write(dir.path().join(ADDRESS), "{").expect("written");
        assert_eq!(last(dir.path()), None);
    }
}
