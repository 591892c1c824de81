//! Resume tokens: how far a client has heard every region's log. Opaque to clients.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use outcry_domain::RegionId;

/// Characters of a token at most: a thousand regions fit.
const CHARS_MAX: usize = 64 * 1024;

/// The place in every region's log.
pub(super) type Places = BTreeMap<RegionId, u64>;

/// The token of these places.
pub(super) fn write(places: &Places) -> String {
    let mut text = String::with_capacity(places.len() * 24);
    for (region, sequence) in places {
        let _ = write!(text, "{region}={sequence} ");
    }
    URL_SAFE_NO_PAD.encode(text.trim_end())
}

/// The places of a token; `None` for a text that this house never gave out.
pub(super) fn read(token: &str) -> Option<Places> {
    if token.len() > CHARS_MAX {
        return None;
    }
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.split(' ')
        .map(|part| {
            let (region, sequence) = part.split_once('=')?;
            Some((region.parse().ok()?, sequence.parse().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_reads_back(raw in prop::collection::btree_map("[a-z0-9-]{1,12}", any::<u64>(), 1..6)) {
            let places: Places = raw.into_iter().map(|(id, n)| (id.parse().unwrap(), n)).collect();
            prop_assert_eq!(read(&write(&places)), Some(places));
        }

        #[test]
        fn no_text_panics(text in ".{0,80}") {
            let _ = read(&text);
        }
    }
}
