//! The hash chain, as an auditor recomputes it. Never knows where facts are kept.
//!
//! `hash(n) = SHA-256( hash(n-1) ‖ "outcry-fact-1" ‖ T(region) ‖ N(sequence) ‖ T(stream)
//! ‖ N(version) ‖ N(at) ‖ T(actor) ‖ T(kind) ‖ T(body) )`, where `hash(0)` is 32 zero bytes, `T` is
//! the length of the text in bytes as 8 bytes big-endian followed by its UTF-8, and `N` is the
//! number as 8 bytes big-endian two's complement (`at` in microseconds since 1970 UTC). All texts
//! are exactly those of the table `fact`; `body` is the sealed JSON, so forgetting a key breaks
//! nothing.

use aws_lc_rs::digest;

/// The hash before the first fact of a log.
pub const GENESIS: [u8; 32] = [0; 32];

const TAG: &[u8] = b"outcry-fact-1";

/// What is hashed of a fact.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)] // the columns of the table `fact`
pub struct Link<'a> {
    pub region: &'a str,
    pub sequence: i64,
    pub stream: &'a str,
    pub version: i64,
    pub at: i64,
    pub actor: &'a str,
    pub kind: &'a str,
    pub body: &'a str,
}

/// The hash of a fact after the one with the hash `previous`.
pub fn hash(previous: &[u8; 32], link: &Link<'_>) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    // One buffer for all the short fields: the digest is entered three times, not sixteen.
    let mut head = Vec::with_capacity(256);
    let text = |head: &mut Vec<u8>, text: &str| {
        head.extend_from_slice(&(text.len() as u64).to_be_bytes());
        head.extend_from_slice(text.as_bytes());
    };
    head.extend_from_slice(previous);
    head.extend_from_slice(TAG);
    text(&mut head, link.region);
    head.extend_from_slice(&link.sequence.to_be_bytes());
    text(&mut head, link.stream);
    head.extend_from_slice(&link.version.to_be_bytes());
    head.extend_from_slice(&link.at.to_be_bytes());
    text(&mut head, link.actor);
    text(&mut head, link.kind);
    head.extend_from_slice(&(link.body.len() as u64).to_be_bytes());
    context.update(&head);
    context.update(link.body.as_bytes());
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// A hash as people compare it: 64 hex digits.
pub fn hex(hash: &[u8; 32]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    hash.iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: Link<'_> = Link {
        region: "north",
        sequence: 1,
        stream: "00112233445566778899aabbccddeeff",
        version: 1,
        at: 1_700_000_000_000_000,
        actor: "person:ann",
        kind: "incident.acknowledged",
        body: r#"{"kind":"acknowledged"}"#,
    };

    /// Computed with Python's hashlib from the description above: see the comment in each line.
    #[test]
    fn the_description_is_the_implementation() {
        // sha256(bytes(32) + b"outcry-fact-1" + T("north") + N(1) + T(stream) + N(1) + N(at)
        //   + T("person:ann") + T("incident.acknowledged") + T(body))
        assert_eq!(hex(&hash(&GENESIS, &LINK)), EXPECTED);
    }
    const EXPECTED: &str = "b336becfa8182aea8f6aa76e419b7d3eb5572a155047f838977fc5a2a9af70f6";

    #[test]
    fn every_field_counts() {
        let whole = hash(&GENESIS, &LINK);
        let others = [
            hash(&[1; 32], &LINK),
            hash(
                &GENESIS,
                &Link {
                    region: "nort",
                    ..LINK
                },
            ),
            hash(
                &GENESIS,
                &Link {
                    sequence: 2,
                    ..LINK
                },
            ),
            hash(
                &GENESIS,
                &Link {
                    stream: "0",
                    ..LINK
                },
            ),
            hash(&GENESIS, &Link { version: 2, ..LINK }),
            hash(&GENESIS, &Link { at: 0, ..LINK }),
            hash(
                &GENESIS,
                &Link {
                    actor: "person:an",
                    ..LINK
                },
            ),
            hash(
                &GENESIS,
                &Link {
                    kind: "incident.closed",
                    ..LINK
                },
            ),
            hash(&GENESIS, &Link { body: "{}", ..LINK }),
        ];
        for (place, other) in others.iter().enumerate() {
            assert_ne!(*other, whole, "field {place}");
        }
    }
}
